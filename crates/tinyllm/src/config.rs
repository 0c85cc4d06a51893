//! A model's dimensions, and what they cost in memory before anything is allocated.

use core::fmt;

use crate::attention;
use crate::matrix;

/// How a model's matrices are held in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bits {
    /// 32-bit floats, as in the checkpoint.
    F32,
    /// 8-bit integers with one float scale per row and group of 64 columns.
    Int8,
}

/// The dimensions of a llama-shaped transformer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Config {
    /// Width of the residual stream.
    pub dim: u32,
    /// Width of the feed-forward block.
    pub hidden_dim: u32,
    /// Number of layers.
    pub layers: u32,
    /// Number of query heads; divides `dim`.
    pub heads: u32,
    /// Number of key/value heads; divides `heads`.
    pub kv_heads: u32,
    /// Number of tokens in the vocabulary.
    pub vocab: u32,
    /// Largest number of positions.
    pub context: u32,
    /// Whether the classifier is the embedding table.
    pub shared_classifier: bool,
}

/// The dimensions cannot belong to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigError {
    /// A dimension is zero.
    Zero {
        /// Which dimension.
        name: &'static str,
    },
    /// A dimension is beyond anything this engine is meant for.
    TooLarge {
        /// Which dimension.
        name: &'static str,
        /// Its value.
        value: u32,
        /// The largest accepted value.
        limit: u32,
    },
    /// The heads do not split the width evenly.
    HeadsDoNotDivideDim {
        /// Query heads.
        heads: u32,
        /// Width of the residual stream.
        dim: u32,
    },
    /// The key/value heads do not split the query heads evenly.
    KvHeadsDoNotDivideHeads {
        /// Key/value heads.
        kv_heads: u32,
        /// Query heads.
        heads: u32,
    },
    /// A head has an odd width, which rotary positions cannot pair up.
    OddHeadSize {
        /// Width of one head.
        head_size: u32,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Zero { name } => {
                write!(f, "the model's {name} is 0, so the file is damaged; copy it again")
            }
            Self::TooLarge { name, value, limit } => write!(
                f,
                "the model's {name} is {value}, more than the {limit} this engine accepts; \
                 the file is damaged or not a tiny model"
            ),
            Self::HeadsDoNotDivideDim { heads, dim } => write!(
                f,
                "the model's {heads} heads do not divide its width of {dim}, so the file is \
                 damaged; copy it again"
            ),
            Self::KvHeadsDoNotDivideHeads { kv_heads, heads } => write!(
                f,
                "the model's {kv_heads} key/value heads do not divide its {heads} heads, so the \
                 file is damaged; copy it again"
            ),
            Self::OddHeadSize { head_size } => write!(
                f,
                "the model's heads are {head_size} wide, and rotary positions need an even \
                 width; export the model with an even head size"
            ),
        }
    }
}

impl core::error::Error for ConfigError {}

impl Config {
    /// Refuses dimensions that cannot belong to a model or are absurdly large.
    ///
    /// # Errors
    /// Names the first dimension that is wrong.
    pub fn check(&self) -> Result<(), ConfigError> {
        let limits = [
            ("width (dim)", self.dim, 1 << 14),
            ("feed-forward width (hidden_dim)", self.hidden_dim, 1 << 16),
            ("layer count", self.layers, 1 << 10),
            ("head count", self.heads, 1 << 10),
            ("key/value head count", self.kv_heads, 1 << 10),
            ("vocabulary size", self.vocab, 1 << 20),
            ("context length", self.context, 1 << 20),
        ];
        for (name, value, limit) in limits {
            if value == 0 {
                return Err(ConfigError::Zero { name });
            }
            if value > limit {
                return Err(ConfigError::TooLarge { name, value, limit });
            }
        }
        let Self { dim, heads, kv_heads, .. } = *self;
        if !dim.is_multiple_of(heads) {
            return Err(ConfigError::HeadsDoNotDivideDim { heads, dim });
        }
        if !heads.is_multiple_of(kv_heads) {
            return Err(ConfigError::KvHeadsDoNotDivideHeads { kv_heads, heads });
        }
        let head_size = self.head_size();
        if !head_size.is_multiple_of(2) {
            return Err(ConfigError::OddHeadSize { head_size });
        }
        Ok(())
    }

    /// Width of one head; 0 when there are no heads.
    pub fn head_size(&self) -> u32 {
        self.dim.checked_div(self.heads).unwrap_or(0)
    }

