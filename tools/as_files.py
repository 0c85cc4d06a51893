#!/usr/bin/env python3
"""as_files.py TASK.jsonl FOLDER: a task of the evaluation harness as documents and questions.

Writes FOLDER/documents/NAME.txt for each text of the task, and FOLDER/questions.jsonl for
`benchvise eval compression FOLDER/documents --qa FOLDER/questions.jsonl`.
"""

import json
import sys
from pathlib import Path


def main() -> None:
    task, folder = map(Path, sys.argv[1:])
    documents = folder / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    with task.open() as lines, (folder / "questions.jsonl").open("w") as questions:
        for line in lines:
            one = json.loads(line)
            name = one["id"].replace("/", "-") + ".txt"
            (documents / name).write_text(one["text"])
            for asked in one["qas"]:
                question = {"document": name, "question": asked["q"], "answers": asked["answers"]}
                questions.write(json.dumps(question, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
