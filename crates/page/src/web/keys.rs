//! Keys that the window uses and a browser would: the window's meaning counts.

use ui::action::ACTIONS;
use wasm_bindgen::prelude::*;
use web_sys::{AddEventListenerOptions, HtmlCanvasElement, KeyboardEvent};

/// While the canvas, or a field of it, has the focus, a key of the table means what the table says. What
/// a browser keeps for itself, such as the number keys for its tabs, it does not let go of.
pub(super) fn keep_from_browser(canvas: &HtmlCanvasElement) -> Result<(), JsValue> {
    let pressed = Closure::<dyn FnMut(KeyboardEvent)>::new(|event: KeyboardEvent| {
        if is_ours(&event) {
            event.prevent_default();
        }
    });
    let options = AddEventListenerOptions::new();
    options.set_capture(true);
    canvas.add_event_listener_with_callback_and_add_event_listener_options(
        "keydown",
        pressed.as_ref().unchecked_ref(),
        &options,
    )?;
    // It listens as long as the page is there.
    pressed.forget();
    Ok(())
}

fn is_ours(event: &KeyboardEvent) -> bool {
    let command = event.ctrl_key() || event.meta_key();
    let Some(key) = egui::Key::from_name(&event.key()).filter(|_| command) else { return false };
    // Pasting is how a browser hands out the clipboard.
    if key == egui::Key::V || event.alt_key() {
        return false;
    }
    ACTIONS.iter().filter_map(|spec| spec.key).any(|shortcut| {
        shortcut.logical_key == key && shortcut.modifiers.shift == event.shift_key()
    })
}
