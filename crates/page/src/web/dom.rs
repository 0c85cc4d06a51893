//! The few things that the page asks of a browser everywhere.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Window};

/// The window of the browser.
pub(super) fn window() -> Result<Window, JsValue> {
    web_sys::window().ok_or_else(|| "there is no window".into())
}

/// The document in it.
pub(super) fn document() -> Result<Document, JsValue> {
    window()?.document().ok_or_else(|| "there is no document".into())
}

/// A part of `index.html`, as what it is.
pub(super) fn part<T: JsCast>(id: &str) -> Result<T, JsValue> {
    let found = document()?.get_element_by_id(id).and_then(|part| part.dyn_into().ok());
    found.ok_or_else(|| JsValue::from(format!("the page lacks its part {id}")))
}

/// Shows or hides a part.
pub(super) fn show(part: &Element, shown: Shown) {
    // A part that cannot be changed was taken out of the page by somebody else.
    drop(match shown {
        Shown::Yes => part.remove_attribute("hidden"),
        Shown::No => part.set_attribute("hidden", ""),
    });
}

/// Whether a part is to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Yes,
    No,
}

/// A mistake has ended the program in the middle of something: what it held then, it still holds, so that going on by
/// itself would only hide the first mistake behind others. `start.js` puts the mark there.
pub(super) fn broken() -> bool {
    let stopped = document().ok().and_then(|document| document.get_element_by_id("stopped"));
    stopped.is_some_and(|stopped| stopped.has_attribute("data-broken"))
}

/// Waits.
pub(super) async fn sleep(ms: u32) {
    let waited = Promise::new(&mut |resolve: Function, _| {
        let ms = i32::try_from(ms).unwrap_or(i32::MAX);
        let timer = window().and_then(|window| {
            window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms)
        });
        if timer.is_err() {
            drop(resolve.call0(&JsValue::NULL));
        }
    });
    drop(wasm_bindgen_futures::JsFuture::from(waited).await);
}

/// Milliseconds on a clock that nobody sets.
pub(super) fn clock_ms() -> f64 {
    let clock = window().ok().and_then(|window| window.performance());
    clock.map_or_else(js_sys::Date::now, |clock| clock.now())
}

/// Names the tab.
pub(super) fn set_title(title: &str) {
    if let Ok(document) = document()
        && document.title() != title
    {
        document.set_title(title);
    }
}

/// Puts a mark on the browser's clock, for who measures.
pub(super) fn mark(name: &str) {
    if let Some(clock) = window().ok().and_then(|window| window.performance()) {
        drop(clock.mark(name));
    }
}

/// What a browser says went wrong, as words.
pub(super) fn words(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &"message".into()).ok();
    let message = message.and_then(|message| message.as_string()).or_else(|| error.as_string());
    message.unwrap_or_else(|| "the browser does not say why".into())
}
