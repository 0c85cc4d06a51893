#!/usr/bin/env bash
# Measures this program beside its peers, each pair in one run on one machine, and prints ratios.
#
#   PEER_RUN=FILE       llama2.c's `run`, built with its runfast flags and -march=native, to generate the same text with
#   BENCH_MODEL=FILE, BENCH_TOKENIZER=FILE    what both generate with (found beside the project where it is there)
#   BENCH_PYTHON=FILE   a Python with numpy, scikit-learn and tiktoken, for the compression harness
#
# A ratio is ours over the peer's: above 1 we are faster. A goal that is not met is said, never an error.
# Everything also goes to target/bench.json, and the output of each program to target/bench/.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
out=$target/bench
shared=../shared
mkdir -p "$out"
: >"$out/rows"

# row NAME RATIO GOAL NOTE: RATIO may be -, where NOTE says why; GOAL may be - where none was set.
row() { printf '%s\t%s\t%s\t%s\n' "$@" >>"$out/rows"; }

# judge NAME RATIO GOAL HELD_BACK
judge() {
  local note=met
  if [ -z "$2" ]; then row "$1" - "$3" "its output was not understood, see $out"; return; fi
  if [ "$3" = - ]; then note="no goal set"; elif awk -v r="$2" -v g="$3" 'BEGIN { exit !(r < g) }'; then note="not met: $4"; fi
  row "$1" "$2" "$3" "$note"
}

# example CRATE NAME [ARGUMENT ...]: its output lands in a file and is shown. Built in release, or as `profile` says.
example() {
  local crate=$1 name=$2
  shift 2
  echo "bench: $crate, $name" >&2
  "$target/${profile:-release}/examples/$name" "$@" | tee "$out/$name.txt" >&2 || row "$crate, $name" - - "it ended with an error, see $out/$name.txt"
}

# best PATTERN FILE: the largest number that stands before PATTERN on a line.
best() { sed -nE "s|.*[^0-9.]([0-9]+\.?[0-9]*) *$1.*|\1|p" "$2" | sort -g | tail -n 1; }

echo "bench: building in release (some minutes the first time)" >&2
cargo build --release -p tinyllm -p agent -p store -p compress -p analysis -p board -p engine --features tinyllm/std,agent/std --examples

# Tiny models against llama2.c's run.
model=${BENCH_MODEL:-$shared/models/stories260K.bin} tokenizer=${BENCH_TOKENIZER:-$shared/models/tok512.bin}
if [ ! -e "$model" ] || [ ! -e "$tokenizer" ]; then
  row "generate against llama2.c" - - "pass BENCH_MODEL=FILE BENCH_TOKENIZER=FILE"
else
  : >"$out/peer.txt"
  : >"$out/ours.txt"
  # Taking turns, so that a busy moment disturbs both; the best of five counts.
  for _ in 1 2 3 4 5; do
    example tinyllm generate "$model" "$tokenizer" f32 500 3
    cat "$out/generate.txt" >>"$out/ours.txt"
    if [ -n "${PEER_RUN:-}" ]; then
      "$PEER_RUN" "$model" -z "$tokenizer" -t 0 -n 500 >>"$out/peer.txt" 2>&1 || true
    fi
  done
  example tinyllm generate "$model" "$tokenizer" int8 500 3
  ours=$(best 'tok/s' "$out/ours.txt") int8=$(best 'tok/s' "$out/generate.txt")
  if [ -z "${PEER_RUN:-}" ]; then
    row "generate, f32, against llama2.c" - 1 "pass PEER_RUN=/path/to/run (-Ofast -march=native); ours: ${ours:-?} tok/s"
  else
    peer=$(sed -nE 's/.*achieved tok\/s: *([0-9.]+).*/\1/p' "$out/peer.txt" | sort -g | tail -n 1)
    judge "generate, f32, against llama2.c" "$(awk -v a="${ours:-0}" -v b="${peer:-0}" 'BEGIN { if (b > 0) printf "%.2f", a / b }')" 1 \
      "see the phases in $out/generate.txt"
  fi
  judge "generate, int8 against f32" "$(awk -v a="${int8:-0}" -v b="${ours:-0}" 'BEGIN { if (b > 0) printf "%.2f", a / b }')" - ""
fi

# ratios FILE EXPECTED SED_EXPRESSION ...: name and ratio of each line that matches, and a row where none did.
ratios() {
  local file=$1 expected=$2
  shift 2
  sed -nE "$@" "$out/$file" >"$out/matched"
  [ -s "$out/matched" ] || row "$expected" - - "its output was not understood, see $out/$file"
}

# The wire against its checksum alone: the last number of each line is the ratio.
example agent decode_rate
ratios decode_rate.txt "decode, against its CRC alone" -e 's/^(.*[^ ]) +[0-9]+ MB\/s +[0-9]+ MB\/s +([0-9.]+)$/\1\t\2/p'
while IFS=$'\t' read -r name ratio; do
  judge "decode $name, against its CRC alone" "$ratio" 0.3 "model chunks of 256 bytes are near it, 0.28 to 0.30"
