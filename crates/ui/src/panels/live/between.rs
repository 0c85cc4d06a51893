//! Asks what lies between the markers: one question at a time, and a few a second at most.

use protocol::{BetweenView, Command, Failure, Reply, RunId};

use crate::asks::Asks;
use crate::link::{Incoming, RequestId};

/// Seconds between two questions.
const APART_S: f64 = 0.2;

/// The question, and the last answer.
#[derive(Debug, Default)]
pub(super) struct Between {
    waiting: Option<RequestId>,
    asked: Option<(RunId, [f64; 2], u64)>,
    asked_s: f64,
    answer: Option<Box<BetweenView>>,
    problem: Option<Failure>,
}

/// Whether to look again later.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Again {
    /// What is shown is what was wanted, or will be.
    No,
    /// It is too early to ask: in so many seconds.
    In(f64),
}

impl Between {
    /// What lies between these two moments is wanted; `version` changes when the samples there do.
    pub(super) fn want(
        &mut self,
        run: &RunId,
        pair: [f64; 2],
        version: u64,
        now_s: f64,
        asks: &mut Asks,
    ) -> Again {
        let same = |asked: &(RunId, [f64; 2], u64)| {
            asked.0 == *run && asked.1 == pair && asked.2 == version
        };
        if self.waiting.is_some() || self.asked.as_ref().is_some_and(same) {
            return Again::No;
        }
        if self.asked.is_some() && now_s - self.asked_s < APART_S {
            return Again::In(APART_S - (now_s - self.asked_s));
        }
        if self.asked.as_ref().is_some_and(|asked| asked.0 != *run) {
            self.answer = None;
        }
        let [from_ms, to_ms] = pair;
        let command = Command::MeasureBetween { run: run.clone(), from_ms, to_ms };
        self.waiting = Some(asks.send(command));
        self.asked = Some((run.clone(), pair, version));
        self.asked_s = now_s;
        Again::No
    }

    /// Takes in an answer.
    pub(super) fn hear(&mut self, incoming: &Incoming) {
        match incoming {
            Incoming::Reply { request, reply } if self.waiting == Some(*request) => {
                self.waiting = None;
                match &**reply {
                    Ok(Reply::Between(view)) => {
                        self.answer = Some(view.clone());
                        self.problem = None;
                    }
                    Ok(_) => {}
                    Err(failure) => self.problem = Some(failure.clone()),
                }
            }
            Incoming::Connected | Incoming::Lost { .. } => {
                (self.waiting, self.asked) = (None, None);
            }
            _ => {}
        }
    }

    /// Nothing is wanted any more.
    pub(super) fn forget(&mut self) {
        *self = Between::default();
    }

    /// The last answer.
    pub(super) fn answer(&self) -> Option<&BetweenView> {
        self.answer.as_deref()
    }

    /// Why there is none.
    pub(super) fn problem(&self) -> Option<&Failure> {
        self.problem.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_question_at_a_time_and_a_few_a_second() {
        let (mut between, mut asks) = (Between::default(), Asks::default());
        let run = RunId::from("run");
        assert_eq!(between.want(&run, [1.0, 2.0], 0, 0.0, &mut asks), Again::No);
        between.want(&run, [1.0, 3.0], 0, 1.0, &mut asks);
        assert_eq!(asks.take().len(), 1);
        let reply = Box::new(Err(Failure::new(protocol::Code::Internal, "no")));
        between.hear(&Incoming::Reply { request: RequestId(1), reply });
        assert!(between.problem().is_some());
        assert!(matches!(between.want(&run, [1.0, 3.0], 0, 0.05, &mut asks), Again::In(_)));
        assert!(asks.is_empty());
        between.want(&run, [1.0, 3.0], 0, 0.3, &mut asks);
        assert_eq!(asks.take().len(), 1);
    }
}
