"""The doors of a running window: accessibility to find and press, X to type, drop, close and look.

Used by `scenario.py` beside it. AT-SPI is spoken through Debian's pyatspi, X through python3-xlib and
xdotool. Nothing here waits for a length of time: it waits until something is there.
"""

import contextlib
import re
import struct
import subprocess
import time
import zlib

import pyatspi
from Xlib import X, Xatom, display
from Xlib.protocol import event

# On a machine that many share a frame may take a second, and a step is a dozen of them.
PATIENCE_S = 75.0
# Some frames of such a machine: what a hand did and was not seen until then is done again.
SLOW_S = 10.0
# About a frame of a window that a processor draws.
FRAME_S = 0.05


def wait(what, look, patience_s=PATIENCE_S):
    """What `look` finds, as soon as it finds something."""
    until = time.monotonic() + patience_s
    while True:
        try:
            found = look()
        except Exception:  # a node that went away while it was looked at
            found = None
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"{what}: not within {patience_s:.0f} s")
        time.sleep(FRAME_S)


def program(name):
    """The program of that name, once it has come up."""

    def look():
        desktop = pyatspi.Registry.getDesktop(0)
        return next((app for app in desktop if app is not None and app.name == name), None)

    return wait(f"the program {name}", look)


def nodes(root):
    """Every node below, itself first."""
    open_nodes = [root]
    while open_nodes:
        node = open_nodes.pop()
        if node is None:
            continue
        yield node
        try:
            open_nodes.extend(reversed([node.getChildAtIndex(at) for at in range(node.childCount)]))
        except Exception:  # it went away meanwhile
            continue


def named(node, role):
    """Its name. A web view gives a status none, and its words as text."""
    if node.name or role != "status bar":
        return node.name
    return node.queryText().getText(0, -1)


def names(root):
    """The name and role of everything that has a name."""
    found = []
    for node in nodes(root):
        try:
            role = node.getRoleName()
            name = named(node, role)
            if name:
                found.append((node, name, role))
        except Exception:
            continue
    return found


