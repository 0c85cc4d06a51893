//! Everything a face needs to know when it comes, or comes back: from here on it follows the events.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{DocumentSort, JobId, NeuralView, PortView, RunSummary, SettingView};

/// A run that goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GoingRun {
    /// The run.
    pub summary: RunSummary,
    /// What goes on, in a few words.
    pub doing: String,
    /// Repetitions done, warm-ups included.
    pub repetitions_done: u32,
    /// Repetitions in all, warm-ups included.
    pub repetitions: u32,
}

/// What sort of work a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Documents are compressed.
    Compress,
    /// A document is tried on a board.
    Fit,
    /// A model is downloaded.
    FetchModel,
    /// A document is compressed ever further, to see what survives.
    Heat,
    /// It is measured how much of documents compressions leave.
    Fidelity,
    /// Weights of the compressor are fitted to questions.
    Tune,
    /// A board is listened to.
    Listen,
    /// An image is put onto a board.
    Flash,
}

/// A job that goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JobView {
    /// The job.
    pub job: JobId,
    /// What sort of work it is.
    pub kind: JobKind,
    /// What it works on, in a few words.
    pub title: String,
    /// What goes on, in a few words.
    pub doing: String,
    /// Of `total`.
    pub done: u64,
    /// 0 where it is not known.
    pub total: u64,
    /// When it began, ms UTC.
    pub began_ms: i64,
}

/// Where a model is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ModelOrigin {
    /// The settings name it.
    Setting,
    /// It was fetched.
    Fetched,
    /// It can be fetched, and is not here yet.
    Fetchable,
    /// A run used its files, which are still there.
    Used,
}

/// A model that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelView {
    /// Its name; for a fetchable one, what to fetch.
    pub name: String,
    /// Where it is known from.
    pub origin: ModelOrigin,
    /// The checkpoint, where it is here.
    pub model: Option<PathBuf>,
    /// Its tokenizer, where it is here.
    pub tokenizer: Option<PathBuf>,
    /// Bytes of the checkpoint.
    pub bytes: Option<u64>,
    /// Tokens of its window.
    pub context_tokens: Option<u32>,
    /// Why it cannot be used.
    pub problem: Option<String>,
}

/// The whole state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Snapshot {
    /// Version of the program.
    pub version: String,
    /// Commit it was built from, where that is known.
    pub commit: Option<String>,
    /// The store's folder.
    pub store: String,
    /// Why nothing can be recorded, where that is so.
    pub store_problem: Option<String>,
    /// Ports and boards.
    pub ports: Vec<PortView>,
    /// Runs that go on here.
    pub going: Vec<GoingRun>,
    /// Jobs that go on here.
    pub jobs: Vec<JobView>,
    /// What is wrong with the settings, a sentence each with its remedy.
    #[serde(default)]
    pub settings_problems: Vec<String>,
    /// All settings.
    pub settings: Vec<SettingView>,
    /// Models that can be chosen.
    pub models: Vec<ModelView>,
    /// What can be compressed, as people know it. Other files are too, if they turn out to be text.
    #[serde(default)]
    pub document_sorts: Vec<DocumentSort>,
    /// Models that read text; absent where the program was built without them.
    #[serde(default)]
    pub neural: Option<NeuralView>,
}
