#!/usr/bin/env bash
# Gets Debian's own kernel for the guest, without installing it.
#
#   kernel.sh    prints the folder it lies in: vmlinuz, and modules in the order they are loaded in
#
# It stays in the user's cache, so that only the first call asks the network. Ends with 1, with the reason as its
# last line, where there is none to be had.
set -euo pipefail
cache=${XDG_CACHE_HOME:-$HOME/.cache}/benchvise-usb
# Everything between the gadget's bytes and the board's port.
needed=(dummy_hcd libcomposite usb_f_acm cdc_acm)

give_up() {
  echo "$*"
  exit 1
}

mkdir -p "$cache"
ready=$(find "$cache" -maxdepth 2 -name vmlinuz | sort -V | tail -n 1)
if [ -n "$ready" ]; then
  dirname "$ready"
  exit
fi
command -v apt-get >/dev/null || give_up "the guest's kernel is Debian's, and there is no apt-get here"
[ "$(dpkg --print-architecture)" = amd64 ] || give_up "the guest is an amd64 computer, and this is none"
# The package of that name only names the one with the kernel.
package=$(apt-cache depends linux-image-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
[ -n "$package" ] || give_up "apt knows no linux-image-amd64; type: sudo apt-get update"
work=$(mktemp -d "$cache/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "usb: fetching $package (70 MB, once)" >&2
(cd "$work" && apt-get download -qq -o APT::Sandbox::User=root "$package" >&2) || give_up "$package could not be downloaded"
dpkg -x "$work"/*.deb "$work/all"
release=${package#linux-image-}
kernel=$work/kernel
mkdir -p "$kernel/modules"
mv "$work/all/boot/vmlinuz-$release" "$kernel/vmlinuz"
# Newer packages keep them under /usr.
root=$(find "$work/all" -path "*/lib/modules/$release" -printf '%H/%P\n' | head -n 1)
root=${root%/lib/modules/*}
depmod -b "$root" "$release"
modprobe -d "$root" -S "$release" --show-depends -a "${needed[@]}" >"$work/order" || give_up "$package lacks one of ${needed[*]}"
# In the order in which they are to be loaded.
number=100
while read -r module; do
  number=$((number + 1))
  case $module in
    *.xz) xz -dc "$module" >"$kernel/modules/$number-$(basename "$module" .xz)" ;;
    *) cp "$module" "$kernel/modules/$number-$(basename "$module")" ;;
  esac
done < <(sed -n 's/^insmod \([^ ]*\).*/\1/p' "$work/order" | awk '!seen[$0]++')
mv "$kernel" "$cache/$release"
echo "$cache/$release"
