#!/usr/bin/env python3
"""Makes tasks for an evaluation harness of public sets: `tools/as_tasks.py OUT FILE ...`.

A FILE is questions in SQuAD's JSON (`xquad.de.json`, `covidQA.json`: SET.LANGUAGE.json names set and language), or a log
of LogHub, `NAME_2k.log` with its `_structured.csv` and `_templates.csv` beside it. Writes OUT, a task a line: a document
of each article with its questions, a log with its templates and with the lines whose event comes once.
"""

import csv
import json
import re
import sys
from collections import Counter
from pathlib import Path


def questions(path):
    """A document of each article. One of several paragraphs is one text, apart by blank lines."""
    name, *rest = path.name.removesuffix(".json").split(".")
    language = rest[0] if rest and re.fullmatch("[a-z]{2}", rest[0]) else "en"
    for at, article in enumerate(json.loads(path.read_text())["data"]):
        paragraphs = article["paragraphs"]
        asked = [
            {"q": qa["question"], "answers": [answer["text"] for answer in qa["answers"]]}
            for paragraph in paragraphs
            for qa in paragraph["qas"]
            if qa["answers"]
        ]
        text = "\n\n".join(paragraph["context"] for paragraph in paragraphs)
        yield {"id": f"{path.name}/{at}", "dataset": f"{name}-{language}", "lang": language, "kind": None, "text": text,
               "qas": asked}


def log(path):
    stem = str(path).removesuffix(".log")
    text = path.read_text(errors="replace")
    lines = text.replace("\r", "").split("\n")
    with open(stem + ".log_templates.csv", newline="") as file:
        templates = [row["EventTemplate"] for row in csv.DictReader(file)]
    with open(stem + ".log_structured.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    times = Counter(row["EventId"] for row in rows)
    once = [lines[int(row["LineId"]) - 1] for row in rows if times[row["EventId"]] == 1]
    yield {"id": path.name, "dataset": f"log-{path.name.split('_')[0]}", "lang": "en", "kind": None, "text": text,
           "templates": templates, "must": once}


def main(out, paths):
    with open(out, "w") as file:
        for path in map(Path, paths):
            for task in (log if path.suffix == ".log" else questions)(path):
                file.write(json.dumps(task, ensure_ascii=False) + "\n")


if len(sys.argv) < 3:
    sys.exit(__doc__)
main(sys.argv[1], sys.argv[2:])
