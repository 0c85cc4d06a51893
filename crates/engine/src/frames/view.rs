//! One open view: what it shows, what is on its way to the face, and when the next frame is due.

use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::{ViewId, ViewSpec};

use crate::events::Queue;
use crate::frames::frame::{Draft, Latency, Made};
use crate::signals::RunSignals;

/// Thirty frames a second.
const FRAME_EVERY: Duration = Duration::from_micros(33_333);
/// How far a frame that came late brings the next one forward, so that thirty a second stay thirty.
const MADE_UP_FOR: Duration = Duration::from_micros(16_666);

/// When the frame after one may be made that was due at `due` and is begun at `now`.
fn next(due: Instant, now: Instant) -> Instant {
    let late = now.saturating_duration_since(due);
    now + FRAME_EVERY.saturating_sub(late.min(MADE_UP_FOR))
}

/// A view.
pub(crate) struct View {
    id: ViewId,
    spec: ViewSpec,
    signals: Arc<RunSignals>,
    queue: Arc<Queue>,
    /// Which opening of this id it is.
    opening: u64,
    seq: u64,
    /// The frame that was not acknowledged yet.
    on_its_way: Option<u64>,
    /// What the newest frame showed; `None` before the first.
    shown: Option<u64>,
    not_before: Instant,
    /// When the newest frame holds something that has to be looked at again.
    again_at: Option<Instant>,
    latency: Option<Latency>,
}

impl View {
    /// A view that has shown nothing yet; goes on counting where `before` ended.
    pub(crate) fn new(
        id: ViewId,
        spec: ViewSpec,
        signals: Arc<RunSignals>,
        queue: Arc<Queue>,
        before: Option<View>,
    ) -> View {
        let now = Instant::now();
        let (opening, seq, not_before) = match before {
            Some(before) => (before.opening + 1, before.seq, before.not_before),
            None => (0, 0, now),
        };
        let (on_its_way, shown, again_at, latency) = (None, None, None, None);
        View {
            id,
            spec,
            signals,
            queue,
            opening,
            seq,
            on_its_way,
            shown,
            not_before,
            again_at,
            latency,
        }
    }

    /// The face has painted a frame.
    pub(crate) fn acknowledge(&mut self, seq: u64) {
        if self.on_its_way == Some(seq) {
            self.on_its_way = None;
        }
    }

    /// When the next frame may be made; `None` while nothing changed, or one is on its way.
    pub(crate) fn due(&self) -> Option<Instant> {
        if self.on_its_way.is_some() {
            return None;
        }
        if self.shown != Some(self.signals.version()) {
            return Some(self.not_before);
        }
        self.again_at.map(|again_at| again_at.max(self.not_before))
    }

    /// Begins a frame: it counts as on its way from here on.
    pub(crate) fn begin(&mut self) -> Draft {
        self.seq += 1;
        self.on_its_way = Some(self.seq);
        self.not_before = next(self.not_before, Instant::now());
        Draft {
            view: self.id,
            opening: self.opening,
            seq: self.seq,
            spec: self.spec.clone(),
            signals: Arc::clone(&self.signals),
            latency: self.latency.clone(),
        }
    }

    /// Sends a frame, unless the view was opened anew since it was begun.
    pub(crate) fn show(&mut self, made: Made) {
        if made.opening != self.opening {
            return;
        }
        self.shown = Some(made.version);
        self.again_at = made.again_at;
        self.latency = made.latency;
        self.queue.show(made.frame);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_that_are_begun_late_still_come_thirty_times_a_second_and_never_in_a_burst() {
        let began = Instant::now();
        // Each is begun a little after it is due, as threads that sleep are.
        let (mut due, mut at) = (began, began);
        for _ in 0..300 {
            at = due + Duration::from_millis(3);
            due = next(due, at);
        }
        let took = (at - began).as_secs_f64();
        assert!((9.9..10.1).contains(&took), "{took}");
        // After a pause nothing is made up for but half a frame.
        let at = due + Duration::from_secs(60);
        assert_eq!(next(due, at) - at, FRAME_EVERY - MADE_UP_FOR);
        assert_eq!(next(at, at) - at, FRAME_EVERY);
    }
}
