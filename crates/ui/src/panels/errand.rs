//! One job at a time: who is sent again before coming back is called off.

use std::collections::BTreeSet;

use protocol::{Code, Command, Event, Failure, JobId, JobOutcome, JobView, Reply};

use crate::asks::Asks;
use crate::link::{Incoming, RequestId};

/// Outcomes kept that came before the reply which says whose they are.
const EARLY: usize = 4;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Idle,
    Asked(RequestId),
    Going(JobId),
}

/// A job, from the wish to its outcome.
#[derive(Debug, Default)]
pub(super) struct Errand {
    stage: Stage,
    /// Called off before it was known which job they are.
    orphans: BTreeSet<RequestId>,
    early: Vec<(JobId, JobOutcome)>,
    /// Something was missed since its beginning: its end may be in that.
    doubted: bool,
    /// Given up for missed; its end may be on its way behind the snapshot that did not show it.
    missed: Option<JobId>,
    /// Seconds on the window's clock when it was first drawn going on.
    pub(super) seen_s: Option<f64>,
}

impl Errand {
    /// Something is on its way.
    pub(super) fn goes_on(&self) -> bool {
        self.stage != Stage::Idle
    }

    /// The job, once the engine has given it a number.
    pub(super) fn job(&self) -> Option<JobId> {
        match self.stage {
            Stage::Going(job) => Some(job),
            _ => None,
        }
    }

    /// Sends it; what went on is called off.
    pub(super) fn start(&mut self, command: Command, asks: &mut Asks) {
        self.cancel(asks);
        self.stage = Stage::Asked(asks.send(command));
        self.doubted = false;
    }

    /// Calls it off.
    pub(super) fn cancel(&mut self, asks: &mut Asks) {
        match std::mem::take(&mut self.stage) {
            Stage::Idle => {}
            Stage::Asked(request) => {
                self.orphans.insert(request);
            }
            Stage::Going(job) => {
                asks.send(Command::Cancel { job });
            }
        }
        self.seen_s = None;
        self.missed = None;
    }

    /// What came of it, where this is the end of it.
    pub(super) fn hear(
        &mut self,
        incoming: &Incoming,
        asks: &mut Asks,
    ) -> Option<Result<JobOutcome, Failure>> {
        match incoming {
            Incoming::Reply { request, reply } => self.hear_reply(*request, reply, asks),
            Incoming::Event(event) => match &**event {
                Event::JobFinished { job, outcome } => self.hear_end(*job, outcome),
                _ => None,
            },
            Incoming::Lost { why } => {
                self.orphans.clear();
                self.goes_on().then(|| self.end(JobOutcome::Failed(why.clone())))
            }
            // What waited was thrown away, or the line is a new one. What goes on there the snapshot says, which
            // the window asks for now.
            Incoming::Connected => {
                self.doubted = true;
                None
            }
        }
    }

    /// A job that goes on no more although its end was not heard is over, and what it made is told once.
    fn hear_snapshot(&mut self, going: &[JobView]) -> Option<Result<JobOutcome, Failure>> {
        let Stage::Going(mine) = self.stage else { return None };
        if !std::mem::take(&mut self.doubted) || going.iter().any(|job| job.job == mine) {
            return None;
        }
        self.missed = Some(mine);
        let words =
            "This window could not hear it when the job ended, and what it made is told once";
        let failure = Failure::new(Code::Internal, words);
        let hint = "begin it again; documents that were compressed are remembered";
        Some(self.end(JobOutcome::Failed(failure.with_hint(hint))))
    }

    fn hear_reply(
        &mut self,
        request: RequestId,
        reply: &Result<Reply, Failure>,
        asks: &mut Asks,
    ) -> Option<Result<JobOutcome, Failure>> {
        let orphan = self.orphans.remove(&request);
        match reply {
            Ok(Reply::Snapshot(snapshot)) => self.hear_snapshot(&snapshot.jobs),
            Ok(Reply::JobStarted { job }) if orphan => {
                asks.send(Command::Cancel { job: *job });
                None
            }
            Ok(Reply::JobStarted { job }) if self.stage == Stage::Asked(request) => {
                self.stage = Stage::Going(*job);
                if self.doubted {
                    // Its end may have been missed before its number was known.
                    asks.send(Command::Snapshot);
                }
                let early = std::mem::take(&mut self.early);
                let mine = early.into_iter().find(|(ended, _)| ended == job);
                mine.map(|(_, outcome)| self.end(outcome))
            }
            Err(failure) if self.stage == Stage::Asked(request) => {
                Some(self.end(JobOutcome::Failed(failure.clone())))
            }
            _ => None,
        }
    }

    fn hear_end(
        &mut self,
        job: JobId,
        outcome: &JobOutcome,
    ) -> Option<Result<JobOutcome, Failure>> {
        match self.stage {
            Stage::Going(mine) if mine == job => Some(self.end(outcome.clone())),
            Stage::Idle if self.missed == Some(job) => {
                self.missed = None;
                Some(self.end(outcome.clone()))
            }
            // A short job may be over before the reply that names it is here.
            Stage::Asked(_) => {
                if self.early.len() == EARLY {
                    self.early.remove(0);
                }
                self.early.push((job, outcome.clone()));
                None
            }
            _ => None,
        }
    }

