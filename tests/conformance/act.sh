#!/usr/bin/env bash
# Runs a generated workflow for real, with act in host mode: no containers, no network.
#
#   act.sh [DIR] [EVENT]      DIR is a built example (examples/act-hello), EVENT is push
#
# The workflow must fetch gatec from a URL on 127.0.0.1 and check it against a SHA-256 of
# 64 zeros. In a copy, URL and checksum are set to those of target/release/gatec (or $GATEC),
# served on a free port. The run must pass; with a wrong checksum it must stop.
#
# Each DIR/bad/GATE.patch is a bad commit: with it, the run must be stopped by that gate and by no
# other, and nothing may be shipped.
. "$(dirname "$0")/lib.sh"

EXAMPLE=${1:-$ROOT/examples/act-hello}
EVENT=${2:-push}
GATEC=${GATEC:-$ROOT/target/release/gatec}
NO_SUM=$(printf '0%.0s' {1..64})
WRONG_SUM=$(printf 'f%.0s' {1..64})

fail() { echo "FAILED: act: $*" >&2; exit 1; }

compgen -G "$EXAMPLE/.github/workflows/*.yml" >/dev/null || fail "$EXAMPLE has no workflows; build it first"
[ -x "$GATEC" ] || fail "no program $GATEC"
if [ ! -x "$VENV/bin/act" ]; then
  echo "SKIPPED: act is not installed; run tests/conformance/install.sh"
  [ -z "${CI:-}" ]
  exit
fi

WORK=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$WORK"' EXIT

# The server picks its port itself and says so in its first line.
serve() {
  python3 -u -m http.server --bind 127.0.0.1 --directory "$WORK/served" 0 >"$WORK/server.log" 2>&1 &
  server=$!
  local tries
  for tries in {1..50}; do
    PORT=$(sed -nE 's/^Serving HTTP on .* port ([0-9]+) .*/\1/p' "$WORK/server.log")
    [ -z "$PORT" ] || return 0
    sleep 0.1
  done
  fail "the web server did not start after $tries looks: $(cat "$WORK/server.log")"
}

# repository NAME SUM: a git repository with the example in it, fetching from our server.
repository() {
  local repository=$WORK/$1
  cp -R "$EXAMPLE" "$repository"
  sed -i -E "s#(127\.0\.0\.1|localhost):[0-9]+#127.0.0.1:$PORT#g; s/$NO_SUM/$2/g" "$repository"/.github/workflows/*.yml
  git -C "$repository" init -q -b main
  git -C "$repository" add -A -f
  git -C "$repository" -c user.name=act -c user.email=act@localhost commit -q -m "Example"
}

# Other people's actions are replaced by the stand-ins in act-actions, whatever their version.
# act itself answers for actions/checkout.
stand_ins() {
  local use action
  while read -r use; do
    action=${use%@*}
    [ "$action" != actions/checkout ] || continue
    [ -d "$HERE/act-actions/$action" ] || fail "no stand-in for $use in act-actions"
    printf -- '--local-repository\n%s=%s\n' "$use" "$HERE/act-actions/$action"
  done < <(sed -nE 's/^ *(- )?uses: *["'\'']?([^ "'\'']+\/[^ "'\'']+@[^ "'\'']+).*/\2/p' "$EXAMPLE"/.github/workflows/*.yml | sort -u)
}

# run NAME: act on that repository, with an environment in which there is no gatec.
run() {
  local arguments=()
  mapfile -t arguments <"$WORK/stand-ins"
  mkdir -p "$WORK/home" "$WORK/$1.artifacts"
  (
    cd "$WORK/$1" || exit 1
    env -i HOME="$WORK/home" PATH="$TOOLPATH" "$VENV/bin/act" "$EVENT" \
      -P ubuntu-24.04=-self-hosted -P ubuntu-latest=-self-hosted -P ubuntu-22.04=-self-hosted \
      --pull=false --no-cache-server --artifact-server-addr 127.0.0.1 \
      --env GATEC_ARTIFACTS="$WORK/$1.artifacts" "${arguments[@]}"
  ) >"$WORK/$1.log" 2>&1
}

