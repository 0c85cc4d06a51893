//! The transformer: a loaded model, and one token's way through it.

use alloc::vec::Vec;
use core::fmt;

use crate::attention;
use crate::checkpoint::{Checkpoint, Tensor};
use crate::config::{Bits, Config};
use crate::cpu::{self, Work};
use crate::lanes::{self, Arithmetic};
use crate::loader::Filling;
use crate::matrix::Matrix;
use crate::memory;
use crate::phase::{Phase, PhaseClock};
use crate::state::{Scratch, State};

/// A model that owns its weights, in either precision.
///
/// Norms stay 32-bit floats in both. Related matrices are stacked, so that each layer needs four
/// products: query/key/value, output, gate/up and down.
#[derive(Debug, Clone)]
pub struct Model {
    config: Config,
    bits: Bits,
    embedding: Matrix,
    layers: Vec<Layer>,
    final_norm: Vec<f32>,
    /// `None` when the classifier is the embedding table.
    classifier: Option<Matrix>,
    /// Radians per position for each pair of a head.
    frequencies: Vec<f32>,
}

#[derive(Debug, Clone)]
struct Layer {
    attention_norm: Vec<f32>,
    qkv: Matrix,
    output: Matrix,
    feed_forward_norm: Vec<f32>,
    gate_up: Matrix,
    down: Matrix,
}

/// Why a model could not be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadError {
    /// The heap cannot hold the weights.
    OutOfMemory {
        /// Bytes the weights take; `u64::MAX` when even the number does not fit.
        needed_bytes: u64,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfMemory { needed_bytes } => write!(
                f,
                "the model's weights of {needed_bytes} bytes do not fit in memory; choose a \
                 smaller model or 8 bits"
            ),
        }
    }
}

impl core::error::Error for LoadError {}

fn fill(norm: &mut [f32], column: usize, weights: &[f32]) {
    for (place, weight) in norm.iter_mut().skip(column).zip(weights) {
        *place = *weight;
    }
}

/// Whether a token's logits are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Classify {
    /// Compute the logits.
    Yes,
    /// Skip the classifier: for every prompt token but the last.
    No,
}

/// Why a token could not be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardError {
    /// The state was made for another model.
    StateMismatch,
    /// The token is not in the vocabulary.
    UnknownToken {
        /// The token.
        token: u32,
        /// Number of tokens in the vocabulary.
        vocab: u32,
    },
    /// The position is past the end of the context.
    ContextFull {
        /// Positions there is room for.
        context: u32,
    },
    /// Earlier positions have not been run.
    PositionSkipped {
        /// The position asked for.
        position: u32,
        /// The next position in order.
        expected: u32,
    },
}

impl fmt::Display for ForwardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StateMismatch => write!(
                f,
                "the working memory was made for a model of other dimensions; make a new one"
            ),
            Self::UnknownToken { token, vocab } => write!(
                f,
                "token {token} is not in the model's vocabulary of {vocab}; use the tokenizer \
                 that belongs to this model"
            ),
            Self::ContextFull { context } => write!(
                f,
                "the context of {context} positions is full; shorten the prompt or generate \
                 fewer tokens"
            ),
            Self::PositionSkipped { position, expected } => write!(
                f,
                "position {position} was asked for before position {expected}; run the tokens \
                 in order"
            ),
        }
    }
}

impl core::error::Error for ForwardError {}

impl Model {
    /// Copies the weights out of `checkpoint`, rearranged and, for `Int8`, quantised.
    ///
    /// Takes [`Config::weight_bytes`] bytes of heap.
    ///
    /// # Errors
    /// When the heap cannot hold the weights; never aborts.
    pub fn load(checkpoint: &Checkpoint<'_>, bits: Bits) -> Result<Self, LoadError> {
        let mut filling = Filling::new(*checkpoint.config(), bits)?;
        let fed = filling.feed(checkpoint.weights());
        debug_assert!(fed.is_ok(), "a checkpoint that exists was checked to its last weight");
        Ok(filling.into_model())
    }

    /// Room for a model of these dimensions, all zeros.
    pub(crate) fn room(config: Config, bits: Bits) -> Result<Self, LoadError> {
        let needed = config.weight_bytes(bits);
        needed
            .filter(|bytes| usize::try_from(*bytes).is_ok())
            .and_then(|_| Self::allocate(config, bits))
            .ok_or(LoadError::OutOfMemory { needed_bytes: needed.unwrap_or(u64::MAX) })
    }

