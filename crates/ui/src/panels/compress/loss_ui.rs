//! What was lost, counted, and what a ratio like this usually costs.

use egui::{RichText, Role, Ui, WidgetInfo};
use protocol::{CompressedDocument, DroppedView};

use super::fidelity::{self, Focus, MEASURED};
use super::retention_ui;
use crate::kit;
use crate::theme::{Palette, space, text};

/// Lost things that are named; the rest is counted.
const NAMED: usize = 4;

struct Loss<'a> {
    one: &'static str,
    many: &'static str,
    count: u64,
    first: &'a [String],
}

fn losses(dropped: &DroppedView) -> [Loss<'_>; 4] {
    let loss = |one, many, count, first| Loss { one, many, count, first };
    [
        loss("number", "numbers", dropped.numbers, dropped.first_numbers.as_slice()),
        loss("name", "names", dropped.entities, dropped.first_entities.as_slice()),
        loss("negation", "negations", dropped.negations, dropped.first_negations.as_slice()),
        loss("section", "sections", dropped.sections, dropped.first_sections.as_slice()),
    ]
}

/// Draws the panel. What was clicked is to be found in the source.
pub(super) fn ui(ui: &mut Ui, document: &CompressedDocument, focus: Focus) -> Option<String> {
    let mut wanted = None;
    kit::card_with(ui, egui::Margin::symmetric(14, 10), |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        let all = losses(&document.dropped);
        let columns = if ui.available_width() >= 560.0 { 4 } else { 2 };
        for line in all.chunks(columns) {
            ui.columns(columns, |ui| {
                for (ui, loss) in ui.iter_mut().zip(line) {
                    if let Some(word) = loss_ui(ui, loss) {
                        wanted = Some(word);
                    }
                }
            });
        }
        let ratio = document.ratio.unwrap_or(f64::INFINITY);
        if ratio > 1.02 {
            let words = fidelity::words(ratio, &document.kind, focus);
            let palette = Palette::here(ui);
            let words = RichText::new(words).font(text::small()).color(palette.soft);
            ui.add(egui::Label::new(words).wrap()).on_hover_text(MEASURED);
        }
        if document.retention.is_some() {
            retention_ui::ui(ui, document, None);
        }
        let left_out = document.extraction.left_out_words();
        if !left_out.is_empty() {
            let words = format!("In the file, not in its text: {left_out}");
            let palette = Palette::here(ui);
            let words = RichText::new(words).font(text::small()).color(palette.soft);
            ui.add(egui::Label::new(words).wrap());
        }
    });
    wanted
}

fn loss_ui(ui: &mut Ui, loss: &Loss<'_>) -> Option<String> {
    let palette = Palette::here(ui);
    let mut wanted = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::HAIR;
        let ink = if loss.count > 0 { palette.ink } else { palette.faint };
        let count =
            ui.label(RichText::new(loss.count.to_string()).font(text::heading()).color(ink));
        let said =
            format!("{} {} lost", loss.count, if loss.count == 1 { loss.one } else { loss.many });
        count.widget_info(|| WidgetInfo::labeled(Role::Label, true, said.clone()));
        let what = format!("{} lost", if loss.count == 1 { loss.one } else { loss.many });
        ui.label(RichText::new(what).font(text::small()).color(palette.soft));
    });
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::Vec2::new(4.0, 2.0);
        ui.spacing_mut().interact_size.y = 18.0;
        ui.set_min_height(20.0);
        for word in loss.first.iter().take(NAMED) {
            let response = lost_word(ui, word);
            if response.on_hover_text(format!("Find “{word}” in the document")).clicked() {
                wanted = Some(word.clone());
            }
        }
        let more = loss.count.saturating_sub(loss.first.len().min(NAMED) as u64);
        if more > 0 && !loss.first.is_empty() {
            let rest = loss.first.get(NAMED..).unwrap_or_default().join(", ");
            let label = ui
                .label(RichText::new(format!("+{more}")).font(text::small()).color(palette.faint));
            if !rest.is_empty() {
                label.on_hover_text(rest);
            }
        }
    });
    wanted
}

fn lost_word(ui: &mut Ui, word: &str) -> egui::Response {
    let palette = Palette::here(ui);
    let short: String = word.chars().take(28).collect();
    let shown = if short.len() < word.len() { format!("{short}…") } else { short };
    let label = RichText::new(shown).font(text::small()).color(palette.accent);
    ui.spacing_mut().button_padding = egui::Vec2::new(5.0, 1.0);
    let made = egui::Button::new(label)
        .fill(palette.sunk)
        .stroke(egui::Stroke::NONE)
        .min_size(egui::Vec2::new(0.0, 18.0));
    let response = ui.add(made);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Find {word}")));
    response
}
