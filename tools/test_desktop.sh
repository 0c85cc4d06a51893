#!/usr/bin/env bash
# Tests the desktop's package: the .deb is installed (as root; else unpacked), started under a virtual display,
# photographed, given documents, and asked to measure its channel. Pictures land in `pictures` under the target folder.
# What is missing here is said, and what needs it is left out. What of the program needs no web view is tested with
# everything else, in `crates/shell`.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
target=$(cd "$target" && pwd)
out=$target/desktop

say() { echo "desktop: $*"; }

for need in Xvfb dbus-run-session xdotool dpkg; do
  command -v "$need" >/dev/null || { say "not tried: there is no $need"; exit 0; }
done
/usr/bin/python3 -c 'import pyatspi, Xlib' 2>/dev/null || { say "not tried: there is no python3 with pyatspi and Xlib"; exit 0; }

package=$(find "$out/stage/release/bundle/deb" -name '*.deb' | head -n 1)
[ -n "$package" ] || { say "there is no .deb: make desktop"; exit 1; }
folder=$(mktemp -d)
installed=no
cleanup() {
  [ -z "${display_pid:-}" ] || kill "$display_pid" 2>/dev/null || true
  [ "$installed" = no ] || dpkg --purge benchvise >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap cleanup EXIT

if [ "$(id -u)" = 0 ] && ! dpkg -s benchvise >/dev/null 2>&1; then
  installed=yes
  dpkg -i "$package" >"$folder/dpkg.log" 2>&1 || { cat "$folder/dpkg.log"; exit 1; }
  say "installed $(basename "$package")"
  bin=/usr/bin
else
  dpkg -x "$package" "$folder/root"
  say "unpacked $(basename "$package"): it is not root, or has one installed"
  bin=$folder/root/usr/bin
fi
"$bin/benchvise" --version
[ -f "$bin/../share/benchvise/web/index.html" ] || { say "the package has no page for benchvise serve"; exit 1; }
[ -f "$bin/../share/mime/packages/benchvise.xml" ] || { say "the package does not say what a model is"; exit 1; }

mkdir -m 700 "$folder/run"
printf 'The pump at the north well lost pressure on Tuesday. Ada changed the seal in the evening.\n%.0s' {1..40} >"$folder/notes.md"
printf 'The second pump kept its pressure. Nobody had to look at it for the whole week.\n%.0s' {1..40} >"$folder/dropped.md"
cp "$folder/notes.md" "$folder/chosen.md"
coproc DISPLAY_SERVER { exec Xvfb -displayfd 1 -screen 0 1400x900x24 +extension GLX -nolisten tcp -noreset 2>"$folder/display.log"; }
display_pid=$DISPLAY_SERVER_PID
read -r number <&"${DISPLAY_SERVER[0]}"
rc=0
env -u WAYLAND_DISPLAY DISPLAY=":$number" LIBGL_ALWAYS_SOFTWARE=1 GDK_BACKEND=x11 XDG_RUNTIME_DIR="$folder/run" \
  HOME="$folder" XDG_CONFIG_HOME="$folder/config" XDG_DATA_HOME="$folder/data" XDG_CACHE_HOME="$folder/cache" \
  XDG_STATE_HOME="$folder/state" BENCHVISE_CONFIG="$folder/settings.toml" BENCHVISE_STORE="$folder/store" \
  BENCHVISE_LOG="$folder/log" BENCHVISE_MODELS="$folder/models" BENCHVISE_CACHE="$folder/results" \
  PYTHONDONTWRITEBYTECODE=1 DESKTOP_PROGRAM="$bin/benchvise-desktop" DESKTOP_CLI="$bin/benchvise" \
  DESKTOP_FOLDER="$folder" DESKTOP_LOAD_S="${DESKTOP_LOAD_S:-10}" DESKTOP_DOOR="$PWD/crates/benchvise/tests/window" DESKTOP_STEPS="$PWD/crates/benchvise/tests/equal/steps.json" \
  timeout 480 dbus-run-session -- /usr/bin/python3 -u src-tauri/tests/desktop.py || rc=$?
mkdir -p "$target/pictures"
cp "$folder"/desktop-*.png "$target/pictures/" 2>/dev/null || true
say "pictures are in $target/pictures"
exit "$rc"
