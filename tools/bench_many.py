#!/usr/bin/env python3
"""Measures what docs/many.md says of size: text without end through --stream, a large folder through --summary.

    bench_many.py PROGRAM FOLDER [DOCUMENTS] [MEGABYTES]

FOLDER is made, takes some 4 kB a document and is left behind. What is printed is CPU time and the most memory that
the program took; the defaults, 100,000 documents and 1,000 MB, are those of the page.
"""
import os
import subprocess
import sys
import threading
import time

program, folder = os.path.realpath(sys.argv[1]), sys.argv[2]
documents = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
megabytes = int(sys.argv[4]) if len(sys.argv) > 4 else 1_000
WORDS = "pump valve harbour pressure inspected replaced before after storm engineer bar leak sensor winter report".split()


def sentence(number):
    """One that no other document has, and no two runs differ in."""
    words = [WORDS[(number * step + step) % len(WORDS)] for step in (3, 5, 7, 11, 13)]
    return f"Unit {number} {' '.join(words)} at {number % 997} bar on day {number % 365}. "


def lines(total):
    """Log lines without repeats, some `total` bytes of them."""
    made, number = 0, 0
    while made < total:
        line = f"2026-01-02T03:{number // 60 % 60:02}:{number % 60:02} unit-{number % 4096} {sentence(number)}\n".encode()
        made, number = made + len(line), number + 1
        yield line


def feed(pipe, total):
    for line in lines(total):
        pipe.write(line)
    pipe.close()


def measured(name, arguments, total=None):
    """Runs the program; its CPU time, the clock's, and the most memory of one process of it."""
    began = time.monotonic()
    run = subprocess.Popen([program, "compress", *arguments], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    feeder = threading.Thread(target=feed, args=(run.stdin, total or 0))
    feeder.start()
    _, status, usage = os.wait4(run.pid, 0)
    feeder.join()
    if status != 0:
        sys.exit(f"{name}: the program ended with status {status}")
    cpu = usage.ru_utime + usage.ru_stime
    print(f"{name}: {cpu:.1f} s of a processor, {time.monotonic() - began:.1f} s, {usage.ru_maxrss / 1024:.0f} MB of memory")


measured(f"stream of {megabytes} MB", ["--stream", "--ratio", "8", "--quiet"], megabytes * 1_000_000)
os.makedirs(f"{folder}/documents", exist_ok=True)
for at in range(documents):
    part = f"{folder}/documents/{at // 1000:04}"
    if at % 1000 == 0:
        os.makedirs(part, exist_ok=True)
    with open(f"{part}/{at:07}.txt", "w", encoding="utf-8") as file:
        file.write("".join(sentence(at * 29 + more) for more in range(29))[:2000])
measured(f"{documents} documents of 2 kB", [f"{folder}/documents", "--summary", "--ratio", "4", "-o", f"{folder}/out", "--quiet"])
