//! Opens a board and holds it for one user at a time.

use std::sync::Arc;

use board::{AgentDriver, Serial, ThisComputer, Transport};

use crate::Engine;
use crate::boards::HOST;
use crate::error::EngineError;

/// Baud rate of boards on a real port; USB CDC ignores it.
const BAUD: u32 = 115_200;

/// An open board.
pub(crate) struct Session {
    pub(crate) driver: AgentDriver,
    _lease: Arc<Lease>,
}

/// The right to use a board. Dropping the last hold lets the next one have it.
pub(crate) struct Lease {
    engine: Engine,
    board: String,
}

impl Lease {
    /// Takes the board for the work called `user`, or says who has it.
    pub(crate) fn take(engine: &Engine, board: &str, user: &str) -> Result<Lease, EngineError> {
        let mut going = engine.going();
        if let Some(user) = going.boards.get(board) {
            return Err(EngineError::BoardInUse { board: board.into(), user: user.clone() });
        }
        going.boards.insert(board.into(), user.into());
        Ok(Lease { engine: engine.clone(), board: board.into() })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.engine.going().boards.remove(&self.board);
    }
}

impl Session {
    /// Opens `board` for the work called `user`.
    pub(crate) fn open(engine: &Engine, board: &str, user: &str) -> Result<Session, EngineError> {
        Session::open_under(engine, Arc::new(Lease::take(engine, board, user)?))
    }

    /// Opens the board of a lease. This computer can be opened several times, as several
    /// processes; a real port only once.
    pub(crate) fn open_under(engine: &Engine, lease: Arc<Lease>) -> Result<Session, EngineError> {
        let patience = engine.inner.patience;
        let transport: Box<dyn Transport> = if lease.board == HOST {
            Box::new(ThisComputer::start(&engine.inner.program, &patience)?)
        } else {
            Box::new(Serial::open(&lease.board, BAUD)?)
        };
        Ok(Session { driver: AgentDriver::connect(transport, patience)?, _lease: lease })
    }
}
