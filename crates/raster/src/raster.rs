//! The renderer: textures by their names, primitives in their order.

use std::collections::BTreeMap;

use egui::epaint::{ClippedPrimitive, ClippedShape, Primitive};
use egui::{Color32, Context, TextureId, TexturesDelta};

use crate::canvas::{Canvas, Window};
use crate::image::Image;
use crate::mesh::Painter;
use crate::texture::Texture;

/// Pixels that a side of a picture has at most, as on most graphics cards.
pub const LONGEST_SIDE: usize = 16384;

/// Paints what egui tessellates. It keeps the textures; all else comes with each frame.
#[derive(Default)]
pub struct Raster {
    textures: BTreeMap<TextureId, Texture>,
    /// Freed by the latest frame, which may still show them.
    leaving: Vec<TextureId>,
}

impl std::fmt::Debug for Raster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Raster({} textures)", self.textures.len())
    }
}

impl Raster {
    /// Without textures: every frame's delta must be handed to it, from a context's first on.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes over what a frame changes about textures, before the frame is painted. The delta is empty
    /// afterwards, as egui wants it.
    ///
    /// Textures that the frame frees can still be painted with until the next call. Patches of unknown
    /// textures, and what of a patch lies outside, are ignored.
    pub fn update_textures(&mut self, delta: &mut TexturesDelta) {
        for id in self.leaving.drain(..) {
            self.textures.remove(&id);
        }
        #[expect(clippy::iter_over_hash_type, reason = "textures do not know each other")]
        for (id, changes) in delta.set.drain() {
            for change in changes {
                match change.pos {
                    None => {
                        self.textures.remove(&id);
                        self.textures.extend(Texture::new(&change).map(|texture| (id, texture)));
                    }
                    Some(place) => {
                        if let Some(texture) = self.textures.get_mut(&id) {
                            texture.patch(place, &change);
                        }
                    }
                }
            }
        }
        self.leaving.extend(delta.free.drain());
    }

    /// Paints a tessellated frame. A side is at least 1 and at most [`LONGEST_SIDE`] pixels.
    #[must_use]
    pub fn paint(
        &self,
        primitives: &[ClippedPrimitive],
        size_px: [usize; 2],
        pixels_per_point: f32,
        background: Color32,
    ) -> Image {
        let [width, height] = size_px.map(|side| side.clamp(1, LONGEST_SIDE));
        let mut canvas = Canvas::new(width, height, background.to_array());
        for ClippedPrimitive { clip_rect, primitive } in primitives {
            let window = Window::new(*clip_rect, pixels_per_point, width, height);
            if let Primitive::Mesh(mesh) = primitive
                && let Some(texture) = self.textures.get(&mesh.texture_id)
                && !window.is_empty()
            {
                Painter { canvas: &mut canvas, window, texture }.mesh(mesh, pixels_per_point);
            }
        }
        Image { width, height, rgba: canvas.into_rgba() }
    }

    /// Tessellates and paints the shapes of a context's latest pass, as large as its viewport.
    #[must_use]
    pub fn paint_shapes(
        &self,
        context: &Context,
        shapes: Vec<ClippedShape>,
        background: Color32,
    ) -> Image {
        let pixels_per_point = context.pixels_per_point();
        let size = context.viewport_rect().size() * pixels_per_point;
        let primitives = context.tessellate(shapes, pixels_per_point);
        // The casts stop at 0 and at the largest number, and take what is no number for 0.
        let size_px = [size.x.round() as usize, size.y.round() as usize];
        self.paint(&primitives, size_px, pixels_per_point, background)
    }
}
