#!/usr/bin/env bash
# One story on a real USB stack: in a guest computer a board is plugged in, pulled in the middle of a run, and
# plugged in again. `crates/benchvise/tests/usb/init.sh` is the story, `judge.py` says whether it went as told.
#
#   test_usb.sh    needs what `setup.sh usb` installs and, the first time, Debian's package of a kernel, which is
#                  unpacked into the user's cache and never installed. Where that cannot be had it says why and skips.
set -euo pipefail
cd "$(dirname "$0")/.."
# Where Debian keeps modprobe and depmod, which no ordinary user finds.
PATH=$PATH:/usr/sbin:/sbin
parts=crates/benchvise/tests/usb
# Of the whole guest, in seconds; a busy host takes ten times as long as an idle one.
longest=${USB_S:-1200}

skip() {
  echo "usb: skipped: $*"
  exit 0
}

[ "$(uname -sm)" = "Linux x86_64" ] || skip "the guest runs this program, which must be an x86-64 Linux one"
for need in qemu-system-x86_64 busybox cpio modprobe udevadm python3; do
  command -v "$need" >/dev/null || skip "there is no $need; tools/setup.sh usb installs it"
done
! ldd "$(command -v busybox)" >/dev/null 2>&1 || skip "busybox is not the static one; install busybox-static"
if ! kernel=$("$parts/kernel.sh"); then
  reason=$(tail -n 1 <<<"$kernel")
  skip "${reason:-the kernel of the guest could not be unpacked}"
fi

echo "usb: building the program" >&2
cargo build --locked --profile work -p benchvise
target=${CARGO_TARGET_DIR:-target}
folder=$target/usb
mkdir -p "$folder"
"$parts/guest.sh" "$target/work/benchvise" "$kernel" "$folder/guest.gz"

# guest SECONDS ARGUMENT ...: boots a computer; its console is the answer.
guest() {
  local limit=$1
  shift
  timeout "$limit" qemu-system-x86_64 -m 512 -nodefaults -display none -serial stdio -no-reboot \
    -kernel "$kernel/vmlinuz" "$@" </dev/null 2>&1
}

# A device node is no proof: a kernel without a disk must get as far as its panic.
has_kvm() { [ -w /dev/kvm ] && guest 10 -accel kvm -cpu host -append "console=ttyS0 panic=-1" | grep -c "Kernel panic" >/dev/null; }

# An emulated processor counts time by its instructions, 2 ns each: a host that is busy changes nothing then.
accel=(-accel tcg -cpu max -icount "shift=1,sleep=off")
if (has_kvm) 2>/dev/null; then
  accel=(-accel kvm -cpu host)
fi
echo "usb: a guest with ${accel[1]}, $(basename "$kernel")"
guest "$longest" "${accel[@]}" -initrd "$folder/guest.gz" -append "console=ttyS0 panic=-1 loglevel=4" |
  tr -d '\r' >"$folder/console.log" || echo "usb: the guest did not end within $longest s" >>"$folder/console.log"
python3 "$parts/judge.py" "$folder/console.log"
