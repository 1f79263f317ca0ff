"""Four small models. Each answer takes a seed: the same input may be answered in another way."""

import math
import random

NAME = "prsm-small"
GLYPHS = {
    "cross": ("#...#", ".#.#.", "..#..", ".#.#.", "#...#"),
    "bar": ("..#..", "..#..", "..#..", "..#..", "..#.."),
    "box": ("#####", "#...#", "#...#", "#...#", "#####"),
}
ENDINGS = ("", "", "", " Indeed.")
DIMENSIONS = 32


def write_text(prompt: str, seed: int = 0) -> str:
    """A sentence about the prompt; now and then with a word more."""
    return f"The answer to {prompt} is known.{random.Random(seed).choice(ENDINGS)}"


def classify_image(rows: list[str]) -> str:
    """The glyph that shares most pixels with the picture."""

    def alike(name: str) -> int:
        pairs = zip("".join(rows), "".join(GLYPHS[name]))
        return sum(a == b for a, b in pairs)

    return max(GLYPHS, key=alike)


def embed(text: str, seed: int = 0) -> list[float]:
    """A unit vector of the text's letter pairs, with a little noise."""
    noise = random.Random(seed)
    vector = [noise.gauss(0, 0.02) for _ in range(DIMENSIONS)]
    for pair in zip(text, text[1:]):
        vector[(ord(pair[0]) * 31 + ord(pair[1])) % DIMENSIONS] += 1.0
    norm = math.hypot(*vector)
    return [x / norm for x in vector]


def conclude(facts: list[tuple[str, str]], question: tuple[str, str]) -> str:
    """Whether the first is greater than the second, by chains of facts."""
    known = set(facts)
    while True:
        chained = {(a, d) for a, b in known for c, d in known if b == c}
        if chained <= known:
            break
        known |= chained
    if question in known:
        return "yes"
    return "no" if question[::-1] in known else "unknown"
