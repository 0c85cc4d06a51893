//! What changes while a model runs: the keys and values of past positions, and scratch buffers.

use alloc::vec::Vec;
use core::fmt;

use crate::attention::{self, Shape};
use crate::config::{Config, ConfigError};
use crate::lanes::LANES;
use crate::memory;
use crate::quantised::QuantisedVector;

/// The memory of one conversation with a model.
///
/// All of it is allocated here, so that [`Model::forward`](crate::Model::forward) never allocates.
/// To fit a small heap, make the state of a [`Config`] whose `context` is lowered: it works with
/// the same model, for that many positions.
#[derive(Debug, Clone)]
pub struct State {
    pub(crate) config: Config,
    /// Positions that hold keys and values.
    pub(crate) filled: usize,
    pub(crate) shape: Shape,
    pub(crate) keys: Vec<[f32; LANES]>,
    pub(crate) values: Vec<[f32; LANES]>,
    pub(crate) scratch: Scratch,
}

/// Buffers that live for one token.
#[derive(Debug, Clone)]
pub(crate) struct Scratch {
    pub(crate) stream: Vec<f32>,
    pub(crate) branch: Vec<f32>,
    pub(crate) qkv: Vec<f32>,
    pub(crate) heads: Vec<f32>,
    pub(crate) gate_up: Vec<f32>,
    pub(crate) scores: Vec<[f32; LANES]>,
    pub(crate) rotation: Vec<[f32; 2]>,
    pub(crate) logits: Vec<f32>,
    pub(crate) quantised: QuantisedVector,
}

/// Why a state could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateError {
    /// The dimensions cannot belong to a model.
    Config(ConfigError),
    /// The heap cannot hold the state.
    OutOfMemory {
        /// Bytes the whole state takes; `u64::MAX` when even the number does not fit.
        needed_bytes: u64,
    },
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::OutOfMemory { needed_bytes } => write!(
                f,
                "the model's working memory of {needed_bytes} bytes does not fit; lower the \
                 context length"
            ),
        }
    }
}

impl core::error::Error for StateError {}

impl State {
    /// Allocates keys, values and scratch for `config`: [`Config::state_bytes`] bytes.
    ///
    /// # Errors
    /// When the dimensions are impossible or the heap cannot hold them; never aborts.
    pub fn new(config: &Config) -> Result<Self, StateError> {
        config.check().map_err(StateError::Config)?;
        let needed = config.state_bytes();
        needed
            .filter(|bytes| usize::try_from(*bytes).is_ok())
            .and_then(|_| Self::allocate(config))
            .ok_or(StateError::OutOfMemory { needed_bytes: needed.unwrap_or(u64::MAX) })
    }

    fn allocate(config: &Config) -> Option<Self> {
        let [dim, hidden, vocab, kv_dim, head_size, context] = [
            config.dim,
            config.hidden_dim,
            config.vocab,
            config.kv_dim(),
            config.head_size(),
            config.context,
        ]
        .map(|n| n as usize);
        let blocks = |floats: Option<u64>| {
            let floats = floats?.checked_mul(u64::from(config.layers))?;
            memory::filled(usize::try_from(floats).ok()? / LANES, [0.0; LANES])
        };
        Some(Self {
            config: *config,
            filled: 0,
            shape: Shape {
                head_size,
                kv_heads: config.kv_heads as usize,
                sharing: (config.heads / config.kv_heads) as usize,
                padded_context: context.next_multiple_of(LANES),
            },
            keys: blocks(attention::key_floats(config))?,
            values: blocks(attention::value_floats(config))?,
            scratch: Scratch {
                stream: memory::filled(dim, 0.0)?,
                branch: memory::filled(dim, 0.0)?,
                qkv: memory::filled(dim + 2 * kv_dim, 0.0)?,
                heads: memory::filled(dim, 0.0)?,
                gate_up: memory::filled(2 * hidden, 0.0)?,
                scores: memory::filled(context.div_ceil(LANES), [0.0; LANES])?,
                rotation: memory::filled(head_size / 2, [0.0; 2])?,
                logits: memory::filled(vocab, 0.0)?,
                quantised: QuantisedVector::new(dim.max(hidden))?,
            },
        })
    }

    /// Forgets every position, so that the next token is at position 0. Costs nothing.
    pub fn reset(&mut self) {
        self.filled = 0;
    }

    /// Number of positions that hold keys and values: the position of the next token.
    pub fn position(&self) -> u32 {
        self.filled as u32
    }

    /// Number of positions there is room for.
    pub fn context(&self) -> u32 {
        self.config.context
    }

    /// Bytes of heap in use.
    pub fn heap_bytes(&self) -> u64 {
        let s = &self.scratch;
        let floats = [&s.stream, &s.branch, &s.qkv, &s.heads, &s.gate_up, &s.logits];
        let floats = floats.iter().map(|buffer| buffer.capacity()).sum::<usize>()
            + (self.keys.capacity() + self.values.capacity() + s.scores.capacity()) * LANES
            + s.rotation.capacity() * 2;
        (floats * 4 + s.quantised.heap_bytes()) as u64
    }
}
