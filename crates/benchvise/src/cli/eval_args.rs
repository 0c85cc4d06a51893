//! Flags of measuring what compressions leave.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::neural_args::ModelsArgs;
use super::shaping_args::ShapingArgs;

#[derive(Subcommand, Debug)]
pub(crate) enum EvalCommand {
    /// Measure how much of documents is left at each ratio: numbers, names, sections, random phrases, and
    /// answers to questions; beside sentences drawn by lot and the documents' beginnings
    Compression(EvalCompressionArgs),
}

#[derive(Subcommand, Debug)]
pub(crate) enum RecommendCommand {
    /// How far documents can be compressed before more than a share of their numbers, names, phrases or
    /// answers is lost, with intervals
    Ratio(RecommendRatioArgs),
}

/// What is measured on.
#[derive(Args, Debug)]
pub(crate) struct MeasuredArgs {
    /// Documents, or folders of them; - is standard input
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Questions with answers, one JSON line each: {"question": …, "answers": […]}, with a "document" to
    /// ask of one only
    #[arg(long, value_name = "FILE")]
    pub(crate) qa: Option<PathBuf>,
    /// Who counts: o200k, cl100k, a tokenizer.json, or a llama2.c tokenizer.bin
    /// [default: the setting tokenizer, o200k]
    #[arg(long, value_name = "T")]
    pub(crate) tokenizer: Option<String>,
    /// What bears on this is kept first, by every method but chance
    #[arg(long, value_name = "TEXT")]
    pub(crate) focus: Option<String>,
    #[command(flatten)]
    pub(crate) shaping: ShapingArgs,
    #[command(flatten)]
    pub(crate) models: ModelsArgs,
}

#[derive(Args, Debug)]
pub(crate) struct EvalCompressionArgs {
    #[command(flatten)]
    pub(crate) on: MeasuredArgs,
    /// Ratios to compress to
    #[arg(long, value_delimiter = ',', default_value = "2,4,8,16", value_name = "R,R…")]
    pub(crate) ratios: Vec<f64>,
    /// Strategies to compare, or all
    #[arg(long, value_delimiter = ',', default_value = "automatic", value_name = "S,S…")]
    pub(crate) strategy: Vec<String>,
    /// Leave out each stage of the engine in turn, to see what it is worth; the focus and models where they are given
    #[arg(long, conflicts_with = "slider")]
    pub(crate) ablate: bool,
    /// Go from facts to whole sentences in so many steps, to see what that costs
    #[arg(long, value_name = "STEPS", conflicts_with = "readable",
          value_parser = clap::value_parser!(u32).range(2..=16))]
    pub(crate) slider: Option<u32>,
    /// Also say how far one can go before this share is lost, such as 5%
    #[arg(long, value_name = "SHARE", value_parser = loss)]
    pub(crate) loss: Option<f64>,
}

#[derive(Args, Debug)]
pub(crate) struct RecommendRatioArgs {
    #[command(flatten)]
    pub(crate) on: MeasuredArgs,
    /// The share that may be lost
    #[arg(long, value_name = "SHARE", default_value = "5%", value_parser = loss)]
    pub(crate) loss: f64,
    /// How the text is cut
    #[arg(long, default_value = "automatic", value_name = "S")]
    pub(crate) strategy: String,
}

/// `5%`, or `0.05`.
fn loss(text: &str) -> Result<f64, String> {
    let share = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map(|percent| percent / 100.0),
        None => text.parse(),
    };
    match share {
        Ok(share) if share > 0.0 && share < 1.0 => Ok(share),
        _ => Err("it must be a share above 0 and below 1, such as 5% or 0.05".into()),
    }
}
