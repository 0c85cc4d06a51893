//! What the window knows of the engine: a replica, made from a snapshot and kept by events.
//!
//! Nothing here draws, and no type of egui is in it. A panel reads the model and asks; only what
//! comes in changes it.

mod jobs;
mod recent;
mod runs;

use std::collections::BTreeMap;

use protocol::{
    Command, DocumentSort, Event, Failure, ModelOrigin, ModelView, NeuralView, PortView, Reply,
    RunId, RunSummary, SettingView, Snapshot,
};

use crate::asks::Asks;
use crate::link::{Incoming, RequestId, Whose};

pub use jobs::{Ended, Job, Jobs};
pub use runs::Going;

/// How the window stands with the engine.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Connection {
    /// It has not been heard yet.
    #[default]
    Waiting,
    /// All is known.
    Live,
    /// It is gone; what is shown may be out of date.
    Lost(Failure),
}

/// The replica.
#[derive(Debug, Default)]
pub struct Model {
    /// How the window stands with the engine.
    pub connection: Connection,
    /// Whose engine it is.
    pub whose: Whose,
    /// Version of the program.
    pub version: String,
    /// Commit it was built from.
    pub commit: Option<String>,
    /// The store's folder.
    pub store: String,
    /// Why nothing can be recorded, where that is so.
    pub store_problem: Option<String>,
    /// What of the settings could not be used, a sentence each.
    pub settings_problems: Vec<String>,
    /// Ports and boards, in the engine's order: the engine's computer first, which is a host's name where it is not
    /// this one.
    pub ports: Vec<PortView>,
    /// Runs that go on.
    pub going: BTreeMap<RunId, Going>,
    /// Jobs that go on, and the last that ended.
    pub jobs: Jobs,
    /// All settings.
    pub settings: Vec<SettingView>,
    /// Models that can be chosen.
    pub models: Vec<ModelView>,
    /// What can be compressed.
    pub document_sorts: Vec<DocumentSort>,
    /// Models that read text; `None` where the engine was built without them.
    pub neural: Option<NeuralView>,
    /// The newest runs, newest first, deleted ones left out: for lists to choose from.
    pub recent: Vec<RunSummary>,
    /// Runs in the store, deleted ones left out.
    pub total_runs: u64,
    snapshot: Option<RequestId>,
    newest: recent::Asking,
    models_asked: Option<RequestId>,
}

impl Model {
    /// Takes in what came; asks for what is now out of date.
    pub fn hear(&mut self, incoming: &Incoming, now_ms: i64, asks: &mut Asks) {
        match incoming {
            Incoming::Connected => {
                self.snapshot = Some(asks.send(Command::Snapshot));
                self.newest.again(asks);
            }
            Incoming::Lost { why } => self.connection = Connection::Lost(why.clone()),
            Incoming::Reply { request, reply } => self.hear_reply(*request, reply, asks),
            Incoming::Event(event) => self.hear_event(event, now_ms, asks),
        }
    }

    fn hear_reply(&mut self, request: RequestId, reply: &Result<Reply, Failure>, asks: &mut Asks) {
        match reply {
            Ok(Reply::Snapshot(snapshot)) if self.snapshot == Some(request) => {
                self.snapshot = None;
                self.take(snapshot);
            }
            Err(failure) if self.snapshot == Some(request) => {
                self.snapshot = None;
                self.connection = Connection::Lost(failure.clone());
            }
            Ok(Reply::Models(models)) if self.models_asked == Some(request) => {
                self.models_asked = None;
                self.models.clone_from(models);
            }
            Ok(Reply::Runs { runs, total }) if self.newest.answered(request, asks) => {
                self.recent.clone_from(runs);
                self.total_runs = *total;
            }
            Err(_) => {
                self.newest.answered(request, asks);
            }
            // Whoever changed a setting is told so, and so is everybody, by an event.
            Ok(Reply::Settings(settings)) => self.settings.clone_from(settings),
            // Whoever asked, it is what there is now.
            Ok(Reply::Neural(neural)) => self.neural = neural.as_deref().cloned(),
            Ok(_) => {}
        }
    }

