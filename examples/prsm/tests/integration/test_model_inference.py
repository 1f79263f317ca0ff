"""Models after a round through their file."""

import pytest

from prsm import convert, models


@pytest.mark.parametrize("text", ["rain", "a longer text"])
def test_an_embedding_survives_its_file(text: str) -> None:
    vector = models.embed(text)
    weights, _ = convert.load(convert.dump({"text": vector}, "1.4.0"))
    assert weights["text"] == vector
