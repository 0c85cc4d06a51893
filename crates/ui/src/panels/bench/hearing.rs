//! Listening to a board while a pattern is written for it.

use std::collections::VecDeque;

use protocol::{Code, Command, Event, Failure, HeardLine, JobId, JobOutcome, ListenSpec, Reply};

use crate::asks::Asks;
use crate::link::{Incoming, RequestId};

/// Lines that are shown.
const KEPT: usize = 60;

/// What was heard, and whether more comes.
#[derive(Debug, Default)]
pub(super) struct Hearing {
    asked: Option<RequestId>,
    job: Option<JobId>,
    /// Oldest first.
    pub(super) lines: VecDeque<HeardLine>,
    /// Why listening did not work, or ended.
    pub(super) failure: Option<Failure>,
    /// What was tried on the lines, or waits for its answer.
    patterns: Vec<String>,
    begun_with: Vec<String>,
    /// There are lines that were read with other patterns.
    stale: bool,
    trying: Option<RequestId>,
    /// What is wrong with a pattern.
    pub(super) wrong: Option<Failure>,
    /// Lines that came too fast.
    pub(super) left_out: u64,
}

impl Hearing {
    /// It is listened to, or will be.
    pub(super) fn is_on(&self) -> bool {
        self.asked.is_some() || self.job.is_some()
    }

    /// Begins anew.
    pub(super) fn begin(&mut self, spec: ListenSpec, asks: &mut Asks) {
        self.stop(asks);
        self.patterns.clone_from(&spec.patterns);
        self.begun_with.clone_from(&spec.patterns);
        self.stale = false;
        (self.failure, self.wrong, self.left_out) = (None, None, 0);
        self.lines.clear();
        self.asked = Some(asks.send(Command::Listen { spec }));
    }

    /// Ends it; what was heard stays.
    pub(super) fn stop(&mut self, asks: &mut Asks) {
        self.asked = None;
        if let Some(job) = self.job.take() {
            asks.send(Command::Cancel { job });
        }
    }

    /// Tries other patterns on what was heard, once the answer to the ones before is there.
    pub(super) fn retry(&mut self, patterns: Vec<String>, asks: &mut Asks) {
        if (patterns == self.patterns && !self.stale) || self.trying.is_some() {
            return;
        }
        self.stale = false;
        self.patterns.clone_from(&patterns);
        let lines = self.lines.iter().map(|line| line.text.clone()).collect();
        self.trying = Some(asks.send(Command::TryPatterns { patterns, lines }));
    }

    /// The last figures that were found.
    pub(super) fn found(&self) -> Option<&HeardLine> {
        self.lines.iter().rev().find(|line| !line.captures.is_empty())
    }

    pub(super) fn hear(&mut self, incoming: &Incoming) {
        match incoming {
            Incoming::Reply { request, reply } if self.trying == Some(*request) => {
                self.trying = None;
                self.wrong = match &**reply {
                    Ok(Reply::Lines(lines)) => {
                        // Lines that came meanwhile are at the end.
                        for (old, new) in self.lines.iter_mut().zip(lines) {
                            if old.text == new.text {
                                old.captures.clone_from(&new.captures);
                            }
                        }
                        None
                    }
                    Err(failure) => Some(failure.clone()),
                    Ok(_) => None,
                };
            }
            Incoming::Reply { request, reply } if self.asked == Some(*request) => {
                self.asked = None;
                match &**reply {
                    Ok(Reply::JobStarted { job }) => self.job = Some(*job),
                    Err(failure) => self.failure = Some(failure.clone()),
                    Ok(_) => {}
                }
            }
            Incoming::Reply { .. } => {}
            Incoming::Event(event) => match &**event {
                Event::LinesHeard { job, lines, left_out } if self.job == Some(*job) => {
                    self.left_out += left_out;
                    self.lines.extend(lines.iter().cloned());
                    let many = self.lines.len().saturating_sub(KEPT);
                    self.lines.drain(..many);
                    // What came was read with the patterns that it began with.
                    self.stale |= self.patterns != self.begun_with;
                }
                Event::JobFinished { job, outcome } if self.job == Some(*job) => {
                    self.job = None;
                    if let JobOutcome::Failed(failure) = outcome
                        && failure.code != Code::Cancelled
                    {
                        self.failure = Some(failure.clone());
                    }
                }
                _ => {}
            },
            Incoming::Connected | Incoming::Lost { .. } => {
                (self.asked, self.job, self.trying) = (None, None, None);
            }
        }
    }
}
