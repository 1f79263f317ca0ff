#!/usr/bin/env bash
# A JUnit report of 1 GB (or $1 bytes), made here and removed at the end: read by quick-xml alone,
# then by gatec. Each prints its seconds and its peak of memory.
set -euo pipefail
cd "$(dirname "$0")/.."
report="$(mktemp)"
trap 'rm -f "$report"' EXIT
bench() { cargo bench --quiet --bench junit -- "$@"; }
bench generate "$report" "${1:-1000000000}"
for round in 1 2 3; do
  echo "round $round"
  echo "  quick-xml: $(bench bare "$report")"
  echo "  gatec:     $(bench read "$report")"
done
