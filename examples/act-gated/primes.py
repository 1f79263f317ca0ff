"""Primes, and how many divisions it took to find them."""


def primes(upto: int) -> tuple[list[int], int]:
    """All primes up to a number, and the divisions done."""
    found: list[int] = []
    steps = 0
    for number in range(2, upto + 1):
        for prime in found:
            if prime * prime > number:
                found.append(number)
                break
            steps += 1
            if number % prime == 0:
                break
        else:
            found.append(number)
    return found, steps
