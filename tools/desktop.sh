#!/usr/bin/env bash
# Builds the window as a program of the desktop's, in the system's own web view, and its packages: .deb and .rpm, each
# with the command line beside it. They land in `desktop` under the target folder. Ends with 3, and says why, where
# something that it needs cannot be had here.
#
#   desktop.sh          the programs and the packages
#   desktop.sh program  the programs alone
#   desktop.sh bundle KIND ...  the programs and packages of these kinds, as the public workflow asks for
#
# PROFILE=release makes them as they are handed out: smaller and faster, and longer to build.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=${PROFILE:-work}
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target"
target=$(cd "$target" && pwd)
export CARGO_TARGET_DIR=$target
out=$target/desktop
cli=$out/cli/node_modules/.bin/tauri

say() { echo "desktop: $*"; }
# native PATH: as a program of the system's reads it; Windows' do not read this shell's.
native() { if command -v cygpath >/dev/null; then cygpath -m "$1"; else echo "$1"; fi; }
cannot() { say "not built: $*"; exit 3; }

kinds=(deb rpm)
case ${1:-} in bundle) kinds=("${@:2}") ;; esac
case $(uname) in
  Linux) pkg-config --exists webkit2gtk-4.1 2>/dev/null || cannot "WebKitGTK's headers are missing" ;;
esac

if [ -z "${DESKTOP_PAGE:-}" ]; then
  tools/web.sh || { rc=$?; [ "$rc" != 3 ] || cannot "nothing here builds the page"; exit "$rc"; }
fi
# What a host serves compressed, this program compresses itself.
mkdir -p "$out"
rm -rf "$out/page"
web=${DESKTOP_PAGE:-$target/web}
cp -R "$web" "$out/page"
find "$out/page" \( -name '*.gz' -o -name '*.br' \) -delete

say "building the programs (some minutes the first time)"
cargo build --locked --profile "$profile" -p benchvise
# The page goes into the program as it is compiled.
TAURI_CONFIG=$(printf '{"build":{"frontendDist":"%s"}}' "$(native "$out/page")") \
  cargo build --locked --profile "$profile" --manifest-path src-tauri/Cargo.toml
exe=
case $(uname) in MINGW* | MSYS* | CYGWIN*) exe=.exe ;; esac
say "the program is $target/$profile/benchvise-desktop$exe"
[ "${1:-}" != program ] || exit 0

# The bundler takes what is in `release` of a target folder: a folder of its own has both programs, stripped.
if [ ! -x "$cli" ]; then
  command -v npm >/dev/null || cannot "npm is missing, which has Tauri's bundler"
  say "getting Tauri's bundler with npm"
  npm install --prefix "$out/cli" --no-audit --no-fund --loglevel=error @tauri-apps/cli@2.12 >/dev/null ||
    cannot "npm has no @tauri-apps/cli"
fi
triple=$(rustc -vV | sed -n 's/^host: //p')
stage=$out/stage
rm -rf "$stage/release"
mkdir -p "$stage/release"
cp "$target/$profile/benchvise-desktop$exe" "$stage/release/"
cp "$target/$profile/benchvise$exe" "$stage/benchvise-$triple$exe"
strip "$stage/release/benchvise-desktop$exe" "$stage/benchvise-$triple$exe" 2>/dev/null || say "not stripped"
# The command line serves the page too, as it is and compressed, from where packages put what is the same everywhere.
files=$(printf '{"files":{"/usr/share/benchvise/web":"%s"}}' "$(native "$web")")
linux=$(printf '{"deb":%s,"rpm":%s,"appimage":%s}' "$files" "$files" "$files")
config=$(printf '{"build":{"frontendDist":"%s"},"bundle":{"externalBin":["%s"],"linux":%s}}' \
  "$(native "$out/page")" "$(native "$stage/benchvise")" "$linux")
(cd src-tauri && CARGO_TARGET_DIR=$stage "$cli" bundle --ci --no-sign --no-binary-patching \
  --bundles "$(IFS=,; echo "${kinds[*]}")" --config "$config") >"$out/bundle.log" 2>&1 ||
  { tail -n 40 "$out/bundle.log"; exit 1; }
find "$stage/release/bundle" -maxdepth 2 -type f \( -name '*.deb' -o -name '*.rpm' -o -name '*.msi' -o -name '*.dmg' -o -name '*.AppImage' \) |
  while read -r package; do say "$(du -h "$package" | cut -f1) $package"; done
