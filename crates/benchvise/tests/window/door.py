"""The accessibility door of a running window: finds what has a name, presses it, writes into it.

Used by `scenario.py` beside it; speaks AT-SPI through Debian's pyatspi, and types through xdotool.
"""

import subprocess
import time

import pyatspi

PATIENCE_S = 30.0


def program(name):
    """The program of that name, once it has come up."""

    def look():
        desktop = pyatspi.Registry.getDesktop(0)
        return next((app for app in desktop if app is not None and app.name == name), None)

    return wait(f"the program {name}", look)


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
            raise AssertionError(f"{what} did not appear within {patience_s:.0f} s")
        time.sleep(0.1)


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
        except Exception:
            continue


def matching(root, name, role=None, part=False):
    for node in nodes(root):
        try:
            named = name in (node.name or "") if part else node.name == name
            if named and (role is None or node.getRoleName() == role):
                yield node
        except Exception:
            continue


def find(root, name, role=None, part=False, patience_s=PATIENCE_S):
    """The first node of that name, once there is one."""
    return wait(f"{role or 'something'} called {name!r}",
                lambda: next(matching(root, name, role, part), None), patience_s)


def gone(root, name, part=False, patience_s=PATIENCE_S):
    wait(f"that {name!r} goes away",
         lambda: next(matching(root, name, None, part), None) is None, patience_s)


def press(root, name, role=None, part=False):
    """Presses what has that name, and lets a frame pass."""
    node = find(root, name, role, part)
    action = node.queryAction()
    action.doAction(0)
    time.sleep(0.35)
    return node


def write(root, name, text):
    """Puts a text into a field in place of what was there."""
    field = find(root, name)
    field.queryComponent().grabFocus()
    time.sleep(0.35)
    key("ctrl+a")
    type_text(text)


def key(keys):
    subprocess.run(["xdotool", "key", "--clearmodifiers", keys], check=True)
    time.sleep(0.35)


def type_text(text):
    subprocess.run(["xdotool", "type", "--delay", "5", text], check=True)
    time.sleep(0.35)


def tree(root):
    """What there is, for the report of a failure."""
    lines = []
    for node in nodes(root):
        try:
            if node.name:
                lines.append(f"{node.getRoleName()}: {node.name}")
        except Exception:
            continue
    return "\n".join(lines)
