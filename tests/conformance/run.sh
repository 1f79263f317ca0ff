#!/usr/bin/env bash
# The whole conformance suite: installs the validators, proves that they can fail, builds every
# example with target/release/gatec (or $GATEC), checks the outputs, and runs two for real.
#
#   run.sh
#
# Ends with the line `conformance: N passed, N failed`, and fails if anything did.
. "$(dirname "$0")/lib.sh"

export GATEC=${GATEC:-$ROOT/target/release/gatec}
passed=0 failed=0

# step NAME COMMAND...
step() {
  local name=$1
  shift
  echo "--- $name"
  if "$@"; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "FAILED: $name"
  fi
}

shopt -s nullglob
built=()
build() { (cd "$ROOT" && "$GATEC" build "$1") && built+=("$ROOT/$1"); }

[ -x "$GATEC" ] || { echo "no program $GATEC; cargo build --release first" >&2; exit 2; }

step install "$HERE/install.sh"
step selftest "$HERE/selftest.sh"
for gate in "$ROOT"/examples/*/*.gate; do
  example=examples/$(basename "$(dirname "$gate")")
  [[ " ${seen:-} " != *" $example "* ]] || continue
  seen="${seen:-} $example"
  step "build $example" build "$example"
done
step check "$HERE/check.sh" "${built[@]}"
step analysis "$HERE/analysis.sh" "$ROOT/examples/rollouts"
for example in act-hello act-gated; do
  step "act $example" "$HERE/act.sh" "$ROOT/examples/$example"
done
step page "$HERE/page.sh"
step store "$HERE/store.sh"

echo "conformance: $passed passed, $failed failed"
[ $failed -eq 0 ]
