#!/usr/bin/env bash
# Programs that others wrote, against what is played here: the crate `ppk2` reads the emulated PPK2.
#
#   test_peers.sh    needs libudev's headers, which the crate asks for and nothing of ours does: setup.sh peers.
#                    Where they cannot be had it says so and skips.
set -euo pipefail
cd "$(dirname "$0")/.."
peer=crates/board/tests/peers/ppk2
target=${CARGO_TARGET_DIR:-target}

if ! { command -v pkg-config && pkg-config --exists libudev; } >/dev/null 2>&1; then
  echo "peers: skipped: there is no pkg-config with libudev; tools/setup.sh peers installs them"
  exit 0
fi
cargo build --locked --profile work --workspace --exclude neural --bin benchvise
cargo build --locked --manifest-path "$peer/Cargo.toml" --target-dir "$target/peers"

# read_by MODE: a meter is played until who opened it hangs up.
read_by() {
  local port
  coproc "$target/work/benchvise" meter-emulator ppk2 --wave square:2mA:30mA:50Hz
  IFS= read -r port <&"${COPROC[0]}"
  echo "peers: the crate ppk2 reads $1: $("$target/peers/debug/ppk2-peer" "$port" "$1" 2000 30000)"
  wait "$COPROC_PID"
}
read_by source
read_by ampere
echo "peers: passed"
