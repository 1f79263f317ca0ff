# The Kubernetes and Prometheus half of check.sh. Sourced by it.
# shellcheck shell=bash disable=SC2034,SC2154

# check_cluster DIR...
check_cluster() {
  local kustomizations=() manifests=() sets=() rules=() tests=() configs=() boards=() dir
  [ -x "$VENV/bin/python" ] || { absent "Python environment" >/dev/null; return 0; }
  "$VENV/bin/python" "$HERE/manifests.py" "$GO_TOOLS/kustomize" "$WORK" "$@" || exit 1
  mapfile -t kustomizations <"$WORK/kustomizations.list"
  mapfile -t manifests <"$WORK/manifests.list"
  mapfile -t sets <"$WORK/sets.list"
  mapfile -t rules <"$WORK/rules.list"
  for dir in "$@"; do
    mapfile -t -O ${#rules[@]} rules < <(find "$dir/monitoring" -name '*.rules.yml' 2>/dev/null | sort)
    mapfile -t -O ${#tests[@]} tests < <(find "$dir/monitoring" -name '*.test.yml' 2>/dev/null | sort)
    mapfile -t -O ${#configs[@]} configs < <(find "$dir/monitoring" -name alertmanager.yml 2>/dev/null | sort)
    mapfile -t -O ${#boards[@]} boards < <(find "$dir/monitoring" -path '*/grafana/*.json' 2>/dev/null | sort)
  done
  check_manifests
  check_rules
  check_routes
  check dashboards "$GRAFANA_SCHEMA" "$NODE_TOOLS/node_modules/@grafana/schema" ': error: ' "${boards[@]}" -- \
    env NODE_TOOLS="$NODE_TOOLS" node "$HERE/dashboards.mjs"
}

check_manifests() {
  check kustomize "$KUSTOMIZE" "$GO_TOOLS/kustomize" . "${kustomizations[@]}" -- broken
  check kubernetes-validate "$KUBERNETES_VALIDATE" "$VENV/bin/kubernetes-validate" \
    '^(ERROR|INVALID)|is not valid|error' "${manifests[@]}" -- \
    "$VENV/bin/kubernetes-validate" --strict --quiet --no-warn -k "$KUBERNETES_API"
  check kubeconform "$KUBECONFORM" "$GO_TOOLS/kubeconform" ' is invalid| failed validation' "${manifests[@]}" -- \
    "$GO_TOOLS/kubeconform" -strict -schema-location "$SCHEMAS/{{.ResourceKind}}{{.KindSuffix}}.json"
  local arguments=()
  mapfile -t arguments < <(grep '^--' "$HERE/ignores/kube-score.args")
  check kube-score "$KUBE_SCORE" "$GO_TOOLS/kube-score" '^\[(CRITICAL|WARNING)\]' "${sets[@]}" -- \
    score "$GO_TOOLS/kube-score" score --output-format ci --color never --exit-one-on-warning \
    --kubernetes-version "v$KUBERNETES_API" "${arguments[@]}" --
}

# What kustomize said when manifests.py built with it.
broken() {
  cat "$WORK/broken.list"
  [ ! -s "$WORK/broken.list" ]
}

# score COMMAND... -- FILES...: once a file, since kube-score judges its files together.
# What is in order isn't repeated.
score() {
  local command=() file failed=0
  while [ "$1" != -- ]; do command+=("$1"); shift; done
  shift
  for file in "$@"; do
    "${command[@]}" "$file" >"$WORK/score" 2>&1 && continue
    failed=1
    echo "$file:"
    grep -vE '^\[(OK|SKIPPED)\]' "$WORK/score"
  done
  return $failed
}

check_rules() {
  check promtool-check "$PROMTOOL" "$GO_TOOLS/promtool" '^ *(FAILED|.*error|.*duplicate)' "${rules[@]}" -- \
    "$GO_TOOLS/promtool" check rules --lint=all --lint-fatal
  check promtool-test "$PROMTOOL" "$GO_TOOLS/promtool" '^ *FAILED' "${tests[@]}" -- \
    "$GO_TOOLS/promtool" test rules
}

check_routes() {
  check amtool-check "$AMTOOL" "$GO_TOOLS/amtool" '^Checking .*FAILED' "${configs[@]}" -- \
    "$GO_TOOLS/amtool" check-config
  check amtool-routes "$AMTOOL" "$GO_TOOLS/amtool" '^WRONG ROUTE' "${configs[@]}" -- routes
}

# routes CONFIG...: an alert of each severity reaches the receivers that routes.expect beside the
# program names (`severity receiver,receiver`).
routes() {
  local config severity receivers expected failed=0
  for config in "$@"; do
    expected=$(dirname "$config")/../routes.expect
    while read -r severity receivers; do
      "$GO_TOOLS/amtool" config routes test --config.file "$config" \
        --verify.receivers "$receivers" "severity=$severity" environment=production && continue
      failed=1
      echo "WRONG ROUTE: $config: $severity should reach $receivers"
    done < <(cat "$expected" 2>/dev/null)
  done
  return $failed
}
