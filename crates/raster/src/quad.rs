//! Two triangles that are a rectangle: plain fills, and glyphs that are copied texel by pixel.
//!
//! What is painted is what the two triangles would be; it is only found out faster.

use crate::blend::{over, tinted};
use crate::guard;
use crate::mesh::{Painter, Point, cover};
use crate::ramp::lanes;
use crate::texture::lone_texel;
use crate::triangle::{Corner, GRID, first_centre_from};

impl Painter<'_> {
    /// Paints corners left top, right top, left bottom, right bottom if they are an upright rectangle
    /// of one colour, with one texel or with a texel for every pixel. Otherwise nothing is painted.
    pub(crate) fn rectangle(&mut self, points: [Point; 4]) -> bool {
        let [a, b, c, d] = points;
        let upright = |[a, b, c, d]: [[f64; 2]; 4]| {
            a[0] == c[0] && b[0] == d[0] && a[1] == b[1] && c[1] == d[1]
        };
        let plain = [b, c, d].iter().all(|other| other.colour == a.colour);
        if !plain
            || !upright(points.map(|point| point.at))
            || !upright(points.map(|point| point.texel))
            || !guard::within_reach(&points)
        {
            return false;
        }
        if !self.in_sight(&points) {
            return true;
        }
        let (start, end) = (Corner::snapped(a.at), Corner::snapped(d.at));
        let window = self.window;
        let left = first_centre_from(start.x.min(end.x)).max(window.left);
        let right = first_centre_from(start.x.max(end.x)).min(window.right);
        let top = first_centre_from(start.y.min(end.y)).max(window.top);
        let bottom = first_centre_from(start.y.max(end.y)).min(window.bottom);
        if left >= right || top >= bottom {
            return true;
        }
        if a.texel == d.texel {
            let tint = self.texture.read(a.texel, self.texture.filter(0.0)).map(f64::from);
            let colour = lanes(a.colour, tint, |colour, tint| colour * tint / 255.0);
            for y in top..bottom {
                cover(self.canvas.span(y, left..right), colour);
            }
            return true;
        }
        let columns = Axis { from: start.x, to: end.x, texels: [a.texel[0], d.texel[0]] };
        let rows = Axis { from: start.y, to: end.y, texels: [a.texel[1], d.texel[1]] };
        let (Some(first_column), Some(first_row)) =
            (columns.one_to_one(left, right), rows.one_to_one(top, bottom))
        else {
            return false;
        };
        let length = (right - left) as usize;
        let last_row = first_row + (bottom - top) - 1;
        if [first_row, last_row]
            .iter()
            .any(|y| self.texture.run(first_column, *y, length).is_none())
        {
            return false; // it reaches outside of the texture
        }
        let colour = a.colour.map(|value| value as f32);
        for (y, row) in (top..bottom).zip(first_row..) {
            let Some(texels) = self.texture.run(first_column, row, length) else { continue };
            for (pixel, texel) in self.canvas.span(y, left..right).iter_mut().zip(texels) {
                if *texel != [0; 4] {
                    over(pixel, tinted(texel.map(f32::from), colour));
                }
            }
        }
        true
    }
}

/// One direction of a rectangle: from where to where on the grid, from which texel to which.
struct Axis {
    from: i64,
    to: i64,
    texels: [f64; 2],
}

impl Axis {
    /// The texel of pixel `start`, if every pixel up to `end` reads one texel alone, each the next one.
    fn one_to_one(&self, start: i64, end: i64) -> Option<i64> {
        let [first, last] = self.texels;
        let per_step = (last - first) / (self.to - self.from) as f64;
        let texel = |pixel: i64| {
            let centre = pixel * GRID + GRID / 2;
            lone_texel(first + (centre - self.from) as f64 * per_step)
        };
        let (first, last) = (texel(start)?, texel(end - 1)?);
        (last - first == end - 1 - start).then_some(first)
    }
}
