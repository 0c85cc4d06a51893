//! A bound in bytes on what waits for the store's thread. A channel is bounded in messages, and a
//! message may be large.

use std::sync::{Condvar, Mutex, PoisonError};

/// Bytes on the way. Whoever would pass the limit waits.
#[derive(Debug)]
pub(crate) struct Budget {
    state: Mutex<State>,
    changed: Condvar,
    limit_bytes: usize,
}

#[derive(Debug, Default)]
struct State {
    used_bytes: usize,
    waiters: usize,
    closed: bool,
}

impl Budget {
    pub(crate) fn new(limit_bytes: usize) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), limit_bytes }
    }

    /// Takes room, waiting for it. One request larger than the limit goes alone. `false` when the
    /// budget was closed, so that nobody waits for a thread that is gone.
    pub(crate) fn take(&self, bytes: usize) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while !state.closed
            && state.used_bytes > 0
            && state.used_bytes.saturating_add(bytes) > self.limit_bytes
        {
            state.waiters += 1;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.waiters -= 1;
        }
        state.used_bytes = state.used_bytes.saturating_add(bytes);
        !state.closed
    }

    pub(crate) fn give_back(&self, bytes: usize) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.used_bytes = state.used_bytes.saturating_sub(bytes);
        // Waking is a system call each time, also when nobody waits.
        if state.waiters > 0 {
            self.changed.notify_all();
        }
    }

    /// Lets everybody go who waits now or later.
    pub(crate) fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::thread;

    fn waiting_taker(budget: &Arc<Budget>, bytes: usize) -> thread::JoinHandle<bool> {
        let budget = Arc::clone(budget);
        thread::Builder::new().name("taker".into()).spawn(move || budget.take(bytes)).unwrap()
    }

    #[test]
    fn a_request_waits_until_room_is_given_back() {
        let budget = Arc::new(Budget::new(10));
        assert!(budget.take(8));
        let taker = waiting_taker(&budget, 3);
        thread::sleep(std::time::Duration::from_millis(20));
        assert!(!taker.is_finished());
        budget.give_back(8);
        assert!(taker.join().unwrap());
    }

    #[test]
    fn a_request_larger_than_the_limit_goes_alone_instead_of_never() {
        let budget = Budget::new(10);
        assert!(budget.take(1000));
    }

    #[test]
    fn closing_lets_go_who_waits() {
        let budget = Arc::new(Budget::new(10));
        assert!(budget.take(10));
        let taker = waiting_taker(&budget, 10);
        budget.close();
        assert!(!taker.join().unwrap());
    }
}
