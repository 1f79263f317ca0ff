#!/usr/bin/env bash
# The HTML report in a real browser: it renders in light and in dark, its text is there, it says
# nothing to the console and asks for nothing from anywhere. The JSON report meets its schema.
#
#   page.sh
#
# Takes the JSON report in snapshots/reports/, makes the page with target/release/gatec (or $GATEC),
# and opens it in chromium, or in what $BROWSER names. A page that is wrong in each of these ways is
# opened first, and must be reported. Where CI is set, chromium is taken from Debian's packages if
# it isn't there. Without a browser it says SKIPPED: no registry of validators brings one.
. "$(dirname "$0")/lib.sh"

GATEC=${GATEC:-$ROOT/target/release/gatec}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tail -n +4 "$ROOT/snapshots/reports/json.snap" >"$work/report.json"
if [ -x "$VENV/bin/check-jsonschema" ]; then
  "$VENV/bin/check-jsonschema" --schemafile "$ROOT/docs/report.schema.json" "$work/report.json" || exit 1
else
  echo "SKIPPED: the schema of JSON reports, as check-jsonschema is not installed"
  [ -z "${CI:-}" ] || exit 1
fi

find_browser() { command -v chromium chromium-browser google-chrome | head -n 1; }

browser=${BROWSER:-$(find_browser)}
if [ -z "$browser" ] && [ -n "${CI:-}" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  for _ in 1 2 3; do
    apt-get install --yes --quiet --no-install-recommends chromium >"$work/apt.log" 2>&1 && break
    apt-get update --quiet >"$work/apt.log" 2>&1
  done
  browser=$(find_browser)
fi
if [ -z "$browser" ]; then
  echo "SKIPPED: the HTML report in a browser, as there is no chromium"
  exit 0
fi

# look PAGE NAME SCHEME: NAME.png, NAME.log and NAME.net of a page; SCHEME is 0 for dark, 1 for light.
look() {
  timeout 120 "$browser" --headless=new --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --disable-extensions \
    --user-data-dir="$work/profile" --window-size=900,1200 --blink-settings=preferredColorScheme="$3" \
    --enable-logging=stderr --log-net-log="$work/$2.net" --screenshot="$work/$2.png" \
    "file://$1" >"$work/$2.log" 2>&1 && [ -s "$work/$2.png" ]
}

cat >"$work/bad.html" <<'PAGE'
<!doctype html><title>bad</title><style>:root { color-scheme: light }</style>
<img src="http://192.0.2.1/pixel.png" alt=""><script>console.error("no")</script>
PAGE
look "$work/bad.html" bad 0 || { echo "the browser does not work:"; tail -n 5 "$work/bad.log"; exit 1; }
if python3 "$HERE/page.py" "$work" bad dark >"$work/said"; then
  echo "the bad page was not reported"
  exit 1
fi
for wrong in blank bright console request; do
  grep -q "^bad: $wrong" "$work/said" || { echo "the bad page is not reported as $wrong"; exit 1; }
done

"$GATEC" report "$work/report.json" --report html="$work/report.html" || exit 1
grep -q '<h1 id="title-0">Gate Release 2.0</h1>' "$work/report.html" || { echo "no title"; exit 1; }
look "$work/report.html" light 1 && python3 "$HERE/page.py" "$work" light light &&
  look "$work/report.html" dark 0 && python3 "$HERE/page.py" "$work" dark dark
