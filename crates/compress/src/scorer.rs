//! What a model that reads text can lend to the compressor. Whoever has one hands it in with the request;
//! nothing here knows what it is made of, and everything works without.

use std::fmt;
use std::ops::Range;

/// Turns texts into vectors that are near each other where the texts mean the same.
pub trait Encoder: fmt::Debug + Send + Sync {
    /// One vector of length 1 for each text, all as long as the first, one after the other.
    ///
    /// # Errors
    /// Why there are none, for the user.
    fn encode(&self, texts: &[&str]) -> Result<Vec<f32>, String>;
}

/// Says of each word of a text how much it matters.
pub trait WordScorer: fmt::Debug + Send + Sync {
    /// A number for each of `words`, which are places in `text` in bytes, in order and apart. Higher is
    /// kept earlier; the scale is the scorer's own.
    ///
    /// # Errors
    /// Why there are none, for the user.
    fn score(&self, text: &str, words: &[Range<usize>]) -> Result<Vec<f32>, String>;
}
