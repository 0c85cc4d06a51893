//! Opens a board and holds it for one user at a time.

use board::{AgentDriver, Serial, ThisComputer, Transport};

use crate::Engine;
use crate::boards::HOST;
use crate::error::EngineError;

/// Baud rate of boards on a real port; USB CDC ignores it.
const BAUD: u32 = 115_200;

/// An open board. Dropping it lets the next one have it.
pub(crate) struct Session {
    pub(crate) driver: AgentDriver,
    _lease: Lease,
}

struct Lease {
    engine: Engine,
    board: String,
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.engine.going().boards.remove(&self.board);
    }
}

impl Session {
    /// Opens `board` for the work called `user`.
    pub(crate) fn open(engine: &Engine, board: &str, user: &str) -> Result<Session, EngineError> {
        let lease = {
            let mut going = engine.going();
            if let Some(user) = going.boards.get(board) {
                return Err(EngineError::BoardInUse { board: board.into(), user: user.clone() });
            }
            going.boards.insert(board.into(), user.into());
            Lease { engine: engine.clone(), board: board.into() }
        };
        let patience = engine.inner.patience;
        let transport: Box<dyn Transport> = if board == HOST {
            Box::new(ThisComputer::start(&engine.inner.program, &patience)?)
        } else {
            Box::new(Serial::open(board, BAUD)?)
        };
        Ok(Session { driver: AgentDriver::connect(transport, patience)?, _lease: lease })
    }
}
