//! [`Raster`] as the renderer of egui_kittest's image snapshots.
//!
//! ```
//! use egui_kittest::Harness;
//!
//! let mut harness =
//!     Harness::builder().renderer(raster::Raster::new()).build_ui(|ui| _ = ui.label("Hello"));
//! assert!(harness.render()?.width() > 0);
//! # Ok::<(), String>(())
//! ```

use egui::{Color32, Context, FullOutput, TexturesDelta};
use egui_kittest::TestRenderer;

use crate::raster::Raster;

impl TestRenderer for Raster {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        self.update_textures(delta);
    }

    /// On a transparent background, as egui_kittest's own renderer; with premultiplied alpha.
    fn render(&mut self, ctx: &Context, output: &FullOutput) -> Result<image::RgbaImage, String> {
        let painted = self.paint_shapes(ctx, output.shapes.clone(), Color32::TRANSPARENT);
        let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
        image::RgbaImage::from_raw(side(painted.width), side(painted.height), painted.rgba)
            .ok_or_else(|| "a picture has other sides than its bytes".to_owned())
    }
}
