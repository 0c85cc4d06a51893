//! A checked view over a model file in llama2.c's first layout.
//!
//! The file is seven little-endian `i32` (dim, hidden_dim, layers, heads, kv_heads, vocab, context;
//! a negative vocab means that the classifier has its own table), then 32-bit floats: token
//! embeddings; per kind and layer the attention norms, wq, wk, wv, wo, feed-forward norms, w1, w2,
//! w3; the final norm; two rotary tables that nobody reads any more; and the classifier if it is
//! separate. Layout: `export.py` and `run.c` of <https://github.com/karpathy/llama2.c>.

use core::fmt;

use crate::config::{Config, ConfigError};
use crate::foreign;

pub(crate) const HEADER_BYTES: usize = 28;

/// A model file that has been checked from its first byte to its last; borrows the file's bytes.
#[derive(Debug, Clone, Copy)]
pub struct Checkpoint<'a> {
    config: Config,
    weights: &'a [u8],
}

/// Why a file is not a usable checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckpointError {
    /// The file ends early.
    Truncated {
        /// Bytes that the header announces (or the header's own length).
        expected_bytes: u64,
        /// Bytes that are there.
        found_bytes: u64,
    },
    /// The file goes on after the last weight.
    TrailingBytes {
        /// Bytes that the header announces.
        expected_bytes: u64,
        /// Bytes that are there.
        found_bytes: u64,
    },
    /// The file is of another known format.
    Foreign {
        /// That format's name.
        format: &'static str,
    },
    /// A dimension in the header is negative.
    Negative {
        /// Which dimension.
        name: &'static str,
        /// Its value.
        value: i32,
    },
    /// The header's dimensions cannot belong to a model.
    Config(ConfigError),
    /// A weight is not a finite number.
    NonFinite {
        /// Index of the first such weight among the file's floats.
        index: u64,
        /// The name of the tensor it belongs to.
        tensor: &'static str,
    },
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Truncated { expected_bytes, found_bytes } => write!(
                f,
                "the model file is cut short: {expected_bytes} bytes expected, {found_bytes} \
                 found; copy it again"
            ),
            Self::TrailingBytes { expected_bytes, found_bytes } => write!(
                f,
                "the model file is longer than its header says: {expected_bytes} bytes expected, \
                 {found_bytes} found; copy it again or check that it is a llama2.c checkpoint"
            ),
            Self::Foreign { format } => write!(
                f,
                "this is a {format} file, not a llama2.c checkpoint; export the model in \
                 llama2.c's legacy .bin layout"
            ),
            Self::Negative { name, value } => write!(
                f,
                "the model's {name} is {value}, so the file is damaged or not a llama2.c \
                 checkpoint"
            ),
            Self::Config(ref error) => error.fmt(f),
            Self::NonFinite { index, tensor } => write!(
                f,
                "weight {index} of the model ({tensor}) is not a finite number, so the file is \
                 damaged; copy it again"
            ),
        }
    }
}

impl core::error::Error for CheckpointError {}

impl From<ConfigError> for CheckpointError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

/// One kind of tensor, for every layer where it is per layer; in file order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tensor {
    Embedding,
    AttentionNorm,
    Query,
    Key,
    Value,
    Output,
    FeedForwardNorm,
    Gate,
    Down,
    Up,
    FinalNorm,
    Rotary,
    Classifier,
}

impl Tensor {
    pub(crate) const ORDER: [Self; 13] = [
        Self::Embedding,
        Self::AttentionNorm,
        Self::Query,
        Self::Key,
        Self::Value,
        Self::Output,
        Self::FeedForwardNorm,
        Self::Gate,
        Self::Down,
        Self::Up,
        Self::FinalNorm,
        Self::Rotary,
        Self::Classifier,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Embedding => "token embeddings",
            Self::AttentionNorm => "attention norms",
            Self::Query => "wq",
            Self::Key => "wk",
            Self::Value => "wv",
            Self::Output => "wo",
            Self::FeedForwardNorm => "feed-forward norms",
            Self::Gate => "w1",
            Self::Down => "w2",
            Self::Up => "w3",
            Self::FinalNorm => "final norm",
            Self::Rotary => "unused rotary tables",
            Self::Classifier => "classifier",
        }
    }

    /// Floats per layer, and the number of layers (1 where the tensor is not per layer).
    pub(crate) fn shape(self, config: &Config) -> (usize, usize) {
        let [dim, hidden, layers] =
            [config.dim, config.hidden_dim, config.layers].map(|n| n as usize);
        let table = config.vocab as usize * dim;
        match self {
            Self::Embedding => (table, 1),
            Self::AttentionNorm | Self::FeedForwardNorm => (dim, layers),
            Self::Query | Self::Output => (dim * dim, layers),
            Self::Key | Self::Value => (dim * config.kv_dim() as usize, layers),
            Self::Gate | Self::Down | Self::Up => (dim * hidden, layers),
            Self::FinalNorm => (dim, 1),
            Self::Rotary => (config.context as usize * config.head_size() as usize, 1),
            Self::Classifier => (if config.shared_classifier { 0 } else { table }, 1),
        }
    }
}

