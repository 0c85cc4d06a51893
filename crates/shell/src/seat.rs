//! A program's place at a store: its own, or at whoever holds it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::Engine;

use crate::beside::{Door, Found, Hold, Holder, Taken, look, open_door};

/// The engine of this program and the store it is for, which another program may hold already.
pub struct Seat {
    pub(crate) engine: Engine,
    folder: PathBuf,
    own: Mutex<Option<Own>>,
}

/// The store is this program's; who else works with it comes in by the door.
struct Own {
    _door: Option<Door>,
}

/// Whose the store is.
pub(crate) enum At {
    Own,
    Other(Holder),
}

impl Seat {
    /// Takes the store in a folder where it is free. `engine` is this program's own, and opens nothing before it
    /// is asked.
    pub fn take(engine: &Engine, folder: &Path) -> Arc<Seat> {
        let own = Mutex::default();
        let seat = Seat { engine: engine.clone(), folder: folder.to_owned(), own };
        match Hold::take(folder) {
            Taken::Mine(hold) => seat.sit(Some(hold)),
            Taken::Nobodys => seat.sit(None),
            Taken::Others => {}
        }
        Arc::new(seat)
    }

    /// Looks whose the store is, and takes it where it has become free: waits for a while. Not at `refused`, which
    /// does not take this program.
    pub(crate) fn look(&self, refused: Option<SocketAddr>) -> At {
        if self.own().is_some() {
            return At::Own;
        }
        match look(&self.folder, refused) {
            Found::Free(hold) => {
                self.sit(hold);
                At::Own
            }
            Found::Held(holder) => At::Other(holder),
        }
    }

    fn sit(&self, hold: Option<Hold>) {
        let mut own = self.own();
        if own.is_none() {
            *own = Some(Own { _door: hold.and_then(|hold| open_door(&self.engine, hold)) });
        }
    }

    /// Tells who works with this program that it ends, and lets go of the store.
    pub(crate) fn leave(&self) {
        let own = self.own().take();
        drop(own);
    }

    fn own(&self) -> MutexGuard<'_, Option<Own>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
