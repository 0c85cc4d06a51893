//! Takes triangles off a mesh and fills them.

use egui::epaint::{Mesh, Vertex};

use crate::blend::{fill, over, tinted};
use crate::canvas::{Canvas, Window};
use crate::guard;
use crate::ramp::{Ramp, lanes};
use crate::texture::Texture;
use crate::triangle::{Corner, Triangle};

/// Every channel at its most: a tint that changes nothing.
const WHITE: [f32; 4] = [255.0; 4];

/// A corner before it is snapped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    /// In pixels.
    pub(crate) at: [f64; 2],
    /// In texels.
    pub(crate) texel: [f64; 2],
    /// 0 to 255.
    pub(crate) colour: [f64; 4],
}

impl Point {
    fn new(vertex: &Vertex, pixels_per_point: f32, [width, height]: [f64; 2]) -> Self {
        let scale = f64::from(pixels_per_point);
        Self {
            at: [f64::from(vertex.pos.x) * scale, f64::from(vertex.pos.y) * scale],
            texel: [f64::from(vertex.uv.x) * width, f64::from(vertex.uv.y) * height],
            colour: vertex.color.to_array().map(f64::from),
        }
    }
}

/// What a mesh is painted with and on.
pub(crate) struct Painter<'a> {
    pub(crate) canvas: &'a mut Canvas,
    pub(crate) window: Window,
    pub(crate) texture: &'a Texture,
}

impl Painter<'_> {
    /// Paints the triangles in their order. Without indices of three corners there is no triangle.
    pub(crate) fn mesh(&mut self, mesh: &Mesh, pixels_per_point: f32) {
        let size = self.texture.size();
        let point = |index: &u32| {
            let vertex = mesh.vertices.get(usize::try_from(*index).ok()?)?;
            Some(Point::new(vertex, pixels_per_point, size))
        };
        let mut rest = mesh.indices.as_slice();
        while let [a, b, c, after @ ..] = rest {
            rest = after;
            let (Some(first), Some(second), Some(third)) = (point(a), point(b), point(c)) else {
                continue;
            };
            // The order in which egui writes rectangles.
            if let [third_again, second_again, d, beyond @ ..] = after
                && [third_again, second_again] == [c, b]
                && let Some(fourth) = point(d)
                && self.rectangle([first, second, third, fourth])
            {
                rest = beyond;
                continue;
            }
            self.triangle([first, second, third]);
        }
    }

    fn triangle(&mut self, points: [Point; 3]) {
        if !self.in_sight(&points) {
            return;
        }
        match guard::within_reach(&points) {
            true => self.near_triangle(points),
            false => guard::cut(points).into_iter().for_each(|piece| self.near_triangle(piece)),
        }
    }

    /// Whether all corners are somewhere and not all to the same side of the window.
    pub(crate) fn in_sight(&self, points: &[Point]) -> bool {
        let Window { left, top, right, bottom } = self.window;
        let seen = |axis: fn(&Point) -> f64, start: i64, end: i64| {
            points.iter().any(|point| axis(point) > start as f64)
                && points.iter().any(|point| axis(point) < end as f64)
        };
        points.iter().all(|point| point.at.iter().all(|side| side.is_finite()))
            && seen(|point| point.at[0], left, right)
            && seen(|point| point.at[1], top, bottom)
    }

    fn near_triangle(&mut self, points: [Point; 3]) {
        let corners = points.map(|point| Corner::snapped(point.at));
        let Some(triangle) = Triangle::new(corners, self.window) else { return };
        let [texel, others @ ..] = points.map(|point| point.texel);
        let colours = points.map(|point| point.colour);
        if others == [texel, texel] {
            let tint = self.texture.read(texel, self.texture.filter(0.0));
            let colours = match tint == WHITE {
                true => colours,
                false => colours.map(|colour| {
                    lanes(colour, tint.map(f64::from), |colour, tint| colour * tint / 255.0)
                }),
            };
            let [colour, others @ ..] = colours;
            match others == [colour, colour] {
                true => self.plain(&triangle, colour),
                false => self.shaded(&triangle, &Ramp::new(corners, colours)),
            }
        } else {
            let texels = Ramp::new(corners, points.map(|point| point.texel));
            self.textured(&triangle, &Ramp::new(corners, colours), &texels);
        }
    }

    fn plain(&mut self, triangle: &Triangle, colour: [f64; 4]) {
        for (y, columns) in triangle.spans() {
            cover(self.canvas.span(y, columns), colour);
        }
    }

    fn shaded(&mut self, triangle: &Triangle, colours: &Ramp<4>) {
        for (y, columns) in triangle.spans() {
            let colours = colours.row(y);
            for (pixel, x) in self.canvas.span(y, columns.clone()).iter_mut().zip(columns) {
                over(pixel, colours.at(x).map(|value| value as f32));
            }
        }
    }

    fn textured(&mut self, triangle: &Triangle, colours: &Ramp<4>, texels: &Ramp<2>) {
        let texture = self.texture;
        let [across, down] = [texels.per_x, texels.per_y].map(|[u, v]| u.hypot(v));
        let filter = texture.filter(across.max(down));
        for (y, columns) in triangle.spans() {
            let (colours, texels) = (colours.row(y), texels.row(y));
            for (pixel, x) in self.canvas.span(y, columns.clone()).iter_mut().zip(columns) {
                let texel = texture.read(texels.at(x), filter);
                if texel != [0.0; 4] {
                    over(pixel, tinted(texel, colours.at(x).map(|value| value as f32)));
                }
            }
        }
    }
}

/// Puts one colour (0 to 255) over every pixel.
pub(crate) fn cover(pixels: &mut [[u8; 4]], colour: [f64; 4]) {
    let bytes = colour.map(|value| value as u8);
    if bytes.map(f64::from) == colour {
        fill(pixels, bytes);
    } else {
        let colour = colour.map(|value| value as f32);
        pixels.iter_mut().for_each(|pixel| over(pixel, colour));
    }
}
