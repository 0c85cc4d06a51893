#!/usr/bin/env bash
# Builds the firmware this machine can build into target/firmware, and says of the rest why not.
# A target's core library is taken from rustup where it is installed, else compiled from its sources: rustup's
# (rust-src) or Debian's (rustc-web, cargo-web, rust-web-src). `tools/setup.sh firmware` gets what is missing.
#
#   firmware.sh            everything; prints flash and RAM of each image; fails where something could not be built
#   firmware.sh --quiet    for `make test`: the emulated boards alone; only what could not be built is said, and that
#                          is no failure
#   FIRMWARE_COMPILER=debian   takes Debian's compiler although rustup's would do
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PATH:$HOME/.cargo/bin"
quiet=no
[ "${1:-}" = --quiet ] && quiet=yes
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target/firmware"
out=$(cd "$target/firmware" && pwd)
export CARGO_TARGET_DIR=$out/build
oldest=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)

say() { echo "firmware: $*" >&2; }

# recent RUSTC: whether it is new enough for this source.
recent() {
  local found
  found=$("$1" --version 2>/dev/null | cut -d' ' -f2) || return 1
  [ "$(printf '%s\n%s\n' "$oldest" "$found" | sort -V | head -n 1)" = "$oldest" ]
}

has_core() { compgen -G "$("$1" --print target-libdir --target "$2" 2>/dev/null)/libcore-*.rlib" >/dev/null; }
has_sources() { [ -e "$("$1" --print sysroot)/lib/rustlib/src/rust/library/Cargo.lock" ]; }
has_lld() { compgen -G "$("$1" --print sysroot)/lib/rustlib/*/bin/rust-lld" >/dev/null; }

# compiler TARGET: sets rustc, cargo and std (empty, or what compiles the core library), or fails and sets why.
compiler() {
  std=()
  if [ "${FIRMWARE_COMPILER:-}" != debian ] && command -v rustc >/dev/null && recent rustc; then
    rustc=$(command -v rustc) cargo=$(command -v cargo)
    if has_core "$rustc" "$1"; then return; fi
    if has_sources "$rustc"; then std=(-Zbuild-std=core,alloc); return; fi
  fi
  rustc=/usr/bin/rustc cargo=/usr/bin/cargo
  if [ -x $rustc ] && [ -x $cargo ] && recent $rustc && has_sources $rustc; then
    std=(-Zbuild-std=core,alloc)
    return
  fi
  why="no compiler here has a core library for $1; type: rustup target add $1"
  return 1
}

# linker TARGET: GNU's, for compilers that bring none of their own; sets link, or fails and sets why.
linker() {
  link=()
  has_lld "$rustc" && return
  local ld flags
  case $1 in
    thumb*) ld=arm-none-eabi-ld flags="" ;;
    riscv32*) ld=riscv64-unknown-elf-ld flags="-Clink-arg=-melf32lriscv" ;;
  esac
  if ! command -v "$ld" >/dev/null; then
    why="$ld is missing; type: tools/setup.sh firmware"
    return 1
  fi
  local upper=${1^^}
  upper=${upper//-/_}
  link=("CARGO_TARGET_${upper}_LINKER=$ld" "CARGO_TARGET_${upper}_RUSTFLAGS=-Clinker-flavor=ld -Clink-arg=--no-warn-rwx-segments $flags")
}

# sizes IMAGE: flash (code, constants, initial values) and RAM (variables), without the stack.
sizes() {
  command -v readelf >/dev/null || { echo "- -"; return; }
  readelf -SW "$1" | sed -n 's/^ *\[ *[0-9]*\] *//p' | while read -r name type _ _ size _ flags _; do
    case $name:$type:$flags in
      .stack:* | .heap:* | *:NOBITS:*W*) [ "$name" = .bss ] && echo "0 $((16#$size))" ;;
      *:PROGBITS:WA* | .trap:PROGBITS:* | .rwtext:PROGBITS:*) echo "$((16#$size)) $((16#$size))" ;;
      *:PROGBITS:A* | *:ARM_EXIDX:A*) echo "$((16#$size)) 0" ;;
    esac
  done | awk '{ f += $1; r += $2 } END { printf "%d %d\n", f, r }'
}

failed=no
rows=()

