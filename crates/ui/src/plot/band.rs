//! Many samples a column of pixels: what they span as a band, their mean as a line over it.

use egui::{Color32, Mesh, Rect, Shape, pos2};
use protocol::TraceColumn;

use crate::plot::Scale;
use crate::plot::trace::Strokes;
use crate::theme::faded;

/// How much of the ink a band has.
const BAND: f32 = 0.45;

/// Where columns lie in time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Where the first one begins, in milliseconds.
    pub from_ms: f64,
    /// Where the last one ends.
    pub to_ms: f64,
}

/// Columns that share a pixel.
#[derive(Clone, Copy)]
struct Slot {
    left: f32,
    right: f32,
    min: f32,
    max: f32,
    sum: f64,
    samples: f64,
    missing: u32,
}

impl Slot {
    fn of(column: &TraceColumn, left: f32, right: f32) -> Slot {
        let samples = f64::from(column.samples);
        let sum = f64::from(column.mean) * samples;
        let (min, max, missing) = (column.min, column.max, column.missing);
        Slot { left, right, min, max, sum, samples, missing }
    }

    fn and(self, more: Slot) -> Slot {
        let (min, max) = match (self.samples > 0.0, more.samples > 0.0) {
            (true, true) => (self.min.min(more.min), self.max.max(more.max)),
            (true, false) => (self.min, self.max),
            _ => (more.min, more.max),
        };
        Slot {
            left: self.left,
            right: more.right,
            min,
            max,
            sum: self.sum + more.sum,
            samples: self.samples + more.samples,
            missing: self.missing.saturating_add(more.missing),
        }
    }
}

/// Shapes of the columns inside `inside`: one mesh for what they span, one line for each stretch
/// without a gap. However narrow the columns are drawn, each slot is at least `pixel` points wide
/// and holds the extremes of all its columns, so that no spike is lost. Slots with empty ones between
/// them are not joined across one of `breaks`, ascending in milliseconds: where something begins anew.
#[expect(clippy::too_many_arguments, reason = "samples, where they lie, and where they are drawn")]
pub fn band(
    columns: &[TraceColumn],
    stretch: Stretch,
    breaks: &[f64],
    x: &Scale,
    y: &Scale,
    inside: Rect,
    pixel: f32,
    ink: Color32,
) -> Vec<Shape> {
    let mut mesh = Mesh::default();
    mesh.reserve_triangles(2 * columns.len());
    mesh.reserve_vertices(4 * columns.len());
    let mut strokes = Strokes { inside, ink, line: Vec::new(), shapes: Vec::new() };
    let tint = faded(ink, BAND);
    let mut before = None;
    let mut breaks = breaks.iter().map(|at| x.at(*at)).peekable();
    let (mut empty, mut anew) = (false, false);
    for slot in slots(columns, stretch, x, inside, pixel) {
        let level = |value: f32| y.at(f64::from(value)).clamp(inside.top(), inside.bottom());
        if slot.missing > 0 {
            strokes.end();
            before = None;
        }
        while breaks.next_if(|at| *at <= slot.right).is_some() {
            anew = true;
        }
        if slot.samples > 0.0 {
            if empty && anew {
                strokes.end();
                before = None;
            }
            (empty, anew) = (false, false);
            let (top, bottom) = (level(slot.max), level(slot.min));
            let middle = (slot.left + slot.right) / 2.0;
            if slot.max > slot.min {
                let grow = ((pixel - (bottom - top)) / 2.0).max(0.0);
                let min = pos2(slot.left, (top - grow).max(inside.top()));
                let max = pos2(slot.right, (bottom + grow).min(inside.bottom()));
                mesh.add_colored_rect(Rect::from_min_max(min, max), tint);
            }
            let mean = pos2(middle, level((slot.sum / slot.samples) as f32));
            strokes.to(before, mean);
            before = Some(mean);
        } else {
            empty = true;
        }
        if slot.missing > 0 {
            strokes.end();
            before = None;
        }
    }
    strokes.end();
    let mut shapes = Vec::with_capacity(strokes.shapes.len() + 1);
    if !mesh.is_empty() {
        shapes.push(Shape::mesh(mesh));
    }
    shapes.extend(strokes.shapes);
    shapes
}

