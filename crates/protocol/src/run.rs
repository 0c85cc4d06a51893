//! Runs: what was asked, on what, and what came out.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{DriverSpec, MeterSpec, MetricSpec, RunId, metric};

/// Precision of the weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Bits {
    /// 32-bit floats.
    F32,
    /// 8-bit integers, quantised on load.
    Int8,
}

impl Bits {
    /// 32 or 8.
    pub fn count(self) -> u8 {
        match self {
            Bits::F32 => 32,
            Bits::Int8 => 8,
        }
    }
}

/// Which model runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ModelChoice {
    /// A llama2.c checkpoint and its tokenizer.
    Files {
        /// The checkpoint.
        model: PathBuf,
        /// Its `tokenizer.bin`.
        tokenizer: PathBuf,
    },
    /// A model made from a seed: real computation, meaningless text. Labelled everywhere.
    Synthetic {
        /// The seed.
        seed: u64,
    },
    /// Whatever the board runs by itself; for every driver but the agent.
    OnBoard,
}

/// What to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunSpec {
    /// `host`, a port's path, a board's identity or serial number, or a name that only one has.
    pub board: String,
    /// Which model.
    pub model: ModelChoice,
    /// How the board is spoken to.
    #[serde(default, skip_serializing_if = "DriverSpec::is_agent")]
    pub driver: DriverSpec,
    /// Its precision; says nothing of a model that is on the board.
    pub bits: Bits,
    /// The prompt; may be empty.
    pub prompt: String,
    /// Tokens to make in each repetition.
    pub tokens: u32,
    /// Repetitions that count.
    pub repetitions: u32,
    /// Repetitions before them that do not.
    pub warmup: u32,
    /// Seed of the sampler; the same in every repetition.
    pub seed: u64,
    /// 0 is greedy.
    pub temperature: f32,
    /// Nucleus of the sampler; 1 is off.
    pub top_p: f32,
    /// Whether the board sends each token as it is made, with its times. Without, it sends its totals
    /// alone: sending then costs nothing, and the times of tokens, their phases and the memory over time
    /// are not known. Our own agent's boards alone run without.
    #[serde(default = "streamed", skip_serializing_if = "Clone::clone")]
    pub stream: bool,
    /// Labels of the user's.
    pub tags: BTreeMap<String, String>,
    /// The power meter beside the board.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meter: Option<MeterSpec>,
}

/// As every run did before it could be chosen.
fn streamed() -> bool {
    true
}

/// Why a run exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// A profile.
    Profile,
    /// The full-text side of a fit.
    FitFull,
    /// The compressed side of a fit.
    FitCompressed,
}

/// How far a run got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// It goes on.
    Recording,
    /// All of it was recorded.
    Complete,
    /// It was stopped, or failed; what was recorded is kept.
    Aborted,
    /// Its recorder died; what was recorded is kept.
    Lost,
}

/// One line of a run list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunSummary {
    /// The run.
    pub run: RunId,
    /// Why it exists.
    pub kind: RunKind,
    /// How far it got.
    pub status: RunStatus,
    /// Why it ended, where it did not complete.
    pub reason: Option<String>,
    /// When it began, ms UTC.
    pub created_ms: i64,
    /// When it ended, ms UTC.
    pub finished_ms: Option<i64>,
    /// The board's name.
    pub board: String,
    /// The board's identity, as its [`crate::BoardView`] has it; empty where a program before
    /// this one wrote the list.
    #[serde(default)]
    pub board_identity: String,
    /// The model's name.
    pub model: String,
    /// Precision of its weights; `None` where whoever recorded it did not say.
    #[serde(default)]
    pub bits: Option<Bits>,
    /// The model was made from a seed.
    pub synthetic: bool,
    /// The board is emulated, or the meter beside it.
    pub emulated: bool,
    /// The user's note.
    pub note: Option<String>,
    /// The user's labels.
    pub tags: BTreeMap<String, String>,
    /// When it was deleted, ms UTC; gone for good 30 days later.
    pub deleted_ms: Option<i64>,
    /// Headline metrics: the medians.
    pub headline: BTreeMap<String, f64>,
}

/// A metric of a run: the median over repetitions and what lies around it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MetricView {
    /// Name, as in [`crate::METRICS`] or as a board declared it.
    pub name: String,
    /// Unit; empty for a count.
    pub unit: String,
    /// Median over repetitions.
    pub median: f64,
    /// Repetitions that had it.
    pub n: u32,
    /// Mean over repetitions.
    pub mean: f64,
    /// Standard deviation over repetitions; `None` for one.
    pub sd: Option<f64>,
    /// Smallest.
    pub min: f64,
    /// Largest.
    pub max: f64,
}

/// One token of a repetition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenView {
    /// Its place among the tokens made, from 0; a lost token leaves a hole.
    pub index: u32,
    /// The token; `None` where the board did not say which.
    pub id: Option<u32>,
    /// Time since the one before; for the first, since the run began. Milliseconds; `None` where
    /// the one before was lost.
    pub latency_ms: Option<f64>,
    /// Embed, attention, feed-forward, classifier, sample, in milliseconds; `None` where the board
    /// did not say.
    pub phases_ms: Option<[f64; 5]>,
}

/// One repetition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RepetitionView {
    /// Counted from 0, warm-ups included.
    pub index: u32,
    /// It does not count.
    pub warmup: bool,
    /// It ran to its end; one that was stopped, or failed, does not count either.
    pub whole: bool,
    /// Its metrics.
    pub values: BTreeMap<String, f64>,
    /// Its tokens, in order; a lost one is missing.
    pub tokens: Vec<TokenView>,
}

/// Everything about the circumstances, so that "what differed" can be answered later. Keys are
/// stable; a key that could not be found out is absent.
pub type Fingerprint = BTreeMap<String, String>;

/// All of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunDetail {
    /// As in the list.
    pub summary: RunSummary,
    /// What was asked.
    pub spec: RunSpec,
    /// The circumstances.
    pub fingerprint: Fingerprint,
    /// What the model wrote in the first repetition, prompt included.
    pub text: Option<String>,
    /// Its metrics.
    pub metrics: Vec<MetricView>,
    /// Its repetitions, warm-ups first.
    pub repetitions: Vec<RepetitionView>,
    /// The fit it belongs to.
    pub fit: Option<String>,
}

impl RunSummary {
    /// How fast it went: its token rate, else its rate of inferences.
    pub fn rate(&self) -> Option<(&'static MetricSpec, f64)> {
        self.first_of(&["tokens_per_s", "inferences_per_s"])
    }

    /// How long something took to come: the first token, else an inference.
    pub fn wait(&self) -> Option<(&'static MetricSpec, f64)> {
        self.first_of(&["ttft_ms", "inference_ms"])
    }

    /// What a token took, else an inference.
    pub fn energy(&self) -> Option<(&'static MetricSpec, f64)> {
        self.first_of(&["energy_mj_per_token", "energy_mj_per_inference"])
    }

    fn first_of(&self, names: &[&str]) -> Option<(&'static MetricSpec, f64)> {
        names.iter().find_map(|name| Some((metric(name)?, *self.headline.get(*name)?)))
    }
}

impl RepetitionView {
    /// Whether it is one of those that the run's metrics and comparisons are made of.
    pub fn counts(&self) -> bool {
        self.whole && !self.warmup
    }
}

impl RunDetail {
    /// The median of a metric.
    pub fn median(&self, name: &str) -> Option<f64> {
        self.metrics.iter().find(|metric| metric.name == name).map(|metric| metric.median)
    }
}
