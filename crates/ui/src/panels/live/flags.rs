//! The two markers in the picture: lines with a flag that can be dragged, or moved by arrow keys.

use egui::{Align2, CursorIcon, EventFilter, Key, Rect, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::field::Field;
use super::markers::{Marker, Markers};
use crate::theme::{faded, text};

/// How wide a marker can be grabbed, in points.
const GRAB: f32 = 11.0;
const FLAG: f32 = 16.0;

/// The stretch between both, shaded.
pub(super) fn between(ui: &Ui, field: &Field, markers: &Markers, plots: Rect) {
    if let Some([from, to]) = markers.pair() {
        let (left, right) = (field.x.at(from).max(plots.left()), field.x.at(to).min(plots.right()));
        if right > left {
            let rect = Rect::from_x_y_ranges(left..=right, plots.y_range());
            ui.painter().rect_filled(rect, 0.0, faded(field.palette.accent, 0.09));
        }
    }
}

/// Both markers, as far as they are in sight.
pub(super) fn flags(ui: &Ui, field: &Field, markers: &mut Markers, plots: Rect) {
    for marker in Marker::BOTH {
        if let Some(at_ms) = markers.at(marker).filter(|at_ms| field.sees(*at_ms)) {
            flag(ui, field, markers, marker, at_ms, plots);
        }
    }
}

fn flag(ui: &Ui, field: &Field, markers: &mut Markers, marker: Marker, at_ms: f64, plots: Rect) {
    let id = ui.scope_id().with(("marker", marker.letter()));
    let place = |at_ms: f64| field.x.at(at_ms).round() + 0.5;
    let grab = Rect::from_x_y_ranges(
        place(at_ms) - GRAB / 2.0..=place(at_ms) + GRAB / 2.0,
        plots.y_range(),
    );
    let response = ui.interact(grab, id, Sense::click_and_drag());
    let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let mut now_ms = at_ms;
    if response.dragged()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        now_ms = field.x.value(pointer.x.clamp(plots.left(), plots.right()));
    }
    if response.has_focus() {
        let (presses, remove) = ui.input(|input| {
            let step = if input.modifiers.shift { 10.0 } else { 1.0 };
            let right = input.num_presses(Key::ArrowRight) as f64;
            let left = input.num_presses(Key::ArrowLeft) as f64;
            let remove = input.key_pressed(Key::Delete) || input.key_pressed(Key::Backspace);
            ((right - left) * step, remove)
        });
        now_ms += presses * field.x.per_point();
        if remove {
            markers.remove(marker);
            return;
        }
    }
    if now_ms != at_ms {
        markers.put(marker, now_ms);
    }
    let name = format!("Marker {} at {}", marker.letter(), field.moment(now_ms));
    response.widget_info(|| WidgetInfo::slider(true, now_ms, &name));
    let palette = field.palette;
    let strong = response.hovered() || response.has_focus() || response.dragged();
    let width = if strong { 2.0 } else { 1.0 };
    let across = place(now_ms);
    ui.painter().vline(across, plots.y_range(), Stroke::new(width, palette.accent));
    let left = match marker {
        Marker::A => across - FLAG,
        Marker::B => across,
    };
    let flag = Rect::from_min_size(
        pos2(left.clamp(plots.left(), plots.right() - FLAG), plots.top()),
        vec2(FLAG, FLAG),
    );
    ui.painter().rect_filled(flag, 3.0, palette.fill);
    let ink = palette.on_fill;
    ui.painter().text(flag.center(), Align2::CENTER_CENTER, marker.letter(), text::strong(), ink);
    if response.has_focus() {
        let ring = Stroke::new(1.5, palette.ink);
        ui.painter().rect_stroke(flag.expand(2.0), 4.0, ring, egui::StrokeKind::Inside);
    }
    response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
}
