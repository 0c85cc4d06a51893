//! Looking who holds a store, and what a window says when that one goes.

use std::net::SocketAddr;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use engine::Engine;
use protocol::{Code, Event, Failure, Severity};

use super::door::Door;
use super::hold::{Hold, Holder, Taken, holder};

/// What a window is to another one.
pub const WINDOW: &str = "another window";
/// How long somebody who holds the store and is not found is waited for: it has just begun, or is about to
/// end.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is looked meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How long work that goes on when the window closes may take to stop.
const LAST: Duration = Duration::from_secs(2);

/// What was found on a store.
#[derive(Debug)]
pub enum Found {
    /// Nobody: it is this program's, with the hold where that could be had.
    Free(Option<Hold>),
    /// Somebody.
    Held(Holder),
}

/// Looks until the store in a folder is free, its holder is found, or it has taken too long; not at `refused`,
/// which does not take this window.
pub fn look(folder: &Path, refused: Option<SocketAddr>) -> Found {
    let began = Instant::now();
    loop {
        match Hold::take(folder) {
            Taken::Mine(hold) => return Found::Free(Some(hold)),
            Taken::Nobodys => return Found::Free(None),
            Taken::Others => {}
        }
        match holder(folder) {
            Some(holder) if Some(holder.address) != refused => return Found::Held(holder),
            _ if began.elapsed() > PATIENCE => return Found::Free(None),
            _ => thread::sleep(LOOK_EVERY),
        }
    }
}

/// A window's door, where it can have one.
pub fn open_door(engine: &Engine, hold: Hold) -> Option<Door> {
    Door::open(engine, hold, WINDOW, Duration::ZERO, LAST)
        .inspect_err(|error| tracing::warn!(%error, "no second window will find this one"))
        .ok()
}

/// What a window is told when the one that held its store is gone.
pub fn gone(what: &str) -> Failure {
    Failure::new(Code::Internal, format!("{what}, which had the store open, was closed"))
        .with_hint("this one opens the store itself in a moment")
}

/// What it is told once it has the store.
pub fn closed(what: &str) -> Event {
    Event::Notice {
        severity: Severity::Info,
        text: format!("{} was closed; this one has the store now", sentence(what)),
        hint: Some("What was recorded there until then is in the list of runs".into()),
    }
}

/// The same at the beginning of a sentence.
fn sentence(what: &str) -> String {
    let mut letters = what.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
