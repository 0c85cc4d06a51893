//! A user interface in, its picture out.

use egui::{Context, Pos2, RawInput, Rect, Ui, Vec2, ViewportId};

use crate::image::Image;
use crate::raster::{LONGEST_SIDE, Raster};

/// Seconds from a frame to the next.
const FRAME_S: f32 = 1.0 / 60.0;

/// Runs a user interface in a context of its own and paints the last of its `frames`.
///
/// egui needs two frames to know the sizes of what it shows, and a few more until what slides or fades
/// in has come to rest. The frames are 1/60 s apart, whatever time they take. At least one is run. The
/// context is in the `Ui`; the background is the fill of panels.
///
/// ```
/// let image = raster::shot(egui::vec2(40.0, 20.0), 2.0, 2, |ui| {
///     ui.ctx().set_theme(egui::Theme::Light);
///     ui.add(egui::Spinner::new());
/// });
/// assert_eq!([image.width, image.height], [80, 40]);
/// ```
#[must_use]
pub fn shot(
    size_points: Vec2,
    pixels_per_point: f32,
    frames: usize,
    mut run_ui: impl FnMut(&mut Ui),
) -> Image {
    let context = Context::default();
    let mut raster = Raster::new();
    let mut shapes = Vec::new();
    for frame in 0..frames.max(1) {
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, size_points)),
            max_texture_side: Some(LONGEST_SIDE),
            time: Some(frame as f64 * f64::from(FRAME_S)),
            predicted_dt: FRAME_S,
            ..RawInput::default()
        };
        let viewport = input.viewports.entry(ViewportId::ROOT).or_default();
        viewport.native_pixels_per_point = Some(pixels_per_point);
        let mut output = context.run_ui(input, &mut run_ui);
        raster.update_textures(&mut output.textures_delta);
        shapes = output.shapes;
    }
    raster.paint_shapes(&context, shapes, context.global_style().visuals.panel_fill)
}
