//! Which pixels of a row a triangle covers.
//!
//! In whole numbers, so that it is exact: corners lie on a grid of 1/256 pixel, a pixel is covered when
//! its centre is inside, and a centre on an edge is inside only if the edge is a top or a left one.

use std::ops::Range;

use crate::canvas::Window;

/// Steps of the grid in a pixel.
pub(crate) const GRID: i64 = 256;

/// Pixels from the origin that a corner may be away. Cutting at this distance ([`crate::guard`]) keeps
/// every product below 2⁵².
pub(crate) const REACH_PX: f64 = 65536.0;

/// A point on the grid, in 1/256 pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Corner {
    pub(crate) x: i64,
    pub(crate) y: i64,
}

impl Corner {
    /// The point of the grid nearest to a position in pixels, which is within [`REACH_PX`].
    pub(crate) fn snapped([x, y]: [f64; 2]) -> Self {
        // Cutting off is rounding down where nothing is negative, and far cheaper.
        let nearest = |pixels: f64| {
            let moved = (pixels + 2.0 * REACH_PX) * GRID as f64 + 0.5;
            moved as i64 - 2 * REACH_PX as i64 * GRID
        };
        Self { x: nearest(x), y: nearest(y) }
    }
}

/// The first pixel whose centre is at `place` (in 1/256 pixel) or after it.
pub(crate) fn first_centre_from(place: i64) -> i64 {
    (place + GRID / 2 - 1).div_euclid(GRID)
}

/// One side: inside is where `at_origin + x * per_x + y * per_y >= 0`, for pixel `x`, `y`.
#[derive(Clone, Copy)]
struct Edge {
    at_origin: i64,
    per_x: i64,
    per_y: i64,
    /// 1 / |`per_x`|, infinite for a level edge.
    inverse: f64,
}

impl Edge {
    /// From one corner to the next, with the inside to the right (rows grow downwards).
    fn new(from: Corner, to: Corner) -> Self {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let top_or_left = dy < 0 || (dy == 0 && dx > 0);
        let centre = GRID / 2;
        let per_x = -dy * GRID;
        Self {
            at_origin: dx * (centre - from.y) - dy * (centre - from.x) - i64::from(!top_or_left),
            per_x,
            per_y: dx * GRID,
            inverse: 1.0 / per_x.abs() as f64,
        }
    }

    /// Narrows `columns` to what is inside in row `y`.
    fn narrow(&self, y: i64, columns: &mut Range<i64>) {
        let at_row = self.at_origin + y * self.per_y;
        match self.per_x {
            0 if at_row >= 0 => {}
            0 => columns.end = columns.start,
            // Inside from the first x with at_row + x * per_x >= 0, rounded up.
            rise if rise > 0 => {
                columns.start = columns.start.max(-floor_div(at_row, rise, self.inverse));
            }
            fall => {
                columns.end = columns.end.min(floor_div(at_row, -fall, self.inverse) + 1);
            }
        }
    }
}

/// `value / divisor` rounded down, by way of `1 / divisor`: three divisions a row were half of the time
/// that a plot takes. Exact below 2⁵²: the guess is off by one at most, and corrected.
#[inline(always)]
fn floor_div(value: i64, divisor: i64, inverse: f64) -> i64 {
    let guess = (value as f64 * inverse) as i64;
    match value - guess * divisor {
        rest if rest < 0 => guess - 1,
        rest if rest >= divisor => guess + 1,
        _ => guess,
    }
}

/// A triangle that has an area.
pub(crate) struct Triangle {
    edges: [Edge; 3],
    rows: Range<i64>,
    columns: Range<i64>,
}

impl Triangle {
    /// In either order of corners; `None` without an area or without a pixel in the window.
    pub(crate) fn new([a, b, c]: [Corner; 3], window: Window) -> Option<Self> {
        let (b, c) = match (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) {
            0 => return None,
            turn if turn > 0 => (b, c),
            _ => (c, b),
        };
        let within = |low: i64, high: i64, start: i64, end: i64| {
            // Centres on the last line are covered only by top and left edges: the edges decide.
            let range = first_centre_from(low).max(start)..(first_centre_from(high) + 1).min(end);
            (!range.is_empty()).then_some(range)
        };
        let rows = within(a.y.min(b.y).min(c.y), a.y.max(b.y).max(c.y), window.top, window.bottom)?;
        let columns =
            within(a.x.min(b.x).min(c.x), a.x.max(b.x).max(c.x), window.left, window.right)?;
        Some(Self { edges: [Edge::new(a, b), Edge::new(b, c), Edge::new(c, a)], rows, columns })
    }

    /// The covered pixels, row by row: y and columns. Rows without any are left out.
    pub(crate) fn spans(&self) -> impl Iterator<Item = (i64, Range<i64>)> {
        let spans = self.rows.clone().map(|y| (y, self.columns(y)));
        spans.filter(|(_, columns)| !columns.is_empty())
    }

