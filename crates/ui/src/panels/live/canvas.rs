//! All lanes over one time axis, and what a hand does with them: wheel, drag, range, click, keys.

use std::sync::Arc;

use egui::{
    CursorIcon, EventFilter, Key, Modifiers, PointerButton, Rect, Response, Role, Sense, Stroke,
    Ui, Vec2, WidgetInfo, pos2, vec2,
};
use protocol::ViewFrame;

use super::field::{Field, GUTTER};
use super::lane::{self, Body, Fold, HEADING};
use super::lanes::{LaneView, lanes};
use super::sight::Sight;
use super::{Heights, Live, flags, minimap, readout, tokens};
use crate::plot::{Stretch, time_range};
use crate::theme::{Palette, faded};

/// Under the lanes: the words of the time axis, in points.
const AXIS: f32 = 22.0;
/// Between two lanes.
const BETWEEN: f32 = 6.0;
/// A plot is at least this high.
const LEAST: f32 = 44.0;
/// A plot is at most this high.
const MOST: f32 = 320.0;
/// Part of the window that an arrow key moves it by.
const STEP: f64 = 0.1;

/// What a drag over the lanes does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Drag {
    /// Moves the window.
    Pan,
    /// Draws a range to look at, from this moment on.
    Range {
        /// Where it began, in milliseconds.
        from_ms: f64,
    },
}

/// Where each lane lies.
struct Placed<'a> {
    lane: LaneView<'a>,
    fold: Fold,
    heading: Rect,
    body: Rect,
}

impl Live {
    /// Draws the lanes and the minimap into `height` points, or more where they need it.
    pub(super) fn canvas(&mut self, ui: &mut Ui, frame: &Arc<ViewFrame>, height: f32) {
        let palette = Palette::here(ui);
        let lanes = lanes(&frame.signals, palette);
        let folds: Vec<Fold> = lanes.iter().map(|lane| self.fold(lane)).collect();
        let (bodies, total) = heights(&lanes, &folds, height);
        let (outer, _) = ui.allocate_exact_size(vec2(ui.available_width(), total), Sense::hover());
        let (left, right) = (outer.left() + GUTTER, outer.right() - 4.0);
        let end_ms = self.end_ms;
        let field = Field::new(ui, self.sight.shown(end_ms), left, right);
        let plots = field.rect(outer.top(), outer.bottom() - minimap::HEIGHT - AXIS);
        let area = ui.interact(plots, ui.scope_id().with("signals"), Sense::click_and_drag());
        self.hand(ui, &area, &field, end_ms);
        let field = Field::new(ui, self.sight.shown(end_ms), left, right);

        tokens::paint(ui, &field, frame, outer.top());
        let mut top = outer.top() + tokens::HEIGHT + BETWEEN;
        let mut headings = Vec::new();
        for ((lane, fold), body) in lanes.into_iter().zip(folds).zip(bodies) {
            let wide = |top: f32, height: f32| {
                Rect::from_min_size(pos2(outer.left(), top), vec2(right - outer.left(), height))
            };
            let heading = wide(top, HEADING);
            let body = field.rect(heading.bottom(), heading.bottom() + body);
            top = body.bottom() + BETWEEN;
            headings.push(heading);
            self.lane(ui, &field, frame, &Placed { lane, fold, heading, body });
        }
        let axis = outer.bottom() - minimap::HEIGHT - AXIS;
        field.paint_axis(ui.painter(), axis - BETWEEN);
        self.selection(ui, &area, &field, plots);
        flags::between(ui, &field, &self.markers, plots);
        flags::flags(ui, &field, &mut self.markers, plots);
        // Over a heading, what the signals mean is said instead of what they were.
        let hovered = area.hover_pos().filter(|at| plots.contains(*at));
        let hovered = hovered.filter(|at| !headings.iter().any(|heading| heading.contains(*at)));
        self.pointer(ui, &area, &field, frame, plots, hovered);
        let map = Rect::from_min_max(
            pos2(left, outer.bottom() - minimap::HEIGHT + 8.0),
            pos2(right, outer.bottom()),
        );
        self.minimap(ui, end_ms, map);
    }

