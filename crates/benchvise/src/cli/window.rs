//! `benchvise window`, and `benchvise` alone

use engine::settings::Settings;
use ui::asks::{Go, Place};

use super::args::{RoomArg, ThemeArg, WindowArgs};
use super::out::{Answer, Trouble};
use super::start::Context;
use crate::window::{self, Picture};

/// Opens the window, or makes a picture of it.
pub(crate) fn window(context: &Context, args: WindowArgs) -> Result<Answer, Trouble> {
    let Some(file) = args.picture else {
        window::open(&context.engine, &Settings::window_file())?;
        return Ok(Answer::Done);
    };
    let place = match args.room {
        RoomArg::Bench => Place::Bench,
        RoomArg::Live => Place::Live,
        RoomArg::Runs => Place::Runs,
        RoomArg::Compare => Place::Compare,
        RoomArg::Compress => Place::Compress,
        RoomArg::Fit => Place::Fit,
        RoomArg::Jobs => Place::Jobs,
        RoomArg::Settings => Place::Settings,
    };
    let theme = match args.theme {
        ThemeArg::Light => egui::Theme::Light,
        ThemeArg::Dark => egui::Theme::Dark,
    };
    let [width, height] = args.size;
    let size = egui::Vec2::new(width as f32, height as f32);
    let wanted = Picture { file, theme, size, go: Go::To(place) };
    window::pictures(&context.engine, &[wanted])?;
    Ok(Answer::Done)
}
