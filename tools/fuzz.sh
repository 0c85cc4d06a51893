#!/usr/bin/env bash
# Runs every fuzz target for longer than `make test` does: FUZZ_S seconds each (default 60).
# They are ordinary tests over random inputs here, so a stable compiler is enough; coverage-guided fuzzing with
# `cargo bolero` finds more and needs a nightly one.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${FUZZ_S:-60}
rc=0
# Every test file that feeds random bytes, as CRATE MODULE; in the source files the module is the path.
targets=$(grep -rlE 'bolero::(check|\{.*check)' crates/*/tests/it crates/*/src | sed -E \
  -e 's|^crates/([^/]*)/tests/it/(.*)\.rs$|\1 test \2|' -e 's|^crates/([^/]*)/src/(.*)\.rs$|\1 lib \2|' -e 's|/mod$||' | sort)
while read -r crate kind module; do
  module=${module//\//::}
  echo "== $crate: $module" >&2
  where=(--lib)
  [ "$kind" = lib ] || where=(--test it)
  BOLERO_RANDOM_TEST_TIME_MS=$((seconds * 1000)) BOLERO_RANDOM_ITERATIONS=1000000000 \
    cargo test --profile work -p "$crate" "${where[@]}" "$module::" </dev/null || rc=$?
done <<<"$targets"
exit $rc
