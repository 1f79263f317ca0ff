"""Asks what rollouts ask, of made-up series, with promtool.

    analysis.py DIR OUT_DIR

Takes every metric of the AnalysisTemplates in DIR, the built `examples/rollouts`, and writes for each
situation of SITUATIONS a file for `promtool test rules`: which metrics give a value there, and which
of these break their limit. Prints the files, one a line.
"""

import pathlib
import re
import sys

import yaml

# Requests a minute and how many of them fail, seconds that most take, and bytes; for the new and for
# the stable version. None: no such pods. A metric is silent, fine or broken.
IDLE = (0, 0, 0.05, 1e8)
GOOD = (600, 0.0, 0.05, 1e8)
SITUATIONS = {
    "both are well": (GOOD, GOOD, {}),
    "the new one fails more often": (
        (600, 0.05, 0.05, 1e8), GOOD, {"serving-error-rate": "broken", "change-error-rate": "broken"}),
    "both fail": (
        (600, 0.05, 0.05, 1e8), (600, 0.05, 0.05, 1e8), {"serving-error-rate": "broken"}),
    "the new one is slower": ((600, 0.0, 0.2, 1e8), GOOD, {"rise-latency-p95": "broken"}),
    "the new one is too slow": (
        (600, 0.0, 0.9, 1e8), GOOD, {"serving-latency-p95": "broken", "rise-latency-p95": "broken"}),
    "the new one takes more memory": ((600, 0.0, 0.05, 2e8), GOOD, {"rise-memory": "broken"}),
    "the new one has few requests": ((10, 0.0, 0.05, 1e8), GOOD, {"change-error-rate": "silent"}),
    "the new one has no requests": (
        IDLE, GOOD, {"serving-error-rate": "silent", "serving-latency-p95": "silent",
                     "change-error-rate": "silent", "rise-latency-p95": "silent"}),
    "the stable one has no requests": (
        GOOD, IDLE, {"change-error-rate": "silent", "rise-latency-p95": "silent"}),
    "the stable one is gone": (
        GOOD, None, {"change-error-rate": "silent", "rise-latency-p95": "silent", "rise-memory": "silent"}),
    "the new one is not scraped": (
        None, GOOD, {"serving-error-rate": "silent", "serving-latency-p95": "silent", "rise-memory": "silent",
                     "change-error-rate": "silent", "rise-latency-p95": "silent"}),
}
BOUNDS = ["0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "+Inf"]


def series(version: str, state: tuple | None) -> list[dict]:
    """The series of one version, a value each minute."""
    if state is None:
        return []
    requests, failing, seconds, memory = state
    labels = f'namespace="production", job="api", rollouts_pod_template_hash="{version}"'
    made = [(f"memory_usage_bytes{{{labels}}}", f"{memory:.0f}+0x20")]
    for status, share in (("200", 1 - failing), ("500", failing)):
        each = requests * share
        own = f'{labels}, status="{status}"'
        made.append((f"request_duration_seconds_count{{{own}}}", f"0+{each:g}x20"))
        for bound in BOUNDS:
            counted = each if float(bound) >= seconds else 0
            made.append((f'request_duration_seconds_bucket{{{own}, le="{bound}"}}', f"0+{counted:g}x20"))
    return [{"series": name, "values": values} for name, values in made]


def broken(condition: str) -> str:
    """`> 0.01` of the condition of a look, `none(result, {# > 0.01})`."""
    return re.fullmatch(r"none\(result, \{# (.+)\}\)", condition).group(1)


def metrics(root: pathlib.Path) -> list[dict]:
    """The looks of the canary's templates."""
    found = []
    for path in sorted(root.glob("deploy/kubernetes/overlays/production/api/analysis*.yaml")):
        found += yaml.safe_load(path.read_text())["spec"]["metrics"]
    return found


def checks(metric: dict, expected: str) -> list[dict]:
    """That a query gives a value, and that it breaks its limit, or not."""
    query = metric["provider"]["prometheus"]["query"]
    for name in ("new", "stable"):
        query = query.replace("{{args." + name + "-hash}}", name)
    labels = {"exp_samples": [{"labels": "{}", "value": 1}]}
    given = {"expr": f"count({query})", "eval_time": "10m", **(labels if expected != "silent" else {})}
    over = {"expr": f"count(({query}) {broken(metric['successCondition'])})", "eval_time": "10m",
            **(labels if expected == "broken" else {})}
    return [given, over]


def main() -> None:
    root, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    looks = [m for m in metrics(root) if not m["name"].endswith("-decided")]
    names = {m["name"] for m in looks}
    for number, (title, (new, stable, ends)) in enumerate(SITUATIONS.items()):
        if unknown := set(ends) - names:
            sys.exit(f"no metric {unknown} in {root}")
        test = {
            "name": title,
            "interval": "1m",
            "input_series": series("new", new) + series("stable", stable),
            "promql_expr_test": [check for m in looks for check in checks(m, ends.get(m["name"], "fine"))],
        }
        path = out / f"{number:02}.test.yml"
        path.write_text(yaml.safe_dump({"evaluation_interval": "1m", "tests": [test]}, sort_keys=False))
        print(path)


if __name__ == "__main__":
    main()
