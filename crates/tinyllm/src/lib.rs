//! Tiny language models for boards with little memory: the engine that runs them.
//!
//! A model file in llama2.c's layout is checked from its first byte to its last
//! ([`Checkpoint`]), copied into memory in one of two precisions ([`Model`], [`Bits`]) and run one
//! token at a time ([`Model::forward`]) over the keys and values of a [`State`]. A [`Tokenizer`]
//! turns text into tokens and back; a [`Sampler`] picks the next one.
//!
//! - `no_std` with `alloc`. Memory is planned before it is taken ([`Config::weight_bytes`],
//!   [`Config::state_bytes`]), every large allocation can be refused, and a token needs none.
//! - Files are untrusted: whatever their bytes, loading ends in a value or a named error.
//! - No clock is read and nothing is printed: whoever wants times passes a [`PhaseClock`].
//! - One thread. The kernels are plain loops that compilers vectorise; with the feature `std` they
//!   are compiled a second time for AVX2 and FMA and chosen at run time. Results may then differ
//!   in the last bits from one processor to another.
//!
//! # Example
//!
//! A synthetic model stands in for a file here; its text means nothing.
//!
//! ```
//! use tinyllm::{Bits, Bos, Checkpoint, Classify, Model, Sampler, State, Tokenizer, synthetic};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let file = synthetic::checkpoint(&synthetic::default_config(), 1);
//! let model = Model::load(&Checkpoint::parse(&file)?, Bits::Int8)?;
//! let vocab = model.config().vocab;
//! let tokenizer = Tokenizer::parse(&synthetic::tokenizer(vocab, 1), vocab)?;
//! let mut state = State::new(model.config())?;
//! let mut sampler = Sampler::new(0.8, 0.9, 42);
//!
//! // All tokens of the prompt but the last only fill the state.
//! let prompt = tokenizer.encode("Once upon a time", Bos::Yes);
//! let (last, first) = prompt.split_last().ok_or("there is always the begin token")?;
//! for token in first {
//!     let position = state.position();
//!     model.forward(&mut state, *token, position, Classify::No, &mut ())?;
//! }
//! let mut token = *last;
//! let mut text = Vec::new();
//! for _ in 0..16 {
//!     let position = state.position();
//!     let logits = model.forward(&mut state, token, position, Classify::Yes, &mut ())?;
//!     let next = sampler.sample(logits);
//!     text.extend_from_slice(tokenizer.decode(token, next));
//!     token = next;
//! }
//! assert!(!String::from_utf8_lossy(&text).is_empty());
//! # Ok(())
//! # }
//! ```
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod attention;
mod checkpoint;
mod config;
mod cpu;
mod encode;
mod foreign;
mod lanes;
mod loader;
mod matrix;
mod memory;
mod merges;
mod model;
mod phase;
mod quantised;
mod sampler;
mod state;
pub mod synthetic;
mod tokenizer;
mod vocabulary_file;
mod words;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use config::{Bits, Config, ConfigError};
pub use encode::Bos;
pub use loader::{Loader, LoaderError};
pub use model::{Classify, ForwardError, LoadError, Model};
pub use phase::{Phase, PhaseClock};
pub use sampler::Sampler;
pub use state::{State, StateError};
pub use tokenizer::{BOS, EOS, Tokenizer};
pub use vocabulary_file::TokenizerError;
