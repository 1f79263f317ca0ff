#!/usr/bin/env bash
# Runs every outside validator over built examples.
#
#   check.sh [--only TOOL] DIR...
#
# Each DIR holds .github/workflows/*.yml, deploy/**.yaml, monitoring/**/*.rules.yml and
# *.test.yml, monitoring/alertmanager.yml, as gatec writes them. Prints each finding, then a table of tool, version,
# files and findings. Exits 1 on any finding, or when there was nothing to look at.
. "$(dirname "$0")/lib.sh"

only=
if [ "${1:-}" = --only ]; then
  only=$2
  shift 2
fi
[ $# -gt 0 ] || { echo "usage: check.sh [--only TOOL] DIR..." >&2; exit 2; }

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
TABLE=$WORK/table
: >"$TABLE"
total=0

# check TOOL VERSION PROGRAM FINDING FILES... -- COMMAND...: runs COMMAND once over FILES,
# if PROGRAM is there.
# FINDING is the pattern of an output line that is one finding. A non-zero exit without such
# a line is a finding too: a tool that broke down has approved nothing.
check() {
  local tool=$1 version=$2 program=$3 finding=$4 out=$WORK/out rc count started=$SECONDS
  local files=()
  shift 4
  while [ "$1" != -- ]; do files+=("$1"); shift; done
  shift
  [ -z "$only" ] || [ "$only" = "$tool" ] || return 0
  [ ${#files[@]} -gt 0 ] || return 0
  if [ ! -e "$program" ]; then
    row "$tool" "$version" - "$(absent "$tool")" -
    return 0
  fi
  "$@" "${files[@]}" >"$out" 2>&1
  rc=$?
  count=$(grep -cE -- "$finding" "$out")
  [ $rc -eq 0 ] || [ "$count" -gt 0 ] || count=1
  if [ "$count" -gt 0 ]; then
    echo "== $tool"
    sed -E "s#(\.\./)*/?${WORK#/}/(unmarked/)?##g" "$out"
  fi
  total=$((total + count))
  row "$tool" "$version" ${#files[@]} "$count" "$((SECONDS - started)) s"
}

row() { printf '%-22s %-10s %6s %9s %7s\n' "$@" >>"$TABLE"; }

# A tool that isn't there: accepted outside CI, as in install.sh.
absent() {
  echo "NOT RUN: $1 is not installed; run tests/conformance/install.sh" >&2
  if [ -n "${CI:-}" ]; then touch "$WORK/absent"; fi
  echo skipped
}

# A whole kind that is missing is said, lest zero findings pass for approval.
kinds() {
  local dir=$1 missing=()
  compgen -G "$dir/.github/workflows/*.yml" >/dev/null || missing+=(workflows)
  [ -n "$(find "$dir/deploy" -name '*.yaml' 2>/dev/null)" ] || missing+=(manifests)
  [ -n "$(find "$dir/monitoring" -name '*.rules.yml' 2>/dev/null)" ] || missing+=(rules)
  [ -n "$(find "$dir/monitoring" -name '*.test.yml' 2>/dev/null)" ] || missing+=("rule tests")
  [ ${#missing[@]} -eq 0 ] || echo "NOTE: $dir has no $(printf '%s, ' "${missing[@]}" | sed 's/, $//')"
}

# shellcheck source=workflows.sh
. "$HERE/workflows.sh"
# shellcheck source=cluster.sh
. "$HERE/cluster.sh"

for dir in "$@"; do
  [ -d "$dir" ] || { echo "no such folder: $dir" >&2; exit 2; }
  kinds "$dir"
done
check_workflows "$@"
check_cluster "$@"

printf '\n%-22s %-10s %6s %9s %7s\n' tool version files findings time
cat "$TABLE"
if [ ! -s "$TABLE" ]; then
  echo "NOTHING CHECKED: no files for ${only:-any tool} in $*"
  exit 1
fi
echo "$total findings"
[ $total -eq 0 ] && [ ! -e "$WORK/absent" ]
