//! How far something is.

use egui::{CornerRadius, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::theme::Palette;

/// A bar; `share` from 0 to 1.
pub fn progress(ui: &mut Ui, share: f32, name: &str) -> Response {
    let palette = Palette::here(ui);
    let size = Vec2::new(ui.available_width(), 6.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let share = share.clamp(0.0, 1.0);
    let corner = CornerRadius::same(3);
    ui.painter().rect_filled(rect, corner, palette.raised);
    let filled = Rect::from_min_size(rect.min, Vec2::new(rect.width() * share, rect.height()));
    if share > 0.0 {
        ui.painter().rect_filled(filled, corner, palette.fill);
    }
    response.widget_info(|| WidgetInfo {
        value: Some(f64::from(share)),
        ..WidgetInfo::labeled(Role::ProgressIndicator, true, name)
    });
    response
}

/// The same where nobody knows how far: a bar that says so without moving.
pub fn busy(ui: &mut Ui, name: &str) -> Response {
    let palette = Palette::here(ui);
    let size = Vec2::new(ui.available_width(), 6.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    ui.painter().rect_filled(rect, CornerRadius::same(3), palette.raised);
    let dots = (rect.width() / 12.0) as usize;
    for at in 0..dots {
        let left = rect.left() + at as f32 * 12.0;
        let dash = Rect::from_min_size(egui::pos2(left, rect.top()), Vec2::new(6.0, 6.0));
        ui.painter().rect_filled(dash, CornerRadius::same(3), palette.fill);
    }
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, name));
    response
}
