"""Nodes that come and go."""

import pytest

from prsm.federation import Federation

NODES = ["n1", "n2", "n3", "n4"]


def test_only_the_keys_of_a_lost_node_move() -> None:
    whole, hurt = Federation(NODES), Federation(NODES, {"n2"})
    for key in map(str, range(200)):
        before = whole.node_of(key)
        assert before == "n2" or hurt.node_of(key) == before


@pytest.mark.parametrize(
    ("down", "agreed"), [(set(), "yes"), ({"n4"}, "yes"), ({"n3", "n4"}, None)]
)
def test_half_of_the_nodes_agree_on_nothing(down: set[str], agreed: str | None) -> None:
    federation = Federation(NODES, set(down))
    assert federation.agree({node: "yes" for node in NODES}) == agreed


def test_without_nodes_there_is_no_answer() -> None:
    with pytest.raises(ConnectionError):
        Federation(["n1"], {"n1"}).node_of("key")