    fn fold(&self, lane: &LaneView<'_>) -> Fold {
        match (lane.absent(), self.kept.folded.contains(&lane.key)) {
            (Some(_), _) => Fold::Absent,
            (None, true) => Fold::Folded,
            (None, false) => Fold::Open,
        }
    }

    fn lane(&mut self, ui: &Ui, field: &Field, frame: &ViewFrame, placed: &Placed<'_>) {
        let lane = &placed.lane;
        if lane::heading(ui, field, lane, placed.fold, placed.heading)
            && !self.kept.folded.remove(&lane.key)
        {
            self.kept.folded.insert(lane.key.clone());
        }
        if placed.fold != Fold::Open {
            return;
        }
        let extent = match self.kept.heights {
            Heights::Whole => lane.extent(),
            Heights::Seen => lane.seen().or(lane.extent()),
        };
        let stretch = Stretch { from_ms: frame.from_ms, to_ms: frame.to_ms };
        let body = Body { lane, stretch, extent, frame, serial: self.main.serial() };
        lane::body(ui, field, &body, placed.body, &mut self.sketches);
    }

    /// What a hand does over the lanes.
    fn hand(&mut self, ui: &Ui, area: &Response, field: &Field, end_ms: f64) {
        self.wheel(ui, area, field, end_ms);
        self.drags(ui, area, field, end_ms);
        if area.double_clicked() {
            // The first click of the two put a marker there, which nobody meant.
            self.markers = self.before_click.take().unwrap_or(self.markers);
            self.look(Sight::Whole);
        } else if area.clicked()
            && let Some(at) = area.interact_pointer_pos()
        {
            self.before_click = Some(self.markers);
            self.markers.place(field.x.value(at.x));
        }
        self.keys(ui, area, end_ms);
    }