class Window:
    """The program's window."""

    def __init__(self, name):
        self.name = name
        self.display = display.Display()
        self.screen = self.display.screen().root
        self.program = None
        self.window = None

    def opened(self):
        """Waits for the window and gives it the keyboard: there is no window manager here."""
        self.program = program(self.name)
        self.window = wait("the window", self._own)
        wait("the keyboard", self._take_keyboard)
        return self

    def _own(self):
        for child in self.screen.query_tree().children:
            if child.get_wm_name() == "Benchvise" and child.get_attributes().map_state == X.IsViewable:
                return child
        return None

    def _take_keyboard(self):
        self.window.set_input_focus(X.RevertToParent, X.CurrentTime)
        self.display.sync()
        return self.display.get_input_focus().focus == self.window

    # What is there.

    def wait(self, what, look, patience_s=PATIENCE_S):
        return wait(what, look, patience_s)

    def find(self, name, role=None, part=False, patience_s=PATIENCE_S):
        """The first node of that name, once there is one."""

        def look():
            for node, said, is_a in names(self.program):
                if (name in said if part else name == said) and role in (None, is_a):
                    return node
            return None

        return wait(f"{role or 'something'} called {name!r}", look, patience_s)

    def any(self, role, begins=""):
        """All of a role whose names begin so."""
        return [node for node, name, is_a in names(self.program)
                if is_a == role and name.startswith(begins)]

    def matches(self, pattern):
        """The first name of that pattern, if there is one now."""
        return next((name for _, name, _ in names(self.program) if re.fullmatch(pattern, name)), None)

    def says(self, words, patience_s=PATIENCE_S):
        """Waits until these words stand somewhere, alone or among others; what stands there."""
        # What was found may be gone when it is read: a web view makes its words anew.
        return wait(f"{words!r} being said",
                    lambda: self.said(self.find(words, part=True, patience_s=patience_s)), patience_s)

    @staticmethod
    def said(node):
        return named(node, node.getRoleName())

    def gone(self, name, part=False):
        def look():
            return not any(name in said if part else name == said
                           for _, said, _ in names(self.program))

        wait(f"that {name!r} goes away", look)

    def tree(self):
        """Everything that has a name, a line each, for the report of a failure."""
        return "\n".join(f"{role}: {name}" for _, name, role in names(self.program))

    # What a hand does.

    def room(self, name):
        """Goes to a room by the rail: its button says what goes on there, too."""

        def look():
            button = next(button for button in self.any("toggle button", name)
                          if re.fullmatch(rf"{name}(, \d+ going on)?", button.name))
            if button.getState().contains(pyatspi.STATE_PRESSED):
                return button
            button.queryAction().doAction(0)
            return None

        wait(f"the room {name}", look)

    def press(self, name, role="push button"):
        """Presses what has that name, once it is there and can be pressed."""

        def look():
            node = self.find(name, role)
            if not node.getState().contains(pyatspi.STATE_ENABLED):
                return None
            return node.queryAction().doAction(0) and node

        return wait(f"pressing {name!r}", look)

    def write(self, name, text):
        """Puts a text into a field in place of what was there."""

        def focused():
            field = self.find(name, "entry")
            if field.getState().contains(pyatspi.STATE_FOCUSED):
                return field
            field.queryComponent().grabFocus()
            return None

        wait(f"the cursor in {name!r}", focused)

        def written():
            self.key("ctrl+a")
            subprocess.run(["xdotool", "type", "--delay", "2", text], check=True)
            return self.settles(lambda: self.text(name) == text)

        wait(f"{name!r} reading {text!r}", written)

    def settles(self, look):
        """Whether this comes to be in the time that some slow frames take."""
        try:
            return wait("it", look, SLOW_S)
        except AssertionError:
            return False

    def text(self, name):
        """What stands in a field."""
        return self.find(name, "entry").queryText().getText(0, -1)

    def key(self, keys):
        subprocess.run(["xdotool", "key", "--clearmodifiers", keys], check=True)

    def point(self, node, across=0.5):
        """Moves the mouse onto a node, so far from its left to its right edge."""
        subprocess.run(["xdotool", "mousemove", *self._place(node, across)], check=True)

    def click(self, node):
        """Clicks into the middle of a node."""
        subprocess.run(["xdotool", "mousemove", *self._place(node, 0.5), "click", "1"], check=True)

    @contextlib.contextmanager
    def holding(self, key):
        """A key is held down until what follows was seen: a window looks at it when it paints."""
        subprocess.run(["xdotool", "keydown", key], check=True)
        try:
            yield
        finally:
            subprocess.run(["xdotool", "keyup", key], check=True)

    def _place(self, node, across):
        box = node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
        return [str(box.x + int(box.width * across)), str(box.y + box.height // 2)]

    def drop(self, path):
        """Drops a file on the middle of the window, as a file manager would."""
        Drop(self.display, self.screen, self.window).file(path)

    def size(self):
        """Width and height, in dots."""
        now = self.window.get_geometry()
        return now.width, now.height

    def resize(self, width, height):
        """Gives it another size, as a hand at its corner would."""
        self.window.configure(width=width, height=height)
        self.display.sync()
        wait(f"{width} by {height}", lambda: self.size() == (width, height))

    def close(self):
        """What the cross in a window's corner does."""
        atom = self.display.intern_atom
        self._tell(self.window, atom("WM_PROTOCOLS"), [atom("WM_DELETE_WINDOW"), X.CurrentTime, 0, 0, 0])

    def _tell(self, window, kind, data):
        window.send_event(event.ClientMessage(window=window, client_type=kind, data=(32, data)))
        self.display.sync()

    # What it looks like.

    def shown(self):
        """The pixels of the window: width, height, rows of BGRX."""
        size = self.window.get_geometry()
        image = self.window.get_image(0, 0, size.width, size.height, X.ZPixmap, 0xFFFFFFFF)
        return size.width, size.height, image.data

    def brightness(self):
        """The mean of all pixels, 0 to 255."""
        _, _, data = self.shown()
        some = data[1::4 * 97]
        return sum(some) / len(some)

    def picture(self, path):
        """Writes what is shown as a PNG file."""
        width, height, data = self.shown()
        pixels = bytearray(width * height * 3)
        for channel in range(3):
            pixels[channel::3] = data[2 - channel::4]
        lines = b"".join(b"\0" + pixels[at:at + width * 3]
                         for at in range(0, len(pixels), width * 3))

        def chunk(kind, body):
            return struct.pack(">I", len(body)) + kind + body + struct.pack(
                ">I", zlib.crc32(kind + body))

        with open(path, "wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n"
                       + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                       + chunk(b"IDAT", zlib.compress(lines, 1)) + chunk(b"IEND", b""))


class Drop:
    """One file dragged from a window of ours: the XDND protocol, version 5, seen from its source."""

    def __init__(self, on, screen, target):
        self.display, self.screen, self.target = on, screen, target
        self.source = screen.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        self.selection = self.atom("XdndSelection")
        self.uris = self.atom("text/uri-list")

    def atom(self, name):
        return self.display.intern_atom(name)

    def file(self, path):
        offered = f"file://{path}\r\n".encode()
        self.source.set_selection_owner(self.selection, X.CurrentTime)
        size = self.target.get_geometry()
        place = (size.x + size.width // 2) << 16 | (size.y + size.height // 2)
        self.tell("XdndEnter", [self.source.id, 5 << 24, self.uris, 0, 0])
        self.tell("XdndPosition", [self.source.id, 0, place, X.CurrentTime, self.atom("XdndActionCopy")])
        self.answered("XdndStatus", offered)
        self.tell("XdndDrop", [self.source.id, 0, X.CurrentTime, 0, 0])
        self.answered("XdndFinished", offered)
        self.source.destroy()
        self.display.sync()

    def tell(self, kind, data):
        self.target.send_event(
            event.ClientMessage(window=self.target, client_type=self.atom(kind), data=(32, data)))
        self.display.sync()

    def answered(self, kind, offered):
        """Hands the file's name to who asks for it, until the target says this."""

        def look():
            while self.display.pending_events():
                came = self.display.next_event()
                if came.type == X.SelectionRequest:
                    self.hand_over(came, offered)
                elif came.type == X.ClientMessage and came.client_type == self.atom(kind):
                    return came
            return None

        return wait(f"the window's {kind}", look)

    def hand_over(self, asked, offered):
        held = asked.target == self.uris
        if held:
            asked.requestor.change_property(asked.property, self.uris, 8, offered)
        elif asked.target == self.atom("TARGETS"):
            asked.requestor.change_property(asked.property, Xatom.ATOM, 32, [self.uris])
            held = True
        asked.requestor.send_event(event.SelectionNotify(
            time=asked.time, requestor=asked.requestor, selection=asked.selection,
            target=asked.target, property=asked.property if held else X.NONE))
        self.display.sync()
