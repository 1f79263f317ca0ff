#!/usr/bin/env bash
# A JUnit report of 1 GB (or $1 bytes), made here and removed at the end: read by quick-xml alone,
# then by gatec, in turn for 5 (or $2) rounds. Each prints its seconds and its peak of memory; at the
# end the medians, and how many times as long gatec took.
set -euo pipefail
cd "$(dirname "$0")/.."
report="$(mktemp)"
said="$(mktemp)"
trap 'rm -f "$report" "$said"' EXIT
bench() { cargo bench --quiet --bench junit -- "$@"; }
bench generate "$report" "${1:-1000000000}"
for ((round = 1; round <= ${2:-5}; round++)); do
  for pass in bare read; do echo "$pass: $(bench "$pass" "$report")" | tee -a "$said"; done
done

# The median of a number that stands before a word.
median() { grep "^$1" "$said" | grep -oP "[0-9.]+(?= $2)" | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
for unit in 's,' 's of a processor'; do
  bare="$(median bare "$unit")" read="$(median read "$unit")"
  echo "median: quick-xml $bare $unit gatec $read $unit ratio $(awk "BEGIN { print $read / $bare }")"
done
