//! Where samples were lost: drawn as what it is, a hatched stretch with nothing in it.

use egui::{Color32, Mesh, Rect, Shape, pos2};
use protocol::Trace;

use crate::plot::Scale;
use crate::plot::band::Stretch;
use crate::theme::faded;

/// A gap is drawn at least this wide, in points, so that one lost sample can be seen.
const LEAST: f32 = 3.0;
/// Points between two lines of a hatch.
const APART: f32 = 7.0;
const GROUND: f32 = 0.16;
const LINES: f32 = 0.5;

/// The stretches of a trace in which samples are missing, in milliseconds.
pub fn gaps(trace: &Trace, stretch: Stretch) -> Vec<[f64; 2]> {
    match trace {
        Trace::Points(points) => {
            let mut gaps = Vec::new();
            let mut before = stretch.from_ms;
            for point in points {
                if point.after_gap {
                    gaps.push([before, point.at_ms]);
                }
                before = point.at_ms;
            }
            gaps
        }
        Trace::Columns(columns) => {
            let step = (stretch.to_ms - stretch.from_ms) / columns.len().max(1) as f64;
            let mut gaps: Vec<[f64; 2]> = Vec::new();
            let mut joins = false;
            for (at, column) in columns.iter().enumerate() {
                let from = stretch.from_ms + step * at as f64;
                match (column.missing > 0, gaps.last_mut()) {
                    (true, Some(last)) if joins => last[1] = from + step,
                    (true, _) => gaps.push([from, from + step]),
                    (false, _) => {}
                }
                // Nothing was taken between the ends of a long gap.
                joins = column.missing > 0 || joins && column.samples == 0;
            }
            gaps
        }
    }
}

/// Gaps as one mesh inside `inside`; nothing where there are none.
pub fn hatched(gaps: &[[f64; 2]], x: &Scale, inside: Rect, ink: Color32) -> Option<Shape> {
    let mut mesh = Mesh::default();
    for [from, to] in gaps {
        let (mut left, mut right) = (x.at(*from), x.at(*to));
        if right - left < LEAST {
            let middle = (left + right) / 2.0;
            (left, right) = (middle - LEAST / 2.0, middle + LEAST / 2.0);
        }
        let (left, right) = (left.max(inside.left()), right.min(inside.right()));
        if right > left {
            let rect = Rect::from_x_y_ranges(left..=right, inside.y_range());
            hatch_into(&mut mesh, rect, ink);
        }
    }
    (!mesh.is_empty()).then(|| Shape::mesh(mesh))
}

/// A hatched rectangle.
pub fn hatch(rect: Rect, ink: Color32) -> Shape {
    let mut mesh = Mesh::default();
    if rect.is_positive() {
        hatch_into(&mut mesh, rect, ink);
    }
    Shape::mesh(mesh)
}

fn hatch_into(mesh: &mut Mesh, rect: Rect, ink: Color32) {
    mesh.add_colored_rect(rect, faded(ink, GROUND));
    if rect.width() < APART {
        // Too narrow for lines: only a stronger ground shows it.
        mesh.add_colored_rect(rect, faded(ink, GROUND));
        return;
    }
    let lines = faded(ink, LINES);
    // Lines of x + y = sum, so that neighbouring rectangles share one hatch.
    let mut sum = ((rect.left() + rect.top()) / APART).ceil() * APART;
    while sum < rect.right() + rect.bottom() {
        let from = (sum - rect.bottom()).max(rect.left());
        let to = (sum - rect.top()).min(rect.right());
        let first = mesh.vertices.len() as u32;
        for at in [from, to] {
            mesh.colored_vertex(pos2(at, sum - at), lines);
            mesh.colored_vertex(pos2((at + 1.0).min(rect.right()), sum - at), lines);
        }
        mesh.add_triangle(first, first + 1, first + 2);
        mesh.add_triangle(first + 1, first + 2, first + 3);
        sum += APART;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{TraceColumn, TracePoint};

    const STRETCH: Stretch = Stretch { from_ms: 0.0, to_ms: 100.0 };
    const INSIDE: Rect = Rect { min: pos2(0.0, 0.0), max: pos2(200.0, 40.0) };

    fn point(at_ms: f64, after_gap: bool) -> TracePoint {
        TracePoint { at_ms, value: 1.0, after_gap }
    }

    #[test]
    fn a_gap_lies_between_the_last_sample_before_it_and_the_first_after_it() {
        let points = vec![point(10.0, false), point(20.0, false), point(60.0, true)];
        assert_eq!(gaps(&Trace::Points(points), STRETCH), [[20.0, 60.0]]);
        let begins = vec![point(30.0, true)];
        assert_eq!(gaps(&Trace::Points(begins), STRETCH), [[0.0, 30.0]]);
    }

    #[test]
    fn neighbouring_columns_make_one_gap() {
        let full = TraceColumn { min: 1.0, max: 1.0, mean: 1.0, samples: 1, missing: 0 };
        let lost = TraceColumn { samples: 0, missing: 4, ..full };
        let columns = vec![full, lost, lost, full, lost];
        assert_eq!(gaps(&Trace::Columns(columns), STRETCH), [[20.0, 60.0], [80.0, 100.0]]);
        let none = TraceColumn { missing: 0, ..lost };
        let columns = vec![lost, none, none, lost, none];
        assert_eq!(gaps(&Trace::Columns(columns), STRETCH), [[0.0, 80.0]]);
    }

    #[test]
    fn one_lost_sample_is_wide_enough_to_be_seen_and_none_is_drawn_outside() {
        let x = Scale::new(0.0, 1e6, INSIDE.left(), INSIDE.right());
        let shape = hatched(&[[5e5, 5e5 + 1.0]], &x, INSIDE, Color32::BLACK).expect("it is drawn");
        assert!(shape.visual_bounding_rect().width() >= LEAST * 0.99);
        let x = Scale::new(40.0, 60.0, INSIDE.left(), INSIDE.right());
        let shape = hatched(&[[0.0, 50.0], [55.0, 90.0]], &x, INSIDE, Color32::BLACK);
        let bounds = shape.expect("it is drawn").visual_bounding_rect();
        assert!(INSIDE.contains_rect(bounds), "{bounds:?}");
        assert!(hatched(&[[80.0, 90.0]], &x, INSIDE, Color32::BLACK).is_none());
        assert!(hatched(&[], &x, INSIDE, Color32::BLACK).is_none());
    }
}
