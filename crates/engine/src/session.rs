//! Opens a board and holds it for one user at a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use board::{AgentDriver, Serial, ThisComputer, Transport};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use crate::Engine;
use crate::boards::HOST;
use crate::error::EngineError;

/// Baud rate of boards on a real port; USB CDC ignores it.
const BAUD: u32 = 115_200;

/// How often the memory of the board's process is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// An open board.
pub(crate) struct Session {
    pub(crate) driver: AgentDriver,
    /// Where the board is a process of this computer.
    pub(crate) process: Option<ProcessMemory>,
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
        let (transport, process): (Box<dyn Transport>, _) = if lease.board == HOST {
            let board = ThisComputer::start(&engine.inner.program, &patience)?;
            let process = ProcessMemory::of(board.process_id());
            (Box::new(board), process)
        } else {
            (Box::new(Serial::open(&lease.board, BAUD)?), None)
        };
        let driver = AgentDriver::connect(transport, patience)?;
        Ok(Session { driver, process, _lease: lease })
    }
}

/// The memory of a board's process, as this computer sees it.
pub(crate) struct ProcessMemory {
    pid: Pid,
    system: System,
    looked: Option<Instant>,
}

impl ProcessMemory {
    /// Of that process; `None` where the system tells nothing about processes.
    fn of(pid: u32) -> Option<ProcessMemory> {
        Some(ProcessMemory { pid: Pid::from_u32(pid), system: System::new().ok()?, looked: None })
    }

    /// Resident bytes; `None` where the last look was less than a tenth of a second ago, or the
    /// process is gone.
    pub(crate) fn look(&mut self) -> Option<u64> {
        if self.looked.is_some_and(|looked| looked.elapsed() < LOOK_EVERY) {
            return None;
        }
        self.looked = Some(Instant::now());
        self.system.refresh_processes_specifics(
            ProcessesToUpdate::Some(&[self.pid]),
            true,
            ProcessRefreshKind::nothing().with_memory(),
        );
        self.system.process(self.pid).map(sysinfo::Process::memory)
    }
}
