//! `config.json` of BERT and its kin, held to bounds before anything is built from it.

use std::path::Path;

use serde::Deserialize;

use crate::error::Error;
use crate::files;

/// How an encoder's numbers are to be read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    pub(crate) vocabulary: usize,
    pub(crate) hidden: usize,
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    /// Width of the middle of a feed-forward block.
    pub(crate) inner: usize,
    pub(crate) positions: usize,
    /// The first position's row: RoBERTa's kin keep rows for padding before it.
    pub(crate) first_position: usize,
    pub(crate) types: usize,
    pub(crate) epsilon: f32,
    pub(crate) activation: Activation,
}

/// The function between a feed-forward block's two matrices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activation {
    /// GELU by the error function.
    Gelu,
    /// GELU by its approximation with tanh.
    GeluTanh,
    Relu,
}

#[derive(Deserialize)]
struct Written {
    vocab_size: u64,
    hidden_size: u64,
    num_hidden_layers: u64,
    num_attention_heads: u64,
    intermediate_size: u64,
    max_position_embeddings: u64,
    #[serde(default = "two")]
    type_vocab_size: u64,
    #[serde(default = "epsilon")]
    layer_norm_eps: f64,
    #[serde(default = "gelu")]
    hidden_act: String,
    pad_token_id: Option<u64>,
    position_embedding_type: Option<String>,
}

fn two() -> u64 {
    2
}

fn epsilon() -> f64 {
    1e-12
}

fn gelu() -> String {
    "gelu".to_owned()
}

impl Config {
    /// Reads and checks `config.json` in `folder`.
    pub(crate) fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(files::CONFIG);
        Self::parse(&files::read(folder, files::CONFIG, files::JSON_LIMIT_BYTES)?, &path)
    }

    fn parse(bytes: &[u8], path: &Path) -> Result<Self, Error> {
        let unsupported = |reason: String| Error::unsupported(reason, path);
        let value: serde_json::Value = serde_json::from_slice(bytes)
            .map_err(|e| Error::damaged(format!("it is no JSON, {e}"), path))?;
        // The kind first: other kinds of model have other fields.
        let kind = value.get("model_type").and_then(|kind| kind.as_str()).unwrap_or("bert");
        let is_roberta = match kind {
            "bert" => false,
            "roberta" | "xlm-roberta" => true,
            other => {
                let kinds = "bert, roberta and xlm-roberta are";
                return Err(unsupported(format!(
                    "its model_type {other:?} is unknown, {kinds} known"
                )));
            }
        };
        let written: Written = serde_json::from_value(value)
            .map_err(|e| Error::damaged(format!("it does not describe an encoder, {e}"), path))?;
        if let Some(how) = written.position_embedding_type.as_deref()
            && how != "absolute"
        {
            return Err(unsupported(format!(
                "its positions are {how:?}, only absolute ones are known"
            )));
        }
        let activation = match written.hidden_act.as_str() {
            "gelu" => Activation::Gelu,
            "gelu_new" | "gelu_pytorch_tanh" => Activation::GeluTanh,
            "relu" => Activation::Relu,
            other => return Err(unsupported(format!("its hidden_act {other:?} is unknown"))),
        };
        let within = |name: &str, value: u64, most: u64| match value {
            1.. if value <= most => Ok(value as usize),
            _ => Err(unsupported(format!("its {name} is {value}, and 1 to {most} are sensible"))),
        };
        let config = Self {
            vocabulary: within("vocab_size", written.vocab_size, 4 << 20)?,
            hidden: within("hidden_size", written.hidden_size, 8192)?,
            layers: within("num_hidden_layers", written.num_hidden_layers, 128)?,
            heads: within("num_attention_heads", written.num_attention_heads, 256)?,
            inner: within("intermediate_size", written.intermediate_size, 65536)?,
            positions: within("max_position_embeddings", written.max_position_embeddings, 65536)?,
            first_position: match (is_roberta, written.pad_token_id) {
                (false, _) => 0,
                (true, pad) => {
                    within("pad_token_id plus 1", pad.unwrap_or(1).saturating_add(1), 64)?
                }
            },
            types: within("type_vocab_size", written.type_vocab_size, 1024)?,
            epsilon: written.layer_norm_eps as f32,
            activation,
        };
        if !config.hidden.is_multiple_of(config.heads) {
            let Self { hidden, heads, .. } = config;
            return Err(unsupported(format!(
                "its hidden_size {hidden} does not divide by {heads} heads"
            )));
        }
        if !(config.epsilon > 0.0 && config.epsilon < 0.1) {
            return Err(unsupported(format!("its layer_norm_eps is {}", written.layer_norm_eps)));
        }
        if config.longest() < 8 {
            return Err(unsupported(format!("a text may have {} tokens", config.longest())));
        }
        Ok(config)
    }

    /// Most tokens of one text.
    pub(crate) fn longest(&self) -> usize {
        self.positions.saturating_sub(self.first_position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINI: &str = r#"{"model_type":"bert","vocab_size":30522,"hidden_size":384,"num_hidden_layers":6,
        "num_attention_heads":12,"intermediate_size":1536,"max_position_embeddings":512}"#;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text.as_bytes(), Path::new("config.json")).map_err(|e| e.to_string())
    }

    #[track_caller]
    fn refused(from: &str, to: &str, why: &str) {
        assert!(MINI.contains(from), "{from}");
        let said = parse(&MINI.replace(from, to)).unwrap_err();
        assert!(said.contains(why), "{said}");
    }

    #[test]
    fn a_config_is_read_with_its_defaults() {
        let config = parse(MINI).unwrap();
        assert_eq!((config.hidden, config.first_position, config.types), (384, 0, 2));
        assert_eq!((config.activation, config.longest()), (Activation::Gelu, 512));
        let kin = parse(&MINI.replace(r#""bert""#, r#""xlm-roberta""#)).unwrap();
        assert_eq!((kin.first_position, kin.longest()), (2, 510));
    }

    #[test]
    fn an_absurd_config_is_refused_with_the_reason() {
        refused("384", "99999999999", "hidden_size is 99999999999");
        refused("384", "0", "hidden_size is 0");
        refused("384", "-1", "does not describe an encoder");
        refused("384", "385", "does not divide by 12 heads");
        refused(":6,", ":1000000,", "num_hidden_layers is 1000000");
        refused("512", "4", "a text may have 4 tokens");
        refused(r#""bert""#, r#""llama""#, r#"model_type "llama" is unknown"#);
        refused(r#""vocab_size":30522,"#, "", "does not describe an encoder");
        refused("512", r#"512,"layer_norm_eps":0"#, "layer_norm_eps is 0");
        refused("512", r#"512,"hidden_act":"swish""#, "hidden_act");
        refused("512", r#"512,"position_embedding_type":"relative_key""#, "only absolute");
        refused("{", "[", "no JSON");
    }
}
