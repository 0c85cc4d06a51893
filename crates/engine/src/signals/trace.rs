//! From a stretch of time to what is drawn of a signal.

use analysis::{Stretch, between};
use protocol::{Trace, TraceColumn, TracePoint};

use crate::signals::axis::Axis;
use crate::signals::signal::Signal;

/// Samples in an entry of the pyramid's first level, and how many times more one of the next has.
const ENTRY: u64 = 128;
const FAN: u64 = 32;
/// Columns of so many entries and more begin where an entry does: nothing smaller is looked at then,
/// and a boundary lies off by at most a sixteenth of a pixel.
const WIDE: u64 = 8;

/// How far a neighbour is looked for beyond lost samples.
const REACH: u64 = 1024;

/// A stretch of time in columns of pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Window {
    pub(crate) from_ms: f64,
    pub(crate) to_ms: f64,
    pub(crate) width: u32,
}

impl Window {
    /// Index of the first sample of each column, and after the last one's: a column holds what was
    /// taken from its left edge on and before its right one, the last one its right edge as well.
    pub(crate) fn edges(&self, axis: &Axis) -> Vec<u64> {
        let step = (self.to_ms - self.from_ms) / f64::from(self.width);
        let mut edges: Vec<u64> = (0..self.width)
            .map(|column| axis.first_from(self.from_ms + step * f64::from(column)))
            .collect();
        // Rounding must not take a column's end before its beginning.
        let end = axis.first_after(self.to_ms).max(edges.last().copied().unwrap_or(0));
        edges.push(end);
        edges
    }
}

/// What to draw: the samples themselves where they are few, else columns.
pub(crate) fn trace(signal: &Signal, axis: &Axis, edges: &[u64]) -> Trace {
    let (from, to) = match edges {
        [from, .., to] => (*from, *to),
        _ => (0, 0),
    };
    let width = edges.len().saturating_sub(1) as u64;
    if to - from <= 2 * width && from >= signal.ring.first() {
        Trace::Points(points(signal, axis, from, to))
    } else {
        Trace::Columns(columns(signal, edges))
    }
}

fn points(signal: &Signal, axis: &Axis, from: u64, to: u64) -> Vec<TracePoint> {
    let there = |index: &u64| signal.value(*index).is_some();
    let left = (from.saturating_sub(REACH)..from).rev().find(there);
    let right = (to..(to + REACH).min(signal.ring.end())).find(there);
    let point = |index: u64| {
        Some(TracePoint {
            at_ms: axis.at_ms(index),
            value: signal.value(index)?,
            after_gap: index
                .checked_sub(1)
                .and_then(|before| signal.ring.get(before))
                .is_some_and(|before| !before.is_finite()),
        })
    };
    left.into_iter().chain(from..to).chain(right).filter_map(point).collect()
}

fn columns(signal: &Signal, edges: &[u64]) -> Vec<TraceColumn> {
    let (first, last) = match edges {
        [first, .., last] => (*first, *last),
        _ => return Vec::new(),
    };
    let grid = grid((last - first) / (edges.len() as u64 - 1));
    let snap = |edge: u64| match edge {
        edge if edge == first || edge == last => edge,
        edge => ((edge + grid / 2) / grid * grid).clamp(first, last),
    };
    let column = |pair: &[u64]| match pair {
        [from, to] if snap(*from) < snap(*to) => {
            column(between(&signal.pyramid, &signal.ring, snap(*from)..snap(*to)).stretch)
        }
        _ => column(Stretch::EMPTY),
    };
    edges.windows(2).map(column).collect()
}

/// What the boundaries of columns that hold so many samples are multiples of.
fn grid(samples: u64) -> u64 {
    let mut grid = 1;
    let mut entry = ENTRY;
    while samples >= WIDE * entry {
        grid = entry;
        entry = entry.saturating_mul(FAN);
    }
    grid
}

fn column(stretch: Stretch) -> TraceColumn {
    let count = |samples: u64| u32::try_from(samples).unwrap_or(u32::MAX);
    let missing = count(stretch.missing);
    if stretch.count == 0 {
        return TraceColumn { min: 0.0, max: 0.0, mean: 0.0, samples: 0, missing };
    }
    TraceColumn {
        min: stretch.min,
        max: stretch.max,
        mean: stretch.mean as f32,
        samples: count(stretch.count),
        missing,
    }
}
