//! The board that everybody has: this computer, as a process of its own.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::attached::Attached;
use crate::process::Process;
use crate::transport::Transport;
use crate::{BoardError, Patience};

/// The board process and the pipe to it. Dropping it ends the process.
pub struct ThisComputer(Attached);

impl ThisComputer {
    /// Starts `program board-agent --port PATH` on a pseudo-terminal, or over TCP on loopback
    /// where the system has none.
    pub fn start(program: &Path, patience: &Patience) -> Result<Self, BoardError> {
        #[cfg(unix)]
        {
            let _ = patience;
            Attached::over_pty(|path| start(program, "--port", path)).map(ThisComputer)
        }
        #[cfg(not(unix))]
        Self::start_over_tcp(program, patience)
    }

    /// Starts `program board-agent --tcp ADDRESS`.
    pub fn start_over_tcp(program: &Path, patience: &Patience) -> Result<Self, BoardError> {
        let attached =
            Attached::over_tcp(patience, |address| start(program, "--tcp", &address.to_string()));
        attached.map(ThisComputer)
    }

    /// Process id of the board.
    pub fn process_id(&self) -> u32 {
        self.0.process_id()
    }
}

fn start(program: &Path, pipe: &str, place: &str) -> Result<Process, BoardError> {
    let mut command = Command::new(program);
    command.args(["board-agent", pipe, place]);
    Process::start(command)
}

impl Transport for ThisComputer {
    fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
        self.0.read(into, timeout)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        self.0.write(bytes)
    }
}
