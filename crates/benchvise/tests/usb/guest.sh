#!/usr/bin/env bash
# Makes the guest's memory disk: busybox, udev with its rules, a kernel's modules, the program, and init.sh.
#
#   guest.sh PROGRAM KERNEL OUT    KERNEL is a folder of kernel.sh; OUT is the file to write
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$1 kernel=$2 out=$3
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
# It becomes the guest's own root folder, which others must get into.
chmod 755 "$root"
mkdir -p "$root"/{bin,dev,proc,sys,run,tmp,etc,modules,var/bench,lib,usr/lib/udev}

# with_libraries PROGRAM PLACE: a program and what it is linked to.
with_libraries() {
  install -D "$1" "$root$2"
  ldd "$1" | grep -o '/[^ ]*' | while read -r library; do
    [ -e "$root$library" ] || install -D "$library" "$root$library"
  done
}

install "$(command -v busybox)" "$root/bin/busybox"
with_libraries "$program" /bin/benchvise
# Nobody looks at its names there, and four fifths of the file are names.
strip "$root/bin/benchvise"
# Called by its other name it is the daemon.
with_libraries "$(readlink -f "$(command -v udevadm)")" /bin/udevadm
ln -s udevadm "$root/bin/systemd-udevd"
rules=/usr/lib/udev/rules.d
[ -d $rules ] || rules=/lib/udev/rules.d
cp -r $rules "$root/usr/lib/udev/"
ln -s ../usr/lib/udev "$root/lib/udev"
cp "$kernel"/modules/* "$root/modules/"
# The person is not root, and in no group that may open ports.
cat >"$root/etc/passwd" <<'USERS'
root:x:0:0::/:/bin/sh
bench:x:1000:1000::/var/bench:/bin/sh
USERS
{
  sed 's/[^:]*$//' /etc/group
  echo 'bench:x:1000:'
} >"$root/etc/group"
echo 11111111222222223333333344444444 >"$root/etc/machine-id"
install "$here/init.sh" "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet -R +0:+0) | gzip -1 >"$out"
