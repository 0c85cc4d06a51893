//! Arbitrary meshes, textures and clips: nothing panics, nothing is painted outside.

use std::time::Duration;

use bolero::TypeGenerator;
use egui::epaint::{ClippedPrimitive, ImageDelta, Primitive, Vertex};
use egui::{
    Color32, ColorImage, Mesh, Rect, TextureFilter, TextureId, TextureOptions, TextureWrapMode,
    TexturesDelta, pos2,
};
use raster::Raster;

const TIME: Duration = Duration::from_millis(1500);

/// A number: any at all, or one that has to do with a picture.
#[derive(Debug, Clone, Copy, TypeGenerator)]
enum Number {
    Bits(u32),
    Near(i16),
    Whole(i8),
}

impl Number {
    fn value(self) -> f32 {
        match self {
            Self::Bits(bits) => f32::from_bits(bits),
            Self::Near(near) => f32::from(near) / 512.0,
            Self::Whole(whole) => f32::from(whole),
        }
    }
}

#[derive(Debug, Clone, TypeGenerator)]
struct Case {
    vertices: Vec<([Number; 4], [u8; 4])>,
    indices: Vec<u8>,
    wild_index: u32,
    rectangles: Vec<([Number; 8], [u8; 4])>,
    clip: [Number; 4],
    pixels_per_point: Number,
    size_px: [u8; 2],
    texture_size: [u8; 2],
    texels: Vec<u8>,
    patches: Vec<([u8; 2], [u8; 2])>,
    modes: u8,
    free: bool,
}

impl Case {
    fn options(&self) -> TextureOptions {
        let filter = |bit: u8| match self.modes & bit {
            0 => TextureFilter::Nearest,
            _ => TextureFilter::Linear,
        };
        let wrap_mode = match self.modes >> 2 & 3 {
            0 => TextureWrapMode::Repeat,
            1 => TextureWrapMode::MirroredRepeat,
            _ => TextureWrapMode::ClampToEdge,
        };
        TextureOptions {
            magnification: filter(1),
            minification: filter(2),
            wrap_mode,
            mipmap_mode: (self.modes & 16 != 0).then_some(TextureFilter::Linear),
        }
    }

    fn textures(&self) -> TexturesDelta {
        let mut delta = TexturesDelta::default();
        let image = |[width, height]: [u8; 2], salt: usize| {
            let size = [usize::from(width % 20), usize::from(height % 20)];
            let texel = |at: usize| {
                let byte = self.texels.get((at + salt) % self.texels.len().max(1));
                Color32::from_rgba_premultiplied(*byte.unwrap_or(&9), at as u8, 3, 200)
            };
            ColorImage::new(size, (0..size[0] * size[1]).map(texel).collect())
        };
        let id = TextureId::default();
        delta.push(id, ImageDelta::full(image(self.texture_size, 0), self.options()));
        for (salt, (place, size)) in self.patches.iter().enumerate() {
            let place = place.map(|side| usize::from(side % 24));
            delta.push(id, ImageDelta::partial(place, image(*size, salt), self.options()));
        }
        if self.free {
            delta.free(id);
        }
        delta
    }

    fn mesh(&self) -> Mesh {
        let mut mesh = Mesh::default();
        for ([x, y, u, v], color) in &self.vertices {
            let [r, g, b, a] = *color;
            mesh.vertices.push(Vertex {
                pos: pos2(x.value(), y.value()),
                uv: pos2(u.value(), v.value()),
                color: Color32::from_rgba_premultiplied(r, g, b, a),
            });
        }
        let count = mesh.vertices.len() as u32 + 1;
        mesh.indices.extend(self.indices.iter().map(|index| u32::from(*index) % count));
        mesh.indices.push(self.wild_index);
        for ([x0, y0, x1, y1, u0, v0, u1, v1], [r, g, b, a]) in &self.rectangles {
            let rect = |[x0, y0, x1, y1]: [Number; 4]| {
                Rect::from_min_max(pos2(x0.value(), y0.value()), pos2(x1.value(), y1.value()))
            };
            let color = Color32::from_rgba_premultiplied(*r, *g, *b, *a);
            mesh.add_rect_with_uv(rect([*x0, *y0, *x1, *y1]), rect([*u0, *v0, *u1, *v1]), color);
        }
        mesh
    }
}

#[test]
fn any_mesh_is_painted_within_its_clip_and_alike_twice() {
    bolero::check!().with_test_time(TIME).with_type::<Case>().for_each(|case| {
        let mut raster = Raster::new();
        raster.update_textures(&mut case.textures());
        let [x0, y0, x1, y1] = case.clip.map(Number::value);
        let clip_rect = Rect::from_min_max(pos2(x0, y0), pos2(x1, y1));
        let size = case.size_px.map(usize::from);
        let pixels_per_point = case.pixels_per_point.value();
        let paint = |clip_rect| {
            let primitive = Primitive::Mesh(case.mesh());
            let primitives = [ClippedPrimitive { clip_rect, primitive }];
            raster.paint(&primitives, size, pixels_per_point, Color32::BLUE)
        };
        let clipped = paint(clip_rect);
        assert_eq!(clipped.rgba.len(), 4 * clipped.width * clipped.height);
        assert!(clipped == paint(clip_rect), "twice the same");
        // A clip takes away, it does not change what stays.
        let sound = pixels_per_point.is_finite() && pixels_per_point > 1e-20;
        if !sound || ![x0, y0, x1, y1].iter().all(|side| side.is_finite()) {
            return;
        }
        let all = paint(Rect::from_min_max(pos2(-1e30, -1e30), pos2(1e30, 1e30)));
        let pixel = |points: f32| f64::from((points * pixels_per_point).round());
        let within =
            |at: usize, from: f32, to: f32| at as f64 >= pixel(from) && (at as f64) < pixel(to);
        for y in 0..clipped.height {
            for x in 0..clipped.width {
                let expect = match within(x, x0, x1) && within(y, y0, y1) {
                    true => all.pixel(x, y),
                    false => Some(Color32::BLUE.to_array()),
                };
                assert_eq!(clipped.pixel(x, y), expect, "at {x}, {y}");
            }
        }
    });
}
