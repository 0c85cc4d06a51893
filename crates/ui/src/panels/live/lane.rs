//! One lane: its heading, its axis, its signals, its gaps.

use std::collections::BTreeMap;

use egui::{Align2, Painter, Rect, Response, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2};
use protocol::{Trace, ViewFrame};

use super::field::{Field, GUTTER};
use super::lanes::LaneView;
use super::source::source_ui;
use super::tokens;
use crate::icon::{self, Icon};
use crate::plot::{Measure, Scale, Steady, Stretch, band, gaps, hatched, line};
use crate::theme::text;

/// A heading's height, in points.
pub(super) const HEADING: f32 = 22.0;

/// Whether a lane shows its plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fold {
    /// It does.
    Open,
    /// Only its heading is there.
    Folded,
    /// There is nothing to show.
    Absent,
}

/// What a picture was drawn from; the same again needs no drawing.
#[derive(Clone, Debug, PartialEq)]
struct Made {
    serial: u64,
    inside: Rect,
    x: Scale,
    y: Scale,
    dark: bool,
}

/// What was drawn of each lane, and the ranges of their axes.
#[derive(Debug, Default)]
pub(super) struct Sketches {
    drawn: BTreeMap<String, (Made, Vec<Shape>)>,
    axes: BTreeMap<String, Steady>,
}

impl Sketches {
    /// The vertical range of a lane for values from `low` to `high`.
    fn range(&mut self, key: &str, [low, high]: [f64; 2], per: f64) -> [f64; 2] {
        self.axes.entry(key.to_owned()).or_default().hold(low, high, per)
    }

    /// Another run: its axes are others.
    pub(super) fn forget(&mut self) {
        *self = Sketches::default();
    }

    fn shapes(&mut self, key: &str, made: Made, draw: impl FnOnce() -> Vec<Shape>) -> &[Shape] {
        let known = self.drawn.get(key).is_some_and(|(before, _)| *before == made);
        if !known {
            self.drawn.insert(key.to_owned(), (made, draw()));
        }
        self.drawn.get(key).map_or(&[], |(_, shapes)| shapes)
    }
}

/// The heading of a lane, in `rect`: what was pressed folds or opens it.
pub(super) fn heading(ui: &Ui, field: &Field, lane: &LaneView<'_>, fold: Fold, rect: Rect) -> bool {
    let palette = field.palette;
    let painter = ui.painter().with_clip_rect(rect);
    let middle = rect.center().y;
    let title = painter.layout_no_wrap(lane.title.clone(), text::strong(), palette.ink);
    let wide = title.size().x + 22.0;
    let button = Rect::from_min_size(rect.min, egui::vec2(wide, rect.height()));
    let mut pressed = false;
    if fold != Fold::Absent {
        let response = ui.interact(button, ui.scope_id().with(("lane", &lane.key)), Sense::click());
        let sign = if fold == Fold::Open { Icon::Down } else { Icon::Right };
        let at = Rect::from_center_size(pos2(rect.left() + 7.0, middle), egui::Vec2::splat(10.0));
        let ink = if response.hovered() { palette.ink } else { palette.soft };
        icon::paint(&painter, sign, at, ink);
        focus_ring(&painter, &response, button, palette.accent);
        let open = fold == Fold::Open;
        let name = format!("{} lane", lane.title);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, open, &name));
        pressed = response.clicked();
    }
    let place = pos2(rect.left() + 18.0, middle - title.size().y / 2.0);
    painter.galley(place, title, palette.ink);
    let from = rect.left() + wide.max(GUTTER) + 8.0;
    match lane.absent() {
        Some(why) => absent(ui, &painter, field, rect, from, &format!("No {}: {why}", words(lane))),
        None if fold == Fold::Open && lane.lines.len() > 1 => {
            legend(ui, &painter, field, lane, rect, from)
        }
        None => {
            if let Some(source) = lane.source() {
                source_ui(ui, &painter, field, lane, source, rect, from);
            }
        }
    }
    pressed
}

fn words(lane: &LaneView<'_>) -> String {
    lane.title.to_lowercase()
}

/// One calm line instead of a plot.
fn absent(ui: &Ui, painter: &Painter, field: &Field, rect: Rect, from: f32, why: &str) {
    let room = (rect.right() - from).max(20.0);
    let ink = field.palette.soft;
    let mut job = egui::text::LayoutJob::simple(why.to_owned(), text::small(), ink, room);
    job.wrap.max_rows = 1;
    let galley = painter.layout_job(job);
    let at = pos2(from, rect.center().y - galley.size().y / 2.0);
    let place = Rect::from_min_size(at, galley.size());
    painter.galley(at, galley, ink);
    let response = ui.interact(place, ui.scope_id().with(("why", why)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, why));
    response.on_hover_text(why);
}

/// Which colour is which, at the right of the heading.
fn legend(ui: &Ui, painter: &Painter, field: &Field, lane: &LaneView<'_>, rect: Rect, from: f32) {
    let mut right = rect.right();
    for line in lane.lines.iter().rev() {
        let missing = line.signal.absent.as_ref();
        let name =
            if missing.is_some() { format!("{} —", line.title) } else { line.title.clone() };
        let galley = painter.layout_no_wrap(name, text::small(), field.palette.soft);
        let left = right - galley.size().x - 16.0;
        if left < from {
            return;
        }
        let middle = rect.center().y;
        painter.hline(left..=left + 10.0, middle, Stroke::new(2.5, line.ink));
        let place = pos2(left + 15.0, middle - galley.size().y / 2.0);
        painter.galley(place, galley, field.palette.soft);
        let area = Rect::from_x_y_ranges(left..=right, rect.y_range());
        let id = ui.scope_id().with(("legend", &line.signal.name));
        let response = ui.interact(area, id, Sense::hover());
        let says = missing.map_or(line.meaning, String::as_str);
        if !says.is_empty() {
            response.on_hover_text(says);
        }
        right = left - 14.0;
    }
}

