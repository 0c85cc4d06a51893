//! What the loop asks of model code; `tinyllm` behind it, or anybody's C library.

use serde::{Deserialize, Serialize};

use crate::wire::{Bits, ErrorCode};

/// Shape of a loaded model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// Embedding width.
    pub dim: u32,
    /// Width of the feed-forward layer.
    pub hidden_dim: u32,
    /// Layers.
    pub layers: u32,
    /// Attention heads.
    pub heads: u32,
    /// Key/value heads.
    pub kv_heads: u32,
    /// Tokens in the vocabulary.
    pub vocab: u32,
    /// Tokens in the context window.
    pub context: u32,
    /// Precision of the weights.
    pub bits: Bits,
    /// CRC-32 of the file it came from.
    pub crc: u32,
    /// Bytes the weights take.
    pub weight_bytes: u64,
    /// Bytes the key/value cache takes.
    pub kv_bytes: u64,
}

/// Why model code would not do it: the code for the host, a sentence for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of thing failed.
    pub code: ErrorCode,
    /// What happened.
    pub detail: &'static str,
}

/// What to do after a token was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: more of the prompt follows.
    Read,
    /// Choose the next token.
    Sample,
}

/// Names the phase that begins now. The loop reads the clock.
pub use crate::lap::{Lap, Phase};

/// Loads a model and runs it a token at a time.
pub trait Model {
    /// A model of `len` bytes follows; forgets the one before.
    fn begin(&mut self, len: u32, bits: Bits) -> Result<(), Refusal>;
    /// The next bytes of it, in order.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Refusal>;
    /// All bytes are there and their checksum held: check it and make it ready.
    fn finish(&mut self, crc: u32) -> Result<ModelInfo, Refusal>;
    /// The model that is ready, if there is one.
    fn info(&self) -> Option<ModelInfo>;
    /// Begins a text: empties the cache and seeds the sampler.
    fn start(&mut self, seed: u64, temperature: f32, top_p: f32) -> Result<(), Refusal>;
    /// Reads `token` at `position`; with [`Next::Sample`] returns the token chosen after it.
    fn feed(
        &mut self,
        token: u32,
        position: u32,
        next: Next,
        lap: &mut dyn Lap,
    ) -> Result<Option<u32>, Refusal>;
}
