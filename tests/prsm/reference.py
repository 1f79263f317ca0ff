"""PRSM's scorecard by the formulas of its document, on report sets made by chance.

    python3 tests/prsm/reference.py > tests/prsm/reference.json

Knows nothing of gatec. `document_*` are the document's formulas as it prints them
(AdvancedQualityGateAssessment); the two assessors and the two sources that it leaves out are the
example's own, and say so. `differs` names the defects for which the example's verdict is another.
tests/prsm.rs writes the reports of each set and compares what gatec makes of them.
"""

import json
import random

WEIGHTS = {
    "code_quality": 0.15,
    "ai_model": 0.30,
    "performance": 0.25,
    "security": 0.15,
    "integration": 0.10,
    "end_to_end": 0.05,
}
MARKS = {
    "code_quality": 85.0,
    "ai_model": 90.0,
    "performance": 85.0,
    "security": 95.0,
    "integration": 88.0,
    "end_to_end": 95.0,
}
OVERALL = 87.0
GROUPS = ("egcfg", "loading", "agents", "federation", "safety")
SUITES = ("agent_integration", "p2p_network", "model_inference", "orchestration")


def rate(tests):
    """Share of tests that passed."""
    passed, failed = tests
    return passed / (passed + failed)


def document_ai_model(given):
    """P72."""
    groups = given["groups"]
    return (
        rate(groups["egcfg"]) * 100 * 0.30
        + rate(groups["loading"]) * 100 * 0.20
        + rate(groups["agents"]) * 100 * 0.25
        + rate(groups["federation"]) * 100 * 0.15
        + rate(groups["safety"]) * 100 * 0.10
    )


def document_performance(given):
    """P73 and P74; `has_regression` means that the time rose, `regression_percentage` by how much."""
    penalty = 0
    regression_percentage = (
        100 * (given["total_s"] - given["total_s_before"]) / given["total_s_before"]
    )
    if regression_percentage > 0:
        penalty = min(regression_percentage * 2, 30)
    memory_score = min(given["memory_efficiency"] * 100, 100)
    return max(
        0,
        given["benchmark_score"] * 0.40
        + given["load_success"] * 100 * 0.30
        + memory_score * 0.30
        - penalty,
    )


def own_code_quality(given):
    """The document calls an assessor that it doesn't have (D38) on evidence that nobody writes (D36)."""
    return max(0.0, 100 * rate(given["lint"]) - 5 * given["low"])


def own_security(given):
    """The document calls an assessor that it doesn't have (D38)."""
    return max(0.0, 100.0 - 5 * given["medium"])


def own_integration(given):
    """The document calls an assessor that it doesn't have (D38)."""
    suites = [given["suites"][suite] for suite in SUITES]
    return 100 * rate((sum(p for p, _ in suites), sum(f for _, f in suites)))


def own_end_to_end(given):
    """The document calls an assessor that it doesn't have (D38); P61 is its number, in percent."""
    return given["e2e_percent"]


def scores_of(given):
    """Points of each gate."""
    return {
        "code_quality": own_code_quality(given),
        "ai_model": document_ai_model(given),
        "performance": document_performance(given),
        "security": own_security(given),
        "integration": own_integration(given),
        "end_to_end": own_end_to_end(given),
    }


def overall_of(scores):
    """P76."""
    return sum(scores[gate] * WEIGHTS[gate] for gate in WEIGHTS)


def document_passes(scores):
    """P75 and P76."""
    return overall_of(scores) >= OVERALL and all(scores[gate] >= MARKS[gate] for gate in MARKS)


def floors(given, scores):
    """What the example asks beyond the document, by the defect that it mends."""
    return {
        "D27": overall_of(scores) >= 90.0,
        "D28": rate(given["groups"]["safety"]) >= 0.95,
        "D29": given["load_success"] >= 0.95,
        "D30": given["total_s"] / given["total_s_before"] - 1 <= 0.05,
        "D38": given["high"] == 0 and given["vulnerable"] == 0,
        "D76": given["e2e_failed"] == 0,
    }