/// What a lane is drawn from.
pub(super) struct Body<'a> {
    /// The lane.
    pub(super) lane: &'a LaneView<'a>,
    /// Where its columns lie.
    pub(super) stretch: Stretch,
    /// Which values its axis is made for; `None` without a sample.
    pub(super) extent: Option<[f64; 2]>,
    /// The frame.
    pub(super) frame: &'a ViewFrame,
    /// The frame's number.
    pub(super) serial: u64,
}

/// A lane's plot, in `rect`.
pub(super) fn body(
    ui: &Ui,
    field: &Field,
    made_of: &Body<'_>,
    rect: Rect,
    sketches: &mut Sketches,
) {
    let painter = ui.painter();
    let palette = field.palette;
    let lane = made_of.lane;
    field.paint_ground(painter, rect);
    let Some(extent) = made_of.extent else {
        let words = "No samples";
        painter.text(rect.center(), Align2::CENTER_CENTER, words, text::small(), palette.faint);
        return;
    };
    let measure = Measure::of(lane.unit(), extent[0].abs().max(extent[1].abs()));
    let [low, high] = sketches.range(&lane.key, extent, measure.per);
    let y = Scale::new(low, high, rect.bottom() - 1.0, rect.top() + 3.0);
    let words = Scale::new(low / measure.per, high / measure.per, y.from_pt, y.to_pt);
    let grid = Stroke::new(1.0, palette.grid);
    let apart = if rect.height() < 80.0 { 17.0 } else { 26.0 };
    for tick in words.ticks(apart) {
        let at = words.at(tick.value).round() + 0.5;
        painter.hline(rect.x_range(), at, grid);
        let place = pos2(rect.left() - 7.0, at.clamp(rect.top() + 4.0, rect.bottom() - 5.0));
        painter.text(place, Align2::RIGHT_CENTER, tick.label, text::axis(), palette.faint);
    }
    let made =
        Made { serial: made_of.serial, inside: rect, x: field.x, y, dark: ui.visuals().dark_mode };
    let shapes = sketches.shapes(&lane.key, made, || signals(field, made_of, rect, &y));
    let clipped = painter.with_clip_rect(rect);
    clipped.extend(shapes.iter().cloned());
    tokens::veil(&clipped, field, made_of.frame, rect);
    let place = pos2(rect.left() + 6.0, rect.top() + 3.0);
    let unit = painter.layout_no_wrap(measure.unit, text::axis(), palette.soft);
    let behind = Rect::from_min_size(place, unit.size()).expand2(egui::vec2(3.0, 1.0));
    painter.rect_filled(behind, 3.0, crate::theme::faded(palette.sunk, 0.8));
    painter.galley(place, unit, palette.soft);
}

fn signals(field: &Field, made_of: &Body<'_>, rect: Rect, y: &Scale) -> Vec<Shape> {
    let (x, stretch) = (&field.x, made_of.stretch);
    let lines = &made_of.lane.lines;
    let mut shapes = Vec::new();
    // Signals of a lane lose their samples together: one hatch for all of them.
    let mut lost: Vec<[f64; 2]> = Vec::new();
    for found in lines.iter().map(|line| gaps(&line.signal.trace, stretch)) {
        for gap in found {
            if !lost.contains(&gap) {
                lost.push(gap);
            }
        }
    }
    shapes.extend(hatched(&lost, x, rect, field.palette.faint));
    let begins = begins(made_of.frame);
    for of in lines {
        let anew: &[f64] = if begins_anew(&of.signal.name) { &begins } else { &[] };
        shapes.extend(match &of.signal.trace {
            Trace::Points(points) => line(points, anew, x, y, rect, of.ink),
            Trace::Columns(columns) => {
                band(columns, stretch, anew, x, y, rect, field.pixel, of.ink)
            }
        });
    }
    shapes
}

/// Where repetitions begin: a token is no successor of the last one of the repetition before.
pub(super) fn begins(frame: &ViewFrame) -> Vec<f64> {
    frame.repetitions.iter().map(|repetition| repetition.from_ms).collect()
}

/// Whether nothing joins a signal's samples of two repetitions: those of a token are none of the next
/// repetition's, and what a board declared itself is sampled in a repetition alone. A meter's current is not.
fn begins_anew(name: &str) -> bool {
    per_token(name) || (protocol::signal(name).is_none() && name != "current")
}

/// Whether a signal has a sample a token.
pub(super) fn per_token(name: &str) -> bool {
    name == "token_energy"
        || protocol::signal(name).is_some_and(|s| s.sampling == protocol::Sampling::PerToken)
}

/// Shows that something has the focus.
pub(super) fn focus_ring(painter: &Painter, response: &Response, rect: Rect, ink: egui::Color32) {
    if response.has_focus() {
        painter.rect_stroke(rect, 4.0, Stroke::new(1.5, ink), egui::StrokeKind::Inside);
    }
}
