//! The forward pass of Llama from a GGUF file, over a whole text at once: how likely each token was.
//!
//! Touvron et al. 2023 (arXiv:2302.13971): RMS norms, rotary positions on neighbouring pairs (as GGUF files
//! of this architecture are laid out), grouped keys and values, a gated feed-forward block.

use candle_core::quantized::QMatMul;
use candle_core::{DType, Device, Module, Tensor};
use candle_nn::ops::{rms_norm, silu, softmax_last_dim};
use candle_nn::rotary_emb::rope_i;

use crate::error::Error;
use crate::gguf::{Gguf, Shape};

/// Positions whose distribution over the vocabulary is held at a time.
const POSITIONS_AT_A_TIME: usize = 32;

/// A language model's weights on one device.
#[derive(Debug)]
pub(crate) struct Llama {
    words: Tensor,
    blocks: Vec<Block>,
    norm: Tensor,
    output: QMatMul,
    cos: Tensor,
    sin: Tensor,
    /// `[longest, longest]`: 0 up to a position, minus infinity behind it.
    mask: Tensor,
    shape: Shape,
    device: Device,
}

#[derive(Debug)]
struct Block {
    attention_norm: Tensor,
    query: QMatMul,
    key: QMatMul,
    value: QMatMul,
    attended: QMatMul,
    norm: Tensor,
    gate: QMatMul,
    up: QMatMul,
    down: QMatMul,
}

/// Bytes that a window of `tokens` takes while it is computed.
pub(crate) fn working_bytes(shape: &Shape, tokens: usize) -> u64 {
    let per_token = 10 * shape.hidden + 3 * shape.inner + 3 * shape.heads * tokens;
    ((tokens * per_token + 2 * POSITIONS_AT_A_TIME * shape.vocabulary) * 4) as u64
}

impl Llama {
    /// Reads the weights onto a device, for windows of at most `longest` tokens.
    pub(crate) fn read(
        gguf: &mut Gguf,
        shape: &Shape,
        longest: usize,
        device: &Device,
    ) -> Result<Self, Error> {
        let Shape { vocabulary, hidden, inner, .. } = *shape;
        let keys = shape.kv_heads * shape.head();
        let words = gguf.read("token_embd.weight", &[vocabulary, hidden], device)?;
        let output = match gguf.has("output.weight") {
            true => gguf.read("output.weight", &[vocabulary, hidden], device)?,
            // Many models use the same table on both ends.
            false => gguf.read("token_embd.weight", &[vocabulary, hidden], device)?,
        };
        let mut blocks = Vec::with_capacity(shape.layers);
        for block in 0..shape.layers {
            let mut matrix = |name: &str, to: usize, from: usize| -> Result<QMatMul, Error> {
                let weight =
                    gguf.read(&format!("blk.{block}.{name}.weight"), &[to, from], device)?;
                Ok(QMatMul::from_qtensor(weight)?)
            };
            let (query, key) = (matrix("attn_q", hidden, hidden)?, matrix("attn_k", keys, hidden)?);
            let (value, attended) =
                (matrix("attn_v", keys, hidden)?, matrix("attn_output", hidden, hidden)?);
            let (gate, up) = (matrix("ffn_gate", inner, hidden)?, matrix("ffn_up", inner, hidden)?);
            let down = matrix("ffn_down", hidden, inner)?;
            let mut norm = |name: &str| -> Result<Tensor, Error> {
                let weight = gguf.read(&format!("blk.{block}.{name}.weight"), &[hidden], device)?;
                Ok(weight.dequantize(device)?)
            };
            let (attention_norm, norm) = (norm("attn_norm")?, norm("ffn_norm")?);
            blocks.push(Block {
                attention_norm,
                query,
                key,
                value,
                attended,
                norm,
                gate,
                up,
                down,
            });
        }
        let norm = gguf.read("output_norm.weight", &[hidden], device)?.dequantize(device)?;
        let (cos, sin) = turns(shape, longest, device)?;
        let row =
            |at: usize| (0..longest).map(move |to| if to <= at { 0.0 } else { f32::NEG_INFINITY });
        let mask: Vec<f32> = (0..longest).flat_map(row).collect();
        Ok(Self {
            words: words.dequantize(device)?,
            blocks,
            norm,
            output: QMatMul::from_qtensor(output)?,
            cos,
            sin,
            mask: Tensor::from_vec(mask, (longest, longest), device)?,
            shape: shape.clone(),
            device: device.clone(),
        })
    }

