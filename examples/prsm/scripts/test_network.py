"""How even the load is, and what is left when nodes fail or can't see each other."""

import statistics
from collections import Counter

from prsm.federation import Federation
from scripts import reports

NODES = [f"n{i}" for i in range(1, 6)]
KEYS = [f"request-{i}" for i in range(2000)]

if __name__ == "__main__":
    given = reports.options(__doc__ or "")
    whole = Federation(NODES)
    load = Counter(map(whole.node_of, KEYS))
    # Jain's index: 1 where all nodes have the same load, 1/n where one has all of it.
    even = sum(load.values()) ** 2 / (len(NODES) * sum(n * n for n in load.values()))
    hurt = Federation(NODES, {"n1", "n2"})
    answered = statistics.fmean(hurt.node_of(key) in hurt.alive() for key in KEYS)
    parted = Federation(NODES, {"n1", "n2"})
    agreed = statistics.fmean(
        parted.agree({node: key for node in NODES}) == key for key in KEYS[:200]
    )
    reports.write(
        given.output,
        {"load_balance": even, "fault_tolerance": answered, "partition_recovery": agreed},
    )
