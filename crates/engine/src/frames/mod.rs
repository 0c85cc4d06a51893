//! Frames for the views that are open: the thread `views`.
//!
//! It begins with the first view and ends with the last connection. It makes a frame where a view's
//! run or the view itself changed, at most thirty times a second, and never a second one before the
//! first was acknowledged. In between it waits and nothing wakes it: a recording only says that
//! something changed, once until that was seen.

pub(crate) mod frame;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use protocol::{ViewId, ViewSpec};

use crate::error::EngineError;
use crate::events::Queue;
use crate::signals::RunSignals;
use view::View;

/// Id of a connection within an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ConnectionId(u64);

/// The open views of all connections.
#[derive(Default)]
pub(crate) struct Views {
    open: Mutex<Open>,
    woken: Condvar,
    /// A view is open: recordings say when something changed.
    watched: AtomicBool,
    /// Something changed, and that is known.
    nudged: AtomicBool,
}

#[derive(Default)]
struct Open {
    connections: BTreeSet<ConnectionId>,
    last_connection: u64,
    views: BTreeMap<(ConnectionId, ViewId), View>,
    running: bool,
}

impl Views {
    /// A new connection, without views.
    pub(crate) fn connect(&self) -> ConnectionId {
        let mut open = self.lock();
        open.last_connection += 1;
        let id = ConnectionId(open.last_connection);
        open.connections.insert(id);
        id
    }

    /// Closes a connection's views; with the last one the thread ends.
    pub(crate) fn disconnect(&self, id: ConnectionId) {
        let mut open = self.lock();
        open.connections.remove(&id);
        open.views.retain(|(of, _), _| *of != id);
        self.changed(&open);
    }

    /// Opens a view, or one in the place of that of the same id, whose frames are void then.
    pub(crate) fn open(
        self: &Arc<Self>,
        connection: ConnectionId,
        view: ViewId,
        spec: ViewSpec,
        signals: Arc<RunSignals>,
        queue: &Arc<Queue>,
    ) -> Result<(), EngineError> {
        let mut open = self.lock();
        if !open.running {
            let views = Arc::clone(self);
            thread::Builder::new()
                .name("views".into())
                .spawn(move || views.serve())
                .map_err(|error| EngineError::Io("a thread for the views", error))?;
            open.running = true;
        }
        queue.take_back(view);
        let key = (connection, view);
        let before = open.views.remove(&key);
        open.views.insert(key, View::new(view, spec, signals, Arc::clone(queue), before));
        self.changed(&open);
        Ok(())
    }

    /// A frame was painted. Says nothing to a frame that is not the view's newest.
    pub(crate) fn acknowledge(&self, connection: ConnectionId, view: ViewId, seq: u64) {
        let mut open = self.lock();
        if let Some(view) = open.views.get_mut(&(connection, view)) {
            view.acknowledge(seq);
            self.changed(&open);
        }
    }

    /// Closes a view.
    pub(crate) fn close(&self, connection: ConnectionId, view: ViewId, queue: &Queue) {
        let mut open = self.lock();
        open.views.remove(&(connection, view));
        queue.take_back(view);
        self.changed(&open);
    }

    /// A run's signals changed. Costs next to nothing where nobody looks, or where that is known.
    pub(crate) fn nudge(&self) {
        if self.watched.load(Ordering::SeqCst) && !self.nudged.swap(true, Ordering::SeqCst) {
            drop(self.lock());
            self.woken.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self, open: &Open) {
        self.watched.store(!open.views.is_empty(), Ordering::SeqCst);
        self.woken.notify_one();
    }

    /// The thread: one frame after the other until the last connection is gone.
    fn serve(&self) {
        let _running = Running(self);
        let mut open = self.lock();
        while !open.connections.is_empty() {
            // What changes from here on is seen by the look below, or wakes the wait after it.
            self.nudged.store(false, Ordering::SeqCst);
            let now = Instant::now();
            let due = open.views.iter().filter_map(|(key, view)| Some((view.due()?, *key))).min();
            match due {
                None => {
                    open = self.woken.wait(open).unwrap_or_else(PoisonError::into_inner);
                }
                Some((at, _)) if at > now => {
                    // More changes are no news until then.
                    self.nudged.store(true, Ordering::SeqCst);
                    let wait = self.woken.wait_timeout(open, at - now);
                    open = wait.unwrap_or_else(PoisonError::into_inner).0;
                }
                Some((_, key)) => {
                    let Some(draft) = open.views.get_mut(&key).map(View::begin) else { continue };
                    drop(open);
                    let made = draft.make();
                    open = self.lock();
                    if let Some(view) = open.views.get_mut(&key) {
                        view.show(made);
                    }
                }
            }
        }
        // Under the lock: whoever opens a view now begins another thread.
        open.running = false;
    }
}

/// After a panic another thread may begin.
struct Running<'a>(&'a Views);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.lock().running = false;
        }
    }
}
