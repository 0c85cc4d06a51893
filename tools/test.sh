#!/usr/bin/env bash
# Runs the tests, those in the docs included, and ends with the sum over all of them.
#
#   test.sh [ARGUMENT ...]    arguments go to `cargo test`; without any, all but `neural` (see `make test-neural`)
#   TEST_LOG=FILE             keeps the output there and prints only a line a test program
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- --workspace --exclude neural
log=${TEST_LOG:-${CARGO_TARGET_DIR:-target}/test.log}
mkdir -p "$(dirname "$log")"

show() {
  if [ -n "${TEST_LOG:-}" ]; then grep -E '^( +Running|   Doc-tests|test result)' || true; else cat; fi
}

# The emulated boards run it; what cannot be built is said here, and its tests say that they skip.
tools/firmware.sh --quiet
rc=0
cargo test --profile work --no-fail-fast "$@" 2>&1 | tee "$log" | show || rc=$?
if [ "$rc" != 0 ] && [ -n "${TEST_LOG:-}" ]; then
  grep -E '^(error|test .* FAILED|---- |thread .* panicked)' -A 12 "$log" | tail -n 200
fi
# `test result: ok. 12 passed; 0 failed; 1 ignored; …`, once a test program
read -r programs passed failed ignored < <(awk '
  /^test result: / { n++; for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) p += $(i-1); if ($i ~ /^failed/) f += $(i-1); if ($i ~ /^ignored/) g += $(i-1) } }
  END { print n + 0, p + 0, f + 0, g + 0 }' "$log")
echo "$programs test programs, $ignored ignored; all output is in $log"
if [ "$rc" != 0 ] && [ "$failed" = 0 ]; then
  echo "the tests could not all be built or run (cargo test ended with $rc)"
fi
echo "$passed passed, $failed failed"
[ "$rc" = 0 ] && [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