    /// Natural surprisal, `-ln p`, of each token but the first, given those before it.
    pub(crate) fn surprisal(&self, ids: &[u32]) -> Result<Vec<f32>, Error> {
        let hidden = self.forward(ids)?;
        let mut values = Vec::with_capacity(ids.len().saturating_sub(1));
        let mut from = 0;
        while from + 1 < ids.len() {
            let count = POSITIONS_AT_A_TIME.min(ids.len() - 1 - from);
            let scores = self.output.forward(&hidden.narrow(0, from, count)?)?;
            for (row, &next) in scores.to_vec2::<f32>()?.iter().zip(&ids[from + 1..]) {
                values.push(surprisal(row, next as usize));
            }
            from += count;
        }
        Ok(values)
    }

    /// `[tokens, hidden]`, normalised for the output.
    fn forward(&self, ids: &[u32]) -> Result<Tensor, Error> {
        let Shape { hidden, heads, kv_heads, epsilon, .. } = self.shape;
        let (count, head, epsilon) = (ids.len(), self.shape.head(), epsilon as f32);
        let ids = Tensor::from_slice(ids, count, &self.device)?;
        let mut x = self.words.index_select(&ids, 0)?;
        let (cos, sin) = (self.cos.narrow(0, 0, count)?, self.sin.narrow(0, 0, count)?);
        let mask = self.mask.narrow(0, 0, count)?.narrow(1, 0, count)?;
        let scale = 1.0 / (head as f64).sqrt();
        for block in &self.blocks {
            let normed = rms_norm(&x, &block.attention_norm, epsilon)?;
            // [1, heads, tokens, head]
            let split = |x: Tensor, heads: usize| {
                x.reshape((1, count, heads, head))?.transpose(1, 2)?.contiguous()
            };
            let query = rope_i(&split(block.query.forward(&normed)?, heads)?, &cos, &sin)?;
            let key = rope_i(&split(block.key.forward(&normed)?, kv_heads)?, &cos, &sin)?;
            let value = split(block.value.forward(&normed)?, kv_heads)?;
            let (key, value) = (self.repeated(&key)?, self.repeated(&value)?);
            let scores = (query.matmul(&key.t()?)? * scale)?.broadcast_add(&mask)?;
            let attended = softmax_last_dim(&scores)?.matmul(&value)?;
            let attended = attended.transpose(1, 2)?.contiguous()?.reshape((count, hidden))?;
            x = (block.attended.forward(&attended)? + x)?;
            let normed = rms_norm(&x, &block.norm, epsilon)?;
            let gated = (silu(&block.gate.forward(&normed)?)? * block.up.forward(&normed)?)?;
            x = (block.down.forward(&gated)? + x)?;
        }
        Ok(rms_norm(&x, &self.norm, epsilon)?)
    }

    /// Gives each head of queries its own copy of the keys or values that it shares.
    fn repeated(&self, x: &Tensor) -> Result<Tensor, Error> {
        let times = self.shape.heads / self.shape.kv_heads;
        if times == 1 {
            return Ok(x.clone());
        }
        let (one, heads, count, head) = x.dims4()?;
        let x = x.unsqueeze(2)?.expand((one, heads, times, count, head))?;
        Ok(x.contiguous()?.reshape((one, heads * times, count, head))?)
    }
}

/// Cosines and sines of the turns of each pair at each position, `[longest, head / 2]`.
fn turns(shape: &Shape, longest: usize, device: &Device) -> Result<(Tensor, Tensor), Error> {
    let head = shape.head();
    let angle = |at: usize| {
        let (position, pair) = (at / (head / 2), at % (head / 2));
        position as f32 / shape.frequency.powf((2 * pair) as f32 / head as f32)
    };
    let angles: Vec<f32> = (0..longest * head / 2).map(angle).collect();
    let angles = Tensor::from_vec(angles, (longest, head / 2), device)?.to_dtype(DType::F32)?;
    Ok((angles.cos()?, angles.sin()?))
}

/// `-ln softmax(scores)[token]`.
fn surprisal(scores: &[f32], token: usize) -> f32 {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = scores.iter().map(|&score| f64::from(score - most).exp()).sum();
    let own = scores.get(token).map_or(f64::NAN, |&score| f64::from(score - most));
    (sum.ln() - own) as f32
}