    fn end(&mut self, outcome: JobOutcome) -> Result<JobOutcome, Failure> {
        self.stage = Stage::Idle;
        self.early.clear();
        self.seen_s = None;
        match outcome {
            JobOutcome::Failed(failure) => Err(failure),
            outcome => Ok(outcome),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asks::Ask;
    use protocol::Code;

    fn asked(asks: &mut Asks) -> Vec<(RequestId, Command)> {
        let sent = asks.take().into_iter().filter_map(|ask| match ask {
            Ask::Send(request, command) => Some((request, *command)),
            _ => None,
        });
        sent.collect()
    }

    fn started(request: RequestId, job: u64) -> Incoming {
        let reply = Box::new(Ok(Reply::JobStarted { job: JobId(job) }));
        Incoming::Reply { request, reply }
    }

    fn ended(job: u64) -> Incoming {
        let outcome = JobOutcome::Compressed(Vec::new());
        Incoming::Event(Box::new(Event::JobFinished { job: JobId(job), outcome }))
    }

    #[test]
    fn an_outcome_belongs_to_its_own_job_alone() {
        let (mut errand, mut asks) = (Errand::default(), Asks::default());
        errand.start(Command::Hello, &mut asks);
        let request = asked(&mut asks)[0].0;
        assert!(errand.hear(&started(request, 7), &mut asks).is_none());
        assert!(errand.hear(&ended(6), &mut asks).is_none());
        assert!(errand.hear(&ended(7), &mut asks).is_some_and(|end| end.is_ok()));
        assert!(!errand.goes_on());
        assert!(errand.hear(&ended(7), &mut asks).is_none());
    }

    #[test]
    fn a_job_that_ends_before_its_reply_is_not_lost() {
        let (mut errand, mut asks) = (Errand::default(), Asks::default());
        errand.start(Command::Hello, &mut asks);
        let request = asked(&mut asks)[0].0;
        for job in 1..9 {
            assert!(errand.hear(&ended(job), &mut asks).is_none());
        }
        assert!(errand.hear(&started(request, 8), &mut asks).is_some());
    }

    #[test]
    fn who_is_sent_again_is_called_off() {
        let (mut errand, mut asks) = (Errand::default(), Asks::default());
        errand.start(Command::Hello, &mut asks);
        let first = asked(&mut asks)[0].0;
        errand.start(Command::Hello, &mut asks);
        let second = asked(&mut asks)[0].0;
        errand.hear(&started(first, 1), &mut asks);
        assert_eq!(asked(&mut asks)[0].1, Command::Cancel { job: JobId(1) });
        errand.hear(&started(second, 2), &mut asks);
        errand.start(Command::Hello, &mut asks);
        assert_eq!(asked(&mut asks)[0].1, Command::Cancel { job: JobId(2) });
    }

    fn snapshot(jobs: &[u64]) -> Incoming {
        let jobs = jobs.iter().map(|job| JobView {
            job: JobId(*job),
            kind: protocol::JobKind::Compress,
            title: "notes.txt".into(),
            doing: "compressing".into(),
            done: 0,
            total: 1,
            began_ms: 0,
        });
        let snapshot = protocol::Snapshot {
            version: "1".into(),
            commit: None,
            store: "store".into(),
            store_problem: None,
            ports: Vec::new(),
            going: Vec::new(),
            jobs: jobs.collect(),
            settings_problems: Vec::new(),
            settings: Vec::new(),
            models: Vec::new(),
            document_sorts: Vec::new(),
            neural: None,
        };
        let reply = Box::new(Ok(Reply::Snapshot(Box::new(snapshot))));
        Incoming::Reply { request: RequestId(99), reply }
    }

    #[test]
    fn a_job_whose_end_was_thrown_away_ends_in_words_and_not_never() {
        let (mut errand, mut asks) = (Errand::default(), Asks::default());
        errand.start(Command::Hello, &mut asks);
        let request = asked(&mut asks)[0].0;
        errand.hear(&started(request, 7), &mut asks);
        // Nothing was missed: its end is on its way.
        assert!(errand.hear(&snapshot(&[]), &mut asks).is_none());
        assert!(errand.hear(&Incoming::Connected, &mut asks).is_none());
        assert!(errand.hear(&snapshot(&[3, 7]), &mut asks).is_none(), "it goes on");
        assert!(errand.hear(&Incoming::Connected, &mut asks).is_none());
        let Some(Err(failure)) = errand.hear(&snapshot(&[3]), &mut asks) else { panic!("over") };
        assert!(failure.hint.is_some());
        assert!(!errand.goes_on());
        // Its end was behind the snapshot after all.
        assert!(errand.hear(&ended(7), &mut asks).is_some_and(|end| end.is_ok()));
        assert!(errand.hear(&ended(7), &mut asks).is_none());
    }

    #[test]
    fn an_end_that_was_missed_before_the_number_was_known_is_asked_after() {
        let (mut errand, mut asks) = (Errand::default(), Asks::default());
        errand.start(Command::Hello, &mut asks);
        let request = asked(&mut asks)[0].0;
        errand.hear(&Incoming::Connected, &mut asks);
        errand.hear(&started(request, 7), &mut asks);
        assert_eq!(asked(&mut asks)[0].1, Command::Snapshot);
        assert!(errand.hear(&snapshot(&[]), &mut asks).is_some_and(|end| end.is_err()));
    }

    #[test]
    fn a_lost_connection_ends_it() {
        let (mut errand, mut asks) = (Errand::default(), Asks::default());
        let lost = Incoming::Lost { why: Failure::new(Code::Internal, "gone") };
        assert!(errand.hear(&lost, &mut asks).is_none());
        errand.start(Command::Hello, &mut asks);
        assert!(errand.hear(&lost, &mut asks).is_some_and(|end| end.is_err()));
        assert!(!errand.goes_on());
    }
}
