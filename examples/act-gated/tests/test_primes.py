"""Primes as everyone knows them."""

import pytest

from primes import primes


@pytest.mark.parametrize(
    ("upto", "last", "count"),
    [(2, 2, 1), (10, 7, 4), (100, 97, 25), (121, 113, 30), (1000, 997, 168)],
)
def test_the_last_and_the_number_of_primes(upto: int, last: int, count: int) -> None:
    found, _ = primes(upto)
    assert (found[-1], len(found)) == (last, count)


def test_there_is_none_below_two() -> None:
    assert primes(1) == ([], 0)
