//! The values behind a verdict, one dot each: two lanes on one axis, with quartiles and medians.
//!
//! Dots are moved off the middle of their lane so that equal ones can be told apart, by their place
//! alone: the same values look the same every time.

use egui::{
    Align2, Color32, EventFilter, Key, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    pos2, vec2,
};
use protocol::{ComparisonView, MetricVerdict, Scope};

use crate::plot::{Notation, Scale, nice_range};
use crate::theme::{Palette, faded, text};

const LANE: f32 = 84.0;
const FOOT: f32 = 22.0;
const LEFT: f32 = 84.0;
/// A dot's reach for the pointer, in points.
const NEAR: f32 = 9.0;

/// The quartiles of values, between neighbours by their distance; `None` for fewer than four.
fn quartiles(values: &[f64]) -> Option<[f64; 2]> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    if sorted.len() < 4 {
        return None;
    }
    let at = |share: f64| {
        let place = share * (sorted.len() - 1) as f64;
        let (low, part) = (place.floor() as usize, place.fract());
        let a = *sorted.get(low)?;
        let b = sorted.get(low + 1).copied().unwrap_or(a);
        Some(a + (b - a) * part)
    };
    Some([at(0.25)?, at(0.75)?])
}

/// How far off the middle the dot at a place lies, from −1 to 1: steps of the golden ratio, which
/// leave no two neighbours close.
fn off(place: usize) -> f32 {
    let golden = 0.618_034_f32;
    ((place as f32 + 0.5) * golden).fract() * 2.0 - 1.0
}

/// One dot.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Dot {
    /// 0 is the base, 1 the candidate.
    lane: usize,
    place: usize,
    value: f64,
    at: egui::Pos2,
}

fn lay_out(lanes: [&[f64]; 2], scale: &Scale, per: f64, top: f32) -> Vec<Dot> {
    let lane = |(lane, values): (usize, &[f64])| {
        let middle = top + LANE * (lane as f32 + 0.5);
        let dot = move |(place, value): (usize, &f64)| Dot {
            lane,
            place,
            value: *value,
            at: pos2(scale.at(*value / per), middle + off(place) * LANE * 0.22),
        };
        values
            .iter()
            .enumerate()
            .filter(|(_, value)| value.is_finite())
            .map(dot)
            .collect::<Vec<_>>()
    };
    lanes.into_iter().enumerate().flat_map(lane).collect()
}

/// The dot that a pointer means.
fn nearest(dots: &[Dot], pointer: egui::Pos2) -> Option<&Dot> {
    let apart = |dot: &&Dot| dot.at.distance(pointer);
    let best = dots.iter().min_by(|a, b| apart(a).total_cmp(&apart(b)))?;
    (apart(&best) <= NEAR).then_some(best)
}

/// Which value a dot is, in words.
fn said(view: &ComparisonView, dot: &Dot, notation: &Notation) -> String {
    let side = if dot.lane == 0 { "base" } else { "candidate" };
    let which = match view.scope {
        Scope::WithinSession => format!("repetition {}", dot.place + 1),
        Scope::BetweenRuns => {
            let runs = if dot.lane == 0 { &view.base } else { &view.candidate };
            match runs.get(dot.place) {
                Some(run) => format!("run {run}"),
                None => format!("run {}", dot.place + 1),
            }
        }
    };
    format!("{side}, {which}: {}", notation.with_unit(dot.value))
}

