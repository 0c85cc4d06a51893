//! What is being written into settings, what is on its way, and what was refused.

use std::collections::BTreeMap;

use protocol::{Failure, SettingView};

use super::change;
use crate::asks::Asks;
use crate::link::{Incoming, RequestId};
use crate::model::Model;

/// Texts that are not the settings' values yet.
#[derive(Debug, Default)]
pub(super) struct Editing {
    drafts: BTreeMap<String, String>,
    asked: BTreeMap<RequestId, String>,
    refused: BTreeMap<String, Failure>,
}

impl Editing {
    /// What a field shows: what is being written, else the value.
    pub(super) fn text(&self, setting: &SettingView) -> String {
        self.drafts.get(&setting.key).unwrap_or(&setting.value).clone()
    }

    /// It is being written.
    pub(super) fn write(&mut self, key: &str, text: String) {
        self.drafts.insert(key.to_owned(), text);
    }

    /// What was written is forgotten.
    pub(super) fn forget(&mut self, key: &str) {
        self.drafts.remove(key);
        self.refused.remove(key);
    }

    /// Asks for the value that was written, where it is another one.
    pub(super) fn commit(&mut self, setting: &SettingView, asks: &mut Asks) {
        let Some(text) = self.drafts.get(&setting.key) else { return };
        let same = text.trim() == setting.value;
        // A refused text that was left as it is need not be refused again.
        let text = (!same && !self.refused.contains_key(&setting.key)).then(|| text.clone());
        match text {
            Some(text) => self.ask(&setting.key, Some(&text), asks),
            None if same => self.forget(&setting.key),
            None => {}
        }
    }

    /// Asks for a value; `None` for the default.
    pub(super) fn ask(&mut self, key: &str, value: Option<&str>, asks: &mut Asks) {
        self.refused.remove(key);
        let request = asks.send(change(key, value));
        self.asked.insert(request, key.to_owned());
    }

    /// A change of it is on its way.
    pub(super) fn waits(&self, key: &str) -> bool {
        self.asked.values().any(|asked| asked == key)
    }

    /// Why what was written is not its value.
    pub(super) fn refused(&self, key: &str) -> Option<&Failure> {
        self.refused.get(key)
    }

    /// The refusal is about another text from now on.
    pub(super) fn changed(&mut self, key: &str) {
        self.refused.remove(key);
    }

    pub(super) fn hear(&mut self, incoming: &Incoming, model: &Model) {
        match incoming {
            Incoming::Reply { request, reply } => {
                let Some(key) = self.asked.remove(request) else { return };
                match &**reply {
                    Ok(_) => self.forget(&key),
                    Err(failure) => drop(self.refused.insert(key, failure.clone())),
                }
            }
            Incoming::Lost { .. } | Incoming::Connected => self.asked.clear(),
            Incoming::Event(_) => {}
        }
        self.drafts.retain(|key, _| model.settings.iter().any(|setting| setting.key == *key));
    }
}
