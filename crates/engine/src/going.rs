//! What goes on in this process: how far it is, how to stop it, and who uses which board.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use protocol::{GoingRun, JobId, JobView, RunId};

/// What goes on.
#[derive(Default)]
pub(crate) struct Going {
    pub(crate) runs: BTreeMap<RunId, Stoppable<GoingRun>>,
    pub(crate) jobs: BTreeMap<JobId, Stoppable<JobView>>,
    pub(crate) boards: BTreeMap<String, String>,
    last_job: u64,
}

/// Work, as a face that comes later needs to see it, with the flag that ends it.
pub(crate) struct Stoppable<T> {
    pub(crate) seen: T,
    stop: Arc<AtomicBool>,
}

impl<T> Stoppable<T> {
    pub(crate) fn new(seen: T, stop: &Arc<AtomicBool>) -> Self {
        Stoppable { seen, stop: Arc::clone(stop) }
    }

    /// Asks it to end soon.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Going {
    /// A job id that was not used in this process.
    pub(crate) fn next_job(&mut self) -> JobId {
        self.last_job += 1;
        JobId(self.last_job)
    }
}