done <"$out/matched"

# Recording against a plain file.
example store ingest 64 "$out"
ratios ingest.txt "record, against a plain file" -e 's/^(f[0-9]+) +(recorded|closed): .*ratio ([0-9.]+).*/\1 \2\t\3/p'
while IFS=$'\t' read -r name ratio; do
  judge "$name samples, against a plain file" "$ratio" 0.5 "SQLite makes four small syncs and a truncation a flush where the plain file has one sync"
done <"$out/matched"

# A signal at every zoom: the figures of the design, as multiples of what they must be.
example analysis pyramid
ratios pyramid.txt "pyramid" -e 's/^pyramid and ring: ([0-9.]+) M samples.*/samples into the pyramid, of 20 M\/s\t\1\t20/p' \
  -e 's/^worst of 2000 columns: ([0-9.]+) ms.*/5 ms over the worst 2000 columns of an hour at 100 kHz\t5\t\1/p'
while IFS=$'\t' read -r name over under; do
  judge "$name" "$(awk -v a="$over" -v b="$under" 'BEGIN { if (b > 0) printf "%.2f", a / b }')" 1 "see $out/pyramid.txt"
done <"$out/matched"

# A view of three such signals, as the engine makes it.
example engine views
ratios views.txt "views" -e 's/^worst frame of .*: ([0-9.]+) ms.*/5 ms over the worst frame of three hours at 100 kHz\t5\t\1/p'
while IFS=$'\t' read -r name over under; do
  judge "$name" "$(awk -v a="$over" -v b="$under" 'BEGIN { if (b > 0) printf "%.2f", a / b }')" 1 "see $out/views.txt"
done <"$out/matched"

# Sixteen boards at once, and the way from Hello to the first token.
example engine many_boards
ratios many_boards.txt "many boards" -e 's/^([0-9]+ boards at [0-9]+ samples a second) each: .*, ([0-9]+) % of a core$/a core over \1 each\t100\t\2/p' \
  -e 's/^Hello to the first token, .*: ([0-9.]+) ms .*/200 ms over Hello to the first token\t200\t\1/p'
while IFS=$'\t' read -r name over under; do
  judge "$name" "$(awk -v a="$over" -v b="$under" 'BEGIN { if (b > 0) printf "%.2f", a / b }')" 1 "see $out/many_boards.txt"
done <"$out/matched"

# Sixteen boards that sample series of their own.
example engine many_boards 16 20000 20 own
ratios many_boards.txt "series of boards' own" -e 's/^([0-9]+ boards) with a series of their own at ([0-9]+ samples a second) each: .*, ([0-9]+) % of a core$/a core over \1 with series of their own at \2\t100\t\3/p'
while IFS=$'\t' read -r name over under; do
  judge "$name" "$(awk -v a="$over" -v b="$under" 'BEGIN { if (b > 0) printf "%.2f", a / b }')" 1 "see $out/many_boards.txt"
done <"$out/matched"

# A PPK2 at its full rate, for a minute; it ends with an error where a sample is lost.
example board meter_load 60
ratios meter_load.txt "a PPK2 at 100 kHz" -e 's/^[0-9]+ samples in .*, ([0-9.]+) % of a core$/15 % of a core over a PPK2 at 100 kHz\t15\t\1/p'
while IFS=$'\t' read -r name over under; do
  judge "$name" "$(awk -v a="$over" -v b="$under" 'BEGIN { if (b > 0) printf "%.2f", a / b }')" 1 "see $out/meter_load.txt"
done <"$out/matched"

# What a frame of three such signals costs: the engine's worst view, and the window's own share of drawing it. What
# draws is built in profile work: the toolkit in release takes too long for what it would change.
cargo build --profile work -p ui --example frame_cost
profile=work example ui frame_cost
views=$(sed -nE 's/^worst frame of .*: ([0-9.]+) ms.*/\1/p' "$out/views.txt")
drawing=$(sed -nE 's/^logic \+ ui +median ([0-9.]+) ms.*/\1/p' "$out/frame_cost.txt")
judge "4 ms over a frame of three series: engine and window" \
  "$(awk -v a="$views" -v b="$drawing" 'BEGIN { if (a > 0 && b > 0) printf "%.2f", 4 / (a + b) }')" 1 \
  "${views:-?} ms for the worst view of an hour, ${drawing:-?} ms to draw it (profile work)"

# The window beside an empty one; its rows are judged already.
echo "bench: the window" >&2
tools/bench_window.sh "$out/window" >>"$out/rows" || row "the window" - - "it ended with an error, see $out/window"

# A bench host under load.
echo "bench: the host" >&2
tools/bench_host.sh >>"$out/rows" || row "the host" - - "it ended with an error"

