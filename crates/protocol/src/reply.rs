//! What the engine answers at once.

use serde::{Deserialize, Serialize};

use crate::{
    BetweenView, CacheView, ComparisonView, CurveView, Finding, HeardLine, JobId, ModelView,
    NeuralView, PortRules, PortView, RunDetail, RunId, RunSummary, SettingView, Snapshot,
    StoreReport, StoreUsage,
};

/// The answer to a [`crate::Command`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// It is done and there is nothing to say.
    Done,
    /// Who the engine is.
    Hello {
        /// Version of the program.
        version: String,
        /// Commit it was built from, where that is known.
        commit: Option<String>,
        /// The store's folder.
        store: String,
    },
    /// Lines, with what the patterns found in them.
    Lines(Vec<HeardLine>),
    /// Everything at once.
    Snapshot(Box<Snapshot>),
    /// Ports and boards.
    Ports(Vec<PortView>),
    /// The run has begun.
    RunStarted {
        /// Its id.
        run: RunId,
    },
    /// The runs have begun, in the order they were asked for.
    RunsStarted {
        /// Their ids.
        runs: Vec<RunId>,
    },
    /// A page of runs.
    Runs {
        /// Newest first.
        runs: Vec<RunSummary>,
        /// How many there are in all.
        total: u64,
    },
    /// One run.
    Run(Box<RunDetail>),
    /// The runs that a selector meant.
    Selected(Vec<RunId>),
    /// A file was written.
    Written {
        /// Where.
        path: String,
        /// Runs in it.
        runs: u64,
    },
    /// Runs, as they would stand in a file.
    Exported {
        /// The file's bytes; base64 where the message is text.
        #[serde(with = "crate::bytes")]
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        bytes: Vec<u8>,
        /// Runs in it.
        runs: u64,
    },
    /// A bundle was read.
    Imported {
        /// New here.
        imported: Vec<RunId>,
        /// Here already.
        present: Vec<RunId>,
    },
    /// A comparison.
    Comparison(Box<ComparisonView>),
    /// How the latency of runs goes with the place in the text, in the order asked for.
    Curves(Vec<CurveView>),
    /// What lies between two moments.
    Between(Box<BetweenView>),
    /// Models that can be chosen.
    Models(Vec<ModelView>),
    /// Models that read text; `None` where the program was built without them.
    Neural(Option<Box<NeuralView>>),
    /// The job has begun.
    JobStarted {
        /// Its id.
        job: JobId,
    },
    /// What a look at this machine found.
    Findings(Vec<Finding>),
    /// A udev rule; `None` where no board is attached, or the system has no udev.
    Rules(Option<PortRules>),
    /// What was done to the store.
    Store(StoreReport),
    /// What is remembered of results.
    Cache(CacheView),
    /// What the store takes.
    Usage(StoreUsage),
    /// All settings.
    Settings(Vec<SettingView>),
}
