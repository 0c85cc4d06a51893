//! Hands events to whoever listens, without ever waiting for a listener.
//!
//! Each listener has a queue of its own; an event itself is there once, however many it waits for. What is
//! given up first where a listener does not keep up: frames of views (of each view only the newest waits, and
//! what happened comes before them), then progress (the next one says more), then everything at once, and
//! what that was is said. So the end of a run or a job is never missed without a word.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use protocol::{Event, JobId, Missed, ViewFrame, ViewId};

use crate::event_size::event_size;

/// Events a listener may be behind before they are thrown away.
const BEHIND: usize = 4096;
/// Bytes of events beyond which no more is added: one result may be larger than all of that, and is heard.
const BEHIND_BYTES: usize = 16 << 20;
/// Beyond this many waiting events, progress is left out: the next one says more.
const BUSY: usize = 512;

/// What a listener hears next; an event of its own, or one that is shared with others.
#[derive(Clone, Debug, PartialEq)]
pub enum Next<E = Event> {
    /// Something happened.
    Event(E),
    /// Nothing happened within the time given.
    Quiet,
    /// The listener did not listen for so long that what waited was thrown away. From here on it
    /// hears again; what was missed is in a [`protocol::Snapshot`].
    Behind(Missed),
}

/// Everybody who listens.
#[derive(Default)]
pub(crate) struct Hub {
    listeners: Mutex<Vec<Arc<Queue>>>,
}

/// What waits for one listener.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

#[derive(Default)]
struct Waiting {
    events: VecDeque<Told>,
    /// Of all of them.
    bytes: usize,
    /// The newest frame of each view.
    frames: BTreeMap<ViewId, Box<ViewFrame>>,
    behind: Option<Missed>,
    wanted: Wanted,
    closed: bool,
    wake: Option<Wake>,
}

/// An event, and about how many bytes it takes.
#[derive(Clone)]
struct Told {
    event: Arc<Event>,
    bytes: usize,
}

/// What somebody listens for.
#[derive(Clone, Copy, Default)]
enum Wanted {
    #[default]
    All,
    /// That jobs end.
    Ends,
    /// That this one does.
    EndOf(JobId),
}

impl Wanted {
    fn is(self, event: &Event) -> bool {
        match (self, event) {
            (Wanted::All, _) | (Wanted::Ends, Event::JobFinished { .. }) => true,
            (Wanted::EndOf(wanted), Event::JobFinished { job, .. }) => *job == wanted,
            (Wanted::Ends | Wanted::EndOf(_), _) => false,
        }
    }
}

/// Called from any thread when something has come in; must return at once.
pub(crate) type Wake = Arc<dyn Fn() + Send + Sync>;

/// One listener. Dropping it ends the listening.
pub struct Events {
    queue: Arc<Queue>,
}

impl Events {
    /// The next event, waiting for at most `timeout`.
    pub fn next(&self, timeout: Duration) -> Next {
        match self.next_shared(timeout) {
            Next::Event(event) => Next::Event(Arc::unwrap_or_clone(event)),
            Next::Quiet => Next::Quiet,
            Next::Behind(missed) => Next::Behind(missed),
        }
    }

    /// The same for who only looks at it: no copy is made, whoever else has it.
    pub fn next_shared(&self, timeout: Duration) -> Next<Arc<Event>> {
        self.queue.next(timeout)
    }

    /// From now on `wake` is called, from any thread, when something has come in. For a listener that
    /// has no thread to wait on; it takes what is there by [`Events::next`] with no time to wait.
    pub fn wake_by(&self, wake: impl Fn() + Send + Sync + 'static) {
        self.queue.lock().wake = Some(Arc::new(wake));
    }

    /// From now on nothing is heard but that this job ends; what waits of others is let go of.
    pub fn only_end_of(&self, job: JobId) {
        let mut waiting = self.queue.lock();
        waiting.wanted = Wanted::EndOf(job);
        waiting.events.retain(|told| Wanted::EndOf(job).is(&told.event));
        waiting.bytes = waiting.events.iter().map(|told| told.bytes).sum();
    }

