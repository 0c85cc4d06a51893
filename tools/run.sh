#!/usr/bin/env bash
# Builds the program and opens its window. Where there is no display, or where something is given, it does the tour
# instead: the whole job once, ending in a report and two pictures of the window.
set -euo pipefail
cd "$(dirname "$0")/.."
echo "run: building the program (some minutes the first time)" >&2
cargo build --profile work -p benchvise
program=${CARGO_TARGET_DIR:-target}/work/benchvise

display() { [ "$(uname)" = Darwin ] || [ -n "${WAYLAND_DISPLAY:-}${DISPLAY:-}" ]; }

if [ $# = 0 ] && display; then
  exec "$program"
fi
[ $# != 0 ] || echo "run: there is no display, so the tour does the job; its last line names the report" >&2
exec "$program" tour "$@"