# build PROJECT TARGET BIN=IMAGE ...: builds the binaries and puts each beside its name.
build() {
  local project=$1 triple=$2 why="" pair bins=() log=$out/$1-$2.log
  shift 2
  for pair in "$@"; do bins+=(--bin "${pair%%=*}"); done
  if ! compiler "$triple" || ! linker "$triple"; then
    say "not built: $(printf '%s ' "${@#*=}")($why)"
    failed=yes
    return
  fi
  # RUSTC_BOOTSTRAP only where the core library is compiled: it changes every crate's fingerprint.
  local environment=(RUSTC="$rustc" ${link[@]+"${link[@]}"})
  [ ${#std[@]} = 0 ] || environment+=(RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$out/build-std")
  # A project with a lock file is a workspace of its own.
  local at=firmware
  [ ! -e "firmware/$project/Cargo.lock" ] || at=firmware/$project
  if ! (cd "$at" && env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS "${environment[@]}" "$cargo" build --locked \
    --release ${std[@]+"${std[@]}"} -p "$project" --target "$triple" "${bins[@]}") >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    say "not built: $(printf '%s ' "${@#*=}")(the compiler failed; all of it is in $log)"
    failed=yes
    return
  fi
  local from=$out/build/$triple/release
  [ ${#std[@]} = 0 ] || from=$out/build-std/$triple/release
  for pair in "$@"; do
    local image=$out/${pair#*=}.elf
    cmp -s "$from/${pair%%=*}" "$image" || cp "$from/${pair%%=*}" "$image"
    read -r flash ram < <(sizes "$image")
    rows+=("$(printf '%-16s %10s %10s   %s' "${pair#*=}" "$flash" "$ram" "$triple, $("$rustc" --version | cut -d' ' -f1,2)")")
  done
}

# build_c99 IMAGE: the agent in C with its stand-in model, for the emulated Cortex-M4F. No libc: what a compiler calls
# by itself stands in startup.c.
build_c99() {
  local image=$out/$1.elf fresh=$out/$1.fresh log=$out/$1.log from=firmware/c99 cc=arm-none-eabi-gcc
  if ! command -v $cc >/dev/null; then
    say "not built: $1 ($cc is missing; type: tools/setup.sh firmware)"
    failed=yes
    return
  fi
  if ! $cc -std=c99 -Wall -Wextra -Werror -pedantic -O2 -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 \
    -ffreestanding -fno-tree-loop-distribute-patterns -ffunction-sections -fdata-sections -nostdlib -Wl,--gc-sections \
    -T "$from/mps2-an386/mps2-an386.ld" -o "$fresh" "$from/benchvise_agent.c" "$from/stand_in/stand_in_model.c" \
    "$from/mps2-an386/board.c" "$from/mps2-an386/startup.c" -lgcc >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    say "not built: $1 (the compiler failed; all of it is in $log)"
    failed=yes
    return
  fi
  cmp -s "$fresh" "$image" || cp "$fresh" "$image"
  rm "$fresh"
  read -r flash ram < <(sizes "$image")
  rows+=("$(printf '%-16s %10s %10s   %s' "$1" "$flash" "$ram" "C99, gcc $($cc -dumpversion)")")
}

build emulated thumbv7em-none-eabihf mps2-an386=emulated-m4f mps2-an500=emulated-m7
build emulated thumbv7m-none-eabi mps2-an385=emulated-m3
build emulated riscv32imac-unknown-none-elf riscv-virt=emulated-rv32
build_c99 emulated-m4f-c99

if [ $quiet = no ]; then
  build rp2040 thumbv6m-none-eabi rp2040=rp2040
  build rp2350 thumbv8m.main-none-eabihf rp2350=rp2350
  build nrf52840 thumbv7em-none-eabihf nrf52840=nrf52840
  build esp32-c3 riscv32imc-unknown-none-elf esp32-c3=esp32-c3
  build stm32 thumbv7em-none-eabihf nucleo-f446re=nucleo-f446re nucleo-f767zi=nucleo-f767zi
  printf '%-16s %10s %10s\n' image "flash, B" "RAM, B"
  printf '%s\n' ${rows[@]+"${rows[@]}"}
  echo "images are in $out"
  [ $failed = no ]
fi
