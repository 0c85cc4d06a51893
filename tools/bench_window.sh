#!/usr/bin/env bash
# Measures the window beside an empty one of the same toolkit, under a virtual display with software rendering, and
# prints a row a figure: NAME, RATIO, GOAL, NOTE, with tabs between. `tools/bench.sh` puts them into its table.
#
#   bench_window.sh FOLDER    what the programs say goes there; nothing of the user's is read or written
#   BENCH_TURNS=N             times that each window is opened for its first paint (default 7); medians count
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(mkdir -p "$1" && cd "$1" && pwd)
turns=${BENCH_TURNS:-7} idle_turns=3 idle_s=10 live_s=10
built=${CARGO_TARGET_DIR:-target}/work
how="profile work, Xvfb, software rendering"
# Seconds after the first paint until a window has come to rest, and its memory is looked at.
settle_s=3
# A window with nothing in it, ours on an empty store, ours on a store with runs.
kinds=(bare empty runs)

row() { printf '%s\t%s\t%s\t%s\n' "$@"; }
# judge NAME FIGURE MOST NOTE, and judge_over NAME RATIO LEAST NOTE.
judge() { met "$1" "$2" "$3" "$4" "${2:-1} <= $3"; }
judge_over() { met "$1" "$2" "$3" "$4" "${2:-0} >= $3"; }
met() {
  if [ -z "$2" ]; then row "$1" - "$3" "it was not said, see $out"; return; fi
  if awk "BEGIN { exit !($5) }"; then row "$1" "$2" "$3" "met: $4"; else row "$1" "$2" "$3" "not met: $4"; fi
}
say() { echo "bench: $*" >&2; }
# What a calculation comes to; nothing where a number is missing.
sum() { awk "BEGIN { $1 }" 2>/dev/null || true; }
# over OURS THEIRS FORMAT: by how much, never below nothing; nothing where either is missing.
over() { [ -z "$1" ] || [ -z "$2" ] || sum "d = $1 - $2; printf \"$3\", d < 0 ? 0 : d"; }
load() { cut -d " " -f 1-2 /proc/loadavg; }
median() { sort -g | awk '{ all[NR] = $1 } END { if (NR) print NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'; }

missing=
[ "$(uname)" = Linux ] || missing="measured on Linux only"
[ -n "$missing" ] || command -v Xvfb >/dev/null || missing="Xvfb is not installed"
if [ -n "$missing" ]; then
  for name in "first paint" "memory" "idle processor time" "frames a second in Live"; do
    row "window: $name" - - "$missing"
  done
  exit 0
fi

declare -A store_of=([empty]="empty store" [runs]="store with runs")
# What a window is started with, to keep it to two cores.
cores=()

say "building the window, profile work"
cargo build --profile work -p benchvise --bin benchvise --example empty_window >&2

rm -f "$out"/*.ms "$out"/*.mb "$out"/*.percent "$out"/*.fps
# A home of its own: no settings, no runs, no remembered size of whoever calls this.
home=$(mktemp -d)
shown=
display=
# Ends what was started here, by its number.
finish() {
  for started in $shown $display; do kill "$started" 2>/dev/null && wait "$started" 2>/dev/null || true; done
  rm -rf "$home"
}
trap finish EXIT
unset WAYLAND_DISPLAY WAYLAND_SOCKET DBUS_SESSION_BUS_ADDRESS
for variable in "${!BENCHVISE_@}"; do unset "$variable"; done
export HOME=$home XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data XDG_STATE_HOME=$home/state
export LIBGL_ALWAYS_SOFTWARE=1
Xvfb -displayfd 3 -screen 0 1920x1080x24 -nolisten tcp 3>"$home/display" >"$out/xvfb.txt" 2>&1 &
display=$!
for _ in $(seq 100); do [ ! -s "$home/display" ] || break; sleep 0.1; done
DISPLAY=:$(cat "$home/display")
export DISPLAY

# Runs in a store: enough for every room to have something to show.
for seed in $(seq 8); do
  "$built/benchvise" --store "$home/runs" profile --synthetic-seed "$seed" --tokens 32 --repeat 5 >/dev/null 2>"$out/runs.txt"
done

# open KIND PACE: opens a window, leaves its process in `shown` and when it was started, in ms, in `started_ms`.
open() {
  local command=("${cores[@]}" "$built/examples/empty_window")
  [ "$1" = bare ] || command=("${cores[@]}" "$built/benchvise" --store "$home/$1")
  said=$out/window-$1.txt
  : >"$said"
  local now=$EPOCHREALTIME
  BENCHVISE_FRAMES=$2 "${command[@]}" >"$said" 2>&1 &
  shown=$!
  started_ms=$(sum "printf \"%.3f\", ${now/,/.} * 1000")
}

# close: ends the window that is open.
close() {
  kill "$shown" 2>/dev/null && wait "$shown" 2>/dev/null || true
  shown=
}

# first_paint: waits for it and says how long it took, in ms.
first_paint() {
  for _ in $(seq 600); do
    at=$(sed -n 's/^first paint at \([0-9.]*\) ms$/\1/p' "$said")
    [ -z "$at" ] || break
    sleep 0.05
  done
  [ -z "$at" ] || sum "printf \"%.1f\\n\", $at - $started_ms"
}

# Processor time of the window's threads so far, in s, and its resident memory, in MB.
cpu_s() { cat /proc/"$shown"/task/*/schedstat | awk '{ ns += $1 } END { printf "%.6f", ns / 1e9 }'; }
resident_mb() { awk '/^VmRSS:/ { printf "%.1f\n", $2 * 1.024e-3 }' /proc/"$shown"/status; }

