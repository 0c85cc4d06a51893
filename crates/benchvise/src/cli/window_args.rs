//! The flags of `benchvise window`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use ui::asks::Place;
use ui::panels::PLACES;

#[derive(Args, Debug)]
pub(crate) struct WindowArgs {
    /// Write a picture of the window to this PNG file instead of opening it
    #[arg(long, value_name = "FILE")]
    pub(crate) picture: Option<PathBuf>,
    /// The room to show
    #[arg(long, value_parser = rooms(), default_value = "bench", requires = "picture")]
    pub(crate) room: Place,
    /// The picture's colours
    #[arg(long, value_enum, default_value_t = ThemeArg::Light, requires = "picture")]
    pub(crate) theme: ThemeArg,
    /// The picture's size in pixels
    #[arg(long, default_value = "1280x820", value_parser = size, value_name = "WxH",
          requires = "picture")]
    pub(crate) size: [u32; 2],
    /// The run to show in Live or Runs; twice, base and candidate of Compare
    #[arg(long, requires = "picture", value_name = "RUN")]
    pub(crate) run: Vec<String>,
    /// The document to show in Compress or Fit
    #[arg(long, requires = "picture", value_name = "FILE")]
    pub(crate) document: Option<PathBuf>,
}

impl WindowArgs {
    /// What no command at all means.
    pub(crate) const OPEN: WindowArgs = WindowArgs {
        picture: None,
        room: Place::Bench,
        theme: ThemeArg::Light,
        size: [1280, 820],
        run: Vec::new(),
        document: None,
    };
}

/// The window's rooms by the names it remembers them under.
fn rooms() -> impl TypedValueParser<Value = Place> {
    let names = PossibleValuesParser::new(PLACES.map(|(_, name)| name));
    names.map(|name| {
        let place = PLACES.iter().find(|(_, known)| *known == name);
        place.map_or(Place::Bench, |(place, _)| *place)
    })
}

/// Colours of the window.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ThemeArg {
    Light,
    Dark,
}

/// `1280x820`.
fn size(text: &str) -> Result<[u32; 2], String> {
    let sides = text.split_once('x').and_then(|(w, h)| Some([w.parse().ok()?, h.parse().ok()?]));
    match sides {
        Some([w, h]) if (200..=8000).contains(&w) && (200..=8000).contains(&h) => Ok([w, h]),
        _ => Err("a size such as 1280x820, from 200 to 8000 pixels a side".into()),
    }
}
