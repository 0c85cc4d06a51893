//! Opens a board and holds it for one user at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use board::{AgentDriver, Bits, BoardInfo, Driver, ThisComputer};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use protocol::{DriverSpec, Event};

use crate::Engine;
use crate::absent::Absent;
use crate::boards;
use crate::drivers;
use crate::emulated::{self, Circumstances};
use crate::error::EngineError;
use crate::find_board::{Place, find};
use crate::ports;
use crate::shared_port::explained;

/// How often the memory of the board's process is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// An open board.
pub(crate) struct Session {
    pub(crate) driver: Box<dyn Driver>,
    /// Where the board is a process of this computer.
    pub(crate) process: Option<ProcessMemory>,
    /// What is known of the board beyond what it says itself.
    pub(crate) circumstances: Circumstances,
    spoken: DriverSpec,
    /// Messages that were lost before the board went away and came back.
    lost_before: Option<u64>,
    lease: Arc<Lease>,
}

/// An open board on its way into a session.
struct Connected {
    driver: Box<dyn Driver>,
    process: Option<ProcessMemory>,
    circumstances: Circumstances,
}

/// The right to use a board: first come, first served, and told to every face that stays. Dropping the last hold lets the next one have it.
pub(crate) struct Lease {
    engine: Engine,
    /// Where it is now: a board may come back on another port.
    held: Mutex<Held>,
}

#[derive(Clone)]
struct Held {
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
        drop(going);
        ports::tell(engine);
        let held = Mutex::new(Held { place, key });
        Ok(Lease { engine: engine.clone(), held })
    }

    /// Where the board is.
    pub(crate) fn place(&self) -> Place {
        self.held().place.clone()
    }

    /// The board is somewhere else now, or where it was.
    fn moved(&self, place: Place) -> Result<(), EngineError> {
        let key = place.key();
        // In this order everywhere: what goes on, then what is held.
        let mut going = self.engine.going();
        let mut held = self.held();
        if key != held.key {
            if let Some(user) = going.boards.get(&key) {
                return Err(EngineError::BoardInUse { board: key, user: user.clone() });
            }
            let user = going.boards.remove(&held.key).unwrap_or_default();
            going.boards.insert(key.clone(), user);
        }
        *held = Held { place, key };
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let key = self.held().key.clone();
        self.engine.going().boards.remove(&key);
        ports::tell(&self.engine);
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
        let place = lease.place();
        let connected = connect(engine, &place, spoken, model);
        let connected = connected.map_err(|error| explained(&place, error))?;
        let Connected { driver, process, circumstances } = connected;
        let spoken = spoken.clone();
        Ok(Session { driver, process, circumstances, spoken, lost_before: None, lease })
    }

    /// Messages that were lost on the way so far; `None` where its driver cannot count them.
    pub(crate) fn lost(&self) -> Option<u64> {
        let parts = [self.lost_before, self.driver.lost()];
        parts.into_iter().flatten().reduce(|before, now| before + now)
    }

    /// Where the board is, or was.
    pub(crate) fn place(&self) -> Place {
        self.lease.place()
    }

    /// In which way it is spoken to.
    pub(crate) fn spoken(&self) -> &DriverSpec {
        &self.spoken
    }

    /// Lets go of a board that is gone: its port is not given away anew while somebody has it open.
    pub(crate) fn close(&mut self) {
        self.lost_before = self.lost();
        self.driver = Box::new(Absent::of(self.driver.as_ref()));
    }

    /// Opens the board again, at `place`.
    ///
    /// # Errors
    /// Where it cannot be opened, or is another one.
    pub(crate) fn reopen(
        &mut self,
        engine: &Engine,
        place: Place,
        model: Option<(&[u8], Bits)>,
    ) -> Result<(), EngineError> {
        self.lease.moved(place.clone())?;
        let connected = connect(engine, &place, &self.spoken, model)?;
        same(self.driver.info(), connected.driver.info())?;
        self.driver = connected.driver;
        Ok(())
    }
}

/// Whether the board that came is the one that went; its clock decides what ticks mean.
fn same(before: &BoardInfo, now: &BoardInfo) -> Result<(), EngineError> {
    if now.chip_id != before.chip_id {
        return Err(EngineError::OtherBoard { name: now.name.clone() });
    }
    if now.series != before.series {
        let words = "the board came back with other series of its own".to_owned();
        return Err(EngineError::BadRequest(words));
    }
    if (&now.agent, now.timer_hz) != (&before.agent, before.timer_hz) {
        let words = format!("the board came back with other firmware, {}", now.agent);
        return Err(EngineError::BadRequest(words));
    }
    Ok(())
}

fn connect(
    engine: &Engine,
    place: &Place,
    spoken: &DriverSpec,
    model: Option<(&[u8], Bits)>,
) -> Result<Connected, EngineError> {
    let connected = if spoken.is_agent() {
        connect_agent(engine, place, model)?
    } else {
        let (driver, circumstances) = drivers::open(engine, place, spoken)?;
        Connected { driver, process: None, circumstances }
    };
    meet(engine, place, spoken, connected.driver.info());
    Ok(connected)
}

/// Whoever looks at the list learns the board's name, its chip, and how it is spoken to.
fn meet(engine: &Engine, place: &Place, spoken: &DriverSpec, info: &BoardInfo) {
    let Place::Port { known, usb_identity: Some(identity), .. } = place else { return };
    let kind = known.and_then(|row| row.family).unwrap_or("unknown");
    if engine.met().meet(identity, kind, info, spoken.name()) {
        engine.tell(Event::PortsChanged(boards::list(engine)));
    }
}

fn connect_agent(
    engine: &Engine,
    place: &Place,
    model: Option<(&[u8], Bits)>,
) -> Result<Connected, EngineError> {
    let patience = engine.inner.patience;
    let mut circumstances = Circumstances::new();
    let (driver, process) = match place {
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
        Place::Port { path, known, .. } => (AgentDriver::on_port(path, *known, &patience)?, None),
    };
    Ok(Connected { driver: Box::new(driver), process, circumstances })
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

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use board::Pty;

    use super::*;
    use crate::Options;
    use crate::settings::Settings;

    /// The program that prints says nothing when its port is opened, and the list knows it all the same.
    #[test]
    fn a_board_of_another_driver_is_met_too_and_whoever_looks_at_the_list_is_told() {
        let flags = [("store", "/dev/null/store".to_owned())];
        let settings = Settings::resolve(None, &|_| None, &flags).unwrap();
        let engine = Engine::start(Options { settings, ..Options::default() }).unwrap();
        let events = engine.subscribe();
        let (_board, path) = Pty::pair().unwrap();
        let identity = "1a86:7523@1-2";
        let place = Place::Port { path, known: None, usb_identity: Some(identity.into()) };
        let spoken = DriverSpec::Log { patterns: vec![], start: None, baud: None, wait_s: 1 };
        for told in [1, 0] {
            drop(
                connect(&engine, &place, &spoken, None).map_err(|error| error.to_string()).unwrap(),
            );
            assert_eq!(engine.met().driver(identity), Some("log"));
            let mut heard = 0;
            while let crate::events::Next::Event(event) = events.next(Duration::ZERO) {
                heard += usize::from(matches!(event, Event::PortsChanged(_)));
            }
            assert_eq!(heard, told, "what is known already is not told again");
        }
    }
}
