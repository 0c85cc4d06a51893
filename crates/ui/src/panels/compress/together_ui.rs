//! Several documents: each by itself, or all as one.

use egui::Ui;
use protocol::{CitationStyle, Citations};

use super::form::Form;
use super::form_ui::small;
use crate::kit;
use crate::theme::{space, text};

/// What one text of several documents does without.
pub(super) const BY_THEMSELVES: &str =
    "Whole sentences, rules and models are for documents by themselves";

/// Draws the choice, where there are several.
pub(super) fn card(ui: &mut Ui, form: &mut Form, several: bool) {
    if !several {
        return;
    }
    kit::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.label(egui::RichText::new("Documents").font(text::heading()));
        let choices = [(false, "Each by itself"), (true, "All as one")];
        kit::segments(ui, &mut form.together, &choices);
        if form.together {
            small(
                ui,
                "One text and one budget. What several have is kept once, and what is kept is cited",
            );
            citations(ui, form);
        }
    });
    ui.add_space(space::HAIR);
}

fn citations(ui: &mut Ui, form: &mut Form) {
    kit::caption(ui, "Citations");
    let choices = [
        (Citations::Passages, "Each line"),
        (Citations::Documents, "Each source"),
        (Citations::None, "None"),
    ];
    kit::segments(ui, &mut form.cite, &choices);
    let mut footnotes = form.marks == CitationStyle::Markdown;
    ui.add_enabled_ui(form.cite != Citations::None, |ui| {
        ui.checkbox(&mut footnotes, "As Markdown footnotes");
    });
    form.marks = if footnotes { CitationStyle::Markdown } else { CitationStyle::Plain };
}
