//! What documents are taken for, folded away until somebody knows better.

use egui::{Id, Ui};

use super::form::{Form, KINDS};
use super::form_ui::small;
use crate::kit;
use crate::theme::space;

/// What the fold is called.
const TITLE: &str = "Taken for";
const FOUND: &str = "What it looks like";
const ANY: &str = "What it reads like";

/// Draws the fold.
pub(super) fn ui(ui: &mut Ui, form: &mut Form) {
    let id = Id::unique("compress taken for");
    let mut open = ui.data(|data| data.get_temp(id).unwrap_or(false));
    kit::disclosure(ui, TITLE, &mut open);
    ui.data_mut(|data| data.insert_temp(id, open));
    if open {
        opened(ui, form);
    } else if let Some(said) = said(form) {
        small(ui, &said);
    }
}

/// What somebody said they are.
fn said(form: &Form) -> Option<String> {
    let kind = form.kind.as_deref().map(title);
    let language = form.language.as_deref().map(protocol::language_name);
    match (kind, language) {
        (None, None) => None,
        (Some(kind), None) => Some(kind.to_owned()),
        (None, Some(language)) => Some(language.to_owned()),
        (Some(kind), Some(language)) => Some(format!("{kind}, in {language}")),
    }
}

fn title(kind: &str) -> &'static str {
    KINDS.iter().find(|(known, _)| *known == kind).map_or(FOUND, |(_, title)| title)
}

fn opened(ui: &mut Ui, form: &mut Form) {
    choice(ui, "Kind of document", FOUND, &mut form.kind, &KINDS);
    small(ui, "Each kind is cut its own way");
    ui.add_space(space::HAIR);
    choice(ui, "Language", ANY, &mut form.language, &protocol::LANGUAGES);
    small(ui, "Function words and negations are told by it");
}

/// One of those known, or what is found out.
fn choice(
    ui: &mut Ui,
    name: &str,
    found: &str,
    chosen: &mut Option<String>,
    known: &[(&'static str, &'static str)],
) {
    kit::caption(ui, name);
    let now = known.iter().find(|(one, _)| chosen.as_deref() == Some(one));
    let shown = now.map_or(found, |(_, title)| title);
    let wide = ui.available_width();
    kit::combo(ui, name, wide, shown, |ui| {
        if ui.selectable_label(chosen.is_none(), found).clicked() {
            *chosen = None;
        }
        for (one, title) in known {
            if ui.selectable_label(chosen.as_deref() == Some(one), *title).clicked() {
                *chosen = Some((*one).to_owned());
            }
        }
    });
}
