//! Hands events to whoever listens, without ever waiting for a listener.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use protocol::Event;

/// Events a listener may be behind before it is dropped.
const BEHIND: usize = 4096;
/// Beyond this many waiting events, progress is left out: the next one says more.
const BUSY: usize = 512;

/// Everybody who listens.
#[derive(Default)]
pub(crate) struct Hub {
    listeners: Mutex<Vec<Listener>>,
}

struct Listener {
    sender: SyncSender<Event>,
    waiting: std::sync::Arc<std::sync::atomic::AtomicUsize>,
}

/// One listener's queue.
pub struct Events {
    receiver: Receiver<Event>,
    waiting: std::sync::Arc<std::sync::atomic::AtomicUsize>,
}

impl Events {
    /// The next event within `timeout`; `None` where nothing happens. After a long time without
    /// listening, events stop and the listener should subscribe anew.
    pub fn next(&self, timeout: Duration) -> Option<Event> {
        match self.receiver.recv_timeout(timeout) {
            Ok(event) => {
                self.waiting.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
                Some(event)
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        }
    }
}

impl Hub {
    pub(crate) fn subscribe(&self) -> Events {
        let (sender, receiver) = sync_channel(BEHIND);
        let waiting = std::sync::Arc::default();
        let listener = Listener { sender, waiting: std::sync::Arc::clone(&waiting) };
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner).push(listener);
        Events { receiver, waiting }
    }

    pub(crate) fn tell(&self, event: Event) {
        use std::sync::atomic::Ordering::Relaxed;
        let minor = matches!(event, Event::RunProgressed { .. } | Event::JobProgressed { .. });
        let mut listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|listener| {
            if minor && listener.waiting.load(Relaxed) > BUSY {
                return true;
            }
            listener.waiting.fetch_add(1, Relaxed);
            match listener.sender.try_send(event.clone()) {
                Ok(()) => true,
                Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
            }
        });
    }
}
