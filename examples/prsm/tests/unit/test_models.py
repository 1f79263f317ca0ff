"""Each model on its own."""

import math

import pytest

from prsm import models


@pytest.mark.parametrize("glyph", models.GLYPHS)
def test_a_glyph_with_a_dot_too_many_is_known(glyph: str) -> None:
    rows = list(models.GLYPHS[glyph])
    rows[0] = "#" + rows[0][1:]
    assert models.classify_image(rows) == glyph


def test_embeddings_are_unit_vectors() -> None:
    assert math.hypot(*models.embed("a text")) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("question", "answer"), [(("a", "c"), "yes"), (("c", "a"), "no"), (("a", "z"), "unknown")]
)
def test_conclusions_chain(question: tuple[str, str], answer: str) -> None:
    assert models.conclude([("a", "b"), ("b", "c")], question) == answer
