//! The room where the picture cannot be seen: what can be written and chosen, and which document is open.

use std::path::PathBuf;

use super::form::{Bound, Form, STRATEGIES};
use super::inbox_ui::Bring;
use super::presets::{self, RATIOS};
use super::{Compress, Entry};
use crate::aloud::Field;
use crate::panel::Scene;

/// No document is open, and all are listed.
const LIST: &str = "";

impl Compress {
    /// What can be written and chosen.
    pub(super) fn spoken_fields(&self) -> Vec<Field> {
        let inbox = &self.inbox;
        let path = inbox
            .path
            .as_ref()
            .map(|path| Field::line("path", "Path of a document or a folder", &path.path));
        let pasted = inbox.paste.as_deref().unwrap_or_default();
        let mut fields: Vec<Field> = path.into_iter().collect();
        fields.push(Field::lines("text", "Text to compress", pasted, 6));
        fields.extend(controls(&self.form));
        if self.entries.len() > 1 {
            let open = self.reading.as_ref().map(|reading| reading.entry);
            fields.push(document(&self.entries, open));
        }
        fields
    }

    /// Something was written or chosen. A text waits for the action that compresses.
    pub(super) fn spoken_write(&mut self, field: &str, value: &str, scene: &mut Scene<'_>) {
        match field {
            "path" if value.trim().is_empty() => {}
            "path" => self.bring(Bring::Path(PathBuf::from(value.trim())), scene),
            "text" => {
                self.inbox.paste = (!value.trim().is_empty()).then(|| value.to_owned());
            }
            "document" => match value.parse() {
                Ok(place) => self.open(place, scene),
                Err(_) => self.close(scene),
            },
            _ => {
                set(&mut self.form, field, value);
                if self.is_stale() && self.is_small() {
                    self.due_s = Some(0.0);
                }
            }
        }
    }

    /// The text that was written and is not taken yet.
    pub(super) fn written(&mut self) -> Option<String> {
        self.inbox.paste.take().filter(|text| !text.trim().is_empty())
    }
}

fn controls(form: &Form) -> Vec<Field> {
    let bound = if form.bound == Bound::Tokens { "tokens" } else { "ratio" };
    let far = match form.bound {
        Bound::Tokens => Field::line("tokens", "Tokens that may remain", &form.tokens),
        Bound::Ratio => {
            let ratios = RATIOS.map(|ratio| (ratio.to_string(), presets::times(ratio)));
            Field::choice("ratio", "Ratio", &form.ratio.to_string(), ratios)
        }
    };
    let strategies = STRATEGIES.map(|(name, title, _)| (name, title));
    vec![
        Field::choice("bound", "Budget", bound, [("ratio", "By ratio"), ("tokens", "By tokens")]),
        far,
        Field::choice("strategy", "Strategy", &form.strategy, strategies),
        Field::lines("focus", "Focus", &form.focus, 2),
        Field::lines("rules", "What stays and goes", &form.rules, 2),
    ]
}

fn document(entries: &[Entry], open: Option<usize>) -> Field {
    let place = open.map_or_else(|| LIST.to_owned(), |place| place.to_string());
    let each = entries.iter().enumerate().filter(|(_, entry)| entry.outcome.is_ok());
    let each = each.map(|(place, entry)| (place.to_string(), entry.name.clone()));
    let list = (LIST.to_owned(), "All of them, as a list".to_owned());
    Field::choice("document", "Document that is open", &place, [list].into_iter().chain(each))
}

fn set(form: &mut Form, field: &str, value: &str) {
    let text = match field {
        "bound" => {
            form.bound = if value == "tokens" { Bound::Tokens } else { Bound::Ratio };
            return;
        }
        "ratio" => {
            if let Ok(ratio) = value.parse() {
                form.ratio = presets::ratio_of(presets::step_of(ratio));
            }
            return;
        }
        "strategy" if STRATEGIES.iter().all(|(name, ..)| *name != value) => return,
        "strategy" => &mut form.strategy,
        "tokens" => &mut form.tokens,
        "focus" => &mut form.focus,
        "rules" => &mut form.rules,
        _ => return,
    };
    value.clone_into(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_stands_as_it_was_written() {
        let mut form = Form::default();
        for (key, value) in [
            ("ratio", "8"),
            ("bound", "tokens"),
            ("tokens", "512"),
            ("strategy", "sentences"),
            ("focus", "pumps\nvalves"),
            ("rules", "code=keep"),
        ] {
            set(&mut form, key, value);
            let field = controls(&form).into_iter().find(|field| field.key == key).unwrap();
            assert_eq!(field.value, value, "{key}");
        }
        assert_eq!(form.ratio, 8.0);
        set(&mut form, "ratio", "a lot");
        set(&mut form, "strategy", "magic");
        assert_eq!((form.ratio, form.strategy.as_str()), (8.0, "sentences"));
    }
}
