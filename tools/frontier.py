#!/usr/bin/env python3
"""What every strategy and every step of the slider keeps, beside the floors: `tools/frontier.py FILTER HARNESS OUT`.

FILTER is what answers compression requests (`cargo build --release -p compress --example jsonl`), HARNESS the folder
of `eval.py`, whose head explains its columns, OUT a folder for its rows. Wants the harness' Python packages. Prints a
Markdown table: for each set, column and ratio the floor, what the default keeps, and the best setting.
"""

import json
import subprocess
import sys
from pathlib import Path

RATIOS = (2, 4, 8, 16)
# What the best of the prototypes reached, each in its own setting.
FLOORS = {
    ("squad", "ans"): (80.2, 58.3, 37.5, 24.2),
    ("squad", "sup"): (60.9, 33.4, 19.3, 10.6),
    ("squad", "num"): (99.6, 89.1, 68.9, 46.7),
    ("nq", "ans"): (86.9, 64.4, 36.5, 20.0),
    ("nq", "sup"): (70.4, 39.5, 18.5, 9.1),
    ("qmsum", "r1"): (81.9, 80.5, 62.4, 43.8),
    ("needle", "ans"): (100, 97.9, 89.6, 75.0),
    ("logs", "must"): (100, 100, 100, 100),
    ("logs", "tmpl"): (100, 100, 100, 100),
}
STRATEGIES = ("automatic", "phrases", "sentences", "hierarchical", "clustering", "frequency", "template", "ensemble")
SLIDER = (0.0, 0.25, 0.5, 0.75, 1.0)


def asked(filter_program, fields):
    """As a filter: every request with these fields besides."""
    child = subprocess.Popen([filter_program], stdin=subprocess.PIPE, stdout=sys.stdout.buffer)
    for line in sys.stdin:
        child.stdin.write((json.dumps({**json.loads(line), **fields}) + "\n").encode())
    child.stdin.close()
    return child.wait()


def rows(filter_program, harness, out, name, fields):
    """The harness' rows for one setting."""
    made = out / f"{name}.jsonl"
    made.unlink(missing_ok=True)
    command = " ".join([sys.executable, str(Path(__file__).resolve()), "--ask", filter_program, f"'{json.dumps(fields)}'"])
    tasks = sorted(str(path) for path in (harness / "tasks").glob("*.jsonl"))
    subprocess.run([sys.executable, str(harness / "eval.py"), "--cmd", command, "--name", name, "--tasks", *tasks,
                    "--ratios", ",".join(map(str, RATIOS)), "--out", str(made)], check=True, stdout=subprocess.DEVNULL)
    return [json.loads(line) for line in made.read_text().splitlines()]


def main(filter_program, harness, out):
    out.mkdir(parents=True, exist_ok=True)
    settings = {name: {"strategy": name} for name in STRATEGIES}
    settings |= {f"automatic, readable {step}": {"readable": step} for step in SLIDER}
    kept = {}
    over = invented = 0.0
    for name, fields in settings.items():
        for row in rows(filter_program, harness, out, name.replace(", ", "-").replace(" ", "-"), fields):
            over = max(over, row["over%"])
            if not row["dataset"].startswith("log"):
                invented = max(invented, row["nov"])
            for (dataset, column), _ in FLOORS.items():
                if row["dataset"].lower().startswith(dataset.rstrip("s")) and column in row:
                    kept.setdefault((dataset, column, row["r"]), {})[name] = round(row[column], 1)
    print("| set, column | ratio | floor | default | best setting | |\n|---|---|---|---|---|---|")
    for (dataset, column), floors in FLOORS.items():
        for ratio, floor in zip(RATIOS, floors):
            found = kept.get((dataset, column, ratio), {})
            best = max(found, key=found.get)
            word = "reached" if found[best] >= floor else "**not reached**"
            by = "default" if found[best] == found["automatic"] else f"{found[best]} ({best})"
            print(f"| {dataset} `{column}` | {ratio} | {floor} | {found['automatic']} | {by} | {word} |")
    print(f"\nOver budget, at most: {over:g} %. Words of prose that are not the source's, at most: {invented:g} %.")


if sys.argv[1] == "--ask":
    sys.exit(asked(sys.argv[2], json.loads(sys.argv[3])))
main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
