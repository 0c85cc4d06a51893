//! Models on their way here: which job gets which model, and what did not work.

use std::collections::BTreeMap;

use protocol::{Command, Event, Failure, JobId, JobKind, JobOutcome, Reply};

use crate::asks::Asks;
use crate::link::{Incoming, RequestId};
use crate::model::{Job, Model};

/// How a model that can be fetched stands.
pub(super) enum Stand<'a> {
    /// Nobody asked for it.
    Away,
    /// It was asked for.
    Asked,
    /// It comes.
    Coming(JobId, &'a Job),
}

/// A model that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Came {
    /// What was asked for.
    pub(super) asked: String,
    /// The checkpoint, or the weights.
    pub(super) model: String,
    /// Files for which the hub has no checksum.
    pub(super) unchecked: Vec<String>,
}

/// What a room asked to be fetched.
#[derive(Debug, Default)]
pub(super) struct Fetching {
    asked: BTreeMap<RequestId, String>,
    jobs: BTreeMap<JobId, String>,
    failed: BTreeMap<String, Failure>,
}

impl Fetching {
    /// Asks for a model.
    pub(super) fn get(&mut self, name: &str, asks: &mut Asks) {
        self.failed.remove(name);
        let request = asks.send(Command::FetchModel { name: name.to_owned() });
        self.asked.insert(request, name.to_owned());
    }

    /// How a model stands, whoever asked for it.
    pub(super) fn stand<'a>(&self, name: &str, model: &'a Model) -> Stand<'a> {
        let ours = |job: &JobId| self.jobs.get(job).is_some_and(|of| of == name);
        let coming = model.jobs.going.iter().find(|(id, job)| {
            job.view.kind == JobKind::FetchModel && (ours(id) || job.view.title == name)
        });
        match coming {
            Some((id, job)) => Stand::Coming(*id, job),
            None if self.asked.values().any(|asked| asked == name) => Stand::Asked,
            None => Stand::Away,
        }
    }

    /// Why it did not come.
    pub(super) fn failure(&self, name: &str) -> Option<&Failure> {
        self.failed.get(name)
    }

    /// Names that were asked for here and did not come, or are on their way.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let going = self.asked.values().chain(self.jobs.values());
        going.chain(self.failed.keys()).map(String::as_str)
    }

    /// The model that came because this room asked for it.
    pub(super) fn hear(&mut self, incoming: &Incoming) -> Option<Came> {
        match incoming {
            Incoming::Reply { request, reply } => {
                let name = self.asked.remove(request)?;
                match &**reply {
                    Ok(Reply::JobStarted { job }) => drop(self.jobs.insert(*job, name)),
                    Err(failure) => drop(self.failed.insert(name, failure.clone())),
                    Ok(_) => {}
                }
                None
            }
            Incoming::Event(event) => {
                let Event::JobFinished { job, outcome } = &**event else { return None };
                let name = self.jobs.remove(job)?;
                match outcome {
                    JobOutcome::ModelFetched { model, unchecked, .. } => Some(Came {
                        asked: name,
                        model: model.clone(),
                        unchecked: unchecked.clone(),
                    }),
                    JobOutcome::Failed(failure) => {
                        if failure.code != protocol::Code::Cancelled {
                            self.failed.insert(name, failure.clone());
                        }
                        None
                    }
                    _ => None,
                }
            }
            Incoming::Connected | Incoming::Lost { .. } => {
                self.asked.clear();
                None
            }
        }
    }
}
