//! The forward pass of BERT and its kin: tokens in, one vector per token out.
//!
//! Devlin et al. 2019 (arXiv:1810.04805), with the weights' names as they are published. Texts of a batch
//! are padded to its longest; what is padding gets no attention. Query, key and value are one product, and
//! the queries' scale is in their weights.

use candle_core::{DType, Device, IndexOp, Tensor};
use candle_nn::ops::{layer_norm, softmax_last_dim};

use crate::config::Config;
use crate::device::Place;
use crate::error::Error;
use crate::fused;
use crate::weights::Weights;

/// Prefixes under which an encoder's weights are published.
const PREFIXES: [&str; 3] = ["", "bert.", "roberta."];

/// An encoder's weights on one device.
#[derive(Debug)]
pub(crate) struct Bert {
    words: Tensor,
    /// Positions, the first token type's row added to each.
    positions: Tensor,
    norm: Norm,
    layers: Vec<Layer>,
    config: Config,
    place: Place,
}

#[derive(Debug)]
struct Norm {
    weight: Tensor,
    bias: Tensor,
}

/// `x · weight + bias`, the weight standing `[in, out]`.
#[derive(Debug)]
struct Linear {
    weight: Tensor,
    bias: Tensor,
}

#[derive(Debug)]
struct Layer {
    /// Query, key and value side by side.
    attention: Linear,
    attended: Linear,
    attended_norm: Norm,
    inner: Linear,
    outer: Linear,
    outer_norm: Norm,
}

/// Texts of about one length: `[texts, length]` token numbers, padded.
#[derive(Debug)]
pub(crate) struct Padded {
    ids: Vec<u32>,
    /// Tokens of each text.
    lengths: Vec<usize>,
    length: usize,
}

impl Padded {
    /// Pads `texts`, which must not be empty, to the longest of them.
    pub(crate) fn new(texts: &[&[u32]]) -> Self {
        let length = texts.iter().map(|text| text.len()).max().unwrap_or(0).max(1);
        let mut ids = Vec::with_capacity(texts.len() * length);
        for text in texts {
            ids.extend_from_slice(text);
            ids.resize(ids.len() + length - text.len(), 0);
        }
        Self { ids, lengths: texts.iter().map(|text| text.len()).collect(), length }
    }

    fn is_padded(&self) -> bool {
        self.lengths.iter().any(|&length| length < self.length)
    }

    /// `[texts, length]`, `token` where a token of a text is and `padding` behind it.
    fn each(&self, token: impl Fn(usize) -> f32, padding: f32) -> Vec<f32> {
        let row = |&length: &usize| {
            let value = token(length);
            (0..self.length).map(move |at| if at < length { value } else { padding })
        };
        self.lengths.iter().flat_map(row).collect()
    }
}

/// The prefix that this file's weights have.
pub(crate) fn prefix(weights: &Weights) -> Result<&'static str, Error> {
    let found = PREFIXES
        .into_iter()
        .find(|prefix| weights.has(&format!("{prefix}embeddings.word_embeddings.weight")));
    found.ok_or_else(|| {
        Error::unsupported("it holds no embeddings.word_embeddings.weight", weights.path())
    })
}

