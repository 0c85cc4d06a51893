#!/usr/bin/env bash
# Drives the page in a real Chromium, against a real host. Where there is no page or no browser, the test says so.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
export BENCHVISE_TEST_PAGE=$target/web
exec cargo test --profile work --workspace --exclude neural --test it -- page:: --nocapture
