"""Nodes that answer with a model."""

import pytest

from prsm import models
from prsm.federation import Federation


@pytest.mark.parametrize("glyph", models.GLYPHS)
def test_all_nodes_see_the_same(glyph: str) -> None:
    federation = Federation(["n1", "n2", "n3"])
    votes = {node: models.classify_image(list(models.GLYPHS[glyph])) for node in federation.nodes}
    assert federation.agree(votes) == glyph
