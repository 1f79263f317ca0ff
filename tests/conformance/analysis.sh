#!/usr/bin/env bash
# Asks Prometheus' own engine what a rollout asks, of made-up series: a worse version must be found,
# an equal one let through, and where there is no data there must be no value.
#
#   analysis.sh DIR       DIR is the built examples/rollouts
. "$(dirname "$0")/lib.sh"

[ $# -eq 1 ] || { echo "usage: analysis.sh DIR" >&2; exit 2; }
if [ ! -x "$GO_TOOLS/promtool" ] || [ ! -x "$VENV/bin/python" ]; then
  echo "NOT RUN: promtool is not installed; run tests/conformance/install.sh" >&2
  [ -z "${CI:-}" ]
  exit
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

"$VENV/bin/python" "$HERE/analysis.py" "$1" "$out" >"$out/files" || exit 1
mapfile -t files <"$out/files"
"$GO_TOOLS/promtool" test rules "${files[@]}" >"$out/said" 2>&1 || { cat "$out/said"; exit 1; }

# With the versions exchanged, the situations must not come out as they are written.
sed 's/rollouts_pod_template_hash="new"/rollouts_pod_template_hash="other"/' "${files[1]}" >"$out/wrong.yml"
if "$GO_TOOLS/promtool" test rules "$out/wrong.yml" >/dev/null 2>&1; then
  echo "promtool accepts queries of no version"
  exit 1
fi
echo "${#files[@]} situations, as they should be"