/// The columns inside, put together until each is a pixel wide.
fn slots(
    columns: &[TraceColumn],
    stretch: Stretch,
    x: &Scale,
    inside: Rect,
    pixel: f32,
) -> Vec<Slot> {
    let step = (stretch.to_ms - stretch.from_ms) / columns.len().max(1) as f64;
    let edge = |at: usize| x.at(stretch.from_ms + step * at as f64);
    let mut slots: Vec<Slot> = Vec::with_capacity(columns.len());
    let mut open: Option<Slot> = None;
    for (at, column) in columns.iter().enumerate() {
        let (left, right) = (edge(at), edge(at + 1));
        if right <= inside.left() || left >= inside.right() {
            continue;
        }
        let slot = Slot::of(column, left.max(inside.left()), right.min(inside.right()));
        let slot = open.map_or(slot, |open: Slot| open.and(slot));
        if slot.right - slot.left >= pixel * 0.999 {
            slots.push(slot);
            open = None;
        } else {
            open = Some(slot);
        }
    }
    if let Some(mut last) = open {
        last.left = (last.right - pixel).max(inside.left());
        slots.push(last);
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSIDE: Rect = Rect { min: pos2(100.0, 0.0), max: pos2(400.0, 50.0) };

    fn column(min: f32, max: f32) -> TraceColumn {
        TraceColumn { min, max, mean: (min + max) / 2.0, samples: 8, missing: 0 }
    }

    /// Columns over 0 to 100 ms, with `from` to `to` ms shown.
    fn drawn(columns: &[TraceColumn], from: f64, to: f64) -> Vec<Shape> {
        let x = Scale::new(from, to, INSIDE.left(), INSIDE.right());
        let y = Scale::new(0.0, 10.0, INSIDE.bottom(), INSIDE.top());
        let stretch = Stretch { from_ms: 0.0, to_ms: 100.0 };
        band(columns, stretch, &[41.5], &x, &y, INSIDE, 1.0, Color32::BLACK)
    }

    fn bounds(shapes: &[Shape]) -> Rect {
        shapes.iter().fold(Rect::NOTHING, |all, shape| all.union(shape.visual_bounding_rect()))
    }

    fn lines(shapes: &[Shape]) -> usize {
        shapes.iter().filter(|shape| matches!(shape, Shape::Path(_))).count()
    }

    /// The widest rectangle of the band that reaches the top of the plot.
    fn spike(shapes: &[Shape]) -> f32 {
        let Some(Shape::Mesh(mesh)) = shapes.first() else { return 0.0 };
        let quads = mesh.vertices.chunks(4).filter(|quad| quad.iter().any(|v| v.pos.y <= 0.5));
        let wide = quads.map(|quad| {
            let xs = quad.iter().map(|vertex| vertex.pos.x);
            xs.clone().fold(f32::MIN, f32::max) - xs.fold(f32::MAX, f32::min)
        });
        wide.fold(0.0, f32::max)
    }

    #[test]
    fn a_spike_of_one_sample_is_visible_however_narrow_its_column_is() {
        let mut columns = vec![column(1.0, 2.0); 1280];
        columns[700].max = 10.0;
        for (from, to) in [(0.0, 100.0), (50.0, 60.0), (-1000.0, 2000.0)] {
            let wide = spike(&drawn(&columns, from, to));
            assert!(wide >= 0.99, "{wide} points at {from} to {to} ms");
        }
    }

    #[test]
    fn columns_without_their_samples_are_never_bridged() {
        let mut columns = vec![column(1.0, 2.0); 100];
        for lost in &mut columns[40..45] {
            *lost = TraceColumn { min: 0.0, max: 0.0, mean: 0.0, samples: 0, missing: 8 };
        }
        assert_eq!(lines(&drawn(&columns, 0.0, 100.0)), 2);
        columns[42] = TraceColumn { missing: 3, ..column(1.0, 2.0) };
        let shapes = drawn(&columns, 0.0, 100.0);
        assert_eq!(lines(&shapes), 2);
        assert_eq!(shapes.iter().filter(|shape| matches!(shape, Shape::Circle(_))).count(), 1);
    }

    #[test]
    fn columns_between_two_samples_are_joined_unless_something_began_between_them() {
        let mut columns = vec![column(1.0, 2.0); 100];
        assert_eq!(lines(&drawn(&columns, 0.0, 100.0)), 1);
        for empty in &mut columns[60..65] {
            *empty = TraceColumn { min: 0.0, max: 0.0, mean: 0.0, samples: 0, missing: 0 };
        }
        assert_eq!(lines(&drawn(&columns, 0.0, 100.0)), 1);
        columns[41] = TraceColumn { min: 0.0, max: 0.0, mean: 0.0, samples: 0, missing: 0 };
        assert_eq!(lines(&drawn(&columns, 0.0, 100.0)), 2);
    }

    #[test]
    fn nothing_is_drawn_outside_and_empty_columns_draw_nothing() {
        let columns = vec![column(-50.0, 50.0); 300];
        for (from, to) in [(0.0, 100.0), (40.0, 41.0), (90.0, 300.0), (200.0, 300.0)] {
            let bounds = bounds(&drawn(&columns, from, to));
            assert!(
                !bounds.is_positive() || INSIDE.expand(1.0).contains_rect(bounds),
                "{bounds:?}"
            );
        }
        let empty = TraceColumn { min: 0.0, max: 0.0, mean: 0.0, samples: 0, missing: 0 };
        assert!(drawn(&[empty; 50], 0.0, 100.0).is_empty());
        assert!(drawn(&[], 0.0, 100.0).is_empty());
    }
}
