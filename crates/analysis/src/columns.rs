//! From samples to pixels: what each column of a plot holds.

use std::ops::Range;

use crate::pyramid::{FIRST, Pyramid, Stretch};
use crate::ring::Ring;

/// What lies in a range of samples, and whether its edges are exact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Between {
    /// The samples.
    pub stretch: Stretch,
    /// The raw samples at an edge are gone, so that up to 127 more than asked for are in it.
    pub rounded: bool,
}

/// What lies in a range of samples. Exact as far as the ring has the edges, else widened to whole
/// entries of the pyramid.
#[must_use]
pub fn between(pyramid: &Pyramid, ring: &Ring, range: Range<u64>) -> Between {
    let end = pyramid.len().min(ring.end());
    let range = range.start.min(end)..range.end.min(end);
    if range.start >= range.end {
        return Between { stretch: Stretch::EMPTY, rounded: false };
    }
    let first = FIRST as u64;
    // A short range is read as it is.
    if range.start >= ring.first() && range.end - range.start <= 4 * first {
        return Between { stretch: raw(ring, range), rounded: false };
    }
    let (mut stretch, mut covered) = pyramid.over(range.clone());
    let mut rounded = false;
    if covered.is_empty() {
        covered = range.start..range.start;
        stretch = Stretch::EMPTY;
    }
    for edge in [range.start..covered.start, covered.end..range.end] {
        if edge.is_empty() {
            continue;
        }
        if edge.start >= ring.first() {
            stretch = stretch.with(raw(ring, edge));
            continue;
        }
        rounded = true;
        let wide = edge.start / first * first..edge.end.next_multiple_of(first);
        stretch = stretch.with(pyramid.over(wide).0);
    }
    Between { stretch, rounded }
}

fn raw(ring: &Ring, range: Range<u64>) -> Stretch {
    let (old, new) = ring.slices(range);
    Stretch::of(old).with(Stretch::of(new))
}

/// The columns of a plot from one place to another on the axis of sample indices.
///
/// A column holds every sample that it touches, so no sample lies between two columns; where there
/// are more columns than samples, neighbours hold the same one.
#[must_use]
pub fn columns(pyramid: &Pyramid, ring: &Ring, from: f64, to: f64, width: usize) -> Vec<Stretch> {
    let step = (to - from) / width as f64;
    if !(step.is_finite() && step > 0.0) {
        return vec![Stretch::EMPTY; width];
    }
    let edge = |column: usize| from + step * column as f64;
    // Out of range saturates, which is what is wanted here.
    let column =
        |at: usize| (edge(at).floor().max(0.0) as u64)..(edge(at + 1).ceil().max(0.0) as u64);
    (0..width).map(|at| between(pyramid, ring, column(at)).stretch).collect()
}
