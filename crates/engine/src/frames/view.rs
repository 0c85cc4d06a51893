//! One open view: what it shows, what is on its way to the face, and when the next frame is due.

use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::{ViewId, ViewSpec};

use crate::events::Queue;
use crate::frames::frame::{Draft, Latency, Made};
use crate::signals::RunSignals;

/// Thirty frames a second.
const FRAME_EVERY: Duration = Duration::from_micros(33_333);

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
        self.not_before = Instant::now() + FRAME_EVERY;
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