/// Checks that every weight is there in the shape that `config` gives it. Answers with the number of
/// elements of all, and the bytes that the largest takes in the file.
pub(crate) fn expect(
    weights: &Weights,
    prefix: &str,
    config: &Config,
) -> Result<(u64, u64), Error> {
    let Config { vocabulary, hidden, inner, positions, types, .. } = *config;
    let (mut elements, mut largest) = (0, 0);
    let mut one = |name: String, shape: &[usize]| -> Result<(), Error> {
        let (count, bytes) = weights.expect(&format!("{prefix}{name}"), shape)?;
        elements += count;
        largest = largest.max(bytes);
        Ok(())
    };
    one("embeddings.word_embeddings.weight".into(), &[vocabulary, hidden])?;
    one("embeddings.position_embeddings.weight".into(), &[positions, hidden])?;
    one("embeddings.token_type_embeddings.weight".into(), &[types, hidden])?;
    one("embeddings.LayerNorm.weight".into(), &[hidden])?;
    one("embeddings.LayerNorm.bias".into(), &[hidden])?;
    for layer in 0..config.layers {
        let at = format!("encoder.layer.{layer}");
        let linear = [
            ("attention.self.query", hidden, hidden),
            ("attention.self.key", hidden, hidden),
            ("attention.self.value", hidden, hidden),
            ("attention.output.dense", hidden, hidden),
            ("intermediate.dense", inner, hidden),
            ("output.dense", hidden, inner),
        ];
        for (name, to, from) in linear {
            one(format!("{at}.{name}.weight"), &[to, from])?;
            one(format!("{at}.{name}.bias"), &[to])?;
        }
        for name in ["attention.output.LayerNorm", "output.LayerNorm"] {
            one(format!("{at}.{name}.weight"), &[hidden])?;
            one(format!("{at}.{name}.bias"), &[hidden])?;
        }
    }
    Ok((elements, largest))
}

/// Bytes that a batch of `tokens` tokens takes while it is computed, texts being at most `longest` tokens.
pub(crate) fn working_bytes(config: &Config, tokens: usize, longest: usize) -> u64 {
    let per_token = 10 * config.hidden + 3 * config.inner + 3 * config.heads * longest;
    (tokens * per_token * 4) as u64
}

impl Bert {
    /// Reads the weights, which [`expect`] has found whole, onto a device.
    pub(crate) fn read(
        weights: &mut Weights,
        prefix: &str,
        config: &Config,
        place: &Place,
    ) -> Result<Self, Error> {
        let Place { device, dtype, .. } = place;
        let mut get = |name: String| weights.read(&format!("{prefix}{name}"), *dtype, device);
        let words = get("embeddings.word_embeddings.weight".into())?;
        let positions = get("embeddings.position_embeddings.weight".into())?;
        let kind = get("embeddings.token_type_embeddings.weight".into())?.i(0)?;
        let positions = positions.broadcast_add(&kind)?;
        let norm = norm_of(&mut get, "embeddings.LayerNorm")?;
        let mut layers = Vec::with_capacity(config.layers);
        for layer in 0..config.layers {
            let at = format!("encoder.layer.{layer}");
            layers.push(Layer {
                attention: attention(&mut get, &at, config)?,
                attended: linear(&mut get, &format!("{at}.attention.output.dense"))?,
                attended_norm: norm_of(&mut get, &format!("{at}.attention.output.LayerNorm"))?,
                inner: linear(&mut get, &format!("{at}.intermediate.dense"))?,
                outer: linear(&mut get, &format!("{at}.output.dense"))?,
                outer_norm: norm_of(&mut get, &format!("{at}.output.LayerNorm"))?,
            });
        }
        Ok(Self { words, positions, norm, layers, config: config.clone(), place: place.clone() })
    }

    pub(crate) fn device(&self) -> &Device {
        &self.place.device
    }

    pub(crate) fn dtype(&self) -> DType {
        self.place.dtype
    }

