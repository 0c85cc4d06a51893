//! Opens a board and holds it for one user at a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use board::{AgentDriver, Bits, Driver, ThisComputer};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use protocol::{DriverSpec, Event};

use crate::Engine;
use crate::boards;
use crate::drivers;
use crate::emulated::{self, Circumstances};
use crate::error::EngineError;
use crate::find_board::{Place, find};

/// How often the memory of the board's process is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// An open board.
pub(crate) struct Session {
    pub(crate) driver: Box<dyn Driver>,
    /// Where the board is a process of this computer.
    pub(crate) process: Option<ProcessMemory>,
    /// What is known of the board beyond what it says itself.
    pub(crate) circumstances: Circumstances,
    _lease: Arc<Lease>,
}

/// The right to use a board. Dropping the last hold lets the next one have it.
pub(crate) struct Lease {
    engine: Engine,
    place: Place,
    key: String,
}

impl Lease {
    /// Takes the board for the work called `user`, or says who has it.
    pub(crate) fn take(engine: &Engine, board: &str, user: &str) -> Result<Lease, EngineError> {
        let place = match board {
            // Without a look at the ports, which takes a while.
            boards::HOST => Place::Host,
            _ => find(board, &board::list_ports(), &engine.met())?,
        };
        let key = place.key();
        let mut going = engine.going();
        if let Some(user) = going.boards.get(&key) {
            return Err(EngineError::BoardInUse { board: board.into(), user: user.clone() });
        }
        going.boards.insert(key.clone(), user.into());
        Ok(Lease { engine: engine.clone(), place, key })
    }
}

impl Lease {
    /// Where the board is.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.engine.going().boards.remove(&self.key);
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
        let lease = Arc::new(Lease::take(engine, board, user)?);
        Session::open_under(engine, lease, &DriverSpec::Agent, model)
    }

    /// Opens the board of a lease, which will run `model`: a board that can wake up with it does.
    /// This computer and emulated boards can be opened several times, as several processes; a real
    /// port only once.
    pub(crate) fn open_under(
        engine: &Engine,
        lease: Arc<Lease>,
        spoken: &DriverSpec,
        model: Option<(&[u8], Bits)>,
    ) -> Result<Session, EngineError> {
        if !spoken.is_agent() {
            let (driver, circumstances) = drivers::open(engine, &lease.place, spoken)?;
            return Ok(Session { driver, process: None, circumstances, _lease: lease });
        }
        let patience = engine.inner.patience;
        let mut circumstances = Circumstances::new();
        let (driver, process) = match &lease.place {
            Place::Host => {
                let board = ThisComputer::start(&engine.inner.program, &patience)?;
                let process = ProcessMemory::of(board.process_id());
                (AgentDriver::connect(Box::new(board), patience)?, process)
            }
            Place::Emulated(board) => {
                let (board, known) = emulated::start(engine, board, model)?;
                circumstances = known;
                let patience = emulated::patience(patience);
                // The memory of the emulator's process is not the board's.
                (AgentDriver::connect(Box::new(board), patience)?, None)
            }
            Place::Port { path, known, usb_identity } => {
                let driver = AgentDriver::on_port(path, *known, &patience)?;
                if let Some(identity) = usb_identity {
                    let kind = known.and_then(|row| row.family).unwrap_or("unknown");
                    // Whoever looks at the list learns its name and its chip.
                    if engine.met().meet(identity, kind, driver.info()) {
                        engine.tell(Event::PortsChanged(boards::list(engine)));
                    }
                }
                (driver, None)
            }
        };
        Ok(Session { driver: Box::new(driver), process, circumstances, _lease: lease })
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
