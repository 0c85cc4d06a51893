//! What goes between the page and the program that shows it in a window of its own.
//!
//! The page says [`Word`]s by the program's one command, [`COMMAND`]. What it hears comes over one channel: the
//! messages of [`crate::socket`], a text as a JSON string and bytes as they are, and between them [`Told`] as a
//! JSON object. It says how many of all these it has heard, and the program does not get far ahead of that.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Failure;

/// The name of the command.
pub const COMMAND: &str = "say";

/// Messages that may be on their way to the page; the program waits with the next one.
pub const AHEAD: u64 = 256;
/// Messages after which the page says at once how many it has heard; well below [`AHEAD`].
pub const HEARD_EVERY: u64 = 32;

/// What the page says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// It is there; the channel comes beside this word.
    Open,
    /// It asks, and has heard.
    Ask {
        /// Texts of [`crate::socket::Ask`], in their order.
        asks: Vec<String>,
        /// Messages heard since it opened.
        heard: u64,
    },
    /// A picture of it was handed to the display, the first.
    Painted,
    /// It shows what the engine knows.
    Ready,
    /// A person is to choose.
    Choose {
        /// Ties [`Told::Chosen`] to it.
        dialog: u64,
        /// What.
        choice: Choice,
        /// What for.
        title: String,
    },
    /// A text is to be written to a place that a dialog gave.
    Write {
        /// Where to.
        path: PathBuf,
        /// What.
        text: String,
    },
}

/// What a person is to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Files that are there.
    Files {
        /// More than one may be chosen.
        several: bool,
        /// Endings shown first, without the dot; empty shows all.
        endings: Vec<String>,
    },
    /// A folder for the engine.
    Folder,
    /// A folder that the page will have texts written to.
    WriteFolder,
    /// A place for a new file of the engine's.
    Place {
        /// The name that is suggested.
        name: String,
    },
    /// A place that the page will have a text written to.
    WritePlace {
        /// The name that is suggested.
        name: String,
    },
}

/// What the program says of the window around the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// A dialog ended.
    Chosen {
        /// Which.
        dialog: u64,
        /// What was chosen; empty where the person changed their mind.
        paths: Vec<PathBuf>,
    },
    /// A text was written, or not.
    Saved {
        /// Where to.
        path: PathBuf,
        /// Why not.
        failure: Option<Failure>,
    },
    /// Files were dropped on the window, chosen from its menu, or given to the program.
    Dropped(Vec<PathBuf>),
    /// A room was chosen from the menu, by the name it is remembered under.
    Room(String),
    /// Something did not work that nobody waits for.
    Failed(Failure),
    /// The engine that greets next is another program's, which has the store open; what that is, as in
    /// `another window`.
    Beside(String),
    /// The engine is gone, and why. The next one greets by itself, and is this program's unless it is said.
    Lost(Failure),
}
