"""How much work the primes to ten thousand are."""

import json

from primes import primes

if __name__ == "__main__":
    found, steps = primes(10_000)
    print(json.dumps({"found": len(found), "steps": steps}))