# Taking turns, so that a busy moment disturbs all.
say "first paint, each window $turns times (load $(load))"
for _ in $(seq "$turns"); do
  for kind in "${kinds[@]}"; do
    open "$kind" count
    first_paint >>"$out/first_paint_$kind.ms"
    close
  done
done

say "memory and idle processor time, each window $idle_turns times for $idle_s s (load $(load))"
for _ in $(seq "$idle_turns"); do
  for kind in "${kinds[@]}"; do
    open "$kind" count
    first_paint >/dev/null
    sleep "$settle_s"
    resident_mb >>"$out/resident_$kind.mb"
    before=$(cpu_s) from=$EPOCHREALTIME
    sleep "$idle_s"
    after=$(cpu_s) to=$EPOCHREALTIME
    sum "printf \"%.3f\n\", ($after - $before) / (${to/,/.} - ${from/,/.}) * 100" >>"$out/idle_$kind.percent"
    close
  done
done

for kind in empty runs; do
  what="window, ${store_of[$kind]}"
  first=$(median <"$out/first_paint_$kind.ms") bare=$(median <"$out/first_paint_bare.ms")
  judge "$what: first paint, times an empty window's" "$(sum "printf \"%.2f\", $first / $bare")" 1.5 "$first ms, empty $bare ms; $how"
  memory=$(median <"$out/resident_$kind.mb") bare=$(median <"$out/resident_bare.mb")
  judge "$what: MB of memory over an empty window's" "$(over "$memory" "$bare" %.0f)" 80 "$memory MB, empty $bare MB; $how"
  idle=$(median <"$out/idle_$kind.percent") bare=$(median <"$out/idle_bare.percent")
  judge "$what: % of a core when idle, over an empty window's" "$(over "$idle" "$bare" %.2f)" 0.5 "$idle %, empty $bare %; $how"
done

# A run is recorded and shown: started in the window by its key, as a person would.
if ! command -v xdotool >/dev/null; then
  row "window: frames a second in Live, over 20" - 1 "xdotool is not installed"
  exit 0
fi
[ "$(nproc)" -le 2 ] || cores=(taskset -c 0,1)
mkdir -p "$XDG_STATE_HOME/benchvise"
# live PACE: frames a second, the median of the seconds while the run was shown.
live() {
  cat >"$XDG_STATE_HOME/benchvise/window.json" <<'JSON'
{"window_size": "1280 720", "place": "bench", "bench": "{\"model\":\"Synthetic\",\"tokens\":\"256\",\"repetitions\":\"1000\"}"}
JSON
  open "live-$1" "$1"
  [ -n "$(first_paint)" ] || { close; return 0; }
  sleep "$settle_s"
  xdotool search --sync --onlyvisible --name '^Benchvise$' windowfocus --sync key ctrl+Return >/dev/null
  sleep "$settle_s"
  # Without a run it would be another room's figure.
  [ -n "$("$built/benchvise" --store "$home/live-$1" --quiet runs --json | grep '"recording"')" ] || { close; return 0; }
  local lines
  lines=$(wc -l <"$said")
  sleep "$live_s"
  tail -n "+$((lines + 1))" "$said" | sed -n 's/^painted \([0-9]*\) frames in \([0-9.]*\) s$/\1 \2/p' | awk '{ print $1 / $2 }' | median
  close
}
say "a run in Live, $live_s s (load $(load))"
for pace in count flat-out; do
  live "$pace" >"$out/live_$pace.fps"
  if [ "$pace" = count ]; then what="as they come in"; else what="without a pause"; fi
  fps=$(cat "$out/live_$pace.fps")
  judge_over "window: frames a second in Live, $what, over 20" "$(sum "printf \"%.2f\", $fps / 20")" 1 "${fps:-?} a second at 1280x720 on two cores, which the board shares; $how"
done
