#!/usr/bin/env bash
# Baselines in a real object store: gatec records, reads and compares over S3's API, with a server
# that checks each signature; writers at the same time lose nothing, and whoever is refused is no
# first run.
#
#   store.sh
#
# Uses target/release/gatec (or $GATEC) and versitygw, on this machine only.
. "$(dirname "$0")/lib.sh"

GATEC=${GATEC:-$ROOT/target/release/gatec}
SERVER=$GO_TOOLS/versitygw
if [ ! -x "$SERVER" ]; then
  echo "SKIPPED: baselines in an object store, as versitygw is not installed"
  [ -z "${CI:-}" ]
  exit
fi

work=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkdir -p "$work/root/quality" "$work/side" "$work/evidence/bench/_"
"$SERVER" --port "127.0.0.1:$port" --access someone --secret something \
  posix --sidecar "$work/side" "$work/root" >"$work/server.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 50); do
  python3 -c "import socket; socket.create_connection(('127.0.0.1', $port), 1)" 2>/dev/null && break
  sleep 0.1
done

cat >"$work/p.gate" <<'GATE'
project { evaluator { path = "tools/gatec" } }
metric latency: duration { better = lower, report = bench.results["p95_ms"] * 1ms }
baseline main_runs { keep = 3, store = object_store("s3://quality/team/shop") }
gate speed { against = main_runs, require rise(latency) <= 10% }
pipeline ci {
  on push { branches = ["main"] }
  stage bench { run "make bench", reports { results = json("bench.json") } }
  check speed
}
GATE
echo '{"p95_ms": 10}' >"$work/evidence/bench/_/bench.json"

export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ACCESS_KEY_ID=someone AWS_SECRET_ACCESS_KEY=something
export GITHUB_EVENT_NAME=push GITHUB_REF_NAME=main GATEC_RESULTS=bench=success
unset AWS_REGION AWS_DEFAULT_REGION AWS_SESSION_TOKEN GITHUB_STEP_SUMMARY GITHUB_OUTPUT

# assess CODE TEXT [OPTION...]: the exit code, and a text that is said.
assess() {
  local wanted=$1 text=$2 code=0
  shift 2
  "$GATEC" assess speed --pipeline ci --root "$work" --evidence "$work/evidence" "$@" \
    >"$work/said" 2>&1 || code=$?
  if [ "$code" != "$wanted" ] || ! grep -qF "$text" "$work/said"; then
    echo "exit code $code, not $wanted, or nothing of '$text' in:"
    cat "$work/said"
    exit 1
  fi
}
records() { "$GATEC" baseline show --root "$work" | sed -n '1s/.*: \([0-9]*\) records* .*/\1/p'; }

assess 0 'has no earlier `latency`' # the first run
GITHUB_RUN_ID=1 assess 0 'recorded in baseline' --record
assess 0 '10ms before (last of 1 run in main_runs'

# Two writers at the same time, four records each.
writer() {
  local at
  for at in 1 2 3 4; do
    GITHUB_RUN_ID=$1$at "$GATEC" assess speed --pipeline ci --root "$work" \
      --evidence "$work/evidence" --record >"$work/$1$at" 2>&1 || return 1
  done
}
writer a & first=$!
writer b & second=$!
wait "$first" || { cat "$work"/a*; exit 1; }
wait "$second" || { cat "$work"/b*; exit 1; }
[ "$(records)" = 9 ] || { echo "$(records) records, not 9"; exit 1; }

"$GATEC" baseline anchor 1 --root "$work" >"$work/said" || { cat "$work/said"; exit 1; }
"$GATEC" baseline show --root "$work" | grep -q '  anchor$' || { echo "no anchor"; exit 1; }

echo '{"p95_ms": 12}' >"$work/evidence/bench/_/bench.json"
assess 1 'rise(latency) <= 10%  20%'
GITHUB_RUN_ID=9 assess 1 'gate `speed` is fail' --record
[ "$(records)" = 9 ] || { echo "a failing run was recorded"; exit 1; }

# The folder and the bucket hold the same.
[ "$(find "$work/root/quality/team/shop/main_runs" -name '*.json' | wc -l)" = 10 ] || exit 1
assess 1 'rise(latency) <= 10%  20%' --baseline "$work/root/quality/team/shop"
assess 1 'rise(latency) <= 10%  20%' --baseline s3://quality/team/shop

AWS_SECRET_ACCESS_KEY=else assess 4 'answers 403 SignatureDoesNotMatch'
AWS_ACCESS_KEY_ID='' assess 4 'nobody says how to get in'
assess 4 'answers 404 NoSuchBucket' --baseline s3://nothing
AWS_ENDPOINT_URL=http://127.0.0.1:1 assess 4 "can't be reached"
echo "object store: 9 records of 3 writers, 4 refusals"
