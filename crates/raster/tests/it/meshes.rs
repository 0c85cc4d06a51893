//! Meshes to paint, and a raster that knows a white texture.

use egui::epaint::{ClippedPrimitive, ImageDelta, Primitive, Vertex};
use egui::{Color32, ColorImage, Mesh, Rect, TextureId, TextureOptions, TexturesDelta, pos2};
use raster::{Image, Raster};

/// Everything, as a clip.
pub(crate) const EVERYWHERE: Rect = Rect::EVERYTHING;

/// A raster with one texture.
pub(crate) fn raster_with(id: TextureId, image: ColorImage, options: TextureOptions) -> Raster {
    let mut raster = Raster::new();
    let mut delta = TexturesDelta::default();
    delta.push(id, ImageDelta::full(image, options));
    raster.update_textures(&mut delta);
    raster
}

/// A raster whose default texture is one white texel.
pub(crate) fn white_raster() -> Raster {
    let white = ColorImage::filled([1, 1], Color32::WHITE);
    raster_with(TextureId::default(), white, TextureOptions::LINEAR)
}

/// Corners without a texture.
pub(crate) fn vertices(corners: &[([f32; 2], Color32)]) -> Vec<Vertex> {
    let vertex = |([x, y], color): &([f32; 2], Color32)| Vertex::untextured(pos2(*x, *y), *color);
    corners.iter().map(vertex).collect()
}

/// A mesh of single triangles: every three vertices are one.
pub(crate) fn triangles(vertices: Vec<Vertex>) -> Mesh {
    let indices = (0..vertices.len() as u32).collect();
    Mesh { indices, vertices, texture_id: TextureId::default() }
}

/// Paints one mesh on a picture of 40 times 40 pixels.
pub(crate) fn painted(raster: &Raster, mesh: Mesh, clip: Rect, background: Color32) -> Image {
    let primitive = ClippedPrimitive { clip_rect: clip, primitive: Primitive::Mesh(mesh) };
    raster.paint(&[primitive], [40, 40], 1.0, background)
}

/// All pixels with their places.
pub(crate) fn pixels(image: &Image) -> impl Iterator<Item = ([usize; 2], [u8; 4])> {
    let places = (0..image.height).flat_map(|y| (0..image.width).map(move |x| [x, y]));
    places.map(|[x, y]| ([x, y], image.pixel(x, y).expect("it is inside")))
}
