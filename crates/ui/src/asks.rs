//! What the panels want done: collected while they draw, carried out after.
//!
//! A button never changes the model: it asks, and the event that comes back changes it.

use std::path::PathBuf;

use protocol::{Command, Failure, RunId};

use crate::link::RequestId;
use crate::shell::{Dialog, DialogId};
use crate::toast::Toast;

/// A room of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Boards, and the form that starts a run.
    Bench,
    /// A run's signals.
    Live,
    /// What was recorded.
    Runs,
    /// Two sides.
    Compare,
    /// Documents.
    Compress,
    /// A document and a board.
    Fit,
    /// What goes on.
    Jobs,
    /// Settings.
    Settings,
}

/// A document that moves from one room to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// What to call it.
    pub name: String,
    /// Where it is, or what it says.
    pub source: protocol::DocumentSource,
}

/// Where to go, and with what.
#[derive(Clone, Debug, PartialEq)]
pub enum Go {
    /// To a room as it was left.
    To(Place),
    /// To a run's signals.
    Watch(RunId),
    /// To a run in the list, with its details open.
    Show(RunId),
    /// To a comparison of selectors.
    Compare {
        /// One run or several, joined by commas.
        base: String,
        /// One run or several.
        candidate: String,
    },
    /// To the documents, with these.
    Compress(Vec<Handed>),
    /// To the fit, with this document.
    Fit(Handed),
}

/// One wish.
#[derive(Clone, Debug)]
pub enum Ask {
    /// Send a command.
    Send(RequestId, Box<Command>),
    /// Change the room.
    Go(Go),
    /// Show a message.
    Toast(Box<Toast>),
    /// Open a dialog.
    Dialog(DialogId, Dialog),
    /// Write a text to a path from a save dialog.
    Write(PathBuf, String),
    /// Put a text on the clipboard.
    Copy(String),
    /// Remember a text between starts.
    Remember(String, String),
    /// Open the command palette.
    Palette,
}

/// The wishes of one frame.
#[derive(Debug, Default)]
pub struct Asks {
    last: u64,
    asks: Vec<Ask>,
}

impl Asks {
    /// Sends a command. The answer carries the id.
    pub fn send(&mut self, command: Command) -> RequestId {
        let request = RequestId(self.number());
        self.asks.push(Ask::Send(request, Box::new(command)));
        request
    }

    /// Goes to another room.
    pub fn go(&mut self, go: Go) {
        self.asks.push(Ask::Go(go));
    }

    /// Shows a message.
    pub fn toast(&mut self, toast: Toast) {
        self.asks.push(Ask::Toast(Box::new(toast)));
    }

    /// Shows what did not work.
    pub fn fail(&mut self, failure: &Failure) {
        self.toast(Toast::failure(failure));
    }

    /// Opens a dialog. How it ends carries the id.
    pub fn dialog(&mut self, dialog: Dialog) -> DialogId {
        let id = DialogId(self.number());
        self.asks.push(Ask::Dialog(id, dialog));
        id
    }

    /// Writes a text to a path that a save dialog gave.
    pub fn write(&mut self, path: PathBuf, text: String) {
        self.asks.push(Ask::Write(path, text));
    }

    /// Puts a text on the clipboard.
    pub fn copy(&mut self, text: String) {
        self.asks.push(Ask::Copy(text));
    }

    /// Remembers a text between starts, under a name.
    pub fn remember(&mut self, name: &str, text: String) {
        self.asks.push(Ask::Remember(name.to_owned(), text));
    }

    /// Opens the command palette.
    pub fn palette(&mut self) {
        self.asks.push(Ask::Palette);
    }

    /// Somebody wants to go to another room already.
    pub(crate) fn goes(&self) -> bool {
        self.asks.iter().any(|ask| matches!(ask, Ask::Go(_)))
    }

    /// Takes all wishes, in order.
    pub fn take(&mut self) -> Vec<Ask> {
        std::mem::take(&mut self.asks)
    }

    /// Nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.asks.is_empty()
    }

    /// A number that was not used before in this window.
    pub fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}