    /// Width of the keys (and of the values) at one position.
    pub fn kv_dim(&self) -> u32 {
        self.head_size().saturating_mul(self.kv_heads)
    }

    /// Number of weights in the checkpoint, without the unused rotary tables.
    ///
    /// `None` when the number does not fit.
    pub fn parameters(&self) -> Option<u64> {
        let layers = u64::from(self.layers);
        let dim = u64::from(self.dim);
        let kv_dim = u64::from(self.kv_dim());
        let table = u64::from(self.vocab).checked_mul(dim)?;
        let attention = dim.checked_mul(dim.checked_add(kv_dim)?)?.checked_mul(2)?;
        let feed_forward = dim.checked_mul(u64::from(self.hidden_dim))?.checked_mul(3)?;
        let layer = attention.checked_add(feed_forward)?.checked_add(dim.checked_mul(2)?)?;
        let classifier = if self.shared_classifier { 0 } else { table };
        layer.checked_mul(layers)?.checked_add(dim)?.checked_add(table)?.checked_add(classifier)
    }

    /// Length in bytes of this model's checkpoint file: header, weights, and the two rotary tables.
    ///
    /// `None` when the length does not fit.
    pub fn checkpoint_bytes(&self) -> Option<u64> {
        // Each of the two tables holds context × head_size / 2 floats; together one full product.
        let rotary = u64::from(self.context).checked_mul(u64::from(self.head_size()))?;
        self.parameters()?.checked_add(rotary)?.checked_mul(4)?.checked_add(28)
    }

    /// Bytes of heap that [`Model::load`](crate::Model::load) takes for the weights.
    ///
    /// Includes the padding of row blocks and, for `Int8`, the scales; not the few hundred bytes of
    /// bookkeeping per layer. `None` when the number does not fit.
    pub fn weight_bytes(&self, bits: Bits) -> Option<u64> {
        let [dim, hidden, vocab] = [self.dim, self.hidden_dim, self.vocab].map(u64::from);
        let kv_dim = u64::from(self.kv_dim());
        let qkv = dim.checked_add(kv_dim.checked_mul(2)?)?;
        let matrices = [(qkv, dim), (dim, dim), (hidden.checked_mul(2)?, dim), (dim, hidden)];
        let mut layer = dim.checked_mul(8)?; // two norms
        for (rows, columns) in matrices {
            layer = layer.checked_add(matrix::bytes(rows, columns, bits)?)?;
        }
        let table = matrix::bytes(vocab, dim, bits)?;
        let tables = if self.shared_classifier { table } else { table.checked_mul(2)? };
        let rotary = u64::from(self.head_size() / 2).checked_mul(4)?;
        layer
            .checked_mul(u64::from(self.layers))?
            .checked_add(tables)?
            .checked_add(dim.checked_mul(4)?)?
            .checked_add(rotary)
    }

    /// Bytes of heap that [`State::new`](crate::State::new) takes for the keys and values.
    ///
    /// Positions and the width of a value head are rounded up to 8. `None` when the number does not
    /// fit.
    pub fn kv_bytes(&self) -> Option<u64> {
        let keys = attention::key_floats(self)?;
        let values = attention::value_floats(self)?;
        keys.checked_add(values)?.checked_mul(u64::from(self.layers))?.checked_mul(4)
    }

    /// Bytes of heap that [`State::new`](crate::State::new) takes in all: [`Self::kv_bytes`] and the
    /// scratch buffers of one token.
    ///
    /// `None` when the number does not fit.
    pub fn state_bytes(&self) -> Option<u64> {
        let [dim, hidden, vocab] = [self.dim, self.hidden_dim, self.vocab].map(u64::from);
        let kv_dim = u64::from(self.kv_dim());
        let widest = dim.max(hidden);
        let floats = dim
            .checked_mul(4)? // stream, branch, heads and the queries in qkv
            .checked_add(kv_dim.checked_mul(2)?)?
            .checked_add(hidden.checked_mul(2)?)?
            .checked_add(vocab)?
            .checked_add(u64::from(self.head_size()))?
            .checked_add(u64::from(self.context).checked_next_multiple_of(8)?)?
            .checked_add(matrix::groups(widest))?;
        let quants = widest.checked_next_multiple_of(4)?;
        self.kv_bytes()?.checked_add(floats.checked_mul(4)?)?.checked_add(quants)
    }
}
