//! A process that plays a board, and the pipe to it.

use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use crate::process::Process;
use crate::transport::{Pty, Tcp, Transport};
use crate::{BoardError, Patience};

/// The process and the pipe. Dropping it ends the process.
pub(crate) struct Attached {
    pipe: Pipe,
    process: Process,
}

enum Pipe {
    #[cfg_attr(not(unix), expect(dead_code, reason = "only unix has pseudo-terminals"))]
    Pty(Pty),
    Tcp(Tcp),
}

impl Attached {
    /// `start` gets the path of a pseudo-terminal and starts a process that opens it.
    #[cfg(unix)]
    pub(crate) fn over_pty(
        start: impl FnOnce(&str) -> Result<Process, BoardError>,
    ) -> Result<Self, BoardError> {
        let (pty, path) = Pty::pair()?;
        let process = start(&path)?;
        Ok(Attached { pipe: Pipe::Pty(pty), process })
    }

    /// `start` gets an address on loopback and starts a process that connects to it.
    pub(crate) fn over_tcp(
        patience: &Patience,
        start: impl FnOnce(SocketAddr) -> Result<Process, BoardError>,
    ) -> Result<Self, BoardError> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let mut process = start(listener.local_addr()?)?;
        let until = Instant::now() + patience.hello;
        let stream = loop {
            match listener.accept() {
                Ok((stream, _)) => break stream,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
            if let Some(how) = process.ended() {
                return Err(BoardError::ProcessEnded { how });
            }
            if Instant::now() > until {
                return Err(BoardError::AgentSilent {
                    doing: "it was starting",
                    secs: patience.hello.as_secs_f32(),
                });
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        stream.set_nonblocking(false)?;
        Ok(Attached { pipe: Pipe::Tcp(Tcp::over(stream)?), process })
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// The error, with how the process ended where it has.
    fn explain(&mut self, error: BoardError) -> BoardError {
        let BoardError::Gone { how } = error else { return error };
        // The pipe breaks a moment before the process can be asked how it ended.
        for _ in 0..20 {
            if let Some(how) = self.process.ended() {
                return BoardError::ProcessEnded { how };
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        BoardError::Gone { how }
    }

    fn pipe(&mut self) -> &mut dyn Transport {
        match &mut self.pipe {
            Pipe::Pty(pty) => pty,
            Pipe::Tcp(tcp) => tcp,
        }
    }
}

impl Transport for Attached {
    fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
        match self.pipe().read(into, timeout) {
            // Until the board has opened its end we hold that end too, so its death would show
            // as silence only.
            Ok(0) => match self.process.ended() {
                // What it said last may have come between the read and the question.
                Some(how) => match self.pipe().read(into, Duration::ZERO) {
                    Ok(n @ 1..) => Ok(n),
                    _ => Err(BoardError::ProcessEnded { how }),
                },
                None => Ok(0),
            },
            Ok(n) => Ok(n),
            Err(error) => Err(self.explain(error)),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        let written = self.pipe().write(bytes);
        written.map_err(|error| self.explain(error))
    }
}
