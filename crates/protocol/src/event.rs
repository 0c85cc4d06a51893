//! What happened: facts, each with the id of its run or job.

use serde::{Deserialize, Serialize};

use crate::{
    AsOneView, CompressedDocument, Failure, FidelityView, FitView, FlashView, FolderView, GoingRun,
    HeardLine, HeatView, JobId, JobView, PortView, RunId, RunStatus, SettingView, TuneView,
    ViewFrame,
};

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// The figures may suffer.
    Warning,
}

/// What came of one document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DocumentOutcome {
    /// Its name, as it was given or as its folder has it.
    pub name: String,
    /// What is left of it, or why nothing came of it.
    pub result: Result<CompressedDocument, Failure>,
}

/// What a job made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobOutcome {
    /// Documents, in the order they were given and each for itself; in a folder's place stand its
    /// documents, by name.
    Compressed(Vec<DocumentOutcome>),
    /// Several documents as one text.
    AsOne(Box<AsOneView>),
    /// A folder, document by document.
    Folder(Box<FolderView>),
    /// A fit.
    Fitted(Box<FitView>),
    /// A model is on disk.
    ModelFetched {
        /// The checkpoint, or the weights.
        model: String,
        /// Its tokenizer, where that is a file of its own.
        tokenizer: Option<String>,
        /// What a model that reads text is asked for by; absent for one for boards.
        #[serde(default)]
        name: Option<String>,
        /// Files for which the hub has no checksum: of them only the length was compared.
        #[serde(default)]
        unchecked: Vec<String>,
    },
    /// What survives how far.
    Heat(HeatView),
    /// What compressions leave.
    Fidelity(Box<FidelityView>),
    /// Weights that were fitted.
    Tuned(Box<TuneView>),
    /// A board was listened to.
    Listened {
        /// Lines that came.
        lines: u64,
    },
    /// An image was put onto a board.
    Flashed(Box<FlashView>),
    /// It did not work, or was cancelled.
    Failed(Failure),
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// How a run goes; a few a second.
    RunProgressed {
        /// The run.
        run: RunId,
        /// What goes on, in a few words.
        doing: String,
        /// Repetitions done, warm-ups included.
        repetitions_done: u32,
        /// Repetitions in all, warm-ups included.
        repetitions: u32,
        /// Tokens made in this repetition.
        tokens: u32,
        /// Of this repetition so far.
        tokens_per_s: Option<f64>,
    },
    /// A run has begun, whoever asked for it.
    RunStarted(Box<GoingRun>),
    /// A run's note, tags or deletion changed, or it came in from a bundle.
    RunChanged {
        /// The run.
        run: RunId,
    },
    /// A run is over, however it went.
    RunFinished {
        /// The run.
        run: RunId,
        /// How far it got.
        status: RunStatus,
        /// Why, where it did not complete.
        failure: Option<Failure>,
    },
    /// A job has begun, whoever asked for it.
    JobStarted(JobView),
    /// How a job goes.
    JobProgressed {
        /// The job.
        job: JobId,
        /// What goes on, in a few words.
        doing: String,
        /// Of `total`.
        done: u64,
        /// 0 where it is not known.
        total: u64,
    },
    /// A board that is listened to said something.
    LinesHeard {
        /// The job.
        job: JobId,
        /// Oldest first.
        lines: Vec<HeardLine>,
        /// Lines between these and those before that nobody is told of: too many came.
        left_out: u64,
    },
    /// A job is over.
    JobFinished {
        /// The job.
        job: JobId,
        /// What it made.
        outcome: JobOutcome,
    },
    /// Ports came, went, or changed their state.
    PortsChanged(Vec<PortView>),
    /// A setting has another value.
    SettingsChanged(Vec<SettingView>),
    /// What a view shows now; only for the face that opened it.
    ViewFrame(Box<ViewFrame>),
    /// Something to know.
    Notice {
        /// How much it matters.
        severity: Severity,
        /// One sentence.
        text: String,
        /// What to do.
        hint: Option<String>,
    },
}
