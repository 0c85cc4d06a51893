"""Says whether the story that init.sh tells on the guest's console went as it should.

    judge.py CONSOLE_LOG

Prints a line a step, with the times that were measured: they are the guest's, and where its processor is emulated
they are no figure of anything. Ends with 1, and shows the console, where a step failed or was never reached.
"""

import json
import re
import sys

SERIAL = "84F703C1A2B4"
IDENTITY = f"303a:1001:{SERIAL}"
REPETITIONS, TOKENS = 6, 96


class Story:
    """The lines of the console that begin with "usb: ", one after the other."""

    def __init__(self, path):
        with open(path, encoding="utf-8", errors="replace") as console:
            self.console = console.read()
        self.lines = iter(re.findall(r"^usb: (.*)$", self.console, re.MULTILINE))

    def next(self, beginning):
        line = next(self.lines, None)
        assert line is not None, f"the guest never came to: {beginning}"
        assert line.startswith(beginning), f"instead of {beginning!r} the guest said: {line}"
        return line[len(beginning):].strip()

    def times(self, first, second):
        """Seconds from one moment of a line to the other."""
        words = self.next(first + " ").split()
        assert words[1] == second, words
        return (int(words[2]) - int(words[0])) / 100

    def document(self, name):
        return json.loads(self.next(f"document {name} "))


def port_of(ports):
    """The board's port in a list of `boards`."""
    found = [port for port in ports["ports"] if port["usb"] and port["usb"]["serial"] == SERIAL]
    assert len(found) == 1, f"{len(found)} ports of the board in {ports}"
    return found[0]


def a_board_is_plugged_in(story):
    print(f"    guest: {story.next('up ')}")
    print(f"    seen {story.times('plugged', 'visible'):.2f} s after it was plugged in (goal: 1 s)")
    line = story.next("line came ")
    for words in ("/dev/ttyACM0", "free", "ESP32 with USB", IDENTITY):
        assert words in line, line
    assert int(story.next("told ")) >= 1, "the system's word of a new device did not come"


def it_is_known_by_its_numbers(story):
    port = port_of(story.document("before"))
    assert (port["path"], port["state"], port["kind"]) == ("/dev/ttyACM0", "free", "board"), port
    assert port["usb"]["product"] == "USB JTAG/serial debug unit", port
    assert port["driver"] is None, "nobody has spoken to it yet"


def a_run_holds_its_port(story):
    port = port_of(story.document("during"))
    assert port["state"] == "busy" and "benchvise" in port["hint"], port


def it_is_pulled_out(story):
    print(f"    noticed after {story.times('unplugged', 'noticed'):.2f} s")
    assert "/dev/ttyACM0" in story.next("line went ")


def it_comes_back_on_another_port(story):
    print(f"    seen {story.times('plugged', 'visible'):.2f} s after it was plugged in again")
    assert "/dev/ttyACM1" in story.next("line came "), "the old number was held, so it cannot be given away"
    print(f"    found again after {story.times('plugged', 'back'):.2f} s (goal: 2 s)")
    print(f"    the run is at work again after {story.times('plugged', 'going'):.2f} s")


def the_run_is_whole_and_says_where_it_was_interrupted(story):
    profile = story.document("profile")
    assert profile["status"] == "complete", profile
    run = story.document("run")
    summary, facts = run["summary"], run["fingerprint"]
    assert summary["status"] == "complete", summary
    said = re.match(r"interrupted once: the board was unplugged.* back after ([\d.]+) s$", summary["reason"])
    assert said, summary["reason"]
    assert facts["run.interruptions"] == "1", facts
    # It was away for two seconds and what it takes to come back.
    assert 2 <= float(facts["run.away_s"]) < 30, facts
    print(f"    away for {facts['run.away_s']} s by the run's own record")
    whole = [len(one["tokens"]) for one in run["repetitions"] if one["whole"]]
    broken = [len(one["tokens"]) for one in run["repetitions"] if not one["whole"]]
    # What the board sent of a whole repetition, which its last message says, is what is stored.
    assert whole == [TOKENS] * REPETITIONS, whole
    assert len(broken) == 1 and broken[0] <= TOKENS, broken
    print(f"    {len(whole)} whole repetitions, {broken[0]} tokens of the one that was interrupted, "
          f"{facts['wire.lost_frames']} frames lost")
    assert facts["wire.lost_frames"] == "0", facts
    port = port_of(story.document("after"))
    assert (port["path"], port["state"]) == ("/dev/ttyACM1", "free"), port


def the_system_told_of_each_change(story):
    came, went = (int(count) for count in story.next("told ").split())
    assert came >= 2 and went >= 1, (came, went)
    story.next("done")


STEPS = (a_board_is_plugged_in, it_is_known_by_its_numbers, a_run_holds_its_port, it_is_pulled_out,
         it_comes_back_on_another_port, the_run_is_whole_and_says_where_it_was_interrupted,
         the_system_told_of_each_change)


def main():
    story = Story(sys.argv[1])
    for step in STEPS:
        name = step.__name__.replace("_", " ")
        try:
            step(story)
        except (AssertionError, KeyError, TypeError, ValueError) as error:
            print("\n".join(story.console.splitlines()[-120:]))
            sys.exit(f"usb: failed at: {name}: {type(error).__name__} {error}; all of it is in {sys.argv[1]}")
        print(f"usb: {name}")
    print(f"usb: {len(STEPS)} steps passed")


main()
