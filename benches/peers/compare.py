"""Whether YAML files hold the same data, as a reader that is nobody's own sees them.

    compare.py JSONNET REFERENCE OTHER...

Takes the command of go-jsonnet, whose `std.parseYaml` reads all the files; says the first
difference and fails, or says nothing.
"""

import json
import subprocess
import sys


def read(jsonnet, path):
    # That reader follows YAML 1.1, where a plain `on` is a boolean.
    text = f"std.strReplace(importstr '{path}', '\\non:\\n', '\\n\"on\":\\n')"
    done = subprocess.run([jsonnet, "-e", f"std.parseYaml({text})"], check=True, capture_output=True)
    return json.loads(done.stdout)


def difference(left, right, place=""):
    if type(left) is not type(right):
        return f"{place}: {left!r} is not {right!r}"
    if isinstance(left, dict):
        if left.keys() != right.keys():
            return f"{place}: keys {sorted(left.keys() ^ right.keys())[:5]}"
        pairs = [(f"{place}/{key}", left[key], right[key]) for key in left]
    elif isinstance(left, list):
        if len(left) != len(right):
            return f"{place}: {len(left)} entries, not {len(right)}"
        pairs = [(f"{place}/{i}", a, b) for i, (a, b) in enumerate(zip(left, right))]
    else:
        return None if left == right else f"{place}: {left!r} is not {right!r}"
    found = (difference(a, b, inner) for inner, a, b in pairs)
    return next((text for text in found if text), None)


def same(jsonnet, reference, others):
    """Raises unless all files hold the data of the reference."""
    wanted = read(jsonnet, reference)
    for other in others:
        if text := difference(wanted, read(jsonnet, other)):
            raise SystemExit(f"{other} differs from {reference} at {text}")


if __name__ == "__main__":
    same(sys.argv[1], sys.argv[2], sys.argv[3:])