# Compression against tokenizing the same text.
example compress speed
ratios speed.txt "compress, against tiktoken-rs alone" \
  -e 's/^(compressing +[0-9.]+x) .*, ([0-9.]+) of tiktoken-rs alone.*/\1\t\2/p' \
  -e 's/^[0-9]+ (documents of [^:]*): .*, ([0-9.]+) of tiktoken-rs alone.*/\1\t\2/p'
while IFS=$'\t' read -r name ratio; do
  judge "${name//  / }, against tiktoken-rs alone" "$ratio" 0.5 "a compression scores, fits and counts what it keeps"
done <"$out/matched"

# What survives compression, against the rows that are the least (2, 4, 8 and 16 times; half a point less passes).
python=${BENCH_PYTHON:-python3}
harness=$shared/eval/compression
if [ ! -d "$harness" ]; then
  row "what survives compression" - - "the harness is not beside the project"
elif ! "$python" -c 'import numpy, sklearn, tiktoken' 2>/dev/null; then
  row "what survives compression" - - "pass BENCH_PYTHON=PYTHON with numpy, scikit-learn and tiktoken"
else
  echo "bench: compress, quality" >&2
  rm -f "$out/quality.jsonl"
  "$python" "$harness/eval.py" --cmd "$(realpath "$target/release/examples/jsonl")" --name ours --tasks "$harness"/tasks/*.jsonl \
    --ratios 2,4,8,16 --out "$out/quality.jsonl" | tee "$out/quality.txt" >&2
  "$python" - "$out/quality.jsonl" >>"$out/rows" <<'PYTHON'
import json, sys
FLOORS = {("squad", "ans"): (79.3, 56.1, 37.5, 24.2), ("squad", "sup"): (55.5, 28.2, 16.4, 9.0),
          ("nq", "ans"): (80.0, 57.1, 36.5, 20.0), ("qmsum", "r1"): (81.2, 76.1, 62.4, 42.4),
          ("needle", "ans"): (100, 95.8, 89.6, 75.0), ("logs", "must"): (100,) * 4, ("logs", "tmpl"): (100,) * 4}
rows = [json.loads(line) for line in open(sys.argv[1])]
for (dataset, column), floors in FLOORS.items():
    for times, floor in zip((2, 4, 8, 16), floors):
        for row in rows:
            if row["dataset"].lower().startswith(dataset.rstrip("s")) and row["r"] == times and column in row:
                ratio = row[column] / floor
                note = "met" if row[column] >= floor - 0.5 else f"not met: {row[column]:.1f} of {floor}"
                print(f"{row['dataset']} {column} at {times}x, against the least\t{ratio:.2f}\t1\t{note}")
for row in rows:
    if row.get("nov", 0) > 0 and not row["dataset"].lower().startswith("log"):
        print(f"{row['dataset']} at {row['r']:g}x invented words\t{row['nov']:.1f} %\t0\tnot met: no word may be")
    if row["over%"] > 0:
        print(f"{row['dataset']} at {row['r']:g}x over budget\t{row['over%']:.1f} %\t0\tnot met: no document may be")
PYTHON
  # The same with the question known: these and the rows above are what the window quotes.
  "$python" "$harness/focus.py" --cmd "$(realpath "$target/release/examples/jsonl")" --tasks "$harness/tasks/squad.jsonl" \
    --ratios 4,8,16,32 | tee "$out/focus.txt" >&2
  sed -nE 's|^squad.jsonl +([0-9]+)x .*answers kept ([0-9.]+) %.*|\1 \2|p' "$out/focus.txt" >"$out/matched"
  [ -s "$out/matched" ] || row "squad with a focus" - - "its output was not understood, see $out/focus.txt"
  while read -r times kept; do
    case $times in 4) least=98.5 ;; 8) least=96.5 ;; 16) least=93.3 ;; *) least=87.7 ;; esac
    judge "squad answers with a focus at ${times}x, against the least" \
      "$(awk -v a="$kept" -v b="$least" 'BEGIN { printf "%.3f", a / b }')" 1 "$kept of $least % of 200 answers"
  done <"$out/matched"
fi

awk -F '\t' 'BEGIN { printf "\n%-64s %8s %6s  %s\n", "name", "ratio", "goal", "" } { printf "%-64s %8s %6s  %s\n", $1, $2, $3, $4 }' "$out/rows"
awk -F '\t' -v commit="$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)" '
  function text(s) { gsub(/[\\"]/, "\\\\&", s); return "\"" s "\"" }
  function number(s) { return s ~ /^[0-9.]+$/ ? s + 0 : "null" }
  BEGIN { printf "{\"schema\": \"benchvise.bench/1\", \"commit\": %s, \"rows\": [", text(commit) }
  { printf "%s\n  {\"name\": %s, \"ratio\": %s, \"goal\": %s, \"note\": %s}", (NR > 1 ? "," : ""), text($1), number($2), number($3), text($4) }
  END { print "\n]}" }' "$out/rows" >"$target/bench.json"
echo "bench: $target/bench.json" >&2
