//! When to ask: at once where somebody comes in with two sides, a moment after the last change where
//! a slider moves, and the newest question wins.
//!
//! Seconds are those of the window's clock.

use crate::link::RequestId;

/// How long a change rests before it is asked about.
const RESTS_S: f64 = 0.15;
/// How long an answer may take before what stands there is dimmed.
const PATIENCE_S: f64 = 0.15;

/// The question on its way, and the one that is due.
#[derive(Debug, Default)]
pub(super) struct Asking {
    due: Option<Due>,
    sent: Option<RequestId>,
    since_s: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Due {
    Now,
    At(f64),
}

/// What to do in this frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Turn {
    /// Send the question.
    Ask,
    /// Come back in so many seconds.
    Wait(f64),
    /// Nothing is to be done before something comes in.
    Rest,
}

impl Asking {
    /// Ask in the next frame.
    pub(super) fn now(&mut self) {
        self.due = Some(Due::Now);
    }

    /// Something changed, and may go on changing.
    pub(super) fn soon(&mut self, now_s: f64) {
        self.due = Some(Due::At(now_s + RESTS_S));
        self.since_s.get_or_insert(now_s);
    }

    /// Nothing is wanted any more.
    pub(super) fn forget(&mut self) {
        *self = Asking::default();
    }

    /// The connection is new: what was on its way will not be answered.
    pub(super) fn reconnected(&mut self) {
        if self.sent.take().is_some() {
            self.due = Some(Due::Now);
        }
    }

    /// What to do now.
    pub(super) fn turn(&mut self, now_s: f64) -> Turn {
        if self.due.is_some() {
            self.since_s.get_or_insert(now_s);
        }
        let patience = self.since_s.map(|since| since + PATIENCE_S - now_s);
        match self.due {
            Some(Due::Now) => Turn::Ask,
            Some(Due::At(at)) if now_s >= at => Turn::Ask,
            Some(Due::At(at)) => Turn::Wait(at - now_s),
            None => match patience {
                Some(left) if left > 0.0 => Turn::Wait(left),
                _ => Turn::Rest,
            },
        }
    }

    /// It was sent.
    pub(super) fn sent(&mut self, request: RequestId) {
        self.due = None;
        self.sent = Some(request);
    }

    /// Whether this is the answer that is waited for.
    pub(super) fn answered(&mut self, request: RequestId) -> bool {
        if self.sent != Some(request) {
            return false;
        }
        self.sent = None;
        if self.due.is_none() {
            self.since_s = None;
        }
        true
    }

    /// Whether an answer is due or on its way.
    pub(super) fn pending(&self) -> bool {
        self.due.is_some() || self.sent.is_some()
    }

    /// Whether the answer takes long enough to say so.
    pub(super) fn slow(&self, now_s: f64) -> bool {
        self.pending() && self.since_s.is_some_and(|since| now_s - since >= PATIENCE_S)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slider_that_moves_asks_once_when_it_rests() {
        let mut asking = Asking::default();
        for step in 0..10 {
            let now_s = f64::from(step) * 0.05;
            asking.soon(now_s);
            assert!(matches!(asking.turn(now_s), Turn::Wait(_)), "at {now_s}");
        }
        assert_eq!(asking.turn(0.45 + RESTS_S + 1e-9), Turn::Ask);
        asking.sent(RequestId(7));
        assert!(asking.answered(RequestId(7)));
        assert_eq!(asking.turn(10.0), Turn::Rest);
    }

    #[test]
    fn an_answer_to_an_older_question_is_not_taken() {
        let mut asking = Asking::default();
        asking.now();
        assert_eq!(asking.turn(0.0), Turn::Ask);
        asking.sent(RequestId(1));
        asking.now();
        asking.sent(RequestId(2));
        assert!(!asking.answered(RequestId(1)));
        assert!(asking.answered(RequestId(2)));
        assert!(!asking.pending());
    }

    #[test]
    fn a_slow_answer_is_said_to_be_slow_and_wakes_the_window_once() {
        let mut asking = Asking::default();
        asking.now();
        asking.turn(1.0);
        asking.sent(RequestId(1));
        assert!(!asking.slow(1.1));
        assert!(matches!(asking.turn(1.1), Turn::Wait(_)));
        assert!(asking.slow(1.2));
        assert_eq!(asking.turn(1.2), Turn::Rest);
    }

    #[test]
    fn a_new_connection_asks_again_what_was_on_its_way() {
        let mut asking = Asking::default();
        asking.reconnected();
        assert_eq!(asking.turn(0.0), Turn::Rest);
        asking.now();
        asking.sent(RequestId(1));
        asking.reconnected();
        assert_eq!(asking.turn(0.0), Turn::Ask);
    }
}
