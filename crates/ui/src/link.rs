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

/// Whose engine a link leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// This window's own.
    #[default]
    Own,
    /// A host's, by its name.
    Host(String),
    /// Another program's on this computer that has the same store open; what it is, as in `another window`.
    Beside(String),
}

impl Whose {
    /// The engine's computer, in the middle of a sentence.
    pub fn computer(&self) -> &str {
        match self {
            Whose::Host(name) if !name.is_empty() => name,
            _ => "this computer",
        }
    }
}

/// A way to an engine.
pub trait Link {
    /// Sends a command. Its answer comes as [`Incoming::Reply`], also where it could not be sent.
    fn send(&mut self, request: RequestId, command: Command);
    /// The next thing that has come in; `None` where nothing waits.
    fn poll(&mut self) -> Option<Incoming>;
    /// Whose engine it leads to; known at the latest when it says [`Incoming::Connected`].
    fn whose(&self) -> Whose {
        Whose::Own
    }
}
