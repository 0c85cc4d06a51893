//! One of a few, side by side.

use egui::{Color32, FontId, Frame, Margin, Response, Sense, Stroke, Ui, Vec2};
use egui::{Role, StrokeKind, WidgetInfo};

use crate::theme::{Palette, text};

/// One choice of a row; `true` where it was pressed.
pub fn segment(ui: &mut Ui, chosen: bool, word: &str) -> Response {
    let palette = Palette::here(ui);
    let font = if chosen { text::strong() } else { FontId::proportional(13.0) };
    let ink = if chosen { palette.ink } else { palette.soft };
    let galley = ui.painter().layout_no_wrap(word.to_owned(), font, ink);
    let size = Vec2::new(galley.size().x + 20.0, 24.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let back = match (chosen, response.hovered()) {
        (true, _) => palette.sheet,
        (false, true) => palette.raised,
        (false, false) => Color32::TRANSPARENT,
    };
    let line = if chosen { palette.line } else { Color32::TRANSPARENT };
    ui.painter().rect(rect, 5.0, back, Stroke::new(1.0, line), StrokeKind::Inside);
    if response.has_focus() {
        let ring = Stroke::new(1.5, palette.accent);
        ui.painter().rect_stroke(rect, 5.0, ring, StrokeKind::Inside);
    }
    ui.painter().galley(rect.center() - galley.size() / 2.0, galley, ink);
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, enabled, chosen, word));
    response
}

/// A row of choices. Whether another one was pressed.
pub fn segments<T: Copy + PartialEq>(ui: &mut Ui, value: &mut T, choices: &[(T, &str)]) -> bool {
    let palette = Palette::here(ui);
    let before = *value;
    let frame = Frame::new().fill(palette.sunk).corner_radius(7.0).inner_margin(Margin::same(2));
    frame.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            for &(choice, word) in choices {
                if segment(ui, *value == choice, word).clicked() {
                    *value = choice;
                }
            }
        });
    });
    *value != before
}
