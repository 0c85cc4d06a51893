//! Flags of what is asked of a compression beside its length, and of looking at documents only.

use clap::Args;
use protocol::Shaping;

/// What is asked of a compression beside its length.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct ShapingArgs {
    /// From 0, the most facts in telegram style, to 1, whole sentences [default: by the strategy]
    #[arg(long, value_name = "0..1", value_parser = share)]
    pub(crate) readable: Option<f64>,
    /// What stays or goes: code=keep, table=4x, heading:References=drop, heading=keep; the last one
    /// counts
    #[arg(long = "rule", value_name = "WHAT=FATE")]
    pub(crate) rules: Vec<String>,
    /// A regular expression; what it matches stays
    #[arg(long = "keep", value_name = "REGEX")]
    pub(crate) keep: Vec<String>,
}

impl ShapingArgs {
    pub(crate) fn shaping(&self) -> Shaping {
        Shaping { readable: self.readable, rules: self.rules.clone(), keep: self.keep.clone() }
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("it must be a number from 0 to 1, such as 0.5".into()),
    }
}
