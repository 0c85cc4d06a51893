"""A person's hour at the bench, in the real window, told as one story.

Started by `tests/it/window.rs` inside a session bus and a virtual display of its own:

    SCENARIO_PROGRAM   the program
    SCENARIO_FOLDER    a folder of its own, with settings that name a small model and a document pump.txt
    SCENARIO_PICTURES  where the pictures go, one a step: real-NN-what.png

Ends with 0 where all went as told. Else says which step failed, why, and what the window showed.
"""

import json
import os
import re
import signal
import sys
import traceback

from story import FOLDER, Story, ask_for_accessibility, tail

# A few of these waits as long as they may, and no more: see `LONGEST` in `tests/it/window.rs`.
LONGEST_S = 280
RESIDENT_MIB = 600
# Of one processor, with nothing going on and a hand off the mouse.
RESTING_PERCENT = 3.0
RESTS_S = 4.0
# What every shell goes through, by name.
EQUAL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "equal", "steps.json")
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
    # The other one by key, where the mouse is.
    window.point(window.find("Signals", "canvas"), across=0.2)
    window.key("m")
    window.says("Apart ")
    window.wait("statistics between the markers", lambda: window.matches(r"latency: \d+ samples")
                and window.matches(r"Mean [\d.]+ .?s, SD .*"))
    story.picture("markers")


def the_board_dies_and_the_run_says_what_to_do(story, window):
    os.kill(window.wait("the board", story.board), signal.SIGKILL)
    window.says("the board's process ended")
    window.says("start again")
    window.find("Stopped early", "label")
    window.gone("Stop")
    story.picture("board-died")


def another_run_is_stopped_by_hand(story, window):
    window.room("Bench")
    window.press("Start run")
    window.find("Recording", "label")
    window.press("Stop")
    window.find("Stopped early")
    story.picture("stopped")


def a_document_is_compressed(story, window):
    window.room("Compress")
    window.drop(DOCUMENT)
    said = window.wait("tokens before and after",
                       lambda: window.matches(r"Tokens: \d+ → \d+ → \d+  before, without loss, left · o200k"))
    before, lossless, after = (int(number) for number in re.findall(r"\d+", said)[:3])
    assert 0 < after <= before / 4 and after < lossless <= before, said
    window.find("pump.txt", "label")
    window.says("words left out in ")
    story.picture("compressed")


def it_is_tried_on_the_board(story, window):
    window.press("Try on the board")
    window.write("Tokens to make", "8")
    window.write("Repetitions of each", "3")
    window.press("A number", "radio button")
    window.write("Tokens of the document", "40")
    window.press("Try it on the board")
    window.find("What compressing saved")
    window.wait("the tokens saved",
                lambda: window.matches(r"Tokens: \d+ to (40|[123]\d) tokens, \d+ fewer, \d+ %"))
    window.wait("the time of both sides",
                lambda: window.matches(r"Total time: [\d.]+ to [\d.]+ .?s, [\d.]+ .?s (saved|more)(, .*)?"))
    window.find("Compare both runs", "push button")
    story.picture("fit")


def runs(window):
    """The lines of the list, newest first."""
    return window.any("list item", "Run ")


def two_runs_are_compared(story, window):
    window.room("Runs")
    window.wait("four runs", lambda: len(runs(window)) == 4)
    story.picture("runs")
    first, second = runs(window)[2:]
    window.click(first)
    window.find("1 chosen")
    with window.holding("ctrl"):
        window.click(second)
        window.find("2 chosen")
    story.picture("two-chosen")
    window.key("ctrl+shift+c")
    window.says("What differed")
    window.says("Within one session, ")
    counted = [window.matches(rf"\d+ {verdict}")
               for verdict in ("improved", "unchanged", "regressed", "inconclusive")]
    assert all(counted), counted
    verdicts = sum(int(count.split()[0]) for count in counted)
    measured = [button for button in window.any("toggle button") if re.search(r": [+−]\d", button.name)]
    assert verdicts == len(measured) > 0, (counted, [button.name for button in measured])
    story.picture("compared")


