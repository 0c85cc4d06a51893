//! What can go wrong inside the engine. `failure` turns it into words for a face.

use std::io;

use board::BoardError;
use compress::Error as CompressError;
use store::StoreError;

use crate::settings::SettingsError;

/// One enum for the engine; the libraries' own errors keep their words.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EngineError {
    #[error(transparent)]
    Board(#[from] BoardError),
    #[error(transparent)]
    Flash(#[from] board::flash::FlashError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Trouble with a file that somebody named for the store.
    #[error(transparent)]
    NamedFile(StoreError),
    #[error(transparent)]
    Compress(#[from] CompressError),
    #[cfg(feature = "neural")]
    #[error(transparent)]
    Neural(#[from] neural::Error),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("the board is in use by {user}; wait until that is done or stop it: {board}")]
    BoardInUse { board: String, user: String },
    #[error("the model cannot be used: {detail}: {path}")]
    BadModel { detail: String, path: String },
    #[error("the tokenizer cannot be used: {detail}: {path}")]
    BadTokenizer { detail: String, path: String },
    #[error(
        "the prompt takes {prompt} tokens and the model's context holds {context}; shorten the prompt"
    )]
    PromptTooLong { prompt: usize, context: u32 },
    #[error("{0}")]
    BadRequest(String),
    #[error("{0}")]
    NotFound(String),
    #[error("a file could not be read ({source}): {path}")]
    Unreadable { path: String, source: io::Error },
    #[error("a file could not be written ({source}): {path}")]
    Unwritable { path: String, source: io::Error },
    #[error("{0} could not be had: {1}")]
    Io(&'static str, io::Error),
    #[error("given up, because the run beside it failed: {0}")]
    SiblingFailed(String),
    #[error(
        "{trouble}: {by} has the port open too and takes what the board says; close it and start again"
    )]
    PortShared { trouble: String, by: String },
    #[error("{0}")]
    StayedAway(String),
    #[error("another board is on the port, {name}")]
    OtherBoard { name: String },
    #[error("too many jobs wait for their turn; try again in a moment")]
    Busy,
    #[error("cancelled")]
    Cancelled,
    #[error("put off, because the host ends; it is taken up when the host is started again")]
    PutOff,
    #[error(
        "the host was ended while this was recorded; look at what it recorded once it was started again"
    )]
    HostEnded,
    #[error("called off, because the host ends; ask for it again once the host was started again")]
    HostEnds,
    #[error("{0}")]
    Fetch(String),
    #[error("a part of the program failed: {0}")]
    Panicked(String),
}