    /// The covered pixels of a row, perhaps none.
    #[inline(always)]
    fn columns(&self, y: i64) -> Range<i64> {
        let mut columns = self.columns.clone();
        for edge in &self.edges {
            edge.narrow(y, &mut columns);
        }
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::{Corner, GRID, Triangle, first_centre_from, floor_div};
    use crate::canvas::Window;

    const WINDOW: Window = Window { left: 0, top: 0, right: 40, bottom: 40 };

    fn corner(x: i64, y: i64) -> Corner {
        Corner { x, y }
    }

    /// How often each pixel is covered.
    fn counts(triangles: &[[Corner; 3]]) -> Vec<[u32; 40]> {
        let mut counts = vec![[0; 40]; 40];
        for corners in triangles {
            let Some(triangle) = Triangle::new(*corners, WINDOW) else { continue };
            for (y, columns) in triangle.spans() {
                for x in columns {
                    counts[y as usize][x as usize] += 1;
                }
            }
        }
        counts
    }

    #[test]
    fn positions_snap_to_the_nearest_step() {
        assert_eq!(Corner::snapped([1.0, -1.0]), corner(256, -256));
        assert_eq!(Corner::snapped([0.4 / 256.0, -0.4 / 256.0]), corner(0, 0));
        assert_eq!(Corner::snapped([0.6 / 256.0, -0.6 / 256.0]), corner(1, -1));
        assert_eq!(Corner::snapped([65536.0, -65536.0]), corner(1 << 24, -(1 << 24)));
    }

    #[test]
    fn a_centre_belongs_to_the_line_at_or_before_it() {
        assert_eq!(first_centre_from(0), 0);
        assert_eq!(first_centre_from(128), 0);
        assert_eq!(first_centre_from(129), 1);
        assert_eq!(first_centre_from(-127), 0);
        assert_eq!(first_centre_from(-128), -1);
    }

    #[test]
    fn a_triangle_covers_the_centres_inside_as_worked_by_hand() {
        // Legs of 4 pixels; the long side goes through centres, which are on a right edge: not covered.
        let legs = [corner(0, 0), corner(4 * GRID, 0), corner(0, 4 * GRID)];
        let triangle = Triangle::new(legs, WINDOW).expect("it has an area");
        let covered: Vec<_> = (0..4).map(|y| triangle.columns(y)).collect();
        assert_eq!(covered, [0..3, 0..2, 0..1, 0..0]);
        // The other half of the square has it as a left edge.
        let other = [corner(4 * GRID, 0), corner(4 * GRID, 4 * GRID), corner(0, 4 * GRID)];
        let triangle = Triangle::new(other, WINDOW).expect("it has an area");
        let covered: Vec<_> = (0..4).map(|y| triangle.columns(y)).collect();
        assert_eq!(covered, [3..4, 2..4, 1..4, 0..4]);
    }

    #[test]
    fn either_order_of_corners_covers_the_same() {
        let [a, b, c] = [corner(100, 200), corner(5000, 900), corner(2500, 8000)];
        let there = counts(&[[a, b, c]]);
        for other in [[b, c, a], [c, b, a], [a, c, b]] {
            assert_eq!(counts(&[other]), there);
        }
    }

    #[test]
    fn fans_around_any_point_cover_every_pixel_once() {
        // A square of 32 pixels, cut from a point that moves over the grid, centres included.
        let (low, high) = (4 * GRID, 36 * GRID);
        let square = [corner(low, low), corner(high, low), corner(high, high), corner(low, high)];
        for step in 0..400 {
            let hub = corner(low + 128 + step * 19, low + 128 + step * 13);
            let fan: Vec<_> = (0..4).map(|i| [hub, square[i], square[(i + 1) % 4]]).collect();
            for (y, row) in counts(&fan).into_iter().enumerate() {
                for (x, count) in row.into_iter().enumerate() {
                    let inside = (4..36).contains(&x) && (4..36).contains(&y);
                    assert_eq!(count, u32::from(inside), "at {x}, {y} around {hub:?}");
                }
            }
        }
    }

    #[test]
    fn the_quick_division_is_the_exact_one() {
        for divisor in [256, 512, 768, 256 * 255, 256 * 12_345, (1 << 25) * 256] {
            for whole in [0, 1, 2, 3, 1000, 65_535, (1_i64 << 52) / divisor - 2] {
                for near in [-2, -1, 0, 1, 2, divisor / 2, divisor - 1] {
                    for value in [whole * divisor + near, -whole * divisor + near] {
                        let quick = floor_div(value, divisor, 1.0 / divisor as f64);
                        assert_eq!(quick, value.div_euclid(divisor), "{value} / {divisor}");
                    }
                }
            }
        }
    }

    #[test]
    fn lines_and_points_are_no_triangles() {
        for corners in [
            [corner(5, 5), corner(5, 5), corner(5, 5)],
            [corner(0, 0), corner(1000, 1000), corner(3000, 3000)],
            [corner(0, 0), corner(1000, 0), corner(1000, 0)],
        ] {
            assert!(Triangle::new(corners, WINDOW).is_none());
        }
    }
}
