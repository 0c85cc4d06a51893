//! What a view costs, for `examples/views.rs`: an hour of fast signals, without a board or a store.

use std::sync::Arc;

use protocol::{RunId, ViewFrame, ViewId, ViewSpec, ViewWindow};

use crate::frames::frame::Draft;
use crate::signals::{Own, Place, RunSignals, Signals};

/// A made-up run.
pub struct MadeUp(Arc<RunSignals>);

impl MadeUp {
    /// Of so many series, all with the same samples at `rate_hz`, told piece by piece.
    pub fn of(series: usize, rate_hz: f64, pieces: usize, piece: &[f32]) -> MadeUp {
        let names: Vec<String> = (0..series).map(|at| format!("rail {at}")).collect();
        let own = |name: &String| (name.clone(), "mW".to_owned(), Own::Regular { rate_hz });
        let mut signals = Signals::with(Place::Board, None, names.iter().map(own).collect());
        for _ in 0..pieces {
            names.iter().for_each(|name| signals.stretch(name, piece));
        }
        MadeUp(Arc::new(RunSignals::new(RunId::from("made-up"), signals)))
    }

    /// A frame of it, made as the thread `views` makes one.
    pub fn frame(&self, window: ViewWindow, width_px: u32) -> ViewFrame {
        let run = self.0.run.clone();
        let draft = Draft {
            view: ViewId(1),
            opening: 0,
            seq: 1,
            spec: ViewSpec { run, signals: Vec::new(), window, width_px },
            signals: Arc::clone(&self.0),
            latency: None,
        };
        draft.make().frame
    }
}
