//! What the meter's thread and the recording tell each other.

use std::sync::{Mutex, MutexGuard, PoisonError};

use protocol::SignalSource;

use super::idle::Idling;
use super::timing::Timing;

/// Behind one lock, held for as long as an assignment takes.
pub(crate) struct Shared(Mutex<State>);

/// The state.
pub(crate) struct State {
    pub(crate) timing: Timing,
    pub(crate) idle: Idling,
    /// The repetition that goes on.
    pub(crate) repetition: u32,
    /// How far samples were handed on, in milliseconds of the run.
    pub(crate) reached_ms: Option<f64>,
    pub(crate) samples: u64,
    pub(crate) lost: u64,
    pub(crate) noise: u64,
    /// Why the meter is silent.
    pub(crate) ended: Option<String>,
    /// To be told to who looks.
    pub(crate) source: Option<SignalSource>,
}

impl Shared {
    pub(crate) fn new(timing: Timing) -> Shared {
        Shared(Mutex::new(State {
            timing,
            idle: Idling::default(),
            repetition: 0,
            reached_ms: None,
            samples: 0,
            lost: 0,
            noise: 0,
            ended: None,
            source: None,
        }))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
