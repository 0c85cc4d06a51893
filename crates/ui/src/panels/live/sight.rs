//! Which stretch of the run is looked at, and how that changes: pure arithmetic on milliseconds.

use protocol::ViewWindow;

/// The shortest stretch that can be looked at: one sample of a signal of 100 kHz.
pub(super) const LEAST_MS: f64 = 0.01;
/// The longest stretch that moves with the newest sample.
const LONGEST_FOLLOW_MS: f64 = 600_000.0;
/// The stretch that a recording is followed with at first.
pub(super) const FOLLOW_MS: f64 = 10_000.0;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sight {
    /// The newest so many milliseconds, moving on.
    Follow {
        /// How many.
        span_ms: f64,
    },
    /// From the beginning to the newest sample.
    Whole,
    /// This stretch; it does not move.
    Held {
        /// Its beginning, in milliseconds.
        from_ms: f64,
        /// Its end, in milliseconds.
        to_ms: f64,
    },
}

impl Sight {
    /// What a view is asked for.
    pub(super) fn window(self) -> ViewWindow {
        match self {
            Sight::Follow { span_ms } => ViewWindow::Last { span_ms },
            Sight::Whole => ViewWindow::Whole,
            Sight::Held { from_ms, to_ms } => ViewWindow::Between { from_ms, to_ms },
        }
    }

    /// From when to when, in a run whose newest sample lies at `end_ms`.
    pub(super) fn shown(self, end_ms: f64) -> [f64; 2] {
        match self {
            Sight::Follow { span_ms } => {
                let to = end_ms.max(span_ms);
                [to - span_ms, to]
            }
            Sight::Whole => [0.0, if end_ms > 0.0 { end_ms } else { 1000.0 }],
            Sight::Held { from_ms, to_ms } => [from_ms, to_ms],
        }
    }

    /// It does not move with the recording.
    pub(super) fn is_held(self) -> bool {
        matches!(self, Sight::Held { .. })
    }

    /// After the recording: one that ended before it filled the stretch it was followed with is
    /// seen whole.
    pub(super) fn ended(self, end_ms: f64) -> Sight {
        match self {
            Sight::Follow { span_ms } if end_ms < span_ms => Sight::Whole,
            sight => sight,
        }
    }

    /// What is there, held. A young recording does not fill the stretch that it is followed with:
    /// the empty part would go on filling.
    pub(super) fn held(self, end_ms: f64) -> Sight {
        let [from_ms, to_ms] = self.shown(end_ms);
        match self {
            Sight::Follow { .. } if end_ms > 0.0 => {
                Sight::Held { from_ms, to_ms: to_ms.min(end_ms.max(LEAST_MS)) }
            }
            _ => Sight::Held { from_ms, to_ms },
        }
    }

    /// The stretch `times` as long, with what lies at `at_ms` staying where it is. Following goes
    /// on; more than there is becomes the whole.
    pub(super) fn zoomed(self, at_ms: f64, times: f64, end_ms: f64) -> Sight {
        if !(times.is_finite() && times > 0.0 && at_ms.is_finite()) {
            return self;
        }
        let [from, to] = self.shown(end_ms);
        let span = ((to - from) * times).max(LEAST_MS);
        match self {
            Sight::Follow { .. } => Sight::Follow { span_ms: span.min(LONGEST_FOLLOW_MS) },
            _ if times >= 1.0 && span >= end_ms => Sight::Whole,
            _ => {
                let share = ((at_ms - from) / (to - from)).clamp(0.0, 1.0);
                let begins = at_ms.clamp(from, to) - span * share;
                within(begins, span, end_ms.max(to))
            }
        }
    }

    /// The stretch moved by so many milliseconds, as far as there is something to see.
    pub(super) fn panned(self, by_ms: f64, end_ms: f64) -> Sight {
        let [from, to] = self.shown(end_ms);
        let moved = within(from + by_ms, to - from, end_ms.max(to));
        match (self, moved) {
            // The whole cannot be moved, and stays the whole.
            (Sight::Whole, Sight::Held { from_ms, .. }) if from_ms == from => Sight::Whole,
            _ => moved,
        }
    }

    /// A stretch between two moments, in any order.
    pub(super) fn between(one_ms: f64, other_ms: f64, end_ms: f64) -> Sight {
        let (from, to) = (one_ms.min(other_ms), one_ms.max(other_ms));
        within(from, (to - from).max(LEAST_MS), end_ms.max(to))
    }
}

/// A stretch of `span` that begins at `from`, moved so that it lies between 0 and `end`.
fn within(from: f64, span: f64, end: f64) -> Sight {
    let from_ms = from.min(end - span).max(0.0);
    Sight::Held { from_ms, to_ms: from_ms + span }
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: f64 = 20_000.0;

    fn held(from_ms: f64, to_ms: f64) -> Sight {
        Sight::Held { from_ms, to_ms }
    }

    #[test]
    fn following_sticks_to_the_newest() {
        let follow = Sight::Follow { span_ms: 10_000.0 };
        assert_eq!(follow.shown(END), [10_000.0, 20_000.0]);
        assert_eq!(follow.shown(500.0), [0.0, 10_000.0]);
        assert_eq!(follow.zoomed(12_000.0, 0.5, END), Sight::Follow { span_ms: 5000.0 });
        assert_eq!(follow.held(END), held(10_000.0, 20_000.0));
        assert_eq!(follow.held(2500.0), held(0.0, 2500.0));
        assert_eq!(follow.ended(2500.0), Sight::Whole);
        assert_eq!(follow.ended(END), follow);
        assert_eq!(held(0.0, 10_000.0).ended(2500.0), held(0.0, 10_000.0));
    }

    #[test]
    fn zooming_keeps_what_is_under_the_pointer() {
        let zoomed = held(0.0, 10_000.0).zoomed(2500.0, 0.1, END);
        assert_eq!(zoomed, held(2250.0, 3250.0));
        assert_eq!(Sight::Whole.zoomed(10_000.0, 0.5, END), held(5000.0, 15_000.0));
    }

    #[test]
    fn more_than_there_is_becomes_the_whole_and_less_than_a_sample_does_not_exist() {
        assert_eq!(held(0.0, 15_000.0).zoomed(7000.0, 2.0, END), Sight::Whole);
        assert_eq!(Sight::Whole.zoomed(7000.0, 2.0, END), Sight::Whole);
        let [from, to] = held(5.0, 5.02).zoomed(5.01, 1e-9, END).shown(END);
        assert!((to - from - LEAST_MS).abs() < 1e-9);
        assert_eq!(held(1.0, 2.0).zoomed(f64::NAN, 0.5, END), held(1.0, 2.0));
    }

    #[test]
    fn panning_stops_at_the_ends() {
        assert_eq!(held(1000.0, 2000.0).panned(-5000.0, END), held(0.0, 1000.0));
        assert_eq!(held(1000.0, 2000.0).panned(500_000.0, END), held(19_000.0, 20_000.0));
        assert_eq!(Sight::Whole.panned(100.0, END), Sight::Whole);
        let follow = Sight::Follow { span_ms: 10_000.0 };
        assert_eq!(follow.panned(-1000.0, END), held(9000.0, 19_000.0));
    }

    #[test]
    fn a_range_may_be_drawn_from_either_side() {
        assert_eq!(Sight::between(300.0, 100.0, END), held(100.0, 300.0));
    }
}
