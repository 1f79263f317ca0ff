#!/usr/bin/env bash
# Proves that each validator can fail: the trees of bad/ have defects that the validator they
# are named after must report (bad/<tool>/expect, one pattern a line). The tree of good/ must
# pass all of them. Ends with the number of proofs that held.
. "$(dirname "$0")/lib.sh"

OUT=$(mktemp)
trap 'rm -f "$OUT"' EXIT
passed=0 failed=0

proof() { # proof WHAT HELD
  if [ "$2" = yes ]; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "FAILED: selftest: $1"
    cat "$OUT"
  fi
}

# must_report TOOL: every expected pattern is in what the tool says, and check.sh fails.
must_report() {
  local tool=$1 pattern held=yes
  if "$HERE/check.sh" --only "$tool" "$HERE/bad/$tool" >"$OUT" 2>&1; then held=no; fi
  if grep -q '^NOT RUN' "$OUT"; then
    grep '^NOT RUN' "$OUT"
    [ -z "${CI:-}" ] || proof "$tool is not installed" no
    return
  fi
  while IFS= read -r pattern; do
    grep -qE -- "$pattern" "$OUT" || { held=no; echo "$tool did not report: $pattern"; }
  done <"$HERE/bad/$tool/expect"
  proof "$tool passed a bad file" $held
}

for tree in "$HERE"/bad/*/; do must_report "$(basename "$tree")"; done

held=yes
"$HERE/check.sh" "$HERE/good" >"$OUT" 2>&1 || held=no
proof "the good files have findings" $held

# A validator with no tree in bad/ would be one that nobody has seen fail.
held=yes
while read -r tool; do
  [ -d "$HERE/bad/$tool" ] || { held=no; echo "no bad/$tool"; }
done < <(sed -nE 's/^([a-z][a-z-]*) +v?[0-9.]+ .*/\1/p' "$OUT")
proof "a validator without bad files" $held

held=no
empty=$(mktemp -d)
"$HERE/check.sh" "$empty" >"$OUT" 2>&1 || held=yes
grep -q 'NOTHING CHECKED' "$OUT" || held=no
rmdir "$empty"
proof "an empty folder passed" $held

echo "selftest: $passed passed, $failed failed"
[ $failed -eq 0 ]
