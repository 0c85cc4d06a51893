#!/usr/bin/env bash
# Sets up what building needs: a C compiler (for SQLite and ring) and git, then looks at Rust. Installs with
# apt-get where it may, prints the command where it may not. Where nothing is missing it asks no network.
#
#   setup.sh          what building needs
#   setup.sh tests    and a virtual display with a screen reader's door, on which the real window is tried, and
#                     umockdev, which plays USB devices; what of that cannot be had is said, and the test that needs
#                     it says why it skips
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
