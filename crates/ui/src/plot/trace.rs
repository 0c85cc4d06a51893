//! Every sample of a signal as a line: joined where nothing was lost, with dots where they are few.

use egui::{Color32, Pos2, Rect, Shape, Stroke, pos2};
use protocol::TracePoint;

use crate::plot::Scale;

/// Points that samples must lie apart, on average, for each to get a dot.
const DOTS_APART: f32 = 7.0;
const DOT: f32 = 1.9;
/// A line's width, in points.
pub(super) const LINE: f32 = 1.3;

/// Shapes of the samples inside `inside`. A sample after a gap is never joined to the one before,
/// nor across one of `breaks`, ascending in milliseconds: where something begins anew.
pub fn line(
    points: &[TracePoint],
    breaks: &[f64],
    x: &Scale,
    y: &Scale,
    inside: Rect,
    ink: Color32,
) -> Vec<Shape> {
    let mut strokes = Strokes { inside, ink, line: Vec::new(), shapes: Vec::new() };
    let mut dots = Vec::new();
    let mut before: Option<Pos2> = None;
    let mut breaks = breaks.iter().copied().peekable();
    for point in points {
        let level = y.at(f64::from(point.value)).clamp(inside.top(), inside.bottom());
        let at = pos2(x.at(point.at_ms), level);
        let mut anew = point.after_gap;
        while breaks.next_if(|at| *at <= point.at_ms).is_some() {
            anew = true;
        }
        if anew {
            strokes.end();
            before = None;
        }
        strokes.to(before, at);
        if inside.x_range().contains(at.x) {
            dots.push(at);
        }
        before = Some(at);
    }
    strokes.end();
    let mut shapes = strokes.shapes;
    if dots.len() as f32 * DOTS_APART <= inside.width() {
        shapes.extend(dots.into_iter().map(|at| Shape::circle_filled(at, DOT, ink)));
    }
    shapes
}

/// The line that is being drawn, cut at the sides of the plot.
pub(super) struct Strokes {
    pub(super) inside: Rect,
    pub(super) ink: Color32,
    pub(super) line: Vec<Pos2>,
    pub(super) shapes: Vec<Shape>,
}

impl Strokes {
    /// Draws on to `at`; `before` is what it is joined to.
    pub(super) fn to(&mut self, before: Option<Pos2>, at: Pos2) {
        let (left, right) = (self.inside.left(), self.inside.right());
        let within = |x: f32| x >= left && x <= right;
        let Some(before) = before else {
            if within(at.x) {
                self.line.push(at);
            }
            return;
        };
        if at.x < left || before.x > right {
            return;
        }
        let crossing = |edge: f32| {
            let span = at.x - before.x;
            let share = if span > 0.0 { (edge - before.x) / span } else { 1.0 };
            pos2(edge, before.y + (at.y - before.y) * share)
        };
        if before.x < left {
            self.line.push(crossing(left));
        }
        if at.x > right {
            self.line.push(crossing(right));
            self.end();
        } else {
            self.line.push(at);
        }
    }

    /// Ends the line: what follows is not joined to it. A sample on its own becomes a dot.
    pub(super) fn end(&mut self) {
        let line = std::mem::take(&mut self.line);
        match line.as_slice() {
            [] => {}
            [alone] => self.shapes.push(Shape::circle_filled(*alone, DOT, self.ink)),
            _ => self.shapes.push(Shape::line(line, Stroke::new(LINE, self.ink))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSIDE: Rect = Rect { min: pos2(100.0, 0.0), max: pos2(200.0, 50.0) };

    fn point(at_ms: f64, value: f32) -> TracePoint {
        TracePoint { at_ms, value, after_gap: false }
    }

    fn drawn(points: &[TracePoint]) -> Vec<Shape> {
        let x = Scale::new(0.0, 100.0, INSIDE.left(), INSIDE.right());
        let y = Scale::new(0.0, 10.0, INSIDE.bottom(), INSIDE.top());
        line(points, &[], &x, &y, INSIDE, Color32::BLACK)
    }

    fn lines(shapes: &[Shape]) -> Vec<Vec<Pos2>> {
        let line = |shape: &Shape| match shape {
            Shape::Path(path) => Some(path.points.clone()),
            _ => None,
        };
        shapes.iter().filter_map(line).collect()
    }

    #[test]
    fn a_gap_is_never_bridged() {
        let mut points: Vec<TracePoint> =
            (0..10).map(|at| point(f64::from(at) * 10.0, 5.0)).collect();
        points[4].after_gap = true;
        let lines = lines(&drawn(&points));
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].last(), Some(&pos2(130.0, 25.0)));
        assert_eq!(lines[1].first(), Some(&pos2(140.0, 25.0)));
    }

    #[test]
    fn what_begins_anew_is_not_joined_to_what_was() {
        let points: Vec<TracePoint> = (0..10).map(|at| point(f64::from(at) * 10.0, 5.0)).collect();
        let x = Scale::new(0.0, 100.0, INSIDE.left(), INSIDE.right());
        let y = Scale::new(0.0, 10.0, INSIDE.bottom(), INSIDE.top());
        let shapes = line(&points, &[-5.0, 35.0, 36.0, 70.0], &x, &y, INSIDE, Color32::BLACK);
        let lengths: Vec<usize> = lines(&shapes).iter().map(Vec::len).collect();
        assert_eq!(lengths, [4, 3, 3]);
    }

    #[test]
    fn a_sample_between_two_gaps_is_a_dot() {
        let mut points = vec![point(10.0, 5.0), point(20.0, 5.0), point(30.0, 5.0)];
        points[1].after_gap = true;
        points[2].after_gap = true;
        let shapes = drawn(&points);
        assert!(lines(&shapes).is_empty());
        assert!(shapes.iter().all(|shape| matches!(shape, Shape::Circle(_))));
    }

    #[test]
    fn a_spike_of_one_sample_reaches_its_height() {
        let mut points: Vec<TracePoint> = (0..100).map(|at| point(f64::from(at), 1.0)).collect();
        points[50].value = 10.0;
        assert!(lines(&drawn(&points))[0].contains(&pos2(150.0, 0.0)));
    }

    #[test]
    fn nothing_is_drawn_outside_and_neighbours_lead_out_to_the_edges() {
        let points: Vec<TracePoint> =
            [-500.0, -5.0, 50.0, 110.0, 900.0].map(|at| point(at, 50.0)).to_vec();
        let shapes = drawn(&points);
        for shape in &shapes {
            assert!(INSIDE.expand(DOT).contains_rect(shape.visual_bounding_rect()), "{shape:?}");
        }
        let line = &lines(&shapes)[0];
        assert_eq!((line[0].x, line[line.len() - 1].x), (100.0, 200.0));
    }

    #[test]
    fn a_line_between_two_neighbours_far_outside_crosses_the_plot() {
        let lines = lines(&drawn(&[point(-100.0, 2.0), point(200.0, 8.0)]));
        assert_eq!((lines[0][0].x, lines[0][1].x), (100.0, 200.0));
    }

    #[test]
    fn dots_show_where_samples_are_few() {
        let few: Vec<TracePoint> = (0..10).map(|at| point(f64::from(at) * 10.0, 1.0)).collect();
        let many: Vec<TracePoint> = (0..50).map(|at| point(f64::from(at) * 2.0, 1.0)).collect();
        let dots = |shapes: Vec<Shape>| {
            shapes.iter().filter(|shape| matches!(shape, Shape::Circle(_))).count()
        };
        assert_eq!(dots(drawn(&few)), 10);
        assert_eq!(dots(drawn(&many)), 0);
    }
}
