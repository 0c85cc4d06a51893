//! Work for a processor waits for one: as much at once as there are cores, the rest in the order it
//! came. What waits costs no thread, and can be called off before its turn.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use protocol::JobId;

/// Jobs that may wait; who asks for more is told to come back.
pub(crate) const WAITING: usize = 4096;

/// A job that waits for its turn.
pub(crate) struct Turn {
    pub(crate) job: JobId,
    pub(crate) stop: Arc<AtomicBool>,
    pub(crate) work: Box<dyn FnOnce() + Send>,
}

/// Why a job was not taken.
#[derive(Debug)]
pub(crate) enum NotTaken {
    /// Too many wait.
    Full,
    /// There is no thread for it.
    NoThread(io::Error),
}

/// The threads that work, and what waits for them. The last thread ends with the last job.
pub(crate) struct Crew {
    state: Arc<Mutex<State>>,
    hands: usize,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Turn>,
    working: usize,
}

impl Default for Crew {
    fn default() -> Self {
        // Two at least, so that a short job does not wait for a long one on a single core.
        let hands = thread::available_parallelism().map_or(2, |cores| cores.get().max(2));
        Crew { state: Arc::default(), hands }
    }
}

impl Crew {
    /// Does the work when a thread is free, in the order it came.
    pub(crate) fn take(&self, turn: Turn) -> Result<(), NotTaken> {
        let mut state = lock(&self.state);
        if state.waiting.len() >= WAITING {
            return Err(NotTaken::Full);
        }
        state.waiting.push_back(turn);
        if state.working >= self.hands {
            return Ok(());
        }
        let shared = Arc::clone(&self.state);
        let name = format!("crew-{}", state.working + 1);
        match thread::Builder::new().name(name).spawn(move || work(&shared)) {
            Ok(_) => state.working += 1,
            // Somebody works, and will come to it.
            Err(_) if state.working > 0 => {}
            Err(error) => {
                state.waiting.pop_back();
                return Err(NotTaken::NoThread(error));
            }
        }
        Ok(())
    }

    /// Takes out what waits and was stopped.
    pub(crate) fn take_stopped(&self) -> Vec<JobId> {
        let mut state = lock(&self.state);
        let mut stopped = Vec::new();
        state.waiting.retain(|turn| {
            let stop = turn.stop.load(Ordering::Relaxed);
            if stop {
                stopped.push(turn.job);
            }
            !stop
        });
        stopped
    }
}

/// Does what waits until nothing does. The work catches its own panics.
fn work(shared: &Mutex<State>) {
    loop {
        let mut state = lock(shared);
        let Some(turn) = state.waiting.pop_front() else {
            // Under the lock: whoever adds work after this sees that nobody is left.
            state.working -= 1;
            return;
        };
        drop(state);
        (turn.work)();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::sync::mpsc::sync_channel;
    use std::time::Duration;

    use super::*;

    fn turn(job: u64, work: impl FnOnce() + Send + 'static) -> (Turn, Arc<AtomicBool>) {
        let stop = Arc::new(AtomicBool::new(false));
        (Turn { job: JobId(job), stop: Arc::clone(&stop), work: Box::new(work) }, stop)
    }

    #[test]
    fn no_more_work_at_once_than_hands_and_all_of_it_is_done_in_order() {
        let crew = Crew { hands: 2, ..Crew::default() };
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (done, finished) = sync_channel(100);
        for job in 0..40 {
            let (now, most, done) = (Arc::clone(&now), Arc::clone(&most), done.clone());
            let (turn, _) = turn(job, move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(2));
                now.fetch_sub(1, Ordering::SeqCst);
                done.send(job).unwrap();
            });
            crew.take(turn).unwrap();
        }
        let order: Vec<u64> = (0..40).map(|_| finished.recv().unwrap()).collect();
        assert_eq!(most.load(Ordering::SeqCst), 2);
        assert!(order.iter().enumerate().all(|(at, &job)| (at as u64).abs_diff(job) <= 2));
    }

    #[test]
    fn what_waits_can_be_called_off_and_what_works_cannot() {
        let crew = Crew { hands: 1, ..Crew::default() };
        let (go, wait) = sync_channel::<()>(0);
        let (began, begun) = sync_channel::<()>(0);
        let (first, first_stop) = turn(1, move || {
            began.send(()).unwrap();
            wait.recv().unwrap();
        });
        crew.take(first).unwrap();
        begun.recv().unwrap();
        let (second, second_stop) = turn(2, || panic!("called off"));
        crew.take(second).unwrap();
        let (third, _) = turn(3, || {});
        crew.take(third).unwrap();
        first_stop.store(true, Ordering::Relaxed);
        second_stop.store(true, Ordering::Relaxed);
        assert_eq!(crew.take_stopped(), [JobId(2)]);
        assert_eq!(crew.take_stopped(), []);
        go.send(()).unwrap();
    }

    #[test]
    fn too_much_is_refused() {
        let crew = Crew { hands: 1, ..Crew::default() };
        let (go, wait) = sync_channel::<()>(0);
        let (began, begun) = sync_channel::<()>(0);
        let (first, _) = turn(0, move || {
            began.send(()).unwrap();
            wait.recv().unwrap();
        });
        crew.take(first).unwrap();
        begun.recv().unwrap();
        for job in 0..WAITING as u64 {
            crew.take(turn(job, || {}).0).unwrap();
        }
        assert!(matches!(crew.take(turn(9, || {}).0), Err(NotTaken::Full)));
        go.send(()).unwrap();
    }
}
