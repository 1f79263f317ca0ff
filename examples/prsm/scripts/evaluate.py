"""Accuracy, errors, latency and memory of the model."""

import statistics
import time
import tracemalloc

from prsm import models
from scripts import reports
from scripts.inputs import inputs

ROUNDS = 5
EXACT = ("image_classification", "reasoning")

if __name__ == "__main__":
    given = reports.options(__doc__ or "")
    times: list[float] = []
    right = wrong = errors = 0
    tracemalloc.start()
    for kind, _, ask, expected in inputs():
        for seed in range(ROUNDS):
            start = time.perf_counter()
            try:
                output = ask(seed)
            except (ValueError, LookupError):
                errors += 1
                continue
            times.append(time.perf_counter() - start)
            if kind in EXACT:
                right, wrong = (right + 1, wrong) if output == expected else (right, wrong + 1)
    peak = tracemalloc.get_traced_memory()[1]
    report = {
        "model": models.NAME,
        "accuracy": right / (right + wrong),
        "error_rate": errors / (errors + len(times)),
        "latency_p95_s": statistics.quantiles(times, n=20)[-1],
        "memory_bytes": peak,
        "samples": len(times),
    }
    reports.write(given.output, report)
