//! The whole run in little, under the plots, with a window on it that can be dragged.

use egui::{
    CursorIcon, EventFilter, Key, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    pos2,
};
use protocol::{SignalFrame, Trace, ViewFrame};

use super::Live;
use super::lane::{begins, focus_ring};
use super::sight::Sight;
use crate::plot::{Scale, Stretch, band, gaps, hatched, line, nice_range};
use crate::theme::{Palette, faded};

/// Room for it, with what is over it, in points.
pub(super) const HEIGHT: f32 = 46.0;
const EDGE: f32 = 8.0;

impl Live {
    /// Draws it into `rect`.
    pub(super) fn minimap(&mut self, ui: &Ui, end_ms: f64, rect: Rect) {
        let palette = Palette::here(ui);
        let frame = self.overview.frame().cloned();
        let end_ms = frame.as_ref().map_or(end_ms, |frame| frame.end_ms.max(end_ms));
        let x =
            Scale::new(0.0, if end_ms > 0.0 { end_ms } else { 1000.0 }, rect.left(), rect.right());
        let painter = ui.painter().with_clip_rect(rect.expand(1.0));
        painter.rect_filled(rect, 4.0, palette.sunk);
        if let Some(frame) = &frame
            && let Some(signal) = frame.signals.first()
        {
            let pixel = 1.0 / ui.ctx().pixels_per_point().max(0.1);
            painter.extend(little(signal, frame, &x, rect, pixel, palette));
        }
        let map = ui.interact(rect, ui.scope_id().with("overview"), Sense::click_and_drag());
        map.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "Overview"));
        let [from, to] = self.sight.shown(end_ms);
        if (map.clicked() || map.dragged())
            && let Some(at) = map.interact_pointer_pos()
        {
            let by = x.value(at.x) - (from + to) / 2.0;
            self.look(self.sight.panned(by, end_ms));
        }
        self.window(ui, &x, rect, end_ms);
    }

    /// The window on it: its middle moves it, its edges make it wider.
    fn window(&mut self, ui: &Ui, x: &Scale, rect: Rect, end_ms: f64) {
        let palette = Palette::here(ui);
        let [from, to] = self.sight.shown(end_ms);
        let place = |ms: f64| x.at(ms).clamp(rect.left(), rect.right());
        let (mut left, mut right) = (place(from), place(to));
        if right - left < EDGE {
            let middle = ((left + right) / 2.0).clamp(rect.left() + 4.0, rect.right() - 4.0);
            (left, right) = (middle - EDGE / 2.0, middle + EDGE / 2.0);
        }
        let window = Rect::from_x_y_ranges(left..=right, rect.y_range());
        let body = ui.interact(window, ui.scope_id().with("window"), Sense::click_and_drag());
        if body.dragged() {
            let by = f64::from(body.drag_delta().x) * x.per_point();
            self.look(self.sight.panned(by, end_ms));
        }
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(body.id, filter));
        if body.has_focus() {
            let steps = ui.input(|input| {
                input.num_presses(Key::ArrowRight) as f64 - input.num_presses(Key::ArrowLeft) as f64
            });
            if steps != 0.0 {
                self.look(self.sight.panned(steps * (to - from) * 0.1, end_ms));
            }
        }
        body.widget_info(|| WidgetInfo::slider(true, from, "Overview window"));
        for (edge, name) in [(left, "beginning"), (right, "end")] {
            let grab = Rect::from_x_y_ranges(edge - EDGE / 2.0..=edge + EDGE / 2.0, rect.y_range());
            let id = ui.scope_id().with(("window", name));
            let response = ui.interact(grab, id, Sense::drag());
            if let (true, Some(at)) = (response.dragged(), response.interact_pointer_pos()) {
                let moved = x.value(at.x.clamp(rect.left(), rect.right()));
                let other = if name == "end" { from } else { to };
                self.look(Sight::between(moved, other, end_ms));
            }
            response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
        }
        paint(ui, palette, rect, window, &body);
        body.on_hover_and_drag_cursor(CursorIcon::Grab);
    }
}

fn paint(ui: &Ui, palette: &Palette, rect: Rect, window: Rect, body: &Response) {
    let painter = ui.painter();
    for outside in [
        Rect::from_min_max(rect.min, pos2(window.left(), rect.bottom())),
        Rect::from_min_max(pos2(window.right(), rect.top()), rect.max),
    ] {
        if outside.width() > 0.5 {
            painter.rect_filled(outside, 0.0, faded(palette.sheet, 0.65));
        }
    }
    let ink = if body.hovered() || body.dragged() { palette.accent } else { palette.faint };
    painter.rect_stroke(window, 4.0, Stroke::new(1.0, ink), StrokeKind::Inside);
    for edge in [window.left() + 0.5, window.right() - 0.5] {
        let middle = rect.center().y;
        painter.vline(edge, middle - 6.0..=middle + 6.0, Stroke::new(3.0, ink));
    }
    focus_ring(painter, body, window, palette.accent);
}

fn little(
    signal: &SignalFrame,
    frame: &ViewFrame,
    x: &Scale,
    rect: Rect,
    pixel: f32,
    palette: &Palette,
) -> Vec<egui::Shape> {
    let Some([low, high]) = signal.extent.map(|extent| extent.map(f64::from)) else {
        return Vec::new();
    };
    let [from, to] = nice_range(low, high);
    let y = Scale::new(from, to, rect.bottom() - 2.0, rect.top() + 3.0);
    let ink = faded(palette.accent, 0.8);
    let stretch = Stretch { from_ms: frame.from_ms, to_ms: frame.to_ms };
    let anew = begins(frame);
    let mut shapes: Vec<egui::Shape> =
        hatched(&gaps(&signal.trace, stretch), x, rect, palette.faint).into_iter().collect();
    shapes.extend(match &signal.trace {
        Trace::Points(points) => line(points, &anew, x, &y, rect, ink),
        Trace::Columns(columns) => band(columns, stretch, &anew, x, &y, rect, pixel, ink),
    });
    shapes
}
