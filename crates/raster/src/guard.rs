//! Cuts triangles that reach absurdly far outside.
//!
//! A plot that is zoomed in has lines that end millions of pixels away; [`crate::triangle`] counts
//! 1/256 pixel in whole numbers. What is left after the cut is still far larger than any picture, so no
//! cut is ever seen.

use crate::mesh::Point;
use crate::ramp::lanes;
use crate::triangle::REACH_PX;

/// Whether whole numbers suffice without a cut.
pub(crate) fn within_reach(points: &[Point]) -> bool {
    points.iter().all(|point| point.at.iter().all(|side| side.abs() <= REACH_PX))
}

/// The part of a triangle within reach, as a fan of triangles.
pub(crate) fn cut(triangle: [Point; 3]) -> Vec<[Point; 3]> {
    let mut polygon = triangle.to_vec();
    // Four quarter turns show each side of the square once, and lead back.
    for _ in 0..4 {
        polygon = cut_right(&polygon).into_iter().map(turned).collect();
    }
    let Some((hub, rim)) = polygon.split_first() else { return Vec::new() };
    rim.iter().zip(rim.iter().skip(1)).map(|(a, b)| [*hub, *a, *b]).collect()
}

fn turned(point: Point) -> Point {
    let [x, y] = point.at;
    Point { at: [y, -x], ..point }
}

/// What of a convex polygon is not farther to the right than the reach.
fn cut_right(polygon: &[Point]) -> Vec<Point> {
    let inside = |point: &Point| {
        let [x, _] = point.at;
        REACH_PX - x
    };
    let mut kept = Vec::with_capacity(polygon.len() + 1);
    for (from, to) in polygon.iter().zip(polygon.iter().cycle().skip(1)) {
        let (here, there) = (inside(from), inside(to));
        if here >= 0.0 {
            kept.push(*from);
        }
        // Always from the inside: neighbours find the same place on the side that they share.
        if here > 0.0 && there < 0.0 {
            kept.push(crossing(*from, *to, here / (here - there)));
        } else if here < 0.0 && there > 0.0 {
            kept.push(crossing(*to, *from, there / (there - here)));
        }
    }
    kept
}

/// Where the way from `inner` to `outer`, having gone a part of it, meets the reach.
fn crossing(inner: Point, outer: Point, part: f64) -> Point {
    let mix = |inner: f64, outer: f64| inner + (outer - inner) * part;
    let [_, y] = lanes(inner.at, outer.at, mix);
    Point {
        // Said, not computed: from 10³⁰ pixels away, rounding alone is larger than the square.
        at: [REACH_PX, y],
        texel: lanes(inner.texel, outer.texel, mix),
        colour: lanes(inner.colour, outer.colour, mix),
    }
}
