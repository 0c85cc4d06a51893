//! The one thing a window needs of the outside: a way to an engine.
//!
//! In-process, over a socket or through a shell's channel: the difference is transport, nothing
//! else. A link never blocks; it wakes the window by itself when something has come in.

use protocol::{Command, Event, Failure, Reply};

/// Ties an answer to its question; chosen by the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// What comes from the engine.
#[derive(Clone, Debug)]
pub enum Incoming {
    /// The connection stands, for the first time or again: what was known may be out of date.
    Connected,
    /// The connection is gone.
    Lost {
        /// Why, and what to do.
        why: Failure,
    },
    /// An answer.
    Reply {
        /// To what.
        request: RequestId,
        /// What it is.
        reply: Box<Result<Reply, Failure>>,
    },
    /// Something happened.
    Event(Box<Event>),
}

/// A way to an engine.
pub trait Link {
    /// Sends a command. Its answer comes as [`Incoming::Reply`], also where it could not be sent.
    fn send(&mut self, request: RequestId, command: Command);
    /// The next thing that has come in; `None` where nothing waits.
    fn poll(&mut self) -> Option<Incoming>;
}
