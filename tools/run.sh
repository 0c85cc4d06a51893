#!/usr/bin/env bash
# Builds the program and does its tour. Everything given goes on to `benchvise tour`.
set -euo pipefail
cd "$(dirname "$0")/.."
echo "run: building the program (some minutes the first time)" >&2
cargo build --profile work -p benchvise
exec "${CARGO_TARGET_DIR:-target}/work/benchvise" tour "$@"
