"""Asks every input several times, each time with another seed."""

from scripts import reports
from scripts.inputs import inputs

if __name__ == "__main__":
    given = reports.options(__doc__ or "", passes=5)
    answers = [
        {"model_type": kind, "input": name, "pass": seed, "output": ask(seed), "expected": expected}
        for kind, name, ask, expected in inputs()
        for seed in range(given.passes)
    ]
    reports.write_lines(given.output, answers)
