//! What the window remembers between visits, as the browser keeps it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use web_sys::Storage;

use super::dom;

/// What stands before the name of everything that is remembered.
const PREFIX: &str = "benchvise.";

/// The memory of one address, for a browser keeps them apart.
#[derive(Default)]
pub(super) struct Memory(RefCell<BTreeMap<String, String>>);

impl Memory {
    /// A text under a name.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        if let Some(text) = self.0.borrow().get(name) {
            return Some(text.clone());
        }
        let text = storage()?.get_item(&format!("{PREFIX}{name}")).ok()??;
        self.0.borrow_mut().insert(name.to_owned(), text.clone());
        Some(text)
    }

    /// Keeps a text under a name.
    pub(super) fn set(&mut self, name: &str, text: String) {
        if let Some(storage) = storage() {
            // A full or a forbidden memory lasts as long as the page.
            drop(storage.set_item(&format!("{PREFIX}{name}"), &text));
        }
        self.0.get_mut().insert(name.to_owned(), text);
    }
}

/// `None` where the browser keeps nothing.
fn storage() -> Option<Storage> {
    dom::window().ok()?.local_storage().ok()?
}
