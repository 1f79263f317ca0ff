"""Models written and read again."""

import pytest

from prsm import convert

WEIGHTS = {"layer": [0.25, -1.5]}


@pytest.mark.parametrize("version", ["1.0.0", "1.4.0", "2.0.0-rc.1"])
def test_what_was_written_is_read(version: str) -> None:
    assert convert.load(convert.dump(WEIGHTS, version)) == (WEIGHTS, version)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"weights": {}}'])
def test_what_is_no_model_is_refused(text: str) -> None:
    with pytest.raises(convert.NotAModel):
        convert.load(text)
