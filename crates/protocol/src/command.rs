//! What a face can ask for: imperative, closed.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{
    AsOneSpec, CompressSpec, FidelitySpec, FitSpec, FlashSpec, FolderSpec, HeatSpec, JobId,
    ListenSpec, PruneSpec, RunId, RunKind, RunSpec, RunStatus, TuneSpec, ViewId, ViewSpec,
};

/// What an export looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// A row per token.
    Csv,
    /// Everything, for another program.
    Json,
    /// Everything, for another Benchvise.
    Bundle,
}

/// Which runs to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunFilter {
    /// Words to look for in board, model, note and tags.
    pub text: Option<String>,
    /// Only this kind.
    pub kind: Option<RunKind>,
    /// Only this status.
    pub status: Option<RunStatus>,
    /// Only deleted runs.
    pub deleted: bool,
    /// At most this many, newest first.
    pub limit: u32,
    /// After skipping this many.
    pub offset: u32,
}

/// One command. The engine matches on it in one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Who are you? Answered by `Hello`.
    Hello,
    /// Everything a face needs to begin with. Answered by `Snapshot`.
    Snapshot,
    /// Ports and boards. Answered by `Ports`.
    ListPorts,
    /// Begins a run. Answered by `RunStarted`; the rest comes as events.
    StartRun {
        /// What to run.
        spec: RunSpec,
    },
    /// Begins several runs whose repetitions take turns, so that what disturbs one disturbs all.
    /// Answered by `RunsStarted`; the rest comes as events. Stopping one stops all of them.
    StartInterleaved {
        /// What to run; all with as many repetitions.
        specs: Vec<RunSpec>,
    },
    /// Ends a run and keeps what was recorded. Answered by `Done`.
    StopRun {
        /// The run.
        run: RunId,
    },
    /// Answered by `Runs`.
    ListRuns {
        /// Which.
        filter: RunFilter,
    },
    /// Answered by `Run`.
    ShowRun {
        /// An id, a prefix, `latest`, `latest~2`, `tag:key=value`.
        selector: String,
    },
    /// Answered by `Done`.
    NoteRun {
        /// Which run.
        selector: String,
        /// `None` removes the note.
        note: Option<String>,
    },
    /// Answered by `Done`.
    TagRun {
        /// Which run.
        selector: String,
        /// The label's key.
        key: String,
        /// Its value; `None` takes the label away.
        value: Option<String>,
    },
    /// Answered by `Selected`.
    DeleteRun {
        /// Which run or runs.
        selector: String,
    },
    /// Answered by `Selected`.
    UndeleteRun {
        /// Which run or runs.
        selector: String,
    },
    /// Answered by `Written`.
    ExportRuns {
        /// Which run or runs.
        selector: String,
        /// How.
        format: ExportFormat,
        /// Where to.
        path: PathBuf,
    },
    /// The same, handed over instead of written. Answered by `Exported`.
    ReadExport {
        /// Which run or runs.
        selector: String,
        /// How.
        format: ExportFormat,
    },
    /// Answered by `Imported`.
    ImportBundle {
        /// The bundle.
        path: PathBuf,
    },
    /// The same of a bundle that is handed over. Answered by `Imported`.
    ReadBundle {
        /// Its bytes; base64 where the message is text.
        #[serde(with = "crate::bytes")]
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        bytes: Vec<u8>,
    },
    /// Answered by `Comparison`.
    Compare {
        /// One run or several.
        base: String,
        /// One run or several.
        candidate: String,
        /// Smallest effect that matters, as a fraction; `None` is the setting.
        min_effect: Option<f64>,
        /// Only these metrics; empty means the headline ones that both sides have.
        metrics: Vec<String>,
    },
    /// Latency over the place in the text. Answered by `Curves`.
    ShowCurves {
        /// One run or several.
        selector: String,
        /// At most so many points a run.
        points: u32,
    },
    /// Opens a view, or one of the same id in its place. Answered by `Done`; frames come as events.
    OpenView {
        /// Chosen by the face, its own within its connection.
        view: ViewId,
        /// What to show.
        spec: ViewSpec,
    },
    /// The face has painted a frame and can take the next one. Answered by `Done`.
    AckView {
        /// The view.
        view: ViewId,
        /// The frame's number.
        seq: u64,
    },
    /// Answered by `Done`, also where there is no such view.
    CloseView {
        /// The view.
        view: ViewId,
    },
    /// Statistics between two moments. Answered by `Between`.
    MeasureBetween {
        /// The run.
        run: RunId,
        /// One moment, milliseconds on the run's time axis.
        from_ms: f64,
        /// The other.
        to_ms: f64,
    },
    /// Begins a job. Answered by `JobStarted`.
    Compress {
        /// What and how far.
        spec: CompressSpec,
    },
    /// Begins a job: several documents to one text. Answered by `JobStarted`.
    CompressAsOne {
        /// What and how far.
        spec: AsOneSpec,
    },
    /// Begins a job: a folder of any size. Answered by `JobStarted`.
    CompressFolder {
        /// What and how far.
        spec: FolderSpec,
    },
    /// What is remembered of results. Answered by `Cache`.
    ListCache,
    /// Forgets results. Answered by `Cache`.
    PruneCache {
        /// Which.
        spec: PruneSpec,
    },
    /// Begins a job. Answered by `JobStarted`.
    Fit {
        /// What to try.
        spec: FitSpec,
    },
    /// Begins a job: compresses a document ever further. Answered by `JobStarted`.
    MapHeat {
        /// Which document, and how far.
        spec: HeatSpec,
    },
    /// Begins a job: measures how much of documents compressions leave. Answered by `JobStarted`.
    MeasureFidelity {
        /// Of which documents, by which methods.
        spec: FidelitySpec,
    },
    /// Begins a job: fits weights of the compressor to questions. Answered by `JobStarted`.
    Tune {
        /// To which, and how.
        spec: TuneSpec,
    },
    /// Begins a job: listens to what a board prints, until it is cancelled. Answered by
    /// `JobStarted`; the lines come as events.
    Listen {
        /// To what.
        spec: ListenSpec,
    },
    /// What patterns make of lines. Answered by `Lines`.
    TryPatterns {
        /// None is the patterns of token rates.
        patterns: Vec<String>,
        /// The lines.
        lines: Vec<String>,
    },
    /// Begins a job: puts an image onto a board, or a UF2 into a file. Answered by `JobStarted`.
    Flash {
        /// What and where to.
        spec: FlashSpec,
    },
    /// Models that can be chosen. Answered by `Models`.
    ListModels,
    /// Models that read text, and where they can compute. Answered by `Neural`.
    ListNeural,
    /// Begins a job: downloads a model from the hub. Answered by `JobStarted`.
    FetchModel {
        /// The name of a known one, such as `stories260K`; `publisher/name` for a model that reads text; a
        /// language model with its file, `publisher/name/file.gguf`.
        name: String,
    },
    /// Answered by `Done`; the job then ends as cancelled.
    Cancel {
        /// The job.
        job: JobId,
    },
    /// Answered by `Findings`.
    Diagnose,
    /// What would let the user open the boards that are attached now. Answered by `Rules`.
    ShowPortRules,
    /// Writes that, which only root may. Answered by `Rules`.
    WritePortRules,
    /// Answered by `Store`.
    CheckStore,
    /// Answered by `Store`.
    BackUpStore {
        /// A folder that does not exist yet or is empty.
        path: PathBuf,
    },
    /// Answered by `Store`.
    RestoreStore {
        /// A backup's folder.
        path: PathBuf,
    },
    /// Answered by `Usage`.
    MeasureStore,
    /// Answered by `Settings`.
    ListSettings,
    /// Writes a setting into the settings file. Answered by `Settings`.
    ChangeSetting {
        /// Its key.
        key: String,
        /// As the file would say it; `None` takes it out of the file.
        value: Option<String>,
    },
}

