//! Opens a board and holds it for one user at a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use board::{AgentDriver, Bits, EmulatedBoard, Serial, ThisComputer, Transport};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use crate::Engine;
use crate::boards::HOST;
use crate::emulated::{self, Circumstances};
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
    /// What is known of the board beyond what it says itself.
    pub(crate) circumstances: Circumstances,
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
    /// Opens `board` for the work called `user`, which will run `model`.
    pub(crate) fn open(
        engine: &Engine,
        board: &str,
        user: &str,
        model: Option<(&[u8], Bits)>,
    ) -> Result<Session, EngineError> {
        Session::open_under(engine, Arc::new(Lease::take(engine, board, user)?), model)
    }

    /// Opens the board of a lease, which will run `model`: a board that can wake up with it does.
    /// This computer and emulated boards can be opened several times, as several processes; a real
    /// port only once.
    pub(crate) fn open_under(
        engine: &Engine,
        lease: Arc<Lease>,
        model: Option<(&[u8], Bits)>,
    ) -> Result<Session, EngineError> {
        let mut patience = engine.inner.patience;
        let mut circumstances = Circumstances::new();
        let (transport, process): (Box<dyn Transport>, _) = if lease.board == HOST {
            let board = ThisComputer::start(&engine.inner.program, &patience)?;
            let process = ProcessMemory::of(board.process_id());
            (Box::new(board), process)
        } else if let Some(board) = EmulatedBoard::of_kind(&lease.board) {
            patience = emulated::patience(patience);
            let (board, known) = emulated::start(engine, board, model)?;
            circumstances = known;
            // The memory of the emulator's process is not the board's.
            (Box::new(board), None)
        } else {
            (Box::new(Serial::open(&lease.board, BAUD)?), None)
        };
        let driver = AgentDriver::connect(transport, patience)?;
        Ok(Session { driver, process, circumstances, _lease: lease })
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
