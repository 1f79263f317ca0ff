"""What the models are asked, and what is expected of them: by kind, input and answer."""

from collections.abc import Callable, Iterator
from typing import Any

from prsm import models

Ask = Callable[[int], Any]

PROMPTS = ("rain in spring", "the river at night", "trains that are late")
CHAIN = [("a", "b"), ("b", "c"), ("c", "d")]
QUESTIONS = {("a", "d"): "yes", ("d", "b"): "no", ("a", "x"): "unknown"}


def inputs() -> Iterator[tuple[str, str, Ask, Any]]:
    """Kind, name, how to ask with a seed, and the expected answer of every input."""
    for prompt in PROMPTS:
        sentence = f"The answer to {prompt} is known."
        yield "text_generation", prompt, lambda seed, p=prompt: models.write_text(p, seed), sentence
        vector = models.embed(prompt, seed=-1)
        yield "embeddings", prompt, lambda seed, p=prompt: models.embed(p, seed), vector
    for name, rows in models.GLYPHS.items():
        noisy = ["#" + rows[0][1:], *rows[1:]]
        yield "image_classification", name, lambda seed, r=noisy: models.classify_image(r), name
    for question, answer in QUESTIONS.items():
        name = " > ".join(question)
        yield "reasoning", name, lambda seed, q=question: models.conclude(CHAIN, q), answer
