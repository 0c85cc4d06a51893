//! Flags of fitting weights.

use std::path::PathBuf;

use clap::Args;

#[derive(Args, Debug)]
pub(crate) struct TuneArgs {
    /// Documents, or folders of them [default: those that the questions name, beside the file of questions]
    pub(crate) files: Vec<PathBuf>,
    /// Questions with answers, one JSON line each: {"document": …, "question": …, "answers": […]}
    #[arg(long, value_name = "FILE")]
    pub(crate) qa: PathBuf,
    /// Where the weights go, if they gain
    #[arg(short, long, value_name = "OUT.json", default_value = "weights.json")]
    pub(crate) output: PathBuf,
    /// Ratios to compress to
    #[arg(long, value_delimiter = ',', default_value = "2,4,8", value_name = "R,R…")]
    pub(crate) ratios: Vec<f64>,
    /// Who counts: o200k, cl100k, a tokenizer.json, or a llama2.c tokenizer.bin
    /// [default: the setting tokenizer, o200k]
    #[arg(long, value_name = "T")]
    pub(crate) tokenizer: Option<String>,
    /// How texts are cut
    #[arg(long, default_value = "automatic", value_name = "S")]
    pub(crate) strategy: String,
    /// Draws which documents judge what was fitted to the others
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub(crate) seed: u64,
}
