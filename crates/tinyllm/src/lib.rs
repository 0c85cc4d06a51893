//! Tiny language models on anything: checkpoint, kernels, transformer, tokenizer, sampler.
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
mod matrix;
mod memory;
mod model;
mod phase;
mod quantised;
mod sampler;
mod state;
pub mod synthetic;
mod tokenizer;
mod words;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use config::{Bits, Config, ConfigError};
pub use encode::Bos;
pub use model::{Classify, ForwardError, LoadError, Model};
pub use phase::{Phase, PhaseClock};
pub use sampler::Sampler;
pub use state::{State, StateError};
pub use tokenizer::{BOS, EOS, Tokenizer, TokenizerError};
