"""Programs that are found by running them."""

import pytest

from prsm import egcfg


@pytest.mark.parametrize(
    ("left", "sign", "right"), [("x", "+", "y"), ("x", "-", "1"), ("y", "*", "2")]
)
def test_a_program_is_found_by_its_examples(left: str, sign: str, right: str) -> None:
    wanted = [(x, y, egcfg.run((left, sign, right), x, y)) for x in range(4) for y in range(4)]
    found = egcfg.synthesize(wanted)
    assert found is not None
    assert all(egcfg.run(found, x, y) == z for x, y, z in wanted)


def test_what_no_program_does_is_not_found() -> None:
    assert egcfg.synthesize([(1, 1, 100)]) is None