    pub(crate) fn queue(&self) -> &Arc<Queue> {
        &self.queue
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let mut waiting = self.queue.lock();
        waiting.closed = true;
        // The queue itself is there until something is told again.
        waiting.events = VecDeque::new();
        waiting.frames = BTreeMap::new();
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self, timeout: Duration) -> Next<Arc<Event>> {
        // A timeout beyond what the clock can say is a wait without an end, in pieces.
        let until = Instant::now().checked_add(timeout);
        let mut waiting = self.lock();
        loop {
            if let Some(missed) = waiting.behind.take() {
                return Next::Behind(missed);
            }
            if let Some(told) = waiting.events.pop_front() {
                waiting.bytes -= told.bytes;
                return Next::Event(told.event);
            }
            if let Some((_, frame)) = waiting.frames.pop_first() {
                return Next::Event(Arc::new(Event::ViewFrame(frame)));
            }
            let left = match until {
                Some(until) => until.saturating_duration_since(Instant::now()),
                None => Duration::from_secs(3600),
            };
            if left.is_zero() {
                return Next::Quiet;
            }
            waiting =
                self.arrived.wait_timeout(waiting, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Takes an event in; `false` once nobody listens any more.
    fn take(&self, told: &Told) -> bool {
        let mut waiting = self.lock();
        if waiting.closed {
            return false;
        }
        if !waiting.wanted.is(&told.event) {
            return true;
        }
        if let Some(missed) = &mut waiting.behind {
            missed.add(&told.event);
            return true;
        }
        let minor =
            matches!(*told.event, Event::RunProgressed { .. } | Event::JobProgressed { .. });
        if minor && waiting.events.len() > BUSY {
            return true;
        }
        if waiting.events.len() >= BEHIND || waiting.bytes >= BEHIND_BYTES {
            // Its frames stay: each is one, and its view waits for the acknowledgement.
            let mut missed = Missed::default();
            let thrown = std::mem::take(&mut waiting.events);
            thrown.iter().chain([told]).for_each(|told| missed.add(&told.event));
            waiting.bytes = 0;
            waiting.behind = Some(missed);
        } else {
            waiting.bytes += told.bytes;
            waiting.events.push_back(told.clone());
        }
        self.wake(waiting);
        true
    }

    /// Says that something has come in, with nothing held.
    fn wake(&self, waiting: MutexGuard<'_, Waiting>) {
        let wake = waiting.wake.clone();
        drop(waiting);
        self.arrived.notify_one();
        if let Some(wake) = wake {
            wake();
        }
    }

    /// Puts a frame where it waits, in the place of the one before of the same view.
    pub(crate) fn show(&self, frame: ViewFrame) {
        let mut waiting = self.lock();
        if !waiting.closed {
            waiting.frames.insert(frame.view, Box::new(frame));
            self.wake(waiting);
        }
    }

    /// Takes back a frame that was not heard yet.
    pub(crate) fn take_back(&self, view: ViewId) {
        self.lock().frames.remove(&view);
    }
}

impl Hub {
    /// Everything from now on.
    pub(crate) fn subscribe(&self) -> Events {
        self.listen(Wanted::All)
    }

    /// That jobs end, and nothing else.
    pub(crate) fn subscribe_to_ends(&self) -> Events {
        self.listen(Wanted::Ends)
    }

    fn listen(&self, wanted: Wanted) -> Events {
        let waiting = Mutex::new(Waiting { wanted, ..Waiting::default() });
        let queue = Arc::new(Queue { waiting, arrived: Condvar::new() });
        let mut listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|listener| !listener.lock().closed);
        listeners.push(Arc::clone(&queue));
        Events { queue }
    }

    pub(crate) fn tell(&self, event: Event) {
        // Before anybody has to wait for it.
        let told = Told { bytes: event_size(&event), event: Arc::new(event) };
        let mut listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|listener| listener.take(&told));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Code, Failure, JobOutcome, RunId, RunStatus, Severity};

    fn progress() -> Event {
        Event::JobProgressed { job: JobId(1), doing: "working".into(), done: 1, total: 2 }
    }

    fn notice() -> Event {
        Event::Notice { severity: Severity::Info, text: "something".into(), hint: None }
    }

    fn finished() -> Event {
        Event::RunFinished { run: RunId::from("r"), status: RunStatus::Complete, failure: None }
    }

    fn missed(events: usize) -> Next {
        Next::Behind(Missed { events: events as u64, ..Missed::default() })
    }

    fn ended(job: u64, bytes: usize) -> Event {
        let outcome = JobOutcome::Failed(Failure::new(Code::Internal, "x".repeat(bytes)));
        Event::JobFinished { job: JobId(job), outcome }
    }

    fn heard(events: &Events) -> Vec<Next> {
        std::iter::from_fn(|| match events.next(Duration::ZERO) {
            Next::Quiet => None,
            next => Some(next),
        })
        .collect()
    }

    #[test]
    fn quiet_is_not_an_end() {
        let hub = Hub::default();
        let events = hub.subscribe();
        let began = Instant::now();
        assert_eq!(events.next(Duration::from_millis(30)), Next::Quiet);
        assert!(began.elapsed() >= Duration::from_millis(30), "it waits instead of spinning");
        hub.tell(notice());
        assert_eq!(events.next(Duration::MAX), Next::Event(notice()));
    }

    #[test]
    fn progress_is_left_out_first_and_the_end_of_a_run_is_not() {
        let hub = Hub::default();
        let events = hub.subscribe();
        (0..10_000).for_each(|_| hub.tell(progress()));
        hub.tell(finished());
        let heard = heard(&events);
        assert_eq!(heard.len(), BUSY + 2);
        assert_eq!(heard.last(), Some(&Next::Event(finished())));
    }

    #[test]
    fn who_does_not_listen_is_told_once_and_hears_again_afterwards() {
        let hub = Hub::default();
        let events = hub.subscribe();
        (0..3 * BEHIND).for_each(|_| hub.tell(notice()));
        hub.tell(finished());
        assert_eq!(heard(&events), [missed(3 * BEHIND + 1)]);
        hub.tell(finished());
        assert_eq!(heard(&events), [Next::Event(finished())]);
    }

    #[test]
    fn large_events_are_bounded_by_their_bytes_and_shared_by_all_who_wait() {
        let hub = Hub::default();
        let (one, other) = (hub.subscribe(), hub.subscribe());
        hub.tell(notice());
        // However large: whoever listens hears it.
        hub.tell(ended(1, 2 * BEHIND_BYTES));
        assert_eq!(one.next(Duration::ZERO), Next::Event(notice()));
        let (Next::Event(a), Next::Event(_), Next::Event(b)) = (
            one.next_shared(Duration::ZERO),
            other.next_shared(Duration::ZERO),
            other.next_shared(Duration::ZERO),
        ) else {
            panic!("both hear it")
        };
        assert!(Arc::ptr_eq(&a, &b), "it is there once");
        drop((a, b));
        (2..50).for_each(|job| hub.tell(ended(job, 1 << 20)));
        let held = one.queue.lock().events.len();
        assert_eq!(held, 0, "they were thrown away");
        let [Next::Behind(missed)] = &heard(&one)[..] else { panic!("it is told") };
        assert_eq!((missed.events, missed.ended.len(), missed.more_ended), (48, 48, 0));
        hub.tell(ended(50, 7));
        assert_eq!(heard(&one), [Next::Event(ended(50, 7))]);
        assert_eq!(one.queue.lock().bytes, 0);
    }

    #[test]
    fn who_waits_for_one_job_holds_nothing_else() {
        let hub = Hub::default();
        let events = hub.subscribe_to_ends();
        (0..2 * BEHIND).for_each(|_| hub.tell(notice()));
        (1..4).for_each(|job| hub.tell(ended(job, 100)));
        events.only_end_of(JobId(3));
        (4..9).for_each(|job| hub.tell(ended(job, 100)));
        assert_eq!(events.queue.lock().events.len(), 1);
        assert_eq!(heard(&events), [Next::Event(ended(3, 100))]);
    }

    #[test]
    fn who_has_no_thread_to_wait_on_is_woken() {
        let hub = Hub::default();
        let events = hub.subscribe();
        let woken = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let counts = Arc::clone(&woken);
        events.wake_by(move || {
            counts.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        });
        hub.tell(notice());
        events.queue().show(frame(1, 1));
        assert_eq!(woken.load(std::sync::atomic::Ordering::Relaxed), 2);
        assert_eq!(heard(&events).len(), 2);
    }

    fn frame(view: u64, seq: u64) -> ViewFrame {
        ViewFrame {
            view: ViewId(view),
            seq,
            run: RunId::from("r"),
            recording: true,
            end_ms: 0.0,
            from_ms: 0.0,
            to_ms: 1.0,
            signals: vec![],
            repetitions: vec![],
            tokens: vec![],
            token_count: 0,
            latency: None,
            positions: vec![],
            note: None,
        }
    }

    #[test]
    fn of_each_view_the_newest_frame_waits_and_what_happened_comes_first() {
        let hub = Hub::default();
        let events = hub.subscribe();
        (1..=1000).for_each(|seq| events.queue().show(frame(seq % 2, seq)));
        hub.tell(finished());
        let shown = |view, seq| Next::Event(Event::ViewFrame(Box::new(frame(view, seq))));
        assert_eq!(heard(&events), [Next::Event(finished()), shown(0, 1000), shown(1, 999)]);
        // A frame outlives what is thrown away: its view waits for the acknowledgement.
        events.queue().show(frame(1, 1001));
        (0..2 * BEHIND).for_each(|_| hub.tell(notice()));
        assert_eq!(heard(&events), [missed(2 * BEHIND), shown(1, 1001)]);
        events.queue().show(frame(1, 1002));
        events.queue().take_back(ViewId(1));
        assert_eq!(heard(&events), []);
    }

    #[test]
    fn one_who_does_not_listen_costs_the_others_nothing() {
        let hub = Hub::default();
        let (deaf, events) = (hub.subscribe(), hub.subscribe());
        for _ in 0..2 * BEHIND {
            hub.tell(notice());
            assert_eq!(events.next(Duration::ZERO), Next::Event(notice()));
        }
        assert_eq!(heard(&deaf)[0], missed(2 * BEHIND));
        drop(deaf);
        hub.tell(notice());
        assert_eq!(hub.listeners.lock().unwrap().len(), 1);
    }
}
