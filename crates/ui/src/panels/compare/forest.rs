//! One row of a forest plot: the band in which a change does not count, the zero line, the interval
//! and the estimate, on one axis for all metrics.
//!
//! Fractions in, points out; nothing here knows where it is painted until `paint`.

use egui::{Color32, Painter, Rect, Shape, Stroke, pos2, vec2};
use protocol::{Direction, MetricVerdict, Verdict};

use crate::plot::Scale;
use crate::theme::{Palette, faded};

/// An axis reaches so many thresholds, or so many times what the middle metric needs, whichever is
/// further; what lies beyond is an arrow, so that one wild metric does not press the others flat.
const THRESHOLDS: f64 = 6.0;
const MIDDLES: f64 = 2.5;

/// A row, measured out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ForestRow {
    /// From where to where a change does not count.
    pub(super) band: [f32; 2],
    /// Where nothing changed.
    pub(super) zero: f32,
    /// The estimate; `None` where there is no percentage.
    pub(super) estimate: Option<Mark>,
    /// The interval, cut at the axis' ends.
    pub(super) interval: Option<[Mark; 2]>,
}

/// A place on the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mark {
    /// There.
    At(f32),
    /// Beyond this end of the axis.
    Beyond(f32),
}

impl Mark {
    /// Where it is painted.
    pub(super) fn at(self) -> f32 {
        match self {
            Mark::At(at) | Mark::Beyond(at) => at,
        }
    }
}

/// How far the axis reaches to either side, as a fraction: to all intervals and thresholds, but not
/// to what lies far beyond all others.
pub(super) fn reach(metrics: &[MetricVerdict]) -> f64 {
    let ends = |metric: &MetricVerdict| {
        let [low, high] = metric.ci95.unwrap_or([0.0; 2]);
        low.abs().max(high.abs()).max(metric.change.unwrap_or(0.0).abs())
    };
    let mut all: Vec<f64> = metrics.iter().map(ends).collect();
    all.sort_by(f64::total_cmp);
    let furthest = all.last().copied().unwrap_or(0.0);
    let middle = all.get(all.len().saturating_sub(1) / 2).copied().unwrap_or(0.0);
    let threshold = metrics.iter().map(|metric| metric.threshold).fold(0.0, f64::max);
    let most = (threshold * THRESHOLDS).max(middle * MIDDLES);
    (furthest * 1.08).min(most).max(threshold * 1.6).max(0.005)
}

/// The axis over a stretch of points.
pub(super) fn axis(reach: f64, left: f32, right: f32) -> Scale {
    Scale::new(-reach, reach, left, right)
}

/// A metric's row on an axis.
pub(super) fn row(metric: &MetricVerdict, axis: &Scale) -> ForestRow {
    let mark = |value: f64| match value {
        value if value < axis.from => Mark::Beyond(axis.from_pt),
        value if value > axis.to => Mark::Beyond(axis.to_pt),
        value => Mark::At(axis.at(value)),
    };
    ForestRow {
        band: [axis.at(-metric.threshold), axis.at(metric.threshold)],
        zero: axis.at(0.0),
        estimate: metric.change.map(mark),
        interval: metric.ci95.map(|ends| ends.map(mark)),
    }
}

/// The colour of a verdict, and the one behind it.
pub(super) fn colors(palette: &Palette, verdict: Verdict) -> (Color32, Color32) {
    match verdict {
        Verdict::Improved => (palette.good, palette.good_back),
        Verdict::Unchanged => (palette.same, palette.same_back),
        Verdict::Regressed => (palette.bad, palette.bad_back),
        Verdict::Inconclusive => (palette.open, palette.open_back),
    }
}

