//! The way from the window to the engine in the same process: typed values, no copy, and no waiting
//! on either side.
//!
//! Quick commands keep their order on one thread; slow ones go by another, so that a look at a view
//! never waits for a board to open. A third thread hands on what happens.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use engine::{Connection, Engine, Next};
use protocol::{Code, Command, Failure, Pace};
use ui::{Incoming, Link, RequestId};

/// Commands that may wait; a window that asks for more is at fault.
const WAITING: usize = 256;
/// What may wait for the window; a hidden one is behind, and then asks anew.
const BEHIND: usize = 1024;
/// How long the threads sleep before they look whether the window is still there.
const LOOK_EVERY: Duration = Duration::from_millis(250);

type Ask = (RequestId, Command);

/// The way to an engine in this process.
pub(crate) struct InProcess {
    quick: SyncSender<Ask>,
    slow: SyncSender<Ask>,
    answers: SyncSender<Incoming>,
    incoming: Receiver<Incoming>,
    gone: Arc<AtomicBool>,
    unanswered: Arc<AtomicUsize>,
}

impl InProcess {
    /// Connects; `wake` is called from other threads when something has come in.
    pub(crate) fn connect(
        engine: &Engine,
        wake: impl Fn() + Clone + Send + 'static,
    ) -> std::io::Result<InProcess> {
        let connection = Arc::new(engine.connect());
        let gone = Arc::new(AtomicBool::new(false));
        let (answers, incoming) = sync_channel(BEHIND);
        let lane = |name: &str| {
            let (sender, asks) = sync_channel::<Ask>(WAITING);
            let (connection, answers, wake) =
                (Arc::clone(&connection), answers.clone(), wake.clone());
            thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || answer(&connection, &asks, &answers, &wake))
                .map(|_| sender)
        };
        let (quick, slow) = (lane("link-quick")?, lane("link-slow")?);
        let (told, ended) = (answers.clone(), Arc::clone(&gone));
        thread::Builder::new()
            .name("link-events".to_owned())
            .spawn(move || listen(&connection, &told, &ended, &wake))?;
        let unanswered = Arc::default();
        Ok(InProcess { quick, slow, answers, incoming, gone, unanswered })
    }

    /// Counts the commands whose answers the window has not taken yet.
    pub(crate) fn unanswered(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.unanswered)
    }
}

impl Link for InProcess {
    fn send(&mut self, request: RequestId, command: Command) {
        self.unanswered.fetch_add(1, Ordering::Relaxed);
        let lane = match command.pace() {
            Pace::Quick => &self.quick,
            Pace::Slow => &self.slow,
        };
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) =
            lane.try_send((request, command))
        {
            let failure = Failure::new(Code::Internal, "the engine is too busy to take this")
                .with_hint("try again in a moment");
            let reply = Box::new(Err(failure));
            // Where even this finds no room the window is far behind, and will ask anew.
            drop(self.answers.try_send(Incoming::Reply { request, reply }));
        }
    }

    fn poll(&mut self) -> Option<Incoming> {
        let incoming = self.incoming.try_recv().ok();
        if let Some(Incoming::Reply { .. }) = incoming {
            self.unanswered.fetch_sub(1, Ordering::Relaxed);
        }
        incoming
    }
}

impl Drop for InProcess {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::Relaxed);
    }
}

/// Answers commands in their order until the window is gone.
fn answer(
    connection: &Connection,
    asks: &Receiver<Ask>,
    answers: &SyncSender<Incoming>,
    wake: &impl Fn(),
) {
    while let Ok((request, command)) = asks.recv() {
        let reply = Box::new(connection.send(command));
        if answers.send(Incoming::Reply { request, reply }).is_err() {
            return;
        }
        wake();
    }
}

/// Hands on what happens until the window is gone.
fn listen(
    connection: &Connection,
    told: &SyncSender<Incoming>,
    gone: &AtomicBool,
    wake: &impl Fn(),
) {
    let mut next = Some(Incoming::Connected);
    while !gone.load(Ordering::Relaxed) {
        let incoming = match next.take() {
            Some(incoming) => incoming,
            None => match connection.next(LOOK_EVERY) {
                Next::Event(event) => Incoming::Event(Box::new(event)),
                // What was missed is in a snapshot.
                Next::Behind => Incoming::Connected,
                Next::Quiet => continue,
            },
        };
        if told.send(incoming).is_err() {
            return;
        }
        wake();
    }
}