    fn wheel(&mut self, ui: &Ui, area: &Response, field: &Field, end_ms: f64) {
        let Some(pointer) = ui.input(|input| input.pointer.latest_pos()) else { return };
        if !area.contains_pointer() || !area.rect.contains(pointer) {
            return;
        }
        let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta, input.zoom_delta()));
        if scroll == Vec2::ZERO && pinch == 1.0 {
            return;
        }
        // Taken: nothing around the lanes scrolls as well.
        ui.ctx().input_mut(|input| input.smooth_scroll_delta = Vec2::ZERO);
        let times = (-f64::from(scroll.y) * 0.004).exp() / f64::from(pinch.max(0.01));
        if times != 1.0 {
            self.zoom(field.x.value(pointer.x), times);
        }
        if scroll.x != 0.0 {
            let by = -f64::from(scroll.x) * field.x.per_point();
            self.look(self.sight.panned(by, end_ms));
        }
    }

    fn drags(&mut self, ui: &Ui, area: &Response, field: &Field, end_ms: f64) {
        let Some(at) = area.interact_pointer_pos() else {
            self.drag = None;
            return;
        };
        if area.drag_started() {
            let (origin, shift) =
                ui.input(|input| (input.pointer.press_origin(), input.modifiers.shift));
            let range = shift || area.drag_started_by(PointerButton::Secondary);
            let from_ms = field.x.value(origin.unwrap_or(at).x);
            self.drag = Some(if range { Drag::Range { from_ms } } else { Drag::Pan });
        }
        match self.drag {
            Some(Drag::Pan) if area.dragged() && area.drag_delta().x != 0.0 => {
                let by = -f64::from(area.drag_delta().x) * field.x.per_point();
                self.look(self.sight.panned(by, end_ms));
            }
            Some(Drag::Range { from_ms }) if area.drag_stopped() => {
                if (field.x.at(from_ms) - at.x).abs() > 4.0 {
                    let to_ms = field.x.value(at.x);
                    self.look(Sight::between(from_ms.max(0.0), to_ms.max(0.0), end_ms));
                }
                self.drag = None;
            }
            _ => {}
        }
        if area.drag_stopped() {
            self.drag = None;
        }
    }

    /// Keys while the lanes, or nothing, have the focus.
    fn keys(&mut self, ui: &Ui, area: &Response, end_ms: f64) {
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(area.id, filter));
        if !area.has_focus() && ui.memory(|memory| memory.focused().is_some()) {
            return;
        }
        let [from, to] = self.sight.shown(end_ms);
        let by = (to - from) * STEP;
        let take = |key| ui.ctx().input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if take(Key::ArrowLeft) {
            self.look(self.sight.panned(-by, end_ms));
        }
        if take(Key::ArrowRight) {
            self.look(self.sight.panned(by, end_ms));
        }
        if area.has_focus() && take(Key::Space) {
            self.pause();
        }
        if area.has_focus() && take(Key::M) {
            self.place_marker();
        }
    }

    /// The range that is being drawn.
    fn selection(&self, ui: &Ui, area: &Response, field: &Field, plots: Rect) {
        let (Some(Drag::Range { from_ms }), Some(at)) = (self.drag, area.interact_pointer_pos())
        else {
            return;
        };
        let (one, other) = (field.x.at(from_ms), at.x);
        let range = one.min(other).max(plots.left())..=one.max(other).min(plots.right());
        let rect = Rect::from_x_y_ranges(range, plots.y_range());
        let accent = field.palette.accent;
        ui.painter().rect(
            rect,
            0.0,
            faded(accent, 0.12),
            Stroke::new(1.0, accent),
            egui::StrokeKind::Inside,
        );
    }

    /// The line under the pointer, and the values there.
    fn pointer(
        &mut self,
        ui: &Ui,
        area: &Response,
        field: &Field,
        frame: &ViewFrame,
        plots: Rect,
        hovered: Option<egui::Pos2>,
    ) {
        self.pointer_ms = hovered.map(|at| field.x.value(at.x));
        let mut said = time_range(field.x.from, field.x.to, field.x.per_point()).join(" to ");
        if let (Some(at), Some(at_ms)) = (hovered, self.pointer_ms) {
            let readout = readout::readout(field, frame, at_ms);
            said = readout.words();
            if !area.dragged() {
                let line = Stroke::new(1.0, faded(field.palette.ink, 0.45));
                ui.painter().vline(at.x.round() + 0.5, plots.y_range(), line);
                readout::paint(ui, field, &readout, at, plots);
            }
        }
        lane::focus_ring(ui.painter(), area, plots.expand(2.0), field.palette.accent);
        area.widget_info(|| WidgetInfo {
            current_text_value: Some(said.clone()),
            ..WidgetInfo::labeled(Role::Canvas, true, "Signals")
        });
        let cursor = match self.drag {
            Some(Drag::Pan) => CursorIcon::Grabbing,
            _ => CursorIcon::Crosshair,
        };
        area.clone().on_hover_cursor(cursor);
    }
}

/// How high each plot is, and all of it together.
fn heights(lanes: &[LaneView<'_>], folds: &[Fold], height: f32) -> (Vec<f32>, f32) {
    let open = |fold: &Fold| *fold == Fold::Open;
    let fixed = tokens::HEIGHT
        + BETWEEN
        + lanes.len() as f32 * (HEADING + BETWEEN)
        + AXIS
        + minimap::HEIGHT;
    let weights: f32 =
        lanes.iter().zip(folds).filter(|(_, fold)| open(fold)).map(|(lane, _)| lane.weight).sum();
    let room = (height - fixed).max(0.0);
    let bodies: Vec<f32> = lanes
        .iter()
        .zip(folds)
        .map(|(lane, fold)| match open(fold) {
            true => (room * lane.weight / weights).floor().clamp(LEAST, MOST),
            false => 0.0,
        })
        .collect();
    let total = fixed + bodies.iter().sum::<f32>();
    (bodies, total)
}
