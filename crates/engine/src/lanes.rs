//! A [`Connection`] for a face that must not wait: what it asks goes by two lanes, and what comes is queued.
//!
//! Quick commands keep their order on one thread; slow ones go by another, so that a look at a view
//! never waits for a board to open. A third thread hands on what happens.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use protocol::{Code, Command, Event, Failure, Missed, Pace, Reply};

use crate::connection::Connection;
use crate::events::Next;

/// Commands that may wait; a face that asks for more is at fault.
const WAITING: usize = 256;
/// What may wait for the face; a hidden one is behind, and then asks anew.
const BEHIND: usize = 1024;
/// How long the threads sleep before they look whether the face is still there.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What comes to a face over its [`Lanes`].
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// The answer to a command.
    Reply {
        /// The number it was asked by.
        request: u64,
        /// What it is.
        reply: Box<Result<Reply, Failure>>,
    },
    /// Something happened, or a view has a frame.
    Event(Box<Event>),
    /// What waited was thrown away; what was missed is in a [`protocol::Snapshot`].
    Behind(Missed),
}

type Ask = (u64, Command);

/// The lanes of one connection. Dropping them ends it, after the commands they are at.
///
/// ```no_run
/// use engine::{Engine, Heard, Lanes, Options};
/// use protocol::Command;
///
/// let engine = Engine::start(Options::default())?;
/// let (lanes, heard) = Lanes::open(engine.connect(), || {}).map_err(|error| error.to_string())?;
/// lanes.ask(1, Command::Hello);
/// let answer = heard.recv().map_err(|error| error.to_string())?;
/// assert!(matches!(answer, Heard::Reply { request: 1, .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Lanes {
    quick: SyncSender<Ask>,
    slow: SyncSender<Ask>,
    answers: SyncSender<Heard>,
    gone: Arc<AtomicBool>,
}

impl Lanes {
    /// Opens them; `wake` is called from their threads when something has come in.
    ///
    /// # Errors
    /// Where a thread cannot be had.
    pub fn open(
        connection: Connection,
        wake: impl Fn() + Clone + Send + 'static,
    ) -> io::Result<(Lanes, Receiver<Heard>)> {
        let connection = Arc::new(connection);
        let gone = Arc::new(AtomicBool::new(false));
        let (answers, heard) = sync_channel(BEHIND);
        let lane = |name: &str| {
            let (sender, asks) = sync_channel::<Ask>(WAITING);
            let (connection, answers, wake) =
                (Arc::clone(&connection), answers.clone(), wake.clone());
            thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || answer(&connection, &asks, &answers, &wake))
                .map(|_| sender)
        };
        let (quick, slow) = (lane("lane-quick")?, lane("lane-slow")?);
        let (told, ended) = (answers.clone(), Arc::clone(&gone));
        thread::Builder::new()
            .name("lane-events".to_owned())
            .spawn(move || listen(&connection, &told, &ended, &wake))?;
        Ok((Lanes { quick, slow, answers, gone }, heard))
    }

    /// Asks. The answer comes as [`Heard::Reply`], also where too much waits already.
    pub fn ask(&self, request: u64, command: Command) {
        let lane = match command.pace() {
            Pace::Quick => &self.quick,
            Pace::Slow => &self.slow,
        };
        if lane.try_send((request, command)).is_err() {
            let failure = Failure::new(Code::Busy, "the engine is too busy to take this")
                .with_hint("try again in a moment");
            let reply = Box::new(Err(failure));
            // Where even this finds no room the face is far behind, and will ask anew.
            drop(self.answers.try_send(Heard::Reply { request, reply }));
        }
    }
}

impl Drop for Lanes {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::Relaxed);
    }
}

/// Answers commands in their order until the face is gone.
fn answer(
    connection: &Connection,
    asks: &Receiver<Ask>,
    answers: &SyncSender<Heard>,
    wake: &impl Fn(),
) {
    while let Ok((request, command)) = asks.recv() {
        let reply = Box::new(connection.send(command));
        if answers.send(Heard::Reply { request, reply }).is_err() {
            return;
        }
        wake();
    }
}

/// Hands on what happens until the face is gone.
fn listen(connection: &Connection, told: &SyncSender<Heard>, gone: &AtomicBool, wake: &impl Fn()) {
    while !gone.load(Ordering::Relaxed) {
        let heard = match connection.next(LOOK_EVERY) {
            Next::Event(event) => Heard::Event(Box::new(event)),
            Next::Behind(missed) => Heard::Behind(missed),
            Next::Quiet => continue,
        };
        if told.send(heard).is_err() {
            return;
        }
        wake();
    }
}
