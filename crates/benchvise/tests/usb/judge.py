"""Says whether the story that init.sh tells on the guest's console went as it should.

    judge.py CONSOLE_LOG

Prints a line a step, with the times that were measured: they are the guest's, and where its processor is emulated
they are no figure of anything. Ends with 1, and shows the console, where a step failed or was never reached.
"""

import collections
import json
import re
import sys

SERIAL = "84F703C1A2B4"
IDENTITY = f"303a:1001:{SERIAL}"


class Story:
    """The lines of the console that begin with "usb: ", one after the other."""

    def __init__(self, path):
        with open(path, encoding="utf-8", errors="replace") as console:
            self.console = console.read()
        self.lines = re.findall(r"^usb: (.*)$", self.console, re.MULTILINE)

    def look(self, beginning):
        """What follows that in the next line; None, and the line stays, where it begins otherwise."""
        if self.lines and self.lines[0].startswith(beginning):
            return self.lines.pop(0)[len(beginning):].strip()
        return None

    def next(self, beginning):
        said = self.look(beginning)
        assert said is not None, f"instead of {beginning!r} the guest said: {(self.lines or ['nothing more'])[0]}"
        return said

    def times(self, first, second):
        """Seconds from one moment of a line to the other."""
        words = self.next(first + " ").split()
        assert words[1] == second, words
        return (int(words[2]) - int(words[0])) / 100

    def document(self, name):
        return json.loads(self.next(f"document {name} "))

    def facts(self):
        """The circumstances of the run, by name; what it has not is None."""
        facts = collections.defaultdict(lambda: None)
        while line := self.look("fact "):
            name, _, value = line.partition(" ")
            facts[name] = value
        return facts


def port_of(ports):
    """The board's port in a list of `boards`."""
    found = [port for port in ports["ports"] if port["usb"] and port["usb"]["serial"] == SERIAL]
    assert len(found) == 1, f"{len(found)} ports of the board in {ports}"
    return found[0]


def who_may_not_open_it_is_told_so_and_the_rule_of_doctor_lets_him(story):
    print(f"usb:     guest: {story.next('up ')}")
    port = port_of(story.document("closed"))
    assert port["state"] == "no_permission" and "doctor --fix" in port["hint"], port
    port = port_of(story.document("opened"))
    assert port["state"] == "free" and port["hint"] is None, port


def a_board_that_reads_nothing_is_given_up_and_let_go(story):
    took = story.times("began", "ended")
    print(f"usb:     given up after {took:.2f} s")
    # The kernel would keep the port for 30 s more. Not a matter of speed: the clock is the guest's.
    assert took < 20, took
    assert "nothing answered within 2 s" in story.next("line ")


def a_board_is_plugged_in(story):
    print(f"usb:     seen {story.times('plugged', 'visible'):.2f} s after it was plugged in (goal: 1 s)")
    line = story.next("line came ")
    for words in ("/dev/ttyACM0", "free", "ESP32 with USB", IDENTITY):
        assert words in line, line
    assert int(story.next("told ")) >= 2, "the system's word of a new device did not come"


def it_is_listed_without_being_touched(story):
    port = port_of(story.document("listed"))
    assert (port["path"], port["state"], port["kind"]) == ("/dev/ttyACM0", "free", "board"), port
    assert port["usb"]["product"] == "USB JTAG/serial debug unit", port
    assert port["driver"] is None, "nobody has spoken to it yet"


def it_says_who_it_is_and_runs_a_model(story):
    first = story.document("first")
    facts = first["fingerprint"]
    print(f"usb:     {facts['board.name']}, agent {facts['agent.version']}, a round trip takes "
          f"{facts['wire.round_trip_us']} us, {first['metrics']['tokens_per_s']['median']:.0f} tok/s")
    assert first["status"] == "complete" and first["synthetic"] is True, first
    assert facts["board.identity"] and "run.interruptions" not in facts, facts


def a_run_holds_its_port(story):
    story.times("began", "whole")
    port = port_of(story.document("during"))
    assert port["state"] == "busy" and "benchvise" in port["hint"], port


def it_is_pulled_out(story):
    print(f"usb:     noticed after {story.times('unplugged', 'noticed'):.2f} s")
    assert "/dev/ttyACM0" in story.next("line went ")


def it_comes_back_on_another_port_and_the_run_goes_on(story):
    print(f"usb:     seen {story.times('plugged', 'visible'):.2f} s after it was plugged in again")
    line = story.next("line came ")
    assert "/dev/ttyACM1" in line and IDENTITY in line, line
    print(f"usb:     found again after {story.times('plugged', 'back'):.2f} s (goal: 2 s)")
    print(f"usb:     new tokens are in the store after {story.times('plugged', 'going'):.2f} s, looking twice a second")


def the_run_is_whole_and_says_where_it_was_interrupted(story):
    port = port_of(story.document("after"))
    assert (port["path"], port["state"]) == ("/dev/ttyACM1", "free"), port
    run = story.document("runs")["runs"][0]
    assert run["status"] == "complete", run
    said = re.match(r"interrupted once: the board was unplugged.* back after ([\d.]+) s$", run["reason"])
    assert said, run["reason"]
    facts = story.facts()
    assert facts["run.interruptions"] == "1", facts
    # At least as long as the guest waited before it plugged it in.
    away = float(facts["run.away_s"])
    assert away >= 2 and away == float(said[1]), (away, run["reason"])
    print(f"usb:     away for {away} s by the run's own record, {facts['wire.lost_frames']} frames lost")
    # A frame that was cut by the pulled cable may count as lost, and none else.
    assert int(facts["wire.lost_frames"]) <= 1, facts


def every_token_is_stored_once(story):
    words = re.match(r"(\d+) tokens (\d+) stored (.*)$", story.next("repetitions "))
    repetitions, tokens = int(words[1]), int(words[2])
    stored = dict(map(int, pair.split(":")) for pair in words[3].split())
    # One repetition more, that was interrupted, if a token of it had come.
    whole = [one for one, n in stored.items() if n == tokens]
    broken = {one: n for one, n in stored.items() if n != tokens}
    assert len(whole) == repetitions, (repetitions, stored)
    assert len(broken) <= 1 and all(0 < n < tokens for n in broken.values()), broken
    print(f"usb:     {len(whole)} repetitions of {tokens} tokens, and {sum(broken.values())} of the one that was interrupted")


def the_system_told_of_each_change(story):
    came, went = (int(count) for count in story.next("told ").split())
    assert (came, went) == (3, 2), (came, went)
    story.next("done")


STEPS = (
    who_may_not_open_it_is_told_so_and_the_rule_of_doctor_lets_him,
    a_board_that_reads_nothing_is_given_up_and_let_go,
    a_board_is_plugged_in,
    it_is_listed_without_being_touched,
    it_says_who_it_is_and_runs_a_model,
    a_run_holds_its_port,
    it_is_pulled_out,
    it_comes_back_on_another_port_and_the_run_goes_on,
    the_run_is_whole_and_says_where_it_was_interrupted,
    every_token_is_stored_once,
    the_system_told_of_each_change,
)


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
