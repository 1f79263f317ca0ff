"""What the models are asked, and what is expected of them: by kind, input and answer."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from prsm import models

Ask = Callable[[int], Any]

SUBJECTS = (
    "rain",
    "the river",
    "a late train",
    "bread",
    "the north wind",
    "glass",
    "a fox",
    "salt",
)
PLACES = ("in spring", "at night", "by the sea", "in town", "on a hill", "at home", "in a book")
PROMPTS = tuple(f"{subject} {place}" for subject in SUBJECTS for place in PLACES)
LETTERS = "abcdefghij"
CHAIN = list(zip(LETTERS, LETTERS[1:]))


def flipped(rows: tuple[str, ...], *wrong: int) -> list[str]:
    """The picture with some pixels wrong."""
    pixels = list("".join(rows))
    for at in wrong:
        pixels[at] = "." if pixels[at] == "#" else "#"
    return ["".join(pixels[i : i + 5]) for i in range(0, 25, 5)]


def inputs() -> Iterator[tuple[str, str, Ask, Any]]:
    """Kind, name, how to ask with a seed, and the expected answer of every input."""
    for prompt in PROMPTS:
        sentence = f"The answer to {prompt} is known."
        yield "text_generation", prompt, lambda seed, p=prompt: models.write_text(p, seed), sentence
        vector = models.embed(prompt, seed=-1)
        yield "embeddings", prompt, lambda seed, p=prompt: models.embed(p, seed), vector
    for (name, rows), at, by in itertools.product(models.GLYPHS.items(), range(25), (1, 2, 7)):
        noisy = flipped(rows, at, (at + by) % 25)
        seen = f"{name}, pixels {at} and {(at + by) % 25} wrong"
        yield "image_classification", seen, lambda seed, r=noisy: models.classify_image(r), name
    for first, second in itertools.permutations(LETTERS, 2):
        question, answer = f"{first} > {second}", "yes" if first < second else "no"
        ask = lambda seed, q=(first, second): models.conclude(CHAIN, q)  # noqa: E731
        yield "reasoning", question, ask, answer