/// How long an answer may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Milliseconds: the engine looks, or sets something going.
    Quick,
    /// Longer: a board is opened, a file is read or written, the whole store is looked through.
    Slow,
}

impl Command {
    /// How long its answer may take. A link sends slow commands on a way of their own, so that they
    /// hold no view up.
    pub fn pace(&self) -> Pace {
        match self {
            Command::StartRun { .. }
            | Command::StartInterleaved { .. }
            | Command::ShowRun { .. }
            | Command::ExportRuns { .. }
            | Command::ReadExport { .. }
            | Command::ImportBundle { .. }
            | Command::ReadBundle { .. }
            | Command::Compare { .. }
            | Command::ShowCurves { .. }
            | Command::Compress { .. }
            | Command::CompressAsOne { .. }
            | Command::CompressFolder { .. }
            | Command::ListCache
            | Command::PruneCache { .. }
            | Command::Fit { .. }
            | Command::MapHeat { .. }
            | Command::MeasureFidelity { .. }
            | Command::Tune { .. }
            | Command::Listen { .. }
            | Command::Flash { .. }
            | Command::ListModels
            | Command::ListNeural
            | Command::Diagnose
            | Command::WritePortRules
            | Command::CheckStore
            | Command::BackUpStore { .. }
            | Command::RestoreStore { .. }
            | Command::MeasureStore => Pace::Slow,
            _ => Pace::Quick,
        }
    }

    /// Whether asking twice is as good as asking once: it only looks, or asks for an end. Whoever lost the
    /// answer may ask again.
    pub fn can_be_repeated(&self) -> bool {
        matches!(
            self,
            Command::Hello
                | Command::Snapshot
                | Command::ListPorts
                | Command::StopRun { .. }
                | Command::ListRuns { .. }
                | Command::ShowRun { .. }
                | Command::ReadExport { .. }
                | Command::Compare { .. }
                | Command::ShowCurves { .. }
                | Command::MeasureBetween { .. }
                | Command::ListCache
                | Command::TryPatterns { .. }
                | Command::ListModels
                | Command::ListNeural
                | Command::Cancel { .. }
                | Command::Diagnose
                | Command::ShowPortRules
                | Command::CheckStore
                | Command::MeasureStore
                | Command::ListSettings
        )
    }

    /// Whether it begins and changes nothing, so that also a host that is about to end may be asked.
    pub fn only_looks(&self) -> bool {
        self.can_be_repeated() || self.is_light() || matches!(self, Command::OpenView { .. })
    }

    /// Whether its answer looks at nothing but memory, so that whoever must not wait may ask by itself.
    pub fn is_light(&self) -> bool {
        matches!(self, Command::AckView { .. } | Command::CloseView { .. } | Command::Hello)
    }
}
