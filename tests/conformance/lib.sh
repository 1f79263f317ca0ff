# Shared by the scripts of this folder: where things are. Sourced, never run.
# shellcheck shell=bash disable=SC2034
set -uo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
TOOLS=${GATEC_TOOLS:-$ROOT/target/conformance-tools}
VENV=$TOOLS/venv
GO_TOOLS=$TOOLS/go
NODE_TOOLS=$TOOLS/node
SCHEMAS=$TOOLS/schemas
# Outside tools are called by path. Only shellcheck is looked up by others.
PATH=$PATH:$VENV/bin

# shellcheck source=versions.sh
. "$HERE/versions.sh"
