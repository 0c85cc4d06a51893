//! The token: from the address, from this tab's memory, or from a person; and what the page says where
//! it does not fit its host.

use std::cell::Cell;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, Storage};

use super::dom::{self, Shown, show};
use crate::token;

/// Under which the token is kept, in this tab alone and until it is closed.
const KEPT: &str = "benchvise.token";

/// The page's parts for it.
pub(super) struct Door {
    window: HtmlElement,
    door: Element,
    form: Element,
    field: HtmlInputElement,
    word: Element,
    stopped: Element,
    stopped_word: Element,
    reload: HtmlElement,
    /// The sheet over the window is up because of what is said here. Others have it too.
    says_stop: Cell<bool>,
}

impl Door {
    pub(super) fn of_page() -> Result<Door, JsValue> {
        Ok(Door {
            window: dom::part("window")?,
            door: dom::part("door")?,
            form: dom::part("door-form")?,
            field: dom::part("door-token")?,
            word: dom::part("door-word")?,
            stopped: dom::part("stopped")?,
            stopped_word: dom::part("stopped-word")?,
            reload: dom::part("reload")?,
            says_stop: Cell::new(false),
        })
    }

    /// The token that came with the address, which is taken out of it, else the one this tab had before.
    pub(super) fn brought(&self) -> Option<String> {
        let location = dom::window().ok()?.location();
        let fragment = location.hash().unwrap_or_default();
        let Some(token) = token::in_fragment(&fragment) else {
            return kept()?.get_item(KEPT).ok()?;
        };
        keep(Some(&token));
        // Neither a bookmark nor somebody who looks over a shoulder needs it.
        if let (Ok(path), Ok(window)) = (location.pathname(), dom::window())
            && let Ok(history) = window.history()
        {
            drop(history.replace_state_with_url(&JsValue::NULL, "", Some(&path)));
        }
        Some(token)
    }

    /// The token was wrong.
    pub(super) fn forget(&self) {
        keep(None);
    }

    /// Asks a person until there is something that can be a token.
    pub(super) async fn ask(&self, word: &str) -> String {
        self.word.set_text_content(Some(word));
        loop {
            show(&self.door, Shown::Yes);
            drop(self.field.focus());
            let text = self.submitted().await;
            if let Some(token) = token::in_text(&text) {
                self.field.set_value("");
                show(&self.door, Shown::No);
                // Keys are the window's again.
                drop(self.window.focus());
                keep(Some(&token));
                return token;
            }
            let word = "This is no token: it has 64 letters of 0-9 and a-f";
            self.word.set_text_content(Some(word));
        }
    }

    async fn submitted(&self) -> String {
        let mut resolve = None;
        let promise = Promise::new(&mut |function: Function, _| resolve = Some(function));
        let submit = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            event.prevent_default();
            if let Some(resolve) = &resolve {
                drop(resolve.call0(&JsValue::NULL));
            }
        });
        let listener = submit.as_ref().unchecked_ref();
        drop(self.form.add_event_listener_with_callback("submit", listener));
        drop(JsFuture::from(promise).await);
        drop(self.form.remove_event_listener_with_callback("submit", listener));
        self.field.value()
    }

    /// The page and its host are of different versions: only loading it anew helps.
    pub(super) fn stop(&self, word: &str) {
        if !self.stopped.has_attribute("hidden") {
            return;
        }
        self.says_stop.set(true);
        self.stopped_word.set_text_content(Some(word));
        show(&self.stopped, Shown::Yes);
        drop(self.reload.focus());
    }

    /// They fit, after all. Where the sheet is up for another reason, such as a mistake that ended the program, it stays.
    pub(super) fn go_on(&self) {
        if self.says_stop.replace(false) {
            show(&self.stopped, Shown::No);
        }
    }
}

/// This tab's memory; `None` where the browser gives none.
fn kept() -> Option<Storage> {
    dom::window().ok()?.session_storage().ok()?
}

fn keep(token: Option<&str>) {
    if let Some(kept) = kept() {
        // Without it the token is asked for again after a reload.
        drop(match token {
            Some(token) => kept.set_item(KEPT, token),
            None => kept.remove_item(KEPT),
        });
    }
}
