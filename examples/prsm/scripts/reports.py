"""Options and files that the scripts share."""

import argparse
import json
from pathlib import Path
from typing import Any


def options(about: str, **numbers: float) -> argparse.Namespace:
    """`--output FILE`, and a number for each keyword with its default."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--output", type=Path, required=True)
    for name, default in numbers.items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    return parser.parse_args()


def write(path: Path, report: Any) -> None:
    """One JSON document."""
    path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def write_lines(path: Path, records: list[dict[str, Any]]) -> None:
    """One JSON document a line."""
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
