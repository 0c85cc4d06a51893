//! Small words in a frame that are as high as their text, whatever the height of the line.

use egui::{Color32, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::theme::{Palette, faded, text};

/// Points around the word.
const AROUND: Vec2 = Vec2::new(6.0, 2.0);

/// The labels that a run's figures carry for ever, and why.
pub(super) const SYNTHETIC: (&str, &str) =
    ("SYNTHETIC", "The model was made from a seed: its text means nothing");
/// Of an emulated board.
pub(super) const EMULATED: (&str, &str) =
    ("EMULATED", "The board is emulated: no figure of it is a hardware figure");

/// A label that stays for ever.
pub(super) fn label(ui: &mut Ui, (word, why): (&str, &str)) -> Response {
    let palette = Palette::here(ui);
    let line = Stroke::new(1.0, faded(palette.open, 0.5));
    framed(ui, word, text::tag(), palette.open, palette.open_back, line).on_hover_text(why)
}

/// Both labels, where they are due.
pub(super) fn labels(ui: &mut Ui, synthetic: bool, emulated: bool) {
    for (of, due) in [(SYNTHETIC, synthetic), (EMULATED, emulated)] {
        if due {
            label(ui, of);
        }
    }
}

/// A label of the user's.
pub(super) fn tag(ui: &mut Ui, words: &str) -> Response {
    let palette = Palette::here(ui);
    let line = Stroke::new(1.0, palette.line);
    framed(ui, words, text::small(), palette.soft, palette.sunk, line)
}

/// How wide a word is with its frame.
pub(super) fn width(ui: &Ui, words: &str, font: egui::FontId) -> f32 {
    let galley = ui.painter().layout_no_wrap(words.to_owned(), font, Color32::PLACEHOLDER);
    galley.size().x + 2.0 * AROUND.x
}

fn framed(
    ui: &mut Ui,
    words: &str,
    font: egui::FontId,
    ink: Color32,
    back: Color32,
    line: Stroke,
) -> Response {
    let galley = ui.painter().layout_no_wrap(words.to_owned(), font, ink);
    let (rect, response) = ui.allocate_exact_size(galley.size() + 2.0 * AROUND, Sense::hover());
    ui.painter().rect(rect, 4.0, back, line, StrokeKind::Inside);
    ui.painter().galley(rect.min + AROUND, galley, ink);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    response
}
