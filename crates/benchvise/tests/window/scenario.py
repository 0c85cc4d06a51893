"""A person's hour at the bench, in the real window, told as one story.

Started by `tests/it/window.rs` inside a session bus and a virtual display of its own:

    SCENARIO_PROGRAM   the program
    SCENARIO_FOLDER    a folder of its own, with settings that name a small model and a document pump.txt
    SCENARIO_PICTURES  where the pictures go, one a step: real-NN-what.png

Ends with 0 where all went as told. Else says which step failed, why, and what the window showed.
"""

import os
import re
import signal
import sys
import traceback

from story import FOLDER, Story, ask_for_accessibility, tail

LONGEST_S = 170
RESIDENT_MIB = 600
DOCUMENT = os.path.join(FOLDER, "pump.txt")


def the_window_opens(story, window):
    story.start()
    window.find("Start run", "push button")


def a_run_is_started(story, window):
    window.write("Tokens", "80")
    window.write("Repetitions", "90000")
    story.picture("bench")
    window.press("Start run")


def it_is_watched_while_it_records(story, window):
    window.find("Recording", "label")
    window.wait("a token rate", lambda: window.matches(r"Rate now: [\d.\u202f]+ tok/s"))
    story.picture("live")


def the_picture_pauses_and_goes_on(story, window):
    window.press("Pause", "radio button")
    window.find("Paused; the recording goes on")
    story.picture("paused")
    window.press("Follow", "radio button")
    window.gone("Paused; the recording goes on")


def two_markers_measure_what_lies_between_them(story, window):
    window.press("Pause", "radio button")
    window.press("Place a marker")
    window.says("Marker A ")
    window.press("Place a marker")
    window.says("Apart ")
    window.wait("statistics between the markers", lambda: window.matches(r"latency: \d+ samples")
                and window.matches(r"Mean [\d.]+ .?s, SD .*"))
    story.picture("markers")


def the_board_dies_and_the_run_says_what_to_do(story, window):
    os.kill(window.wait("the board", story.board), signal.SIGKILL)
    window.find("Stopped early", "label")
    print(story.tree())
    story.picture("board-died")


def another_run_is_stopped_by_hand(story, window):
    window.room("Bench")
    window.press("Start run")
    window.find("Recording", "label")
    window.press("Stop")
    window.find("Stopped early")
    print(story.tree())
    story.picture("stopped")


def a_document_is_dropped(story, window):
    window.room("Compress")
    window.drop(DOCUMENT)
    window.says(" → ")
    print(story.tree())
    story.picture("compressed")


def it_is_tried_on_the_board(story, window):
    window.press("Try on the board")
    window.write("Tokens to make", "8")
    window.write("Repetitions of each", "3")
    window.press("A number", "radio button")
    window.write("Tokens of the document", "40")
    window.press("Try it on the board")
    window.find("What compressing saved")
    print(story.tree())
    story.picture("fit")


def two_runs_are_compared(story, window):
    window.room("Runs")
    print(story.tree())
    story.picture("runs")


STEPS = [
    the_window_opens,
    a_run_is_started,
    it_is_watched_while_it_records,
    the_picture_pauses_and_goes_on,
    two_markers_measure_what_lies_between_them,
    the_board_dies_and_the_run_says_what_to_do,
    another_run_is_stopped_by_hand,
    a_document_is_dropped,
    it_is_tried_on_the_board,
    two_runs_are_compared,
]


def tell(story, window):
    for step in STEPS:
        story.told(step.__name__.replace("_", " "))
        step(story, window)


def report(story):
    """What is needed to see why a step failed."""
    for what, show in (
        ("the picture", lambda: story.picture("failed")),
        ("the log", lambda: tail("log")),
        ("standard error", lambda: tail("window.err")),
        ("what a screen reader saw", story.tree),
    ):
        try:
            print(f"--- {what}:\n{show()}", flush=True)
        except Exception as error:
            print(f"--- {what} could not be had: {error}", flush=True)


def main():
    signal.alarm(LONGEST_S)  # whoever started this may be gone
    ask_for_accessibility()
    # Only now: pyatspi connects as it is imported.
    from door import Window

    window = Window("benchvise")
    story = Story(window)
    try:
        tell(story, window)
        return 0
    except BaseException:
        traceback.print_exc()
        print(f"--- failed at: {story.step}", flush=True)
        report(story)
        return 1
    finally:
        story.kill()


sys.exit(main())
