//! Models that read text, as `compress` is asked for them.

use std::path::PathBuf;

use clap::Args;
use protocol::NeuralSpec;

/// Models that help to choose what stays.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Models that read text")]
pub(crate) struct ModelsArgs {
    /// A sentence encoder, for --focus, for sentences that say the same, and to measure what was kept:
    /// a folder, or the name of one that was got or is in the model hub's cache
    #[arg(long, value_name = "DIR|NAME")]
    encoder: Option<String>,
    /// What words are worth: by a token classifier (a folder or a name), or by a language model's surprise
    /// (a file, or its name, PUBLISHER/NAME/FILE.gguf)
    #[arg(long, value_name = "DIR|NAME|FILE.gguf")]
    scorer: Option<String>,
    /// Where models compute: auto, cpu, cuda, cuda:0 …, metal
    #[arg(long, default_value = "auto", value_name = "D")]
    device: String,
}

impl ModelsArgs {
    pub(crate) fn spec(&self) -> NeuralSpec {
        NeuralSpec {
            encoder: self.encoder.clone(),
            scorer: self.scorer.clone(),
            device: Some(self.device.clone()),
            vectors: None,
        }
    }
}

/// The same, and vectors of what was kept.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Models that read text")]
pub(crate) struct NeuralArgs {
    #[command(flatten)]
    models: ModelsArgs,
    /// Write the encoder's vectors of what was kept here, for search; no language model reads them
    #[arg(long, value_name = "FILE.safetensors", requires = "encoder", conflicts_with = "jsonl")]
    pub(crate) vectors: Option<PathBuf>,
}

impl NeuralArgs {
    pub(crate) fn spec(&self) -> NeuralSpec {
        NeuralSpec { vectors: self.vectors.clone(), ..self.models.spec() }
    }
}