def a_deleted_run_is_brought_back(story, window):
    window.room("Runs")
    window.key("Escape")
    newest = runs(window)[0]
    name = newest.name
    window.click(newest)
    window.find("1 chosen")
    window.press("Delete")
    window.says("Deleted 1 run")
    window.wait("three runs", lambda: len(runs(window)) == 3)
    story.picture("deleted")

    window.press("Undo")
    window.wait("four runs", lambda: len(runs(window)) == 4)
    assert runs(window)[0].name.split(",")[0] == name.split(",")[0], "another run came back"
    story.picture("brought-back")


def a_setting_is_changed(story, window):
    window.room("Settings")
    window.press("Light", "radio button")
    window.wait("a light window", lambda: window.brightness() > 180)
    window.press("Dark", "radio button")
    window.wait("a dark window", lambda: window.brightness() < 90)
    story.picture("dark")
    window.press("Light", "radio button")
    window.wait("a light window", lambda: window.brightness() > 180)
    story.picture("light")


def it_holds_together_when_it_is_small(story, window):
    large = window.size()
    window.resize(760, 520)
    for room in ("Bench", "Live", "Runs", "Compare", "Compress", "Fit", "Settings"):
        window.room(room)
        story.picture(f"small-{room.lower()}")
    window.resize(*large)


def it_rests_while_nothing_happens(story, window):
    window.room("Bench")
    # What slides, fades or was asked for on the way here has come to rest.
    window.wait("rest", lambda: story.busy_percent(1.0) < RESTING_PERCENT)
    busy = story.busy_percent(RESTS_S)
    print(f"         {busy:.1f} % of a processor while nothing happens")
    assert busy < RESTING_PERCENT, f"{busy:.1f} % of a processor while nothing happens"


def nothing_has_suffered(story, window):
    resident = story.resident_mib()
    print(f"         {resident:.0f} MiB resident")
    assert resident < RESIDENT_MIB, f"{resident:.0f} MiB resident"
    for name in ("log", "window.err"):
        said = tail(name)
        assert "panicked" not in said and "ERROR" not in said, said
    assert window.wait("no board left behind", lambda: story.board() is None)


def it_closes_and_remembers(story, window):
    story.end()
    story.start()
    assert window.find("Settings", "toggle button")
    window.room("Bench")
    assert window.text("Tokens") == "80", window.text("Tokens")
    assert window.text("Repetitions") == "90000", window.text("Repetitions")
    story.picture("next-start")
    story.end()


STEPS = [
    the_window_opens,
    a_run_is_started,
    it_is_watched_while_it_records,
    the_picture_pauses_and_goes_on,
    two_markers_measure_what_lies_between_them,
    the_board_dies_and_the_run_says_what_to_do,
    another_run_is_stopped_by_hand,
    a_document_is_compressed,
    it_is_tried_on_the_board,
    two_runs_are_compared,
    a_deleted_run_is_brought_back,
    a_setting_is_changed,
    it_holds_together_when_it_is_small,
    it_rests_while_nothing_happens,
    nothing_has_suffered,
    it_closes_and_remembers,
]


def leaves_none_out():
    """Every step of the scenario that all shells share is among these, in its order."""
    with open(EQUAL) as file:
        wanted = [step["step"] for step in json.load(file)]
    told = [step.__name__ for step in STEPS if step.__name__ in wanted]
    assert told == wanted, f"{told} instead of {wanted}"


def tell(story, window):
    leaves_none_out()
    for step in STEPS:
        story.told(step.__name__.replace("_", " "))
        step(story, window)


def report(story):
    """What is needed to see why a step failed."""
    for what, show in (
        ("the picture", lambda: story.picture("failed")),
        ("the log", lambda: tail("log")),
        ("standard error", lambda: tail("window.err")),
        ("the runs in the store", story.runs),
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
