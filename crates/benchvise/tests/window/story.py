"""The program that the story is about: its process, its board, its log, its pictures."""

import os
import re
import subprocess
import time

from gi.repository import Gio, GLib

PROGRAM = os.environ["SCENARIO_PROGRAM"]
FOLDER = os.environ["SCENARIO_FOLDER"]
# About a frame of a window that a processor paints.
FRAME_S = 0.05
PICTURES = os.environ["SCENARIO_PICTURES"]


def ask_for_accessibility():
    """Says on the session's bus that somebody reads the screen; the bus starts what that needs."""
    Gio.bus_get_sync(Gio.BusType.SESSION).call_sync(
        "org.a11y.Bus", "/org/a11y/bus", "org.freedesktop.DBus.Properties", "Set",
        GLib.Variant("(ssv)", ("org.a11y.Status", "IsEnabled", GLib.Variant("b", True))),
        None, Gio.DBusCallFlags.NONE, 20_000, None)


def tail(name):
    """The last lines of a file in the folder, or of the files in a folder there."""
    path = os.path.join(FOLDER, name)
    files = [os.path.join(path, file) for file in sorted(os.listdir(path))] if os.path.isdir(path) else [path]
    lines = []
    for file in files:
        with open(file, errors="replace") as text:
            lines += text.readlines()
    return "".join(lines[-200:])


class Story:
    """The window, the process behind it, and the steps."""

    def __init__(self, window):
        self.window = window
        self.process = None
        self.step = "nothing yet"
        self.pictures = 0
        self.began = time.monotonic()

    def start(self):
        errors = open(os.path.join(FOLDER, "window.err"), "ab")
        self.process = subprocess.Popen([PROGRAM, "window"], stdin=subprocess.DEVNULL,
                                        stdout=errors, stderr=errors)
        self.window.opened()

    def end(self):
        """Closes the window; the program must end by itself and well."""
        self.window.close()
        code = self.process.wait(timeout=60)
        assert code == 0, f"the program ended with {code}"

    def told(self, step):
        """Begins a step."""
        assert self.process is None or self.process.poll() is None, "the program is gone"
        self.step = step
        print(f"{time.monotonic() - self.began:6.1f} s  {step}", flush=True)

    def picture(self, what):
        self.pictures += 1
        # What a screen reader is told of is painted a frame later.
        time.sleep(2 * FRAME_S)
        path = os.path.join(PICTURES, f"real-{self.pictures:02}-{what}.png")
        self.window.picture(path)
        return path

    def board(self):
        """The process of this computer's board."""
        for number in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{number}/stat") as stat:
                    parent = int(stat.read().rsplit(") ", 1)[1].split()[1])
                with open(f"/proc/{number}/cmdline", "rb") as line:
                    words = line.read().split(b"\0")
            except OSError:
                continue
            if parent == self.process.pid and b"board-agent" in words:
                return int(number)
        return None

    def tree(self):
        """What a screen reader sees."""
        return self.window.tree()

    def runs(self):
        """What another process finds in the store."""
        return subprocess.run([PROGRAM, "runs"], capture_output=True, text=True, timeout=20).stdout

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()

    def resident_mib(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024

    def busy_percent(self, seconds):
        """Of one processor, how much the program takes in the next seconds."""

        def taken():
            with open(f"/proc/{self.process.pid}/stat") as stat:
                words = stat.read().rsplit(") ", 1)[1].split()
            return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

        before, began = taken(), time.monotonic()
        time.sleep(seconds)
        return 100 * (taken() - before) / (time.monotonic() - began)
