#!/usr/bin/env bash
# Tests what bundles the page, then drives the page in a real Chromium, against a real host. Where there is no page or no browser, the test says so.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
cargo test --quiet --locked --manifest-path xtask/Cargo.toml --target-dir "$target/xtask"
export BENCHVISE_TEST_PAGE=$target/web
exec cargo test --profile work --workspace --exclude neural --test it -- a_person_works_in_the_page --nocapture
