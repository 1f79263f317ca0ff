"""What a browser made of a page: page.py FOLDER NAME light|dark

Reads NAME.png (the picture), NAME.log (the console) and NAME.net (the requests). Prints a line for
each fault and fails if there is one. Needs nothing but Python.
"""

import json
import struct
import sys
import zlib


def rows(path):
    """The rows of an 8-bit RGB or RGBA picture, as bytes, and the bytes of a pixel."""
    data = open(path, "rb").read()
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colours = struct.unpack(">IIBB", body[:10])
        if kind == b"IDAT":
            packed += body
        at += size + 12
    assert depth == 8 and colours in (2, 6), "another kind of picture"
    pixel = 3 if colours == 2 else 4
    raw, size, before = zlib.decompress(packed), width * pixel, bytearray(width * pixel)
    for y in range(height):
        start = y * (size + 1)
        kind, row = raw[start], bytearray(raw[start + 1 : start + 1 + size])
        for x in range(size if kind else 0):
            left = row[x - pixel] if x >= pixel else 0
            up, corner = before[x], before[x - pixel] if x >= pixel else 0
            row[x] = (row[x] + predicted(kind, left, up, corner)) & 255
        yield row, pixel
        before = row


def predicted(kind, left, up, corner):
    """What a filter of PNG adds to a byte."""
    if kind == 4:
        guess = left + up - corner
        return min((left, up, corner), key=lambda n: abs(guess - n))
    return (0, left, up, (left + up) // 2)[kind]


def seen(path):
    """How many rows differ from those above them, and the brightness of the page's edge."""
    different, before, edge = 0, None, []
    for row, pixel in rows(path):
        different += row != before
        before = row
        edge.append(sum(row[:3]) / 3)
    return different, sorted(edge)[len(edge) // 2]


def requests(path):
    """Addresses that the page asked for; the browser's own requests have no origin."""
    text = open(path).read().rstrip()
    log = json.loads(text if text.endswith("}") else text.rstrip(",") + "]}")
    for event in log["events"]:
        given = event.get("params", {})
        own = given.get("initiator") in (None, "not an origin")
        if not own and not given.get("url", "file:").startswith(("file:", "data:")):
            yield given["url"]


def faults(folder, name, scheme):
    """Everything that is wrong."""
    different, edge = seen(f"{folder}/{name}.png")
    if different < 100:
        yield f"blank: only {different} rows of the picture differ"
    if scheme == "dark" and edge > 80:
        yield f"bright: the edge of the page is {edge:.0f} of 255 where dark was asked for"
    if scheme == "light" and edge < 170:
        yield f"dark: the edge of the page is {edge:.0f} of 255 where light was asked for"
    for line in open(f"{folder}/{name}.log", errors="replace"):
        if "CONSOLE" in line:
            yield f"console: {line.strip()}"
    for url in sorted(set(requests(f"{folder}/{name}.net"))):
        yield f"request: {url}"


found = list(faults(*sys.argv[1:4]))
for fault in found:
    print(f"{sys.argv[2]}: {fault}")
sys.exit(bool(found))
