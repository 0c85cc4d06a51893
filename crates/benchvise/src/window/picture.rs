//! The window without a display: the same desk over the same engine, drawn by the processor.
//!
//! What it shows is what is in the store; nothing is made up for it.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use egui::{Context, Pos2, RawInput, Rect, Theme, Vec2, ViewportId};
use protocol::{Code, Failure};
use raster::{Image, Raster};
use ui::Desk;
use ui::asks::Go;
use ui::shell::Nowhere;

use super::link::InProcess;
use crate::cli::out::Trouble;

/// A picture to be made.
pub(crate) struct Picture {
    /// Where it goes, a PNG file.
    pub(crate) file: PathBuf,
    /// Its colours.
    pub(crate) theme: Theme,
    /// Its size in points; a point is a pixel.
    pub(crate) size: Vec2,
    /// What it shows.
    pub(crate) go: Go,
}

/// How long a frame waits for what may still come in.
const FRAME: Duration = Duration::from_millis(16);
/// So many frames in which nothing came in mean that the window has come to rest.
const AT_REST: u32 = 20;
/// A window that has not come to rest by then is drawn as it is.
const LONGEST: Duration = Duration::from_secs(20);

/// Makes the pictures, one after another.
pub(crate) fn pictures(engine: &engine::Engine, wanted: &[Picture]) -> Result<(), Trouble> {
    for picture in wanted {
        let image = draw(engine, picture)?;
        let png = image.png().map_err(|error| unwritable(&picture.file, &error.to_string()))?;
        std::fs::write(&picture.file, png)
            .map_err(|error| unwritable(&picture.file, &error.to_string()))?;
    }
    Ok(())
}

fn draw(engine: &engine::Engine, picture: &Picture) -> Result<Image, Trouble> {
    let context = Context::default();
    let (tell, told) = std::sync::mpsc::sync_channel::<()>(1);
    let link = InProcess::connect(engine, move || {
        // A full channel has been told already.
        let told = tell.try_send(());
        tracing::trace!(?told, "something came in");
    })
    .map_err(|error| Failure::new(Code::Internal, format!("no thread could be had ({error})")))?;
    let unanswered = link.unanswered();
    let shell = Nowhere { now_ms: engine::now_ms() };
    let mut desk = Desk::new(&context, Box::new(link), Box::new(shell));
    desk.wear(picture.theme);
    desk.go(picture.go.clone());
    let mut raster = Raster::new();
    let began = Instant::now();
    let mut quiet = 0;
    loop {
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, picture.size)),
            time: Some(began.elapsed().as_secs_f64()),
            system_theme: Some(picture.theme),
            ..RawInput::default()
        };
        let viewport = input.viewports.entry(ViewportId::ROOT).or_default();
        viewport.native_pixels_per_point = Some(1.0);
        let mut output = context.run_ui(input, |ui| {
            desk.logic(ui.ctx());
            desk.ui(ui);
        });
        raster.update_textures(&mut output.textures_delta);
        let heard = told.recv_timeout(FRAME).is_ok();
        let busy = unanswered.load(Ordering::Relaxed) > 0 || !desk.model().jobs.going.is_empty();
        quiet = if heard || busy { 0 } else { quiet + 1 };
        if quiet >= AT_REST || began.elapsed() > LONGEST {
            let background = context.global_style().visuals.panel_fill;
            return Ok(raster.paint_shapes(&context, output.shapes, background));
        }
    }
}

fn unwritable(path: &Path, why: &str) -> Failure {
    let message = format!("the picture could not be written ({why}): {}", path.display());
    Failure::new(Code::BadInput, message).with_hint("choose another place")
}
