#!/usr/bin/env bash
# Has a foreign tool, schemathesis, ask a running bench host everything that its OpenAPI document allows and more, and
# look whether the host keeps to that document: no fault of its own (5xx), no status, type or shape it does not name.
#
#   check_api.sh       the host has a home, a store and a working folder of its own, which are gone afterwards
#   API_EXAMPLES=N     examples for each operation (default 60)
#   API_S=N            longest time in seconds (default 240); what was not asked by then is not asked
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
version=4.32.5
examples=${API_EXAMPLES:-60} longest_s=${API_S:-240}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/benchvise-tools
built=$(cd "${CARGO_TARGET_DIR:-target}" 2>/dev/null && pwd || true)/work

skip() {
  echo "api: skipped: $*"
  exit 0
}

tool=$cache/schemathesis-$version/bin/st
if [ ! -x "$tool" ]; then
  command -v python3 >/dev/null || skip "there is no python3"
  rm -rf "$cache/schemathesis-$version"
  { python3 -m venv "$cache/schemathesis-$version" &&
    "$cache/schemathesis-$version/bin/pip" install --quiet "schemathesis==$version"; } >&2 ||
    { rm -rf "$cache/schemathesis-$version"; skip "schemathesis $version could not be had"; }
fi

cargo build --profile work --workspace --exclude neural --bin benchvise >&2
[ -x "$built/benchvise" ] || built=$root/target/work
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
# A generated command may name a file: it lies in here.
mkdir "$home/work" && cd "$home/work"
"$built/benchvise" serve --listen 127.0.0.1:0 --token-file "$home/token" --grace 0 --json >"$home/said" 2>"$home/log" &
serving=$!
for _ in $(seq 200); do [ ! -s "$home/said" ] || break; sleep 0.1; done
url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' "$home/said")
[ -n "$url" ] || { cat "$home/log" >&2; exit 1; }

rc=0
timeout "$longest_s" "$tool" run "${url}api/openapi.json" \
  --header "Authorization: Bearer $(cat "$home/token")" \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
  --phases examples,coverage,fuzzing --max-examples "$examples" --seed 1 --no-color --request-timeout 30 || rc=$?
if ! kill -0 "$serving" 2>/dev/null; then
  echo "api: the host did not bear it"
  tail -n 20 "$home/log"
  exit 1
fi
[ "$rc" = 0 ] || tail -n 20 "$home/log" >&2
exit "$rc"