    fn allocate(config: Config, bits: Bits) -> Option<Self> {
        let [dim, hidden, layer_count, vocab] =
            [config.dim, config.hidden_dim, config.layers, config.vocab].map(|n| n as usize);
        let kv_dim = config.kv_dim() as usize;
        let matrix = |rows: usize, columns: usize| Matrix::room(rows, columns, bits);
        let norm = || memory::filled(dim, 0.0);
        let mut layers = memory::room(layer_count)?;
        for _ in 0..layer_count {
            layers.push(Layer {
                attention_norm: norm()?,
                qkv: matrix(dim + 2 * kv_dim, dim)?,
                output: matrix(dim, dim)?,
                feed_forward_norm: norm()?,
                gate_up: matrix(2 * hidden, dim)?,
                down: matrix(dim, hidden)?,
            });
        }
        let head_size = config.head_size();
        let mut frequencies = memory::room(head_size as usize / 2)?;
        frequencies.extend(
            (0..head_size / 2)
                .map(|pair| 1.0 / libm::powf(10_000.0, (2 * pair) as f32 / head_size as f32)),
        );
        let classifier = if config.shared_classifier { None } else { Some(matrix(vocab, dim)?) };
        Some(Self {
            config,
            bits,
            embedding: matrix(vocab, dim)?,
            layers,
            final_norm: norm()?,
            classifier,
            frequencies,
        })
    }

    /// Puts weights of one row into their place: to the row's end, or as many as share a scale.
    pub(crate) fn put(
        &mut self,
        tensor: Tensor,
        layer: usize,
        row: usize,
        column: usize,
        weights: &[f32],
    ) {
        let [dim, kv_dim, hidden] =
            [self.config.dim, self.config.kv_dim(), self.config.hidden_dim].map(|n| n as usize);
        let Some(layer) = self.layers.get_mut(layer) else { return };
        let (matrix, first) = match tensor {
            Tensor::AttentionNorm => return fill(&mut layer.attention_norm, column, weights),
            Tensor::FeedForwardNorm => return fill(&mut layer.feed_forward_norm, column, weights),
            Tensor::FinalNorm => return fill(&mut self.final_norm, column, weights),
            Tensor::Rotary => return,
            Tensor::Embedding => (&mut self.embedding, 0),
            Tensor::Query => (&mut layer.qkv, 0),
            Tensor::Key => (&mut layer.qkv, dim),
            Tensor::Value => (&mut layer.qkv, dim + kv_dim),
            Tensor::Output => (&mut layer.output, 0),
            Tensor::Gate => (&mut layer.gate_up, 0),
            Tensor::Up => (&mut layer.gate_up, hidden),
            Tensor::Down => (&mut layer.down, 0),
            Tensor::Classifier => match &mut self.classifier {
                Some(classifier) => (classifier, 0),
                None => return,
            },
        };
        matrix.put(first + row, column, weights);
    }

    /// The model's dimensions.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// How the matrices are held.
    pub fn bits(&self) -> Bits {
        self.bits
    }

    /// Bytes of heap that the weights take, as [`Config::weight_bytes`] announced.
    pub fn heap_bytes(&self) -> u64 {
        let layer = |layer: &Layer| {
            let matrices = [&layer.qkv, &layer.output, &layer.gate_up, &layer.down];
            let norms = layer.attention_norm.capacity() + layer.feed_forward_norm.capacity();
            matrices.iter().map(|matrix| matrix.heap_bytes()).sum::<usize>() + norms * 4
        };
        let bytes = self.layers.iter().map(layer).sum::<usize>()
            + self.embedding.heap_bytes()
            + self.classifier.as_ref().map_or(0, Matrix::heap_bytes)
            + (self.final_norm.capacity() + self.frequencies.capacity()) * 4;
        bytes as u64
    }

