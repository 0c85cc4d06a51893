//! What can go wrong with a board, named by what failed for the user.

use std::io;

/// Why a board could not do it.
#[derive(Debug, thiserror::Error)]
pub enum BoardError {
    /// No such port.
    #[error("there is no port {path}; `benchvise boards` lists those there are")]
    NoPort {
        /// The port asked for.
        path: String,
    },
    /// Another program has the port open.
    #[error("another program is using the port; close it and try again: {path}")]
    PortBusy {
        /// The port asked for.
        path: String,
    },
    /// The user may not open the port.
    #[error("no permission to open the port; {remedy}: {path}")]
    PermissionDenied {
        /// What to do.
        remedy: String,
        /// The port asked for.
        path: String,
    },
    /// The board's process could not be started.
    #[error("the board's process did not start ({source}): {path}")]
    SpawnFailed {
        /// What the operating system said.
        source: io::Error,
        /// The program.
        path: String,
    },
    /// The emulator is not installed.
    #[error("{program} is not installed; on Debian and Ubuntu: sudo apt-get install {package}")]
    EmulatorMissing {
        /// Its program.
        program: &'static str,
        /// The package it is in.
        package: &'static str,
    },
    /// The firmware of an emulated board was not built.
    #[error("this board's firmware is missing; build it with `make firmware`: {path}")]
    ImageMissing {
        /// Where it was looked for.
        path: String,
    },
    /// The board went away: unplugged, or its process died.
    #[error("the board is gone ({how}); connect it and start again")]
    Gone {
        /// What is known about the end.
        how: String,
    },
    /// Nothing was heard for too long.
    #[error("the board has said nothing for {secs} s while {doing}; reset it and start again")]
    AgentSilent {
        /// What was waited for.
        doing: &'static str,
        /// How long, in seconds.
        secs: f32,
    },
    /// What arrives is not the agent's wire.
    #[error(
        "the board talks but not this program's language ({bytes} bytes that are no message); is its firmware the Benchvise agent, and the baud rate right"
    )]
    Garbage {
        /// How much of it.
        bytes: u64,
    },
    /// The agent speaks another major version.
    #[error(
        "the board speaks version {theirs} of the wire and this program version {ours}; update the older one"
    )]
    VersionMismatch {
        /// The board's major version.
        theirs: u8,
        /// Ours.
        ours: u8,
    },
    /// The board broke the rules of the wire.
    #[error("the board broke the protocol: {detail}")]
    Misbehaved {
        /// What it did.
        detail: String,
    },
    /// The board said no.
    #[error("{detail}")]
    Refused {
        /// What kind of thing failed.
        code: agent::wire::ErrorCode,
        /// The board's own words.
        detail: String,
    },
    /// The prompt or the model does not fit a message.
    #[error("{0} is larger than the wire can carry")]
    TooLarge(&'static str),
    /// The operating system failed us.
    #[error("the port failed: {0}")]
    Io(#[from] io::Error),
}