    /// `[texts, length, hidden]`: a vector for each token; those of padding mean nothing.
    pub(crate) fn forward(&self, batch: &Padded) -> Result<Tensor, Error> {
        let Config { hidden, heads, epsilon, .. } = self.config;
        let (texts, length) = (batch.lengths.len(), batch.length);
        let (device, dtype) = (self.device(), self.dtype());
        let ids = Tensor::from_slice(&batch.ids, texts * length, device)?;
        let words = self.words.index_select(&ids, 0)?.reshape((texts, length, hidden))?;
        let positions = self.positions.narrow(0, self.config.first_position, length)?;
        let x = words.broadcast_add(&positions)?.reshape((texts * length, hidden))?;
        let mut x = self.norm.apply(&x, epsilon)?;
        // Large enough to vanish in a softmax, small enough for 16 bits.
        let never = if dtype == DType::F32 { -1e9 } else { -3e4 };
        let mask = match batch.is_padded() {
            true => {
                let mask =
                    Tensor::from_vec(batch.each(|_| 0.0, never), (texts, 1, 1, length), device)?;
                Some(mask.to_dtype(dtype)?)
            }
            false => None,
        };
        for layer in &self.layers {
            let split = (texts, length, 3, heads, hidden / heads);
            let all = layer.attention.apply(&x)?.reshape(split)?.permute((2, 0, 3, 1, 4))?;
            let all = all.contiguous()?;
            let scores = all.i(0)?.matmul(&all.i(1)?.t()?)?;
            let scores = match &mask {
                Some(mask) => scores.broadcast_add(mask)?,
                None => scores,
            };
            let attended = softmax_last_dim(&scores)?.matmul(&all.i(2)?)?;
            let attended =
                attended.transpose(1, 2)?.contiguous()?.reshape((texts * length, hidden))?;
            let sum = layer.attended.apply_and_add(&attended, &x)?;
            x = layer.attended_norm.apply(&sum, epsilon)?;
            let (inner, how) = (&layer.inner, self.config.activation);
            let inner = fused::activated(&x, &inner.weight, &inner.bias, how)?;
            let sum = layer.outer.apply_and_add(&inner, &x)?;
            x = layer.outer_norm.apply(&sum, epsilon)?;
        }
        Ok(x.reshape((texts, length, hidden))?)
    }

    /// `[texts, hidden]` in F32: the mean of each text's tokens.
    pub(crate) fn mean(&self, batch: &Padded, tokens: &Tensor) -> Result<Tensor, Error> {
        let (texts, length) = (batch.lengths.len(), batch.length);
        let share = batch.each(|length| 1.0 / length.max(1) as f32, 0.0);
        let share = Tensor::from_vec(share, (texts, 1, length), self.device())?;
        Ok(share.matmul(&tokens.to_dtype(DType::F32)?)?.squeeze(1)?)
    }
}

type Get<'a> = dyn FnMut(String) -> Result<Tensor, Error> + 'a;

fn norm_of(get: &mut Get<'_>, name: &str) -> Result<Norm, Error> {
    Ok(Norm { weight: get(format!("{name}.weight"))?, bias: get(format!("{name}.bias"))? })
}

fn linear(get: &mut Get<'_>, name: &str) -> Result<Linear, Error> {
    let weight = get(format!("{name}.weight"))?.t()?;
    Ok(Linear { weight, bias: get(format!("{name}.bias"))? })
}

fn attention(get: &mut Get<'_>, layer: &str, config: &Config) -> Result<Linear, Error> {
    let scale = 1.0 / ((config.hidden / config.heads) as f64).sqrt();
    let mut part = |name: &str, end: &str| get(format!("{layer}.attention.self.{name}.{end}"));
    let weights =
        [(part("query", "weight")? * scale)?, part("key", "weight")?, part("value", "weight")?];
    let biases = [(part("query", "bias")? * scale)?, part("key", "bias")?, part("value", "bias")?];
    Ok(Linear { weight: Tensor::cat(&weights, 0)?.t()?, bias: Tensor::cat(&biases, 0)? })
}

impl Norm {
    fn apply(&self, x: &Tensor, epsilon: f32) -> Result<Tensor, Error> {
        Ok(layer_norm(x, &self.weight, &self.bias, epsilon)?)
    }
}

impl Linear {
    fn apply(&self, x: &Tensor) -> Result<Tensor, Error> {
        Ok(fused::linear(x, &self.weight, &self.bias)?)
    }

    /// The same with what is beside it added.
    fn apply_and_add(&self, x: &Tensor, beside: &Tensor) -> Result<Tensor, Error> {
        Ok(fused::summed(x, &self.weight, &self.bias, beside)?)
    }
}
