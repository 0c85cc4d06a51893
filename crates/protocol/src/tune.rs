//! Weights of the compressor, fitted to a user's own questions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{DocumentSource, Interval};

/// What to fit to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TuneSpec {
    /// The documents with what is asked of each.
    pub documents: Vec<TuneDocument>,
    /// As in [`CompressSpec`](crate::CompressSpec).
    pub tokenizer: String,
    /// As in [`CompressSpec`](crate::CompressSpec).
    pub strategy: String,
    /// Ratios to compress to; above 1.
    pub ratios: Vec<f64>,
    /// Draws which documents judge what was fitted to the others.
    pub seed: u64,
}

/// A document and what is asked of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TuneDocument {
    /// The document.
    pub source: DocumentSource,
    /// Questions with their answers.
    pub questions: Vec<TuneQuestion>,
}

/// A question with the answers of which one has to survive, word for word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TuneQuestion {
    /// The question; may be empty.
    pub question: String,
    /// Its answers.
    pub answers: Vec<String>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TuneView {
    /// Weights by name, as [`Shaping::weights`](crate::Shaping::weights) takes them.
    pub weights: BTreeMap<String, f64>,
    /// Whether they gain on documents that they were not fitted to: only then they are worth keeping.
    pub gains: bool,
    /// Documents that they were fitted to.
    pub fitted_documents: u64,
    /// Questions of these.
    pub fitted_questions: u64,
    /// Documents that judged.
    pub held_documents: u64,
    /// Questions of these.
    pub held_questions: u64,
    /// Share of answers left of those that judged, with the default weights.
    pub before: f64,
    /// With these.
    pub after: f64,
    /// After less before, with its interval of 95 %.
    pub gain: Interval,
    /// What was drawn anew for the interval: `documents`, or `questions` where there are few documents.
    pub drawn: String,
    /// Ratios that were compressed to.
    pub ratios: Vec<f64>,
    /// Who counted.
    pub tokenizer: String,
    /// Weights that were tried.
    pub tried: u64,
    /// The file of these weights, as it is written.
    pub file: String,
}
