//! A hand on the mouse and the keyboard: what is pressed on the canvas itself, and typed into a field of it.

use serde_json::json;

use super::browser::Browser;
use super::here;

/// In the middle of the third button of the rail, which leads to Runs: see `ui::rail`.
const RUNS: (u32, u32) = (38, 143);

pub(super) fn is_taken(tab: &mut Browser) {
    tab.size((1280, 800));
    let (x, y) = RUNS;
    for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
        let button = if kind == "mouseMoved" { "none" } else { "left" };
        let mouse = json!({ "type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1 });
        tab.ask("Input.dispatchMouseEvent", mouse);
    }
    here(tab, "Go to Runs");
    // The palette has a field, which has the keyboard as soon as it is there.
    key(tab, "k", "KeyK", 75, 2);
    tab.wait(
        "the canvas' own field",
        "document.activeElement?.matches('input:not(#aloud *)') ?? false",
    );
    tab.ask("Input.insertText", json!({ "text": "go to jobs" }));
    // It is taken with the next picture.
    std::thread::sleep(std::time::Duration::from_millis(500));
    key(tab, "Enter", "Enter", 13, 0);
    here(tab, "Go to Jobs");
}

fn key(tab: &mut Browser, key: &str, code: &str, number: u32, modifiers: u32) {
    for kind in ["rawKeyDown", "keyUp"] {
        let event = json!({
            "type": kind, "key": key, "code": code, "modifiers": modifiers,
            "windowsVirtualKeyCode": number, "nativeVirtualKeyCode": number,
        });
        tab.ask("Input.dispatchKeyEvent", event);
    }
}
