#!/usr/bin/env bash
# Loads a bench host of its own and prints how it bears that, a row a figure: NAME, FIGURE, GOAL, NOTE, with tabs
# between; the note begins with "met" or "not met". `tools/bench.sh` puts them into its table. The host, the load and
# the board share this machine, so what else goes on here is in the figures; its load is printed first.
#
#   bench_host.sh    takes about a minute and a half; nothing of the user's is read or written
set -euo pipefail
cd "$(dirname "$0")/.."
built=${CARGO_TARGET_DIR:-target}/work
[ "$(uname)" = Linux ] || { printf 'host\t-\t-\tmeasured on Linux only\n'; exit 0; }

echo "host: building, profile work" >&2
# With the workspace's features, so that nothing is built twice.
cargo build --profile work --workspace --exclude neural --bin benchvise --example load >&2

home=$(mktemp -d)
serving=
# Ends what was started here, by its number.
finish() {
  [ -z "$serving" ] || { kill "$serving" 2>/dev/null && wait "$serving" 2>/dev/null; } || true
  rm -rf "$home"
}
trap finish EXIT
for variable in "${!BENCHVISE_@}"; do unset "$variable"; done
export HOME=$home XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data XDG_STATE_HOME=$home/state XDG_CACHE_HOME=$home/cache
# A thousand sockets at either end.
ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
"$built/benchvise" serve --listen 127.0.0.1:0 --token-file "$home/token" --grace 0 --json >"$home/said" 2>"$home/log" &
serving=$!
for _ in $(seq 200); do [ ! -s "$home/said" ] || break; sleep 0.1; done
url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' "$home/said")
[ -n "$url" ] || { cat "$home/log" >&2; exit 1; }
printf 'host: load of the machine\t%s\t-\ton %s cores\n' "$(cut -d ' ' -f 1 /proc/loadavg)" "$(nproc)"
"$built/examples/load" "$url" "$home/token" "$serving"
