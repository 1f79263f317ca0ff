#!/usr/bin/env bash
# Runs every target, or those named, from real reports: bash fuzz/run.sh SECONDS JOBS [TARGET...]
# Each is logged in fuzz/artifacts; at the end a table. Fails if any target found something.
set -euo pipefail
cd "$(dirname "$0")/.."
export seconds="${1:?seconds for each target}"
jobs="${2:?targets at a time}"
shift 2
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <(cargo +nightly fuzz list)
cargo +nightly fuzz build
binaries="fuzz/target/$(rustc -vV | sed -n 's/^host: //p')/release"
export binaries

# Programs: those of the examples, the library and the tests, and the ones on the pages of findings.
programs() {
  find examples stdlib tests -name '*.gate' -exec sh -c 'cp "$1" "$2/$(echo "$1" | tr / _)"' _ {} "$1" \;
  awk -v into="$1" '/^```gate/ { n++; out = into "/page" n; next } /^```/ { out = "" } out { print > out }' \
    compiler/diagnostics/codes/*.md
}

fuzz() {
  local target="$1" log="fuzz/artifacts/$1.log" code=0
  # Freed memory that is kept for the sanitizer's sake counts as used, so little is kept.
  ASAN_OPTIONS=detect_odr_violation=0:quarantine_size_mb=32 nice -n 19 "$binaries/$target" \
    -max_total_time="$seconds" -rss_limit_mb=512 -timeout=10 -dict=fuzz/words.dict \
    -print_final_stats=1 -print_funcs=0 -artifact_prefix="fuzz/artifacts/$target/" "fuzz/corpus/$target" \
    > "$log" 2>&1 || code=$?
  echo "exit code: $code" >> "$log"
}
export -f fuzz

# Of a log: the last figure that stands behind a word.
figure() { grep -aoP "$2\s*\K[0-9]+" "$1" | tail -n 1; }

for target in "${targets[@]}"; do
  mkdir -p "fuzz/corpus/$target" "fuzz/artifacts/$target"
  case "$target" in
    program) programs "fuzz/corpus/$target" ;;
    *) cp tests/fixtures/evidence/* "fuzz/corpus/$target" ;;
  esac
done
printf '%s\n' "${targets[@]}" | xargs -P "$jobs" -I{} bash -c 'fuzz {}'

found=0
echo "| target | executions | edges | features | corpus | slowest, s | peak, MB | exit code |"
echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
for target in "${targets[@]}"; do
  row="| $target"
  for word in 'number_of_executed_units:' 'cov:' 'ft:' 'corp:' 'slowest_unit_time_sec:' \
    'peak_rss_mb:' 'exit code:'; do
    row+=" | $(figure "fuzz/artifacts/$target.log" "$word" || echo '?')"
  done
  echo "$row |"
  [[ "$row" == *" 0" ]] || found=1
done
exit "$found"
