//! The signals of a run between the thread that records it and those that look.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use protocol::RunId;

use crate::signals::heard::Heard;
use crate::signals::run_signals::Signals;

/// A run's signals, shared. A recording never waits for a look: what it tells meanwhile waits in an
/// inbox and is taken in afterwards, in order.
pub(crate) struct RunSignals {
    pub(crate) run: RunId,
    inbox: Mutex<Vec<Heard>>,
    signals: Mutex<Signals>,
    version: AtomicU64,
}

impl RunSignals {
    pub(crate) fn new(run: RunId, signals: Signals) -> RunSignals {
        RunSignals {
            run,
            inbox: Mutex::default(),
            signals: Mutex::new(signals),
            version: AtomicU64::new(1),
        }
    }

    /// Tells what happened. Takes as long as an append.
    pub(crate) fn tell(&self, heard: Heard) {
        self.inbox().push(heard);
        match self.signals.try_lock() {
            Ok(mut signals) => self.take_in(&mut signals),
            Err(TryLockError::Poisoned(poisoned)) => self.take_in(&mut poisoned.into_inner()),
            // Whoever looks takes it in when it looks again; so does the next telling.
            Err(TryLockError::WouldBlock) => {}
        }
        self.version.fetch_add(1, Ordering::SeqCst);
    }

    /// Grows with everything that is told.
    pub(crate) fn version(&self) -> u64 {
        self.version.load(Ordering::SeqCst)
    }

    /// Looks at all that was told so far.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Signals) -> T) -> T {
        let mut signals = self.signals.lock().unwrap_or_else(PoisonError::into_inner);
        self.take_in(&mut signals);
        look(&signals)
    }

    fn take_in(&self, signals: &mut Signals) {
        let told = std::mem::take(&mut *self.inbox());
        told.into_iter().for_each(|heard| signals.hear(heard));
    }

    fn inbox(&self) -> MutexGuard<'_, Vec<Heard>> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
