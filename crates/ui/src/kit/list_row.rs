//! A row of a list, of which each can be pressed.

use egui::{Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2};

use crate::theme::Palette;

/// The place of a row in all the width there is. One that `can` be pressed shows that it is pointed at; the caller
/// names it for a screen reader.
pub fn list_row(ui: &mut Ui, height: f32, can: bool) -> (Rect, Response) {
    let palette = Palette::here(ui);
    let sense = if can { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), sense);
    if can && (response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, 0.0, palette.raised);
    }
    if response.has_focus() {
        let ring = Stroke::new(1.5, palette.accent);
        ui.painter().rect_stroke(rect, 4.0, ring, StrokeKind::Inside);
    }
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    (rect, response)
}
