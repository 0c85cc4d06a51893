//! Holds a board while an image is written, as a run does: nobody else of this program opens it.

use crate::Engine;
use crate::error::EngineError;
use crate::ports;

/// The right to everything that one board is reached by. Dropping it lets the next one have it.
pub(super) struct Hold {
    engine: Engine,
    keys: Vec<String>,
}

impl Hold {
    /// Takes all of `keys`, words as of [`Place::key`](crate::find_board::Place::key), or none. Every face that stays
    /// is told that `user` has them.
    ///
    /// # Errors
    /// Who has one.
    pub(super) fn take(
        engine: &Engine,
        mut keys: Vec<String>,
        user: &str,
    ) -> Result<Hold, EngineError> {
        keys.sort();
        keys.dedup();
        let mut going = engine.going();
        for key in &keys {
            if let Some(user) = going.boards.get(key) {
                return Err(EngineError::BoardInUse { board: key.clone(), user: user.clone() });
            }
        }
        for key in &keys {
            going.boards.insert(key.clone(), user.into());
        }
        drop(going);
        ports::tell(engine);
        Ok(Hold { engine: engine.clone(), keys })
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut going = self.engine.going();
        for key in &self.keys {
            going.boards.remove(key);
        }
        drop(going);
        ports::tell(&self.engine);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;
    use crate::session::Lease;

    const FLASHER: &str = "somebody who flashes it (a window on lab-3)";

    #[test]
    fn a_board_that_is_flashed_is_nobody_elses() {
        let engine = Engine::start(Options::default()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let port = folder.path().join("port").display().to_string();
        std::fs::write(&port, "").unwrap();
        let key = board::real_path(&port).display().to_string();
        let hold = Hold::take(&engine, vec![key.clone(), "drive".into()], FLASHER).unwrap();
        let refused = |result: Result<(), EngineError>| {
            let said = result.err().unwrap().to_string();
            assert!(said.contains(&format!("in use by {FLASHER}")), "{said}");
        };
        refused(Lease::take(&engine, &port, "a profile").map(drop));
        refused(Hold::take(&engine, vec!["other".into(), "drive".into()], FLASHER).map(drop));
        // What was refused holds nothing.
        Hold::take(&engine, vec!["other".into()], FLASHER).unwrap();
        drop(hold);
        // The other way round.
        let lease = Lease::take(&engine, &port, "a profile").unwrap();
        let said = Hold::take(&engine, vec![key.clone()], FLASHER).err().unwrap().to_string();
        assert!(said.contains("in use by a profile"), "{said}");
        drop(lease);
        Hold::take(&engine, vec![key], FLASHER).unwrap();
    }
}
