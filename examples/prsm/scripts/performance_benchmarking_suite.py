"""Times a fixed piece of work by the processor's clock; says what of the peak memory is kept."""

import statistics
import time
import tracemalloc

from prsm import models
from scripts import reports
from scripts.inputs import inputs

REPEATS = 2
# Seconds of one round on the machine that the score of 100 is set by.
PAR_S = 0.045


def work() -> list[object]:
    """One round over all inputs."""
    return [ask(seed) for _, _, ask, _ in inputs() for seed in range(REPEATS)]


if __name__ == "__main__":
    given = reports.options(__doc__ or "")
    times = []
    for _ in range(9):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    tracemalloc.start()
    kept = work()
    held, peak = tracemalloc.get_traced_memory()
    total = statistics.median(times)
    report = {
        "model": models.NAME,
        "benchmark_score": min(100.0, 100 * PAR_S / total),
        "total_s": total,
        "memory_efficiency": held / peak,
        "rounds_s": times,
        "results": len(kept),
    }
    reports.write(given.output, report)
