#!/bin/busybox sh
# The guest's first process: a gadget with our agent behind it, and a person with the program on the other side of
# the same USB. Each step prints a line that begins with "usb: ", which judge.py reads. Times are hundredths of a
# second of the guest's clock.
export PATH=/bin
busybox=/bin/busybox
$busybox mount -t proc proc /proc
$busybox mount -t sysfs sysfs /sys
$busybox mount -t devtmpfs devtmpfs /dev
$busybox --install -s /bin
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
chmod 1777 /tmp
chown -R bench:bench /var/bench

gadget=/sys/kernel/config/usb_gadget/board
serial=84F703C1A2B4
# The run: tokens of a repetition, and about how long it takes. A guest may be as fast as its host, or a hundredth.
tokens=64
seconds=3

say() { echo "usb: $*"; }
end() { poweroff -f; }
fail() {
  say "failed: $*"
  for log in /tmp/*.log; do
    echo "--- the end of $log"
    tail -n 15 "$log"
  done
  end
}

# Sets $now; no process is started for it.
look_at_clock() {
  read -r now _ </proc/uptime
  now=${now%.*}${now#*.}
}

# hear DESCRIPTOR WORDS: reads lines up to one with these words, left in $line with the moment in $now.
hear() {
  while IFS= read -t 60 -r line <&"$1"; do
    echo "$line" >>/tmp/heard.log
    case $line in *"$2"*) look_at_clock && return ;; esac
  done
  fail "nobody said: $2"
}

# person ARGUMENT ...: the program as somebody who is not root.
person() { su bench -c "cd && exec benchvise $*"; }

# tell NAME COMMAND ...: the person's document, on one line.
tell() {
  local name=$1
  shift
  person "$@" >/tmp/document 2>>/tmp/document.log || fail "this ended with $?: $*"
  say "document $name $(cat /tmp/document)"
}

# plug PROGRAM: gives a board power, with which what is on it starts anew.
plug() {
  case $1 in
    agent)
      benchvise agent /dev/ttyGS0 --name "Guest board" 2>>/tmp/agent.log &
      board=$!
      ;;
    nothing) board= ;;
  esac
  look_at_clock
  plugged=$now
  echo dummy_udc.0 >$gadget/UDC || fail "the gadget cannot be bound"
}

unplug() {
  look_at_clock
  unplugged=$now
  echo "" >$gadget/UDC || fail "the gadget cannot be taken away"
  [ -z "$board" ] || kill $board 2>/dev/null
}

for module in /modules/*.ko; do
  insmod "$module" || fail "$module cannot be loaded"
done
mount -t configfs configfs /sys/kernel/config
systemd-udevd --daemon || fail "udevd does not start"
until [ -e /run/udev/control ]; do sleep 0.1; done
say "up $(uname -r) by udev $(udevadm --version)"

# The gadget: an ESP32 by its numbers, with one serial port.
mkdir -p $gadget/strings/0x409 $gadget/functions/acm.0 $gadget/configs/c.1 || fail "there is no gadget"
cd $gadget || fail "there is no gadget"
echo 0x303a >idVendor
echo 0x1001 >idProduct
echo "$serial" >strings/0x409/serialnumber
echo "Espressif" >strings/0x409/manufacturer
echo "USB JTAG/serial debug unit" >strings/0x409/product
ln -s functions/acm.0 configs/c.1/
cd /

mkfifo /tmp/watch /tmp/said /tmp/follow
person -vv boards --watch >/tmp/watch 2>/tmp/watch.log &
exec 3</tmp/watch
hear 3 "host"

# A board that this person may not open, and the rule that lets him: udev gives the board to whoever sits at the computer.
plug nothing
hear 3 "303a:1001"
tell closed boards --json
benchvise doctor --fix --yes >/tmp/document 2>&1 || fail "the rule cannot be written"
mkdir -p /run/systemd/seats
printf 'ACTIVE=1\nACTIVE_UID=1000\n' >/run/systemd/seats/seat0
udevadm control --reload && udevadm trigger --subsystem-match=tty && udevadm settle
tell opened boards --json

# This board runs something else, and takes nothing of what it is sent.
look_at_clock
began=$now
person profile --board $serial --synthetic-seed 1 >/tmp/document 2>/tmp/silent.log && fail "nobody is there, and a run is complete"
look_at_clock
say "began $began ended $now"
say "line $(head -n 1 /tmp/silent.log)"
unplug
hear 3 "went"

# One with our agent is plugged in while somebody watches.
plug agent
hear 3 "303a:1001"
say "plugged $plugged visible $now"
say "line $line"
say "told $(grep -c 'USB event=.*Connected(DeviceInfo' /tmp/watch.log)"

# Who is it, and how fast?
tell listed boards --json
tell first profile --board $serial --synthetic-seed 1 --tokens $tokens --repeat 1 --warmup 0 --json
rate=$(sed -n 's/.*"tokens_per_s":{"median":\([0-9]*\).*/\1/p' /tmp/document)
repetitions=$((rate * seconds / tokens + 4))

# A run, and the cable is pulled in the middle of it.
look_at_clock
began=$now
person profile --board $serial --synthetic-seed 1 --tokens $tokens --repeat $repetitions --warmup 0 >/tmp/profile 2>/tmp/said &
profile=$!
exec 4</tmp/said
until person runs --json --limit 1 | grep -q '"status":"recording"'; do
  kill -0 $profile || { cat <&4 >/tmp/said.log && fail "the run did not begin"; }
done
person watch latest >/tmp/follow &
exec 5</tmp/follow
# At least one is whole by then.
hear 5 "tok/s"
say "began $began whole $now"
tell during boards --json
# Somebody still has the old port open, so its number is not given away again.
exec 6<>/dev/ttyACM0
unplug
hear 4 "the board was unplugged"
say "unplugged $unplugged noticed $now"
hear 3 "went"
say "line $line"
sleep 2
while IFS= read -t 1 -r line <&5; do :; done
plug agent
hear 3 "303a:1001"
say "plugged $plugged visible $now"
say "line $line"
hear 4 "the board is back after"
say "plugged $plugged back $now"
hear 5 "tokens of this one"
say "plugged $plugged going $now"
cat <&4 >>/tmp/said.log
wait $profile || fail "the run ended with $?"
tell after boards --json
tell runs runs --json --limit 1
# What the store has: the circumstances, and how many tokens of each repetition.
person show latest | sed -n 's/^  \([a-z_.]*\): /\1 /p' | while read -r key value; do say "fact $key $value"; done
person export latest --format csv --output /tmp/tokens.csv >/tmp/document 2>&1 || fail "the run cannot be exported"
say "repetitions $repetitions tokens $tokens stored $(awk -F, 'NR > 1 { n[$2]++ } END { for (one in n) printf "%d:%d ", one, n[one] }' /tmp/tokens.csv)"
person store check >/tmp/document || fail "the store is not sound"
say "told $(grep -c 'USB event=.*Connected(DeviceInfo' /tmp/watch.log) $(grep -c 'USB event=.*Disconnected(' /tmp/watch.log)"
say "done"
end
