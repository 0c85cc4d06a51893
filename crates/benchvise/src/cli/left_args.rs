//! How what is left of documents is written.

use clap::{Args, ValueEnum};
use protocol::LeftFormat;

#[derive(Args, Debug, Clone, Default)]
pub(crate) struct LeftArgs {
    /// How what is left is written
    #[arg(long, value_enum, default_value_t, value_name = "F",
          conflicts_with_all = ["jsonl", "analyse", "stream", "as_one", "summary"])]
    pub(crate) format: LeftArg,
    /// Also count what is left when nothing but white space and what is said twice goes
    #[arg(long, conflicts_with_all = ["jsonl", "analyse", "stream", "as_one"])]
    pub(crate) lossless: bool,
}

#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum LeftArg {
    /// The text alone
    #[default]
    Text,
    /// A page of one document: gaps say how much they held, what was lost is listed
    Markdown,
    /// One document with its text, and where every byte of it comes from
    Json,
    /// A line of JSON for each document, all in one file
    Jsonl,
}

impl From<LeftArg> for LeftFormat {
    fn from(format: LeftArg) -> LeftFormat {
        match format {
            LeftArg::Text => LeftFormat::Text,
            LeftArg::Markdown => LeftFormat::Markdown,
            LeftArg::Json => LeftFormat::Map,
            LeftArg::Jsonl => LeftFormat::Lines,
        }
    }
}