def expected(given):
    """What must come out."""
    scores = scores_of(given)
    missed = [defect for defect, holds in floors(given, scores).items() if not holds]
    document = document_passes(scores)
    return {
        "scores": scores,
        "overall": overall_of(scores),
        "document": "PASS" if document else "FAIL",
        "verdict": "pass" if document and not missed else "fail",
        "differs": missed if document else [],
    }


def perfect():
    """A set without a flaw."""
    return {
        "groups": {group: (20, 0) for group in GROUPS},
        "suites": {suite: (5, 0) for suite in SUITES},
        "lint": (40, 0),
        "low": 0,
        "medium": 0,
        "high": 0,
        "vulnerable": 0,
        "benchmark_score": 100.0,
        "memory_efficiency": 1.0,
        "load_success": 1.0,
        "total_s": 2.0,
        "total_s_before": 2.0,
        "e2e_percent": 100.0,
        "e2e_failed": 0,
    }


def chosen():
    """Sets that the document's defects are about."""
    flaws = [
        {},
        {"groups": {**perfect()["groups"], "safety": (0, 20)}},
        {"load_success": 0.5},
        {"total_s": 2.15},
        {"total_s": 2.0 * 5.0},
        {"total_s": 1.0},
        {
            "lint": (35, 5),
            "groups": {**perfect()["groups"], "egcfg": (14, 6)},
            "benchmark_score": 65.0,
            "medium": 1,
            "suites": {**perfect()["suites"], "orchestration": (3, 2)},
            "e2e_percent": 95.0,
        },
        {"high": 1},
        {"vulnerable": 2},
        {"medium": 1},
        {"medium": 30},
        {"low": 3},
        {"low": 25},
        {"e2e_failed": 1},
        {"memory_efficiency": 0.0},
        {"benchmark_score": 0.0},
        {"suites": {suite: (0, 5) for suite in SUITES}},
        {"groups": {group: (0, 3) for group in GROUPS}},
    ]
    return [{**perfect(), **flaw} for flaw in flaws]


def tests(chance, flaws):
    """Passed and failed of a few dozen."""
    total = chance.randint(1, 40)
    failed = sum(chance.random() < flaws for _ in range(total))
    return total - failed, failed


def drawn(chance):
    """A set by chance; most have few flaws, some have many."""
    flaws = chance.choice((0.0, 0.0, 0.01, 0.03, 0.1, 0.4))
    less = lambda: 1 - chance.random() * flaws * 2
    few = lambda: chance.choice((0, 0, 0, 1)) if flaws < 0.05 else chance.randint(0, 4)
    before = chance.uniform(0.5, 20)
    return {
        "groups": {group: tests(chance, flaws) for group in GROUPS},
        "suites": {suite: tests(chance, flaws) for suite in SUITES},
        "lint": tests(chance, flaws),
        "low": few(),
        "medium": few(),
        "high": chance.random() < flaws,
        "vulnerable": chance.random() < flaws,
        "benchmark_score": 100 * less(),
        "memory_efficiency": less(),
        "load_success": less(),
        "total_s": before * chance.choice((0.9, 1.0, 1.02, 1.04, chance.uniform(0.8, 1.3))),
        "total_s_before": before,
        "e2e_percent": 100 * less(),
        "e2e_failed": int(chance.random() < flaws),
    }


def clear(given):
    """Whether no score is so near to its mark that rounding decides."""
    scores = scores_of(given)
    far = [abs(scores[gate] - MARKS[gate]) for gate in MARKS]
    far += [abs(overall_of(scores) - OVERALL), abs(overall_of(scores) - 90)]
    far += [abs(given["total_s"] / given["total_s_before"] - 1.05)]
    return min(far) > 1e-9


def main():
    """All sets with what is expected of them, one a line."""
    chance = random.Random(20261123)
    sets = [
        {**given, "high": int(given["high"]), "vulnerable": int(given["vulnerable"])}
        for given in chosen()
    ]
    while len(sets) < 240:
        given = drawn(chance)
        given = {**given, "high": int(given["high"]), "vulnerable": int(given["vulnerable"])}
        if clear(given):
            sets.append(given)
    lines = [json.dumps({"given": given, "expected": expected(given)}) for given in sets]
    print("[\n" + ",\n".join(lines) + "\n]")


if __name__ == "__main__":
    main()
