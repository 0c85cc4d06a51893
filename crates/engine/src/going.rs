//! What goes on in this process: how far it is, how to stop it, and who uses which board.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use protocol::{GoingRun, JobId, JobView, RunId};
use store::now_ms;

use crate::order::Order;

/// Numbers that a millisecond of an engine's beginning has.
const IN_A_MILLISECOND: u64 = 1000;

/// What goes on.
pub(crate) struct Going {
    pub(crate) runs: BTreeMap<RunId, Stoppable<GoingRun>>,
    pub(crate) jobs: BTreeMap<JobId, Stoppable<JobView>>,
    pub(crate) boards: BTreeMap<String, String>,
    /// Ends that are being told: they are off the lists and not heard yet.
    pub(crate) telling: usize,
    last_job: u64,
    /// The host ends, and these jobs of its are put off.
    ending: Option<BTreeSet<JobId>>,
}

impl Default for Going {
    fn default() -> Self {
        Going {
            runs: BTreeMap::new(),
            jobs: BTreeMap::new(),
            boards: BTreeMap::new(),
            telling: 0,
            // From the clock, so that the numbers of two lives do not meet: a face that comes back to a host
            // that was started anew must not take another one's job for its own. A double holds them exactly.
            last_job: u64::try_from(now_ms()).unwrap_or(0).saturating_mul(IN_A_MILLISECOND),
            ending: None,
        }
    }
}

/// Work, as a face that comes later needs to see it, with the flag that ends it.
pub(crate) struct Stoppable<T> {
    pub(crate) seen: T,
    /// What was asked for, where it can be done again by itself.
    pub(crate) order: Option<Arc<Order>>,
    stop: Arc<AtomicBool>,
}

impl<T> Stoppable<T> {
    pub(crate) fn new(seen: T, order: Option<Arc<Order>>, stop: &Arc<AtomicBool>) -> Self {
        Stoppable { seen, order, stop: Arc::clone(stop) }
    }

    /// Asks it to end soon.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Going {
    /// A job id that was used neither in this process nor in one before.
    pub(crate) fn next_job(&mut self) -> JobId {
        self.last_job += 1;
        JobId(self.last_job)
    }

    /// From now on what is cut is so because the host ends.
    pub(crate) fn begin_to_end(&mut self) {
        self.ending.get_or_insert_default();
    }

    pub(crate) fn is_ending(&self) -> bool {
        self.ending.is_some()
    }

    /// These jobs will be taken up again.
    pub(crate) fn put_off(&mut self, jobs: impl IntoIterator<Item = JobId>) {
        self.ending.get_or_insert_default().extend(jobs);
    }

    /// Whether a job that is cut now is put off; `None` where it is not the host's end that cuts it.
    pub(crate) fn is_put_off(&self, job: JobId) -> Option<bool> {
        self.ending.as_ref().map(|put_off| put_off.contains(&job))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_two_lives_do_not_meet() {
        let mut first = Going::default();
        let last = (0..900).map(|_| first.next_job()).last().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(2));
        let next = Going::default().next_job();
        assert!(next > last);
        assert!(next.0 < 1 << 53, "a double holds it");
    }
}
