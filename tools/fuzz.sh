#!/usr/bin/env bash
# Runs every fuzz target for longer than `make test` does: FUZZ_S seconds each (default 60).
# They are ordinary tests over random inputs here, so a stable compiler is enough; coverage-guided fuzzing with
# `cargo bolero` finds more and needs a nightly one.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${FUZZ_S:-60}
rc=0
for file in crates/*/tests/it/fuzz.rs; do
  crate=$(echo "$file" | cut -d/ -f2)
  echo "== $crate: $(grep -c '#\[test\]' "$file") targets" >&2
  BOLERO_RANDOM_TEST_TIME_MS=$((seconds * 1000)) BOLERO_RANDOM_ITERATIONS=1000000000 \
    cargo test --profile work -p "$crate" --test it fuzz:: || rc=$?
done
exit $rc
