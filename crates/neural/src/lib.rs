//! Models that read text and score it for compression. Optional: `compress` does its work without weights.
//!
//! - [`Encoder`]: a text in, a vector out that is near to those of texts that mean the same. For a focus,
//!   for near duplicates, and for the share of a text's meaning that was kept.
//! - [`Classifier`]: for each word the probability that it should be kept.
//! - [`Surprisal`]: for each word how little a language model expected it.
//!
//! A model is a folder of files, or one of GGUF ([`find`] knows where they are kept), and is never fetched here.
//! Files are untrusted: descriptions are held to bounds and against each other before memory is promised,
//! memory is promised before it is taken, and only then are weights read. Texts are computed in batches of
//! about one length, on every GPU this program was built for and finds, else on the processor.
//!
//! Nothing here knows of documents or budgets: `engine` hands a model to `compress` through its traits.

mod batches;
mod bert;
mod classifier;
mod config;
mod device;
mod encoder;
mod error;
mod files;
mod fleet;
mod fused;
mod gguf;
mod llama;
mod memory;
mod place;
mod remembered;
mod spread;
mod surprisal;
mod tokens;
mod vectors;
mod weights;

pub use classifier::Classifier;
pub use device::{Choice, devices};
pub use encoder::Encoder;
pub use error::Error;
pub use memory::free_bytes;
pub use place::{encoders, find, scorers};
pub use remembered::Remembered;
pub use surprisal::Surprisal;
pub use vectors::Vectors;
