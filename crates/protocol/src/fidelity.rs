//! How much of documents a compression leaves, measured beside methods that know nothing.

use serde::{Deserialize, Serialize};

use crate::compress::{DocumentSource, NeuralSpec, Shaping};

/// What to measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FidelitySpec {
    /// On these, all together.
    pub documents: Vec<DocumentSource>,
    /// Questions with their answers, as JSON lines `{question, answers}`, each with a `document` or not.
    #[serde(default)]
    pub questions: Option<String>,
    /// As in [`CompressSpec`](crate::CompressSpec).
    pub tokenizer: String,
    /// Input tokens over output tokens, ascending and above 1.
    pub ratios: Vec<f64>,
    /// Models that every method may use, as in [`CompressSpec`](crate::CompressSpec), without vectors.
    #[serde(default)]
    pub neural: NeuralSpec,
    /// What is measured, beside the two that know nothing.
    pub methods: Vec<FidelityMethod>,
    /// The share that may be lost, for advice on the ratio; none without it.
    #[serde(default)]
    pub loss: Option<f64>,
}

/// One way of compressing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FidelityMethod {
    /// What to call it.
    pub name: String,
    /// As in [`CompressSpec`](crate::CompressSpec).
    pub strategy: String,
    /// As in [`CompressSpec`](crate::CompressSpec).
    #[serde(default)]
    pub focus: Option<String>,
    /// As in [`CompressSpec`](crate::CompressSpec).
    #[serde(default)]
    pub shaping: Shaping,
    /// A stage of the engine to leave out, to see what it is worth.
    #[serde(default)]
    pub without: Option<String>,
}

/// A share of things that are left, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShareLeft {
    /// How many there were.
    pub of: u64,
    /// The share that is left.
    pub share: f64,
    /// Lower end of its interval, 95 %, by resampling the things.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
}

/// What one method leaves at one ratio. What was not there to be lost is absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FidelityRow {
    /// The method; `random` and `lead` are the two that know nothing.
    pub method: String,
    /// The ratio that was asked for.
    pub asked: f64,
    /// The ratio that was reached; absent where nothing is left.
    pub ratio: Option<f64>,
    /// Distinct numbers.
    pub numbers: Option<ShareLeft>,
    /// Distinct names.
    pub names: Option<ShareLeft>,
    /// Sections of which at least a word is left.
    pub sections: Option<ShareLeft>,
    /// Phrases taken at random, word for word.
    pub phrases: Option<ShareLeft>,
    /// Questions of which an answer is left, word for word.
    pub answers: Option<ShareLeft>,
}

/// How far a document can be compressed before more than a share of something is lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RatioAdvice {
    /// Of what: `numbers`, `names`, `phrases`, `answers`.
    pub of: String,
    /// The largest ratio that loses no more.
    pub ratio: f64,
    /// Lower end of its interval, 95 %, by resampling the things.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
    /// Nothing more was lost at the largest ratio that was tried, which is this one.
    pub at_least: bool,
}

/// What was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FidelityView {
    /// Documents measured on.
    pub documents: u64,
    /// Their tokens.
    pub tokens: u64,
    /// Tokens of what is left of them when nothing but white space and what is said twice goes.
    #[serde(default)]
    pub tokens_lossless: Option<u64>,
    /// Who counted.
    pub tokenizer: String,
    /// Method by method, each by ascending ratio.
    pub rows: Vec<FidelityRow>,
    /// By what, for the first method; empty where no loss was given.
    pub advice: Vec<RatioAdvice>,
}
