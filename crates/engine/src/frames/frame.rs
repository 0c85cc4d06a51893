//! Makes one frame of one view.

use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::{LatencyPercentiles, SignalFrame, Trace, ViewFrame, ViewId, ViewSpec, ViewWindow};

use crate::signals::{RunSignals, Signals, Window, percentiles, trace};

/// Columns of a frame, at most: more than the widest screen has.
const WIDEST_PX: u32 = 8192;
/// Tokens that can still be told apart in the event lane.
const TOKEN_MARKS: u64 = 600;
/// Percentiles over more samples than this are computed anew only every [`LATENCY_EVERY`].
const MANY: u64 = 20_000;
const LATENCY_EVERY: Duration = Duration::from_millis(300);

/// What to make.
pub(crate) struct Draft {
    pub(crate) view: ViewId,
    pub(crate) opening: u64,
    pub(crate) seq: u64,
    pub(crate) spec: ViewSpec,
    pub(crate) signals: Arc<RunSignals>,
    pub(crate) latency: Option<Latency>,
}

/// A frame, and what its view has to remember.
pub(crate) struct Made {
    pub(crate) frame: ViewFrame,
    pub(crate) opening: u64,
    /// Of the signals.
    pub(crate) version: u64,
    pub(crate) latency: Option<Latency>,
    pub(crate) again_at: Option<Instant>,
}

/// Percentiles, and when they were computed.
#[derive(Clone)]
pub(crate) struct Latency {
    at: Instant,
    percentiles: Option<LatencyPercentiles>,
}

/// Percentiles to come, or those from a moment ago.
enum Due {
    Compute(Vec<f64>),
    Earlier(Latency),
}

impl Draft {
    /// Looks at the signals and makes the frame.
    pub(crate) fn make(self) -> Made {
        // Read before the look: what is told in between is shown now or makes another frame.
        let version = self.signals.version();
        let (mut frame, due) = self.signals.look(|signals| self.look(signals));
        // Sorting is not done under the signals' lock.
        let (latency, again_at) = match due {
            Due::Compute(samples) => {
                let percentiles = percentiles(&samples);
                (Latency { at: Instant::now(), percentiles }, None)
            }
            Due::Earlier(earlier) => {
                let again_at = earlier.at + LATENCY_EVERY;
                (earlier, Some(again_at))
            }
        };
        frame.latency = latency.percentiles;
        Made { frame, opening: self.opening, version, latency: Some(latency), again_at }
    }

    fn look(&self, signals: &Signals) -> (ViewFrame, Due) {
        let window = window(&self.spec, signals.end_ms());
        let token_edges = window.edges(signals.token_axis());
        let (from, to) = match token_edges.as_slice() {
            [from, .., to] => (*from, *to),
            _ => (0, 0),
        };
        let earlier = self
            .latency
            .clone()
            .filter(|earlier| to - from > MANY && earlier.at.elapsed() < LATENCY_EVERY);
        let due = match earlier {
            Some(earlier) => Due::Earlier(earlier),
            None => Due::Compute(signals.latencies(from, to)),
        };
        let token_count = signals.count(from, to);
        let tokens = if to - from <= 2 * TOKEN_MARKS && token_count <= TOKEN_MARKS {
            signals.token_marks(from, to)
        } else {
            Vec::new()
        };
        let frame = ViewFrame {
            view: self.view,
            seq: self.seq,
            run: self.spec.run.clone(),
            recording: signals.recording,
            end_ms: signals.end_ms(),
            from_ms: window.from_ms,
            to_ms: window.to_ms,
            signals: self.signal_frames(signals, &window, &token_edges),
            repetitions: signals.marks(window.from_ms, window.to_ms, window.width as usize),
            tokens,
            token_count,
            latency: None,
            positions: signals.places().columns(),
            note: signals.note.clone(),
        };
        (frame, due)
    }

    fn signal_frames(
        &self,
        signals: &Signals,
        window: &Window,
        token_edges: &[u64],
    ) -> Vec<SignalFrame> {
        let frame = |signal: &crate::signals::Signal| {
            let axis = signals.axis(signal);
            let trace = match &signal.axis {
                Some(own) => trace(signal, own, &window.edges(own)),
                None => trace(signal, axis, token_edges),
            };
            SignalFrame {
                name: signal.name.clone(),
                unit: signal.unit.clone(),
                trace,
                extent: signal.extent,
                absent: signal.absent.clone(),
                source: signals.source_of(signal),
            }
        };
        if self.spec.signals.is_empty() {
            return signals.all().iter().map(frame).collect();
        }
        let named = |name: &String| {
            let found = signals.all().iter().find(|signal| signal.name == *name);
            found.map_or_else(|| unknown(name), frame)
        };
        self.spec.signals.iter().map(named).collect()
    }
}

fn unknown(name: &str) -> SignalFrame {
    SignalFrame {
        name: name.into(),
        unit: String::new(),
        trace: Trace::Points(Vec::new()),
        extent: None,
        absent: Some("this run has no signal of that name".into()),
        source: None,
    }
}

/// The stretch that a view means now.
fn window(spec: &ViewSpec, end_ms: f64) -> Window {
    let (from_ms, to_ms) = match spec.window {
        ViewWindow::Whole => (0.0, end_ms),
        ViewWindow::Last { span_ms } => ((end_ms - span_ms).max(0.0), end_ms.max(span_ms)),
        ViewWindow::Between { from_ms, to_ms } => (from_ms.min(to_ms), from_ms.max(to_ms)),
    };
    // A stretch without a length has no columns.
    let to_ms = if to_ms - from_ms < 1e-6 { from_ms + 1.0 } else { to_ms };
    Window { from_ms, to_ms, width: spec.width_px.clamp(1, WIDEST_PX) }
}
