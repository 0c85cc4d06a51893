//! Latency over the place in the text, both sides over one another, each with the band in which 80 %
//! of its tokens came.

use std::collections::BTreeMap;

use egui::{
    Color32, EventFilter, Key, Mesh, Painter, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui,
    WidgetInfo, pos2, vec2,
};
use protocol::{CurvePoint, CurveView};

use super::strip::flag;
use crate::plot::{Axis, Frame, Notation, Scale, nice_range};
use crate::theme::{Palette, faded};

/// Points asked for a run: as many as a plot can show apart.
pub(super) const POINTS: u32 = 240;
const HEIGHT: f32 = 190.0;

/// One side's curve: of several runs, the median run at each place, and so for the band's edges.
pub(super) fn merged(runs: &[CurveView]) -> Vec<CurvePoint> {
    let mut places: BTreeMap<u32, Vec<&CurvePoint>> = BTreeMap::new();
    for point in runs.iter().flat_map(|run| &run.points) {
        places.entry(point.position).or_default().push(point);
    }
    let middle = |points: &[&CurvePoint], of: fn(&CurvePoint) -> f64| {
        let mut values: Vec<f64> = points.iter().map(|point| of(point)).collect();
        values.sort_by(f64::total_cmp);
        let half = values.len() / 2;
        let high = values.get(half).copied()?;
        let low = if values.len().is_multiple_of(2) { *values.get(half - 1)? } else { high };
        Some((low + high) / 2.0)
    };
    let merge = |(position, points): (u32, Vec<&CurvePoint>)| {
        Some(CurvePoint {
            position,
            median_ms: middle(&points, |point| point.median_ms)?,
            p10_ms: middle(&points, |point| point.p10_ms)?,
            p90_ms: middle(&points, |point| point.p90_ms)?,
        })
    };
    places.into_iter().filter_map(merge).collect()
}

/// The point at a place, or the nearest one to it.
fn nearest(points: &[CurvePoint], position: f64) -> Option<&CurvePoint> {
    let apart = |point: &CurvePoint| (f64::from(point.position) - position).abs();
    points.iter().min_by(|a, b| apart(a).total_cmp(&apart(b)))
}

/// What both sides say at a place.
fn said(sides: [&[CurvePoint]; 2], position: u32, notation: &Notation) -> Vec<String> {
    let side = |(name, points): (&str, &[CurvePoint])| {
        let point = nearest(points, f64::from(position))?;
        let band = notation.interval([point.p10_ms, point.p90_ms]);
        Some(format!("{name} {} ({band})", notation.with_unit(point.median_ms)))
    };
    let both = ["base", "candidate"].into_iter().zip(sides).filter_map(side);
    std::iter::once(format!("token {position}")).chain(both).collect()
}

/// Draws both; `picked` is the place that the arrow keys stand on.
pub(super) fn curves_ui(
    ui: &mut Ui,
    sides: [&[CurvePoint]; 2],
    colors: [Color32; 2],
    picked: &mut Option<u32>,
) {
    let palette = Palette::here(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::click());
    let all = || sides.into_iter().flatten();
    let values: Vec<f64> = all().flat_map(|point| [point.p10_ms, point.p90_ms]).collect();
    // Three digits: a curve is read, not compared digit by digit.
    let largest = values.iter().copied().fold(0.0, f64::max);
    let notation = Notation::of(&[largest], "ms");
    let low = values.iter().copied().fold(f64::MAX, f64::min) / notation.per;
    let high = values.iter().copied().fold(f64::MIN, f64::max) / notation.per;
    let [from, to] = nice_range(low, high);
    let first = all().map(|point| point.position).min().unwrap_or(0);
    let last = all().map(|point| point.position).max().unwrap_or(1);
    let frame = Frame::within(rect);
    let inside = frame.inside;
    let x = Scale::new(f64::from(first), f64::from(last), inside.left(), inside.right());
    let y = Scale::new(from, to, inside.bottom() - 6.0, inside.top() + 6.0);
    frame.paint(ui.painter(), palette, Axis::new(x, "tokens"), Axis::new(y, &notation.unit));
    let painter = ui.painter().with_clip_rect(inside);
    for (points, color) in sides.into_iter().zip(colors) {
        curve(&painter, points, color, &x, &y, notation.per);
    }
    keys(ui, &response, [first, last], picked);
    if response.has_focus() {
        let ring = Stroke::new(1.5, palette.accent);
        ui.painter().rect_stroke(inside, 4.0, ring, StrokeKind::Inside);
    } else {
        *picked = None;
    }
    let hovered = response
        .hover_pos()
        .filter(|pointer| inside.expand(4.0).contains(*pointer))
        .and_then(|pointer| {
            let longer = if sides[0].len() >= sides[1].len() { sides[0] } else { sides[1] };
            nearest(longer, x.value(pointer.x)).map(|point| point.position)
        });
    let meant = hovered.or(*picked);
    let words = meant.map(|position| said(sides, position, &notation));
    if let (Some(position), Some(words)) = (meant, &words) {
        let at = x.at(f64::from(position));
        painter.vline(at, inside.y_range(), Stroke::new(1.0, palette.faint));
        for (points, color) in sides.into_iter().zip(colors) {
            if let Some(point) = nearest(points, f64::from(position)) {
                let dot =
                    pos2(x.at(f64::from(point.position)), y.at(point.median_ms / notation.per));
                painter.circle(dot, 4.0, color, Stroke::new(2.0, palette.sheet));
            }
        }
        flag(ui, pos2(at, inside.top() + 6.0), inside, &words.join("\n"));
    }
    response.widget_info(|| WidgetInfo {
        current_text_value: words.as_ref().map(|words| words.join(", ")),
        ..WidgetInfo::labeled(Role::Image, true, "Latency over the place in the text, as a picture")
    });
}

