//! What a window needs of its surroundings: dialogs, files to write, a memory between starts.

use std::path::PathBuf;

use egui::DroppedFileHandle;
use protocol::{DocumentSource, Failure};

use crate::asks::Place;

/// Ties a dialog's answer to who asked; chosen by the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DialogId(pub u64);

/// What a person is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Documents to hand to the engine, as paths that it can read or as bytes.
    Documents {
        /// What for, as the dialog's title.
        title: String,
        /// Whether one or several.
        many: Many,
        /// Endings shown first, without the dot; empty shows all.
        endings: Vec<String>,
    },
    /// Files that the engine is to read.
    Files {
        /// What for, as the dialog's title.
        title: String,
        /// Whether one or several.
        many: Many,
        /// Endings shown first, without the dot; empty shows all.
        endings: Vec<String>,
    },
    /// A folder that the engine is to read or write.
    Folder {
        /// What for, as the dialog's title.
        title: String,
    },
    /// A place for a new file that the engine is to write.
    Place {
        /// What for, as the dialog's title.
        title: String,
        /// The name that is suggested.
        name: String,
    },
    /// A place for a text that the window has, for [`Shell::write`].
    Save {
        /// What for, as the dialog's title.
        title: String,
        /// The name that is suggested.
        name: String,
    },
    /// A folder for several such texts.
    SaveSeveral {
        /// What for, as the dialog's title.
        title: String,
    },
}

/// How many files may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Many {
    /// One.
    One,
    /// One or more.
    Several,
}

/// How a dialog ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Paths, for the engine or for [`Shell::write`].
    Paths(Vec<PathBuf>),
    /// What [`Dialog::Documents`] asked for.
    Documents(Vec<DocumentSource>),
    /// The person changed their mind.
    Nothing,
    /// There is no dialog here; a path can be typed instead.
    Unavailable {
        /// Why.
        why: String,
    },
}

/// What a shell has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A dialog ended.
    Chosen {
        /// Which.
        dialog: DialogId,
        /// How.
        chosen: Chosen,
    },
    /// A text was written, or could not be.
    Saved {
        /// Which save dialog's path it went to.
        path: PathBuf,
        /// Why not, where it was not.
        result: Result<(), Failure>,
    },
    /// Files that were dropped have been read, or were given to the program that shows the window.
    Dropped(Vec<DocumentSource>),
    /// A room was chosen outside the window, as from the menu of a program that shows it.
    Room(Place),
    /// Something did not work that nobody waits for.
    Failed(Failure),
}

/// What this shell can and cannot do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Why files cannot be dropped on the window, where that is so.
    pub no_drops: Option<String>,
    /// Why no dialog shows the engine's files and folders, where that is known beforehand: their
    /// paths are typed. Documents and places for the window's own texts may have dialogs all the same.
    pub no_dialogs: Option<String>,
    /// The clipboard is handed out when its key is pressed, and cannot be asked: as in a browser.
    pub paste_by_key: bool,
}

/// Surroundings without dialogs, files or a memory: for a window that is only looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nowhere {
    /// The time of day, ms UTC.
    pub now_ms: i64,
}

impl Shell for Nowhere {
    fn open(&mut self, _: DialogId, _: Dialog) {}
    fn write(&mut self, _: PathBuf, _: String) {}
    fn poll(&mut self) -> Option<Told> {
        None
    }
    fn remembered(&self, _: &str) -> Option<String> {
        None
    }
    fn remember(&mut self, _: &str, _: String) {}
    fn surroundings(&self) -> Surroundings {
        Surroundings::default()
    }
    fn now_ms(&self) -> i64 {
        self.now_ms
    }
}

/// The window's surroundings. Nothing here blocks.
pub trait Shell {
    /// Opens a dialog; its end comes by [`Shell::poll`].
    fn open(&mut self, dialog: DialogId, what: Dialog);
    /// Files were dropped on the window. They are returned where the engine can read them by their
    /// paths; else `None`, and [`Told::Dropped`] comes when they are read.
    fn dropped(&mut self, files: &[DroppedFileHandle]) -> Option<Vec<DocumentSource>> {
        Some(files.iter().map(|file| DocumentSource::File(file.path().to_path_buf())).collect())
    }
    /// Writes a text to a path that a save dialog gave; its end comes by [`Shell::poll`].
    fn write(&mut self, path: PathBuf, text: String);
    /// What a dialog or a write ended with; `None` where nothing waits.
    fn poll(&mut self) -> Option<Told>;
    /// What was remembered under a name, by this or an earlier start.
    fn remembered(&self, name: &str) -> Option<String>;
    /// Remembers a text under a name.
    fn remember(&mut self, name: &str, text: String);
    /// What can and cannot be done here.
    fn surroundings(&self) -> Surroundings;
    /// The time of day, ms UTC.
    fn now_ms(&self) -> i64;
}
