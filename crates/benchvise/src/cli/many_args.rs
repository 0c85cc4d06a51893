//! Flags for many documents and for text without end.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Args, Debug, Default, Clone)]
pub(crate) struct ManyArgs {
    /// Read text or log lines without end and write what is left as it goes, in bounded memory, to
    /// --ratio in every window of some 64 kB
    #[arg(long, requires = "ratio", conflicts_with_all = ["as_one", "summary", "jsonl", "map", "explain", "total_budget", "readable", "rules", "keep", "pins", "encoder", "scorer", "vectors"])]
    pub(crate) stream: bool,
    /// Compress all documents to one text: what several have is kept once, what is kept is cited
    #[arg(long, conflicts_with_all = ["summary", "jsonl", "explain", "total_budget", "readable", "rules", "keep", "pins", "weights", "encoder", "scorer", "vectors"])]
    pub(crate) as_one: bool,
    /// How that text says where it comes from
    #[arg(long, value_enum, default_value_t, requires = "as_one", value_name = "WHERE")]
    pub(crate) cite: CiteArg,
    /// Citations as Markdown footnotes
    #[arg(long, requires = "as_one")]
    pub(crate) markdown: bool,
    /// Of a folder say only how much there was: for a folder of any size, in bounded memory, on all cores
    #[arg(long, conflicts_with_all = ["jsonl", "map", "explain", "total_budget", "pins", "encoder", "scorer", "vectors"])]
    pub(crate) summary: bool,
    /// Neither use results that are remembered nor remember any
    #[arg(long, conflicts_with = "cache_tag")]
    pub(crate) no_cache: bool,
    /// Remember results under this name, by which `cache prune --tag` forgets them
    #[arg(long, value_name = "NAME")]
    pub(crate) cache_tag: Option<String>,
}

/// Where marks stand.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CiteArg {
    /// A number in brackets at the end of every line
    #[default]
    Passages,
    /// A number in brackets on a line before what is kept of a document
    Documents,
    /// Nowhere, and no index
    None,
}

#[derive(Subcommand, Debug)]
pub(crate) enum CacheCommand {
    /// Say what is remembered
    Ls,
    /// Forget results: damaged and expired ones, and what these flags name
    Prune {
        /// Those remembered under this name
        #[arg(long, value_name = "NAME")]
        tag: Option<String>,
        /// Those that this tokenizer counted
        #[arg(long, value_name = "T")]
        tokenizer: Option<String>,
        /// Those made with this model's files, or counted by its tokenizer: what it was called, its folder, or
        /// a file of it
        #[arg(long, value_name = "NAME|FOLDER")]
        model: Option<String>,
        /// Those made longer ago
        #[arg(long, value_name = "DAYS", value_parser = days)]
        older_than: Option<f64>,
        /// All
        #[arg(long)]
        all: bool,
    },
}

fn days(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(days) if days.is_finite() && days >= 0.0 => Ok(days),
        _ => Err("it must be a number of days, such as 7".into()),
    }
}

/// Documents are asked for by paths; a stream is one of them, or standard input.
pub(crate) fn one_stream(files: &[PathBuf]) -> Option<Option<&PathBuf>> {
    match files {
        [] => Some(None),
        [one] if one.as_os_str() == "-" => Some(None),
        [one] => Some(Some(one)),
        _ => None,
    }
}
