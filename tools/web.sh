#!/usr/bin/env bash
# Builds the window as a page, into `web` under the target folder, where `benchvise serve` finds it. The first time
# takes some minutes (ends with 3 where nothing here builds for wasm32); what is built stays in `web-build` beside it.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
# Cargo means a relative folder from where it is called, which is here.
exec cargo run --quiet --locked --manifest-path xtask/Cargo.toml --target-dir "$target/xtask" -- web