/// Draws the values of a metric; `picked` is the dot that the arrow keys stand on.
pub(super) fn strip_ui(
    ui: &mut Ui,
    view: &ComparisonView,
    metric: &MetricVerdict,
    colors: [Color32; 2],
    picked: &mut Option<usize>,
) {
    let palette = Palette::here(ui);
    let size = vec2(ui.available_width(), 2.0 * LANE + FOOT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let lanes = [&metric.base_values[..], &metric.candidate_values[..]];
    let all: Vec<f64> = lanes.iter().flat_map(|lane| lane.iter().copied()).collect();
    let finite = || all.iter().copied().filter(|value| value.is_finite());
    let [low, high] = [finite().fold(f64::MAX, f64::min), finite().fold(f64::MIN, f64::max)];
    let notation = Notation::of(&all, &metric.unit);
    let inside = Rect::from_min_max(
        pos2(rect.left() + LEFT, rect.top()),
        pos2(rect.right(), rect.bottom() - FOOT),
    );
    let room = inside.shrink2(vec2(12.0, 0.0));
    let [from, to] =
        if low <= high { nice_range(low / notation.per, high / notation.per) } else { [0.0, 1.0] };
    let scale = Scale::new(from, to, room.left(), room.right());
    let dots = lay_out(lanes, &scale, notation.per, rect.top());
    keys(ui, &response, dots.len(), picked);
    if !response.has_focus() {
        *picked = None;
    }
    let meant = response
        .hover_pos()
        .and_then(|pointer| nearest(&dots, pointer))
        .or_else(|| picked.and_then(|at| dots.get(at)));

    let painter = ui.painter();
    painter.rect_filled(inside, 4.0, palette.sunk);
    for tick in scale.ticks(72.0) {
        let at = scale.at(tick.value).round() + 0.5;
        painter.vline(at, inside.y_range(), Stroke::new(1.0, palette.grid));
        let foot = pos2(at, inside.bottom() + 4.0);
        painter.text(foot, Align2::CENTER_TOP, tick.label, text::axis(), palette.faint);
    }
    let foot = pos2(rect.left(), inside.bottom() + 4.0);
    painter.text(foot, Align2::LEFT_TOP, &notation.unit, text::axis(), palette.faint);
    let medians = [metric.base.median, metric.candidate.median];
    for (lane, (values, color)) in lanes.into_iter().zip(colors).enumerate() {
        let top = rect.top() + LANE * lane as f32;
        let middle = top + LANE * 0.5;
        let name = ["Base", "Candidate"].get(lane).copied().unwrap_or_default();
        let at = pos2(rect.left(), middle - 8.0);
        painter.text(at, Align2::LEFT_CENTER, name, text::small(), palette.soft);
        let median = medians.get(lane).copied().flatten();
        let words = median.map_or("—".to_owned(), |median| notation.with_unit(median));
        let at = pos2(rect.left(), middle + 8.0);
        painter.text(at, Align2::LEFT_CENTER, words, text::strong(), color);
        let half = LANE * 0.30;
        if let Some([low, high]) = quartiles(values) {
            let range = scale.at(low / notation.per)..=scale.at(high / notation.per);
            let quarter = Rect::from_x_y_ranges(range, middle - half..=middle + half);
            let line = Stroke::new(1.0, faded(color, 0.45));
            painter.rect(quarter, 3.0, faded(color, 0.10), line, StrokeKind::Inside);
        }
        for dot in dots.iter().filter(|dot| dot.lane == lane) {
            painter.circle_filled(dot.at, 3.5, faded(color, 0.65));
        }
        if let Some(median) = median {
            let at = scale.at(median / notation.per);
            let line = Stroke::new(2.0, color);
            painter.vline(at, middle - half - 4.0..=middle + half + 4.0, line);
        }
    }
    if response.has_focus() {
        let ring = Stroke::new(1.5, palette.accent);
        painter.rect_stroke(inside, 4.0, ring, StrokeKind::Inside);
    }
    let words = meant.map(|dot| said(view, dot, &notation));
    if let (Some(dot), Some(words)) = (meant, &words) {
        let color = colors.get(dot.lane).copied().unwrap_or(palette.ink);
        painter.circle(dot.at, 5.0, color, Stroke::new(2.0, palette.sheet));
        flag(ui, dot.at - vec2(0.0, 12.0), inside, words);
    }
    response.widget_info(|| WidgetInfo {
        current_text_value: words.clone(),
        ..WidgetInfo::labeled(
            Role::Image,
            true,
            format!("Values of {}", super::words::title(&metric.name)),
        )
    });
}

/// Left and right go from value to value while the picture has the focus.
fn keys(ui: &Ui, response: &egui::Response, count: usize, picked: &mut Option<usize>) {
    if !response.has_focus() || count == 0 {
        return;
    }
    let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let (left, right) =
        ui.input(|input| (input.key_pressed(Key::ArrowLeft), input.key_pressed(Key::ArrowRight)));
    let last = count - 1;
    *picked = match (*picked, left, right) {
        (at, false, false) => at,
        (None, ..) => Some(0),
        (Some(at), true, _) => Some(at.saturating_sub(1)),
        (Some(at), ..) => Some((at + 1).min(last)),
    };
}

/// A small flag beside a place: to its right, or to its left where there is no room.
pub(super) fn flag(ui: &Ui, at: egui::Pos2, inside: Rect, words: &str) {
    let palette = Palette::here(ui);
    let galley = ui.painter().layout_no_wrap(words.to_owned(), text::small(), palette.ink);
    let size = galley.size() + vec2(16.0, 10.0);
    let beside = 12.0;
    let left = match at.x + beside + size.x <= inside.right() {
        true => at.x + beside,
        false => (at.x - beside - size.x).max(inside.left()),
    };
    let top = at.y.min(inside.bottom() - size.y).max(inside.top());
    let flag = Rect::from_min_size(pos2(left, top), size);
    let line = Stroke::new(1.0, palette.line);
    ui.painter().rect(flag, 5.0, palette.sheet, line, StrokeKind::Inside);
    ui.painter().galley(flag.min + Vec2::new(8.0, 5.0), galley, palette.ink);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_lie_between_the_values() {
        assert_eq!(quartiles(&[5.0, 1.0, 3.0, 2.0, 4.0]), Some([2.0, 4.0]));
        assert_eq!(quartiles(&[1.0, 2.0, 3.0, 4.0]), Some([1.75, 3.25]));
        assert_eq!(quartiles(&[1.0, 2.0, f64::NAN, 4.0]), None);
        assert_eq!(quartiles(&[]), None);
    }

    #[test]
    fn dots_are_moved_off_the_middle_alike_every_time() {
        for place in 0..200 {
            assert!(off(place).abs() <= 1.0);
            assert!((off(place) - off(place + 1)).abs() > 0.1, "{place}");
        }
        let scale = Scale::new(0.0, 10.0, 0.0, 100.0);
        let values = [[1.0, 1.0, f64::NAN], [2.0, 9.0, 3.0]];
        let lanes = [&values[0][..], &values[1][..]];
        let dots = lay_out(lanes, &scale, 1.0, 0.0);
        assert_eq!(dots, lay_out(lanes, &scale, 1.0, 0.0));
        assert_eq!(dots.len(), 5);
        assert!(dots.iter().all(|dot| dot.at.y > LANE * dot.lane as f32));
        assert!(dots.iter().all(|dot| dot.at.y < LANE * (dot.lane as f32 + 1.0)));
    }

    #[test]
    fn the_pointer_means_the_nearest_dot_if_it_is_near() {
        let scale = Scale::new(0.0, 10.0, 0.0, 100.0);
        let dots = lay_out([&[1.0], &[9.0]], &scale, 1.0, 0.0);
        assert_eq!(nearest(&dots, dots[1].at + vec2(3.0, 3.0)), Some(&dots[1]));
        assert_eq!(nearest(&dots, pos2(50.0, 10.0)), None);
        assert_eq!(nearest(&[], pos2(50.0, 10.0)), None);
    }
}
