//! Flags of what is asked of a compression beside its length, and of looking at documents only.

use std::path::PathBuf;

use clap::Args;
use protocol::{Failure, Pin, Room, Shaping};

/// What is asked of a compression beside its length.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct ShapingArgs {
    /// From 0, the most facts in telegram style, to 1, whole sentences [default: by the strategy,
    /// and 0.75 for papers and contracts]
    #[arg(long, value_name = "0..1", value_parser = share)]
    pub(crate) readable: Option<f64>,
    /// What stays or goes: code=keep, table=4x, legal=4x, repeated=16x, heading:References=drop,
    /// heading=keep; the last one counts
    #[arg(long = "rule", value_name = "WHAT=FATE")]
    pub(crate) rules: Vec<String>,
    /// What the documents are: prose, markdown, scientific, legal, dialogue, code, json, table or log
    /// [default: found out]
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    /// Their language, a two-letter code such as de [default: found out]
    #[arg(long = "lang", value_name = "CODE")]
    pub(crate) language: Option<String>,
    /// A regular expression; what it matches stays
    #[arg(long = "keep", value_name = "REGEX")]
    pub(crate) keep: Vec<String>,
    /// What counts how much in running text: a file that tune made [default: the setting weights]
    #[arg(long, value_name = "FILE")]
    pub(crate) weights: Option<PathBuf>,
}

impl ShapingArgs {
    pub(crate) fn shaping(&self) -> Result<Shaping, Failure> {
        Ok(Shaping {
            readable: self.readable,
            rules: self.rules.clone(),
            keep: self.keep.clone(),
            pins: Vec::new(),
            weights: self.weights.as_deref().map(engine::weights_in).transpose()?,
            kind: self.kind.clone(),
            language: self.language.clone(),
        })
    }
}

/// Passages of one document that stay.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct PinArgs {
    /// A passage that stays: bytes of the document's text, as --map counts them
    #[arg(long = "pin", value_name = "FROM-TO", value_parser = stretch)]
    pub(crate) pins: Vec<[u64; 2]>,
    /// The budget grows by what --pin keeps, so that nothing else makes room for it
    #[arg(long, requires = "pins")]
    pub(crate) grow: bool,
}

impl PinArgs {
    pub(crate) fn pins(&self) -> Vec<Pin> {
        let room = if self.grow { Room::Added } else { Room::Made };
        self.pins.iter().map(|&src| Pin { document: None, src, room }).collect()
    }
}

fn stretch(text: &str) -> Result<[u64; 2], String> {
    let ends = text
        .split_once('-')
        .and_then(|(from, to)| Some([from.trim().parse().ok()?, to.trim().parse::<u64>().ok()?]));
    match ends {
        Some([from, to]) if from < to => Ok([from, to]),
        _ => Err("it must be where it begins and where it ends, in bytes, such as 120-480".into()),
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("it must be a number from 0 to 1, such as 0.5".into()),
    }
}