    fn take(&mut self, snapshot: &Snapshot) {
        self.connection = Connection::Live;
        self.version.clone_from(&snapshot.version);
        self.commit.clone_from(&snapshot.commit);
        self.store.clone_from(&snapshot.store);
        self.store_problem.clone_from(&snapshot.store_problem);
        self.settings_problems.clone_from(&snapshot.settings_problems);
        self.ports.clone_from(&snapshot.ports);
        self.settings.clone_from(&snapshot.settings);
        self.models.clone_from(&snapshot.models);
        self.document_sorts.clone_from(&snapshot.document_sorts);
        self.neural.clone_from(&snapshot.neural);
        self.going = snapshot
            .going
            .iter()
            .map(|run| (run.summary.run.clone(), Going::from(run.clone())))
            .collect();
        self.jobs.replace(&snapshot.jobs);
    }

    fn hear_event(&mut self, event: &Event, now_ms: i64, asks: &mut Asks) {
        match event {
            Event::RunStarted(run) => {
                self.going.insert(run.summary.run.clone(), Going::from((**run).clone()));
                self.newest.again(asks);
            }
            Event::RunProgressed {
                run,
                doing,
                repetitions_done,
                repetitions,
                tokens,
                tokens_per_s,
            } => {
                if let Some(going) = self.going.get_mut(run) {
                    going.run.doing.clone_from(doing);
                    going.run.repetitions_done = *repetitions_done;
                    going.run.repetitions = *repetitions;
                    going.tokens = *tokens;
                    going.tokens_per_s = tokens_per_s.or(going.tokens_per_s);
                }
            }
            Event::RunFinished { run, .. } => {
                self.going.remove(run);
                self.newest.again(asks);
                self.models_asked = Some(asks.send(Command::ListModels));
            }
            Event::RunChanged { .. } => self.newest.again(asks),
            Event::JobStarted(job) => self.jobs.start(job),
            Event::JobProgressed { job, doing, done, total } => {
                self.jobs.progress(*job, doing, *done, *total);
            }
            Event::JobFinished { job, outcome } => {
                self.jobs.finish(*job, outcome, now_ms);
                if matches!(outcome, protocol::JobOutcome::ModelFetched { .. }) {
                    self.models_asked = Some(asks.send(Command::ListModels));
                    if self.neural.is_some() {
                        asks.send(Command::ListNeural);
                    }
                }
            }
            Event::PortsChanged(ports) => self.ports.clone_from(ports),
            Event::SettingsChanged(settings) => self.settings.clone_from(settings),
            Event::ViewFrame(_) | Event::Notice { .. } | Event::LinesHeard { .. } => {}
        }
    }

    /// A setting's value; empty where there is none.
    pub fn setting(&self, key: &str) -> &str {
        self.settings
            .iter()
            .find(|setting| setting.key == key)
            .map_or("", |setting| setting.value.as_str())
    }

    /// A run among the newest, or one that goes on.
    pub fn run(&self, run: &RunId) -> Option<&RunSummary> {
        let going = self.going.get(run).map(|going| &going.run.summary);
        going.or_else(|| self.recent.iter().find(|summary| summary.run == *run))
    }

    /// The run that goes on, where it is the only one.
    pub fn only_going(&self) -> Option<&RunId> {
        let mut going = self.going.keys();
        let first = going.next();
        first.filter(|_| going.next().is_none())
    }

    /// Sentence encoders that can be asked for; `None` where the engine was built without models that read text.
    pub fn encoders(&self) -> Option<&[String]> {
        self.neural.as_ref().map(|neural| neural.encoders.as_slice())
    }

    /// Models whose files are here.
    pub fn models_here(&self) -> impl Iterator<Item = &ModelView> {
        self.models.iter().filter(|model| model.origin != ModelOrigin::Fetchable)
    }
}

#[cfg(test)]
mod tests;