/// Paints a row over the width of `rect`.
pub(super) fn paint(
    painter: &Painter,
    palette: &Palette,
    rect: Rect,
    row: &ForestRow,
    metric: &MetricVerdict,
) {
    let [low, high] = row.band;
    let strip = |from: f32, to: f32| Rect::from_x_y_ranges(from..=to, rect.y_range());
    painter.rect_filled(rect, 3.0, palette.sheet);
    // Which side would be worse is tinted, so that a bar's colour needs no key.
    let (left, right) = match metric.direction {
        Direction::LowerIsBetter => (Some(palette.good_back), Some(palette.bad_back)),
        Direction::HigherIsBetter => (Some(palette.bad_back), Some(palette.good_back)),
        Direction::Neither => (None, None),
    };
    for (side, tint) in [(strip(rect.left(), low), left), (strip(high, rect.right()), right)] {
        if let Some(tint) = tint {
            painter.rect_filled(side, 0.0, faded(tint, 0.45));
        }
    }
    painter.rect_filled(strip(low, high), 0.0, palette.sunk);
    let edge = Stroke::new(1.0, palette.line);
    painter.vline(low, rect.y_range(), edge);
    painter.vline(high, rect.y_range(), edge);
    painter.vline(row.zero, rect.y_range(), Stroke::new(1.0, palette.faint));
    let (ink, _) = colors(palette, metric.verdict);
    let middle = rect.center().y;
    if let Some([from, to]) = row.interval {
        let bar = Rect::from_x_y_ranges(from.at()..=to.at(), middle - 3.0..=middle + 3.0);
        painter.rect_filled(bar.expand2(vec2(0.5, 0.0)), 2.0, faded(ink, 0.32));
        for end in [from, to] {
            match end {
                Mark::At(at) => {
                    painter.vline(at, middle - 6.0..=middle + 6.0, Stroke::new(1.5, ink));
                }
                Mark::Beyond(at) => arrow(painter, at, middle, at > row.zero, ink),
            }
        }
    }
    match (row.estimate, row.interval) {
        (Some(Mark::At(at)), Some(_)) => {
            painter.circle_filled(pos2(at, middle), 4.0, ink);
        }
        // Without an interval the estimate is a ring: it claims nothing.
        (Some(Mark::At(at)), None) => {
            painter.circle(pos2(at, middle), 4.0, palette.sheet, Stroke::new(1.5, ink));
        }
        (Some(Mark::Beyond(at)), _) => arrow(painter, at, middle, at > row.zero, ink),
        (None, _) => {}
    }
}

fn arrow(painter: &Painter, at: f32, middle: f32, right: bool, ink: Color32) {
    let back = if right { -7.0 } else { 7.0 };
    let points =
        vec![pos2(at, middle), pos2(at + back, middle - 4.5), pos2(at + back, middle + 4.5)];
    painter.add(Shape::convex_polygon(points, ink, Stroke::NONE));
}

#[cfg(test)]
mod tests {
    use protocol::SideView;

    use super::*;

    fn metric(change: Option<f64>, ci95: Option<[f64; 2]>, threshold: f64) -> MetricVerdict {
        MetricVerdict {
            name: "total_ms".into(),
            unit: "ms".into(),
            direction: Direction::LowerIsBetter,
            base: SideView { n: 10, median: Some(1.0) },
            candidate: SideView { n: 10, median: Some(1.0) },
            change,
            ci95,
            p: None,
            noise_floor: None,
            threshold,
            verdict: Verdict::Inconclusive,
            why: String::new(),
            base_values: Vec::new(),
            candidate_values: Vec::new(),
        }
    }

    #[test]
    fn the_axis_holds_intervals_and_thresholds_and_is_the_same_on_both_sides() {
        let all = [metric(Some(0.1), Some([0.05, 0.2]), 0.05), metric(Some(-0.01), None, 0.05)];
        let reach = reach(&all);
        assert!(reach > 0.2 && reach < 0.25, "{reach}");
        let axis = axis(reach, 0.0, 200.0);
        assert_eq!(axis.at(0.0), 100.0);
        assert!(super::reach(&[metric(Some(0.0), None, 0.3)]) > 0.3);
        assert!(super::reach(&[]) > 0.0);
    }

    #[test]
    fn one_wild_metric_does_not_press_the_others_flat() {
        let wild = metric(Some(40.0), Some([30.0, 50.0]), 0.05);
        let calm = metric(Some(0.01), Some([-0.01, 0.02]), 0.05);
        let reach = reach(&[calm, wild.clone()]);
        assert!((reach - 0.3).abs() < 1e-9, "{reach}");
        let row = row(&wild, &axis(reach, 0.0, 200.0));
        assert_eq!(row.estimate, Some(Mark::Beyond(200.0)));
        assert_eq!(row.interval, Some([Mark::Beyond(200.0); 2]));
        // Alone, or among its like, it is shown.
        assert!(super::reach(&[wild]) > 50.0);
    }

    #[test]
    fn a_row_says_where_everything_lies() {
        let metric = metric(Some(0.1), Some([-0.05, 0.2]), 0.05);
        let row = row(&metric, &axis(0.2, 0.0, 400.0));
        assert_eq!(row.zero, 200.0);
        assert_eq!(row.band, [150.0, 250.0]);
        assert_eq!(row.estimate, Some(Mark::At(300.0)));
        assert_eq!(row.interval, Some([Mark::At(150.0), Mark::At(400.0)]));
    }

    #[test]
    fn what_is_absent_is_not_drawn() {
        let row = row(&metric(None, None, 0.05), &axis(0.2, 0.0, 400.0));
        assert_eq!((row.estimate, row.interval), (None, None));
    }
}