fn keys(ui: &Ui, response: &egui::Response, [first, last]: [u32; 2], picked: &mut Option<u32>) {
    if !response.has_focus() {
        return;
    }
    let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let (left, right) =
        ui.input(|input| (input.key_pressed(Key::ArrowLeft), input.key_pressed(Key::ArrowRight)));
    *picked = match (*picked, left, right) {
        (at, false, false) => at,
        (None, ..) => Some(first),
        (Some(at), true, _) => Some(at.saturating_sub(1).max(first)),
        (Some(at), ..) => Some((at + 1).min(last)),
    };
}

fn curve(painter: &Painter, points: &[CurvePoint], color: Color32, x: &Scale, y: &Scale, per: f64) {
    let mut band = Mesh::default();
    let tint = faded(color, 0.16);
    for point in points {
        let at = x.at(f64::from(point.position));
        band.colored_vertex(pos2(at, y.at(point.p90_ms / per)), tint);
        band.colored_vertex(pos2(at, y.at(point.p10_ms / per)), tint);
    }
    let corners = (points.len().saturating_sub(1)) as u32;
    for at in (0..corners).map(|at| at * 2) {
        band.add_triangle(at, at + 1, at + 2);
        band.add_triangle(at + 1, at + 2, at + 3);
    }
    painter.add(Shape::mesh(band));
    let line = points
        .iter()
        .map(|point| pos2(x.at(f64::from(point.position)), y.at(point.median_ms / per)));
    painter.add(Shape::line(line.collect(), Stroke::new(1.6, color)));
}

/// A sample of a side's colour with its name, in a row that runs from the right.
pub(super) fn key_ui(ui: &mut Ui, color: Color32, name: &str) {
    let palette = Palette::here(ui);
    let words = egui::RichText::new(name).font(crate::theme::text::small());
    ui.label(words.color(palette.soft));
    let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
    let line = Rect::from_center_size(rect.center(), vec2(14.0, 3.0));
    ui.painter().rect_filled(line, 1.5, color);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(medians: &[(u32, f64)]) -> CurveView {
        let point = |&(position, median_ms): &(u32, f64)| CurvePoint {
            position,
            median_ms,
            p10_ms: median_ms - 1.0,
            p90_ms: median_ms + 2.0,
        };
        CurveView { run: "a".into(), points: medians.iter().map(point).collect() }
    }

    #[test]
    fn several_runs_make_one_curve_of_the_middle_run() {
        let runs = [run(&[(1, 5.0), (2, 6.0)]), run(&[(1, 7.0)]), run(&[(1, 90.0), (3, 8.0)])];
        let curve = merged(&runs);
        let medians: Vec<(u32, f64)> =
            curve.iter().map(|point| (point.position, point.median_ms)).collect();
        assert_eq!(medians, [(1, 7.0), (2, 6.0), (3, 8.0)]);
        assert_eq!(merged(&runs[..2])[0].median_ms, 6.0);
        assert_eq!(merged(&[]), []);
    }

    #[test]
    fn a_place_is_said_for_both_sides() {
        let (base, candidate) =
            (merged(&[run(&[(1, 7.0), (9, 8.0)])]), merged(&[run(&[(1, 6.0)])]));
        let notation = Notation::of(&[6.0, 8.0], "ms");
        assert_eq!(
            said([&base, &candidate], 1, &notation),
            ["token 1", "base 7.00 ms (6.00 to 9.00 ms)", "candidate 6.00 ms (5.00 to 8.00 ms)"]
        );
        assert_eq!(
            said([&base, &[]], 9, &notation),
            ["token 9", "base 8.00 ms (7.00 to 10.00 ms)"]
        );
    }
}
