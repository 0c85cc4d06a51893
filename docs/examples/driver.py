#!/usr/bin/env python3
"""An example of a driver for Benchvise: a board that only counts, played by this program.

    benchvise profile --driver process --program docs/examples/driver.py

Exchange the class Board for the way to yours. What is said here and what is heard is described in
docs/drivers.md.
"""

import json
import sys
import threading
import time


class Board:
    """Stands for the way to a board: it takes 2 ms for a token, and its clock counts nanoseconds."""

    def __init__(self, port):
        self.port = port

    def ticks(self):
        return time.perf_counter_ns()

    def token(self, index):
        time.sleep(0.002)
        return f"{index} "


def say(kind, **words):
    sys.stdout.write(json.dumps({kind: words}) + "\n")
    sys.stdout.flush()


def run(board, asked, stop):
    began = board.ticks()
    say("started", ticks=began)
    tokens = 0
    for index in range(asked["tokens"]):
        if stop.is_set():
            break
        text = board.token(index)
        say("token", index=index, ticks=board.ticks(), text=text)
        tokens += 1
    say("value", name="letters", value=float(len(asked["prompt"])), unit="")
    say("done", began=began, ended=board.ticks(), tokens=tokens, stopped=stop.is_set())


def main():
    board, stop, running = None, threading.Event(), None
    for line in sys.stdin:
        (kind, words), = json.loads(line).items()
        if kind == "hello":
            board = Board(words["port"])
            say(
                "board",
                version=1,
                name="Counting example",
                identity="example-1",
                model="counts",
                driver="driver.py 1",
                timer="time.perf_counter_ns",
                timer_hz=1_000_000_000,
                emulated=True,
            )
        elif kind == "ping":
            say("pong", id=words["id"], ticks=board.ticks())
        elif kind == "run":
            stop.clear()
            # Beside this loop, so that it hears `stop`.
            running = threading.Thread(target=run, args=(board, words, stop))
            running.start()
        elif kind == "stop":
            stop.set()
    # The host closed our input: that is the end.
    stop.set()
    if running is not None:
        running.join()


if __name__ == "__main__":
    main()
