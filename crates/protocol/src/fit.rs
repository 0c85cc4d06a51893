//! A document and a board: what compressing the one saves on the other.

use serde::{Deserialize, Serialize};

use crate::{Bits, CompressedDocument, DocumentSource, MeterSpec, ModelChoice, RunId};

/// What to try.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FitSpec {
    /// The document.
    pub document: DocumentSource,
    /// `host`, or a port's path.
    pub board: String,
    /// The board's model.
    pub model: ModelChoice,
    /// Its precision.
    pub bits: Bits,
    /// Tokens to make after the document.
    pub tokens: u32,
    /// Tokens of the window kept free beyond that.
    pub reserve: u32,
    /// Text put after the document: the question.
    pub prompt: String,
    /// Steers the compression.
    pub focus: Option<String>,
    /// Compress to this many tokens instead of to what the window leaves.
    pub budget: Option<u64>,
    /// Interleaved repetitions of each side.
    pub repetitions: u32,
    /// Seed of the sampler.
    pub seed: u64,
    /// The power meter beside the board; both sides share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meter: Option<MeterSpec>,
}

/// A value with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Interval {
    /// Median, or Hodges–Lehmann estimate for a difference.
    pub value: f64,
    /// 95 % interval; `None` where there are too few repetitions for one.
    pub ci95: Option<[f64; 2]>,
}

/// One side: the document in full, or compressed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FitSide {
    /// Tokens of the whole prompt, by the board's own tokenizer.
    pub tokens: u64,
    /// It fits the window together with the tokens to be made.
    pub fits: bool,
    /// The run, where it was run.
    pub run: Option<RunId>,
    /// Time to first token, milliseconds.
    pub ttft_ms: Option<Interval>,
    /// Whole run, seconds.
    pub total_s: Option<Interval>,
    /// Energy, millijoules, where it was measured.
    pub energy_mj: Option<Interval>,
    /// The same above the idle board, where a meter measured it.
    #[serde(default)]
    pub net_energy_mj: Option<Interval>,
}

/// Full minus compressed; positive is saved. Only where both sides were run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SavedView {
    /// Tokens fewer.
    pub tokens: i64,
    /// Milliseconds sooner.
    pub ttft_ms: Option<Interval>,
    /// Seconds less.
    pub total_s: Option<Interval>,
    /// Millijoules less.
    pub energy_mj: Option<Interval>,
    /// The same above the idle board.
    #[serde(default)]
    pub net_energy_mj: Option<Interval>,
}

/// A whole fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FitView {
    /// Its id in the store.
    pub fit: String,
    /// The board's name.
    pub board: String,
    /// The model's name.
    pub model: String,
    /// The model was made from a seed.
    pub synthetic: bool,
    /// The board is emulated, or the meter beside it.
    pub emulated: bool,
    /// The power meter that the energy comes from; `None` where there was none.
    #[serde(default)]
    pub meter: Option<String>,
    /// The model's context, in tokens.
    pub window_tokens: u64,
    /// Tokens the document could take: the window less prompt, answer and reserve.
    pub document_budget: u64,
    /// What it was compressed to: that, or fewer where fewer were asked for.
    pub budget: u64,
    /// The document as it is.
    pub full: FitSide,
    /// The document compressed.
    pub compressed: FitSide,
    /// The difference.
    pub saved: Option<SavedView>,
    /// How it was compressed.
    pub compression: CompressedDocument,
    /// Things to know, such as a text that cannot fit.
    pub notes: Vec<String>,
}