    /// Runs `token` at `position` and returns the logits of the token after it: `vocab` floats, or
    /// an empty slice with [`Classify::No`].
    ///
    /// Positions run in order from 0; going back to an earlier one discards what came after it.
    /// Never allocates. `clock` is told of each phase but [`Phase::Sample`].
    ///
    /// # Errors
    /// When the state belongs to another model, the token is outside the vocabulary, or the
    /// position is out of order or past the context. The state is unchanged then.
    pub fn forward<'s>(
        &self,
        state: &'s mut State,
        token: u32,
        position: u32,
        classify: Classify,
        clock: &mut impl PhaseClock,
    ) -> Result<&'s mut [f32], ForwardError> {
        self.check(state, token, position)?;
        let position = position as usize;
        clock.enter(Phase::Embed);
        let scratch = &mut state.scratch;
        self.embedding.copy_row(token as usize, &mut scratch.stream);
        for (rotation, frequency) in scratch.rotation.iter_mut().zip(&self.frequencies) {
            let (sin, cos) = libm::sincosf(position as f32 * frequency);
            *rotation = [cos, sin];
        }
        let layer_keys = state.keys.len() / self.layers.len();
        let layer_values = state.values.len() / self.layers.len();
        let caches = state
            .keys
            .chunks_exact_mut(layer_keys)
            .zip(state.values.chunks_exact_mut(layer_values));
        for (layer, (keys, values)) in self.layers.iter().zip(caches) {
            clock.enter(Phase::Attention);
            let shape = state.shape;
            cpu::run(AttentionWork { layer, scratch, shape, position, keys, values });
            clock.enter(Phase::FeedForward);
            cpu::run(FeedForwardWork { layer, scratch });
        }
        state.filled = position + 1;
        if classify == Classify::No {
            return Ok(&mut []);
        }
        clock.enter(Phase::Classifier);
        let classifier = self.classifier.as_ref().unwrap_or(&self.embedding);
        cpu::run(ClassifierWork { norm: &self.final_norm, classifier, scratch });
        Ok(&mut scratch.logits)
    }

    fn check(&self, state: &State, token: u32, position: u32) -> Result<(), ForwardError> {
        let context = state.config.context;
        if (Config { context, ..self.config }) != state.config {
            return Err(ForwardError::StateMismatch);
        }
        let vocab = self.config.vocab;
        if token >= vocab {
            return Err(ForwardError::UnknownToken { token, vocab });
        }
        if position >= context {
            return Err(ForwardError::ContextFull { context });
        }
        let expected = state.position();
        if position > expected {
            return Err(ForwardError::PositionSkipped { position, expected });
        }
        Ok(())
    }
}

struct AttentionWork<'a> {
    layer: &'a Layer,
    scratch: &'a mut Scratch,
    shape: attention::Shape,
    position: usize,
    keys: &'a mut [[f32; lanes::LANES]],
    values: &'a mut [[f32; lanes::LANES]],
}

impl Work for AttentionWork<'_> {
    #[inline(always)]
    fn run<A: Arithmetic>(self, cpu: A) {
        let Self { layer, scratch, shape, position, keys, values } = self;
        let Scratch { stream, branch, qkv, heads, scores, rotation, quantised, .. } = scratch;
        lanes::rms_norm(cpu, stream, &layer.attention_norm, branch);
        layer.qkv.prepare(cpu, branch, quantised);
        layer.qkv.multiply(cpu, branch, quantised, qkv);
        let kv_dim = shape.kv_heads * shape.head_size;
        let (rotated, value) = qkv.split_at_mut(heads.len() + kv_dim);
        attention::rotate(rotated, rotation);
        let (queries, key) = rotated.split_at(heads.len());
        attention::remember(shape, position, key, value, keys, values);
        attention::attend(cpu, shape, position, queries, keys, values, scores, heads);
        layer.output.prepare(cpu, heads, quantised);
        layer.output.multiply(cpu, heads, quantised, branch);
        lanes::add(stream, branch);
    }
}

struct FeedForwardWork<'a> {
    layer: &'a Layer,
    scratch: &'a mut Scratch,
}

impl Work for FeedForwardWork<'_> {
    #[inline(always)]
    fn run<A: Arithmetic>(self, cpu: A) {
        let Self { layer, scratch } = self;
        let Scratch { stream, branch, gate_up, quantised, .. } = scratch;
        lanes::rms_norm(cpu, stream, &layer.feed_forward_norm, branch);
        layer.gate_up.prepare(cpu, branch, quantised);
        layer.gate_up.multiply(cpu, branch, quantised, gate_up);
        let hidden = gate_up.len() / 2;
        let (gate, up) = gate_up.split_at_mut(hidden);
        lanes::swiglu(cpu, gate, up);
        layer.down.prepare(cpu, gate, quantised);
        layer.down.multiply(cpu, gate, quantised, branch);
        lanes::add(stream, branch);
    }
}

struct ClassifierWork<'a> {
    norm: &'a [f32],
    classifier: &'a Matrix,
    scratch: &'a mut Scratch,
}

impl Work for ClassifierWork<'_> {
    #[inline(always)]
    fn run<A: Arithmetic>(self, cpu: A) {
        let Self { norm, classifier, scratch } = self;
        let Scratch { stream, branch, quantised, logits, .. } = scratch;
        lanes::rms_norm(cpu, stream, norm, branch);
        classifier.prepare(cpu, branch, quantised);
        classifier.multiply(cpu, branch, quantised, logits);
    }
}
