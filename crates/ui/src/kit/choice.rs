//! Rows and cards of which one is chosen, with room for buttons of their own.

use egui::{Frame, Margin, Response, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2};
use egui::{InnerResponse, WidgetInfo};

use crate::icon::{self, Icon};
use crate::theme::{Palette, space};

/// The ground a choice stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// A sheet of its own.
    Card,
    /// A row of a list.
    Row,
}

/// Something that can be chosen, by a click anywhere on it or by the keyboard; buttons in it keep
/// their own clicks. `name` is what a screen reader says.
pub fn choice<R>(
    ui: &mut Ui,
    ground: Ground,
    name: &str,
    chosen: bool,
    body: impl FnOnce(&mut Ui) -> R,
) -> InnerResponse<R> {
    let palette = Palette::here(ui);
    let corner = if ground == Ground::Card { space::CORNER } else { space::CORNER_SMALL };
    let margin = match ground {
        Ground::Card => Margin::symmetric(14, 12),
        Ground::Row => Margin::symmetric(8, 3),
    };
    let builder = UiBuilder::new().id_salt(name).sense(Sense::click());
    let shown = ui.scope_builder(builder, |ui| {
        let response = ui.response();
        let hovered = response.contains_pointer() && ui.is_enabled();
        let fill = match (ground, chosen, hovered) {
            (Ground::Row, true, _) => palette.selected,
            (Ground::Row, false, true) => palette.raised,
            (Ground::Row, false, false) => egui::Color32::TRANSPARENT,
            (Ground::Card, ..) => palette.sheet,
        };
        let line = match (ground, chosen, hovered) {
            (Ground::Row, ..) => Stroke::NONE,
            (Ground::Card, true, _) => Stroke::new(1.0, palette.accent),
            (Ground::Card, false, true) => Stroke::new(1.0, palette.faint),
            (Ground::Card, false, false) => Stroke::new(1.0, palette.line),
        };
        let frame = Frame::new().fill(fill).stroke(line).corner_radius(corner).inner_margin(margin);
        frame
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                body(ui)
            })
            .inner
    });
    let response = shown.response;
    if response.has_focus() {
        let ring = Stroke::new(1.5, palette.accent);
        ui.painter().rect_stroke(response.rect, corner, ring, StrokeKind::Inside);
    }
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, enabled, chosen, name));
    InnerResponse::new(shown.inner, response)
}

/// The round mark at the left of a row of choices.
pub fn mark(ui: &mut Ui, chosen: bool) -> Response {
    let palette = Palette::here(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(16.0), Sense::hover());
    let ring = if chosen { palette.accent } else { palette.faint };
    ui.painter().circle_stroke(rect.center(), 6.0, Stroke::new(1.4, ring));
    if chosen {
        ui.painter().circle_filled(rect.center(), 3.2, palette.accent);
    }
    response
}

/// A quiet line that opens and closes what follows it.
pub fn disclosure(ui: &mut Ui, word: &str, open: &mut bool) -> Response {
    let palette = Palette::here(ui);
    let font = crate::theme::text::strong();
    let galley = ui.painter().layout_no_wrap(word.to_owned(), font, palette.soft);
    let size = Vec2::new(galley.size().x + 24.0, 24.0);
    let (rect, mut response) = ui.allocate_exact_size(size, Sense::click());
    if response.clicked() {
        *open = !*open;
        response.mark_changed();
    }
    let ink = if response.hovered() { palette.ink } else { palette.soft };
    let sign = if *open { Icon::Down } else { Icon::Right };
    let at = egui::pos2(rect.left() + 7.0, rect.center().y);
    icon::paint(ui.painter(), sign, egui::Rect::from_center_size(at, Vec2::splat(11.0)), ink);
    let at = egui::pos2(rect.left() + 19.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley_with_override_text_color(at, galley, ink);
    if response.has_focus() {
        let ring = Stroke::new(1.5, palette.accent);
        ui.painter().rect_stroke(rect, space::CORNER_SMALL, ring, StrokeKind::Inside);
    }
    let (enabled, down) = (ui.is_enabled(), *open);
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, down, word));
    response
}