# What a plain runner has, and pytest, and no gatec.
mkdir "$WORK/bin"
printf '#!/bin/sh\nPYTHONDONTWRITEBYTECODE=1 exec "%s" -m pytest -p no:cacheprovider "$@"\n' "$VENV/bin/python" >"$WORK/bin/pytest"
chmod +x "$WORK/bin/pytest"
TOOLPATH=$WORK/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
[ -z "$(PATH=$TOOLPATH command -v gatec)" ] || fail "there is a gatec on $TOOLPATH"

grep -qrF "$NO_SUM" "$EXAMPLE/.github/workflows" || fail "no checksum of 64 zeros in $EXAMPLE's workflows"
stand_ins >"$WORK/stand-ins"
mkdir "$WORK/served"
serve
# Whatever path the workflow asks for, gatec lies there.
grep -rhoE 'http://(127\.0\.0\.1|localhost):[0-9]+/[A-Za-z0-9._/-]+' "$EXAMPLE/.github/workflows" | sort -u |
  while IFS= read -r url; do
    path=$WORK/served/${url#http://*/}
    mkdir -p "$(dirname "$path")" && cp "$GATEC" "$path"
  done

SUM=$(sha256sum "$GATEC" | cut -d' ' -f1)
repository right "$SUM"
repository wrong "$WRONG_SUM"

run right || { cat "$WORK/right.log"; fail "the workflow did not pass"; }
grep -q 'GET .* 200' "$WORK/server.log" || { cat "$WORK/right.log"; fail "the workflow never fetched gatec"; }
echo "act: passed with the right checksum: $(grep -c 'Job succeeded' "$WORK/right.log") jobs succeeded"

fetched=$(grep -c 'GET .* 200' "$WORK/server.log")
if run wrong; then
  cat "$WORK/wrong.log"
  fail "the workflow passed with a wrong checksum"
fi
if [ "$(grep -c 'GET .* 200' "$WORK/server.log")" -le "$fetched" ]; then
  cat "$WORK/wrong.log"
  fail "the run with a wrong checksum stopped before it fetched gatec"
fi
# Nothing but the checksum differs from the run that passed.
echo "act: stopped with a wrong checksum: $(grep -m1 'Failure - ' "$WORK/wrong.log" | tr -s ' ')"

# bad PATCH: the run of a commit with that patch, which the gate of its name must stop.
bad() {
  local gate name log
  gate=$(basename "$1" .patch)
  name=bad-$gate log=$WORK/$name.log
  repository "$name" "$SUM"
  (cd "$WORK/$name" && git apply "$1" && git -c user.name=act -c user.email=act@localhost commit -qam "Bad") ||
    fail "$1 does not apply"
  if run "$name"; then cat "$log"; fail "the workflow passed with $1"; fi
  sed -i 's/\x1b\[[0-9;]*m//g' "$log" # The report is in colours.
  grep -q "| FAIL: gate $gate " "$log" || { cat "$log"; fail "gate $gate did not stop $1"; }
  if grep '| \(FAIL\|UNDECIDED\): gate ' "$log" | grep -qv "gate $gate "; then
    cat "$log"
    fail "another gate than $gate stopped $1"
  fi
  if grep -q '| shipped' "$log"; then cat "$log"; fail "$1 was shipped"; fi
  echo "act: $gate.patch was stopped:$(grep -m1 "| FAIL: gate $gate " "$log" | sed 's/.*|//')"
  grep -A 12 "| FAIL: gate $gate " "$log" | grep -m1 '|   fail ' | sed 's/.*|/    /'
}

for patch in "$EXAMPLE"/bad/*.patch; do
  [ -e "$patch" ] || continue
  patch=$(realpath "$patch")
  grep -q '| shipped' "$WORK/right.log" || { cat "$WORK/right.log"; fail "the good commit was not shipped"; }
  bad "$patch"
done