impl Tensor {
    /// Floats of a row; a norm is one row.
    pub(crate) fn columns(self, config: &Config) -> usize {
        match self {
            Self::Down => config.hidden_dim as usize,
            // No row of it is kept.
            Self::Rotary => self.shape(config).0,
            _ => config.dim as usize,
        }
    }
}

impl<'a> Checkpoint<'a> {
    /// Checks `bytes` from the first to the last and borrows them.
    ///
    /// Reads every weight once, allocates nothing.
    ///
    /// # Errors
    /// Says whether the file is cut short, too long, of another format, has impossible dimensions
    /// or holds a weight that is not a number.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, CheckpointError> {
        let config = Self::header(bytes, bytes.len() as u64)?;
        let weights = bytes.get(HEADER_BYTES..).unwrap_or(&[]);
        // From here on every offset is within the file, so no product of dimensions can overflow.
        let checkpoint = Self { config, weights };
        checkpoint.check_finite()?;
        Ok(checkpoint)
    }

    /// The model's dimensions, from the file's beginning and its length: 64 bytes suffice, and no
    /// weight is looked at.
    ///
    /// # Errors
    /// As [`Checkpoint::parse`], but for the weights.
    pub fn header(beginning: &[u8], file_bytes: u64) -> Result<Config, CheckpointError> {
        if let Some(format) = foreign::recognise(beginning) {
            return Err(CheckpointError::Foreign { format });
        }
        let found_bytes = file_bytes;
        let Some((header, _)) = beginning.split_first_chunk::<HEADER_BYTES>() else {
            let expected_bytes = HEADER_BYTES as u64;
            return Err(CheckpointError::Truncated { expected_bytes, found_bytes });
        };
        let config = parse_header(header)?;
        // After `check` the product of the dimensions fits comfortably in 64 bits.
        let expected_bytes = config.checkpoint_bytes().unwrap_or(u64::MAX);
        if found_bytes < expected_bytes {
            return Err(CheckpointError::Truncated { expected_bytes, found_bytes });
        }
        if found_bytes > expected_bytes {
            return Err(CheckpointError::TrailingBytes { expected_bytes, found_bytes });
        }
        Ok(config)
    }

    /// The model's dimensions.
    pub fn config(&self) -> &Config {
        &self.config
    }

    fn check_finite(&self) -> Result<(), CheckpointError> {
        let mut first = 0;
        for tensor in Tensor::ORDER {
            let (floats, layers) = tensor.shape(&self.config);
            let count = floats * layers;
            let bytes = self.weights.get(first * 4..(first + count) * 4).unwrap_or(&[]);
            // The rotary tables are skipped by every reader, so their content does not matter.
            if tensor != Tensor::Rotary
                && let Some(bad) = first_non_finite(bytes)
            {
                let index = (first + bad) as u64;
                return Err(CheckpointError::NonFinite { index, tensor: tensor.name() });
            }
            first += count;
        }
        Ok(())
    }

    /// All weights, in the file's order.
    pub(crate) fn weights(&self) -> &'a [u8] {
        self.weights
    }
}

/// Little-endian floats at any alignment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Floats<'a>(&'a [u8]);

impl<'a> Floats<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = f32> {
        self.0.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes))
    }
}

fn parse_header(header: &[u8; HEADER_BYTES]) -> Result<Config, CheckpointError> {
    const NAMES: [&str; 7] = [
        "width (dim)",
        "feed-forward width (hidden_dim)",
        "layer count",
        "head count",
        "key/value head count",
        "vocabulary size",
        "context length",
    ];
    let mut fields = [0_u32; 7];
    let mut shared_classifier = true;
    for (at, bytes) in header.as_chunks::<4>().0.iter().enumerate() {
        let value = i32::from_le_bytes(*bytes);
        if value < 0 && at != 5 {
            return Err(CheckpointError::Negative { name: NAMES[at], value });
        }
        shared_classifier &= value >= 0;
        fields[at] = value.unsigned_abs();
    }
    let [dim, hidden_dim, layers, heads, kv_heads, vocab, context] = fields;
    let config =
        Config { dim, hidden_dim, layers, heads, kv_heads, vocab, context, shared_classifier };
    config.check()?;
    Ok(config)
}

fn first_non_finite(bytes: &[u8]) -> Option<usize> {
    const EXPONENT: u32 = 0x7f80_0000;
    let non_finite = |bytes: &[u8; 4]| u32::from_le_bytes(*bytes) & EXPONENT == EXPONENT;
    let floats = bytes.as_chunks::<4>().0;
    // Block by block without an early exit inside, so that the scan vectorises.
    let block = floats
        .chunks(256)
        .position(|block| block.iter().fold(false, |bad, bytes| bad | non_finite(bytes)))?;
    let start = block * 256;
    floats.get(start..)?.iter().position(non_finite).map(|at| start + at)
}
