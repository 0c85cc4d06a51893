//! Values that change linearly from corner to corner.

use crate::triangle::{Corner, GRID};

/// `N` values over a plane, each given by its value at one place and its change per pixel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ramp<const N: usize> {
    origin: [f64; 2],
    value: [f64; N],
    /// Change from a pixel to the one at its right.
    pub(crate) per_x: [f64; N],
    /// Change from a pixel to the one below.
    pub(crate) per_y: [f64; N],
}

impl<const N: usize> Ramp<N> {
    /// Through the values at three corners that span an area.
    pub(crate) fn new([a, b, c]: [Corner; 3], [at_a, at_b, at_c]: [[f64; N]; 3]) -> Self {
        let pixels = |grid: i64| grid as f64 / GRID as f64;
        let (bx, by) = (pixels(b.x - a.x), pixels(b.y - a.y));
        let (cx, cy) = (pixels(c.x - a.x), pixels(c.y - a.y));
        let area = bx * cy - by * cx;
        let (to_b, to_c) = (lanes(at_b, at_a, |b, a| b - a), lanes(at_c, at_a, |c, a| c - a));
        Self {
            origin: [pixels(a.x), pixels(a.y)],
            value: at_a,
            per_x: lanes(to_b, to_c, |b, c| (b * cy - c * by) / area),
            per_y: lanes(to_b, to_c, |b, c| (c * bx - b * cx) / area),
        }
    }

    /// Along a row of pixels. Each value depends on its own place alone, not on where painting begins:
    /// what a clip leaves is what would be there without it.
    pub(crate) fn row(&self, y: i64) -> Row<N> {
        let [origin_x, origin_y] = self.origin;
        let (right, down) = (0.5 - origin_x, y as f64 + 0.5 - origin_y);
        let moved = lanes(self.per_x, self.per_y, |per_x, per_y| per_x * right + per_y * down);
        Row { at_0: lanes(self.value, moved, |value, moved| value + moved), per_x: self.per_x }
    }
}

/// The values in one row.
#[derive(Clone, Copy)]
pub(crate) struct Row<const N: usize> {
    at_0: [f64; N],
    per_x: [f64; N],
}

impl<const N: usize> Row<N> {
    /// At the centre of a pixel.
    #[inline(always)]
    pub(crate) fn at(&self, x: i64) -> [f64; N] {
        lanes(self.at_0, self.per_x, |at_0, per_x| at_0 + per_x * x as f64)
    }
}

/// Two rows of numbers, number by number.
#[inline(always)]
pub(crate) fn lanes<T: Copy, const N: usize>(
    mut left: [T; N],
    right: [T; N],
    both: impl Fn(T, T) -> T,
) -> [T; N] {
    for (left, right) in left.iter_mut().zip(right) {
        *left = both(*left, right);
    }
    left
}

#[cfg(test)]
mod tests {
    use super::Ramp;
    use crate::triangle::Corner;

    #[test]
    fn a_ramp_goes_through_its_corners() {
        // Corners at the centres of pixels (0, 0), (10, 0) and (0, 20).
        let corners =
            [Corner { x: 128, y: 128 }, Corner { x: 2688, y: 128 }, Corner { x: 128, y: 5248 }];
        let ramp = Ramp::new(corners, [[5.0, 0.0], [105.0, 0.0], [5.0, 40.0]]);
        assert_eq!(ramp.row(0).at(0), [5.0, 0.0]);
        assert_eq!(ramp.row(0).at(10), [105.0, 0.0]);
        assert_eq!(ramp.row(20).at(0), [5.0, 40.0]);
        assert_eq!(ramp.row(7).at(3), [35.0, 14.0]);
        assert_eq!((ramp.per_x, ramp.per_y), ([10.0, 0.0], [0.0, 2.0]));
    }
}
