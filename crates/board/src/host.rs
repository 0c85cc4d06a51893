//! The board that everybody has: this computer, as a process of its own.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::transport::{Pty, Tcp, Transport};
use crate::{BoardError, Patience};

/// The board process and the pipe to it. Dropping it ends the process.
pub struct ThisComputer {
    pipe: Pipe,
    process: Process,
}

enum Pipe {
    #[cfg_attr(not(unix), expect(dead_code, reason = "only unix has pseudo-terminals"))]
    Pty(Pty),
    Tcp(Tcp),
}

impl ThisComputer {
    /// Starts `program board-agent --port PATH` on a pseudo-terminal, or over TCP on loopback
    /// where the system has none.
    pub fn start(program: &Path, patience: &Patience) -> Result<Self, BoardError> {
        #[cfg(unix)]
        {
            let _ = patience;
            let (pty, path) = Pty::pair()?;
            let process = Process::start(program, &["--port", &path])?;
            Ok(ThisComputer { pipe: Pipe::Pty(pty), process })
        }
        #[cfg(not(unix))]
        Self::start_over_tcp(program, patience)
    }

    /// Starts `program board-agent --tcp ADDRESS`.
    pub fn start_over_tcp(program: &Path, patience: &Patience) -> Result<Self, BoardError> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?.to_string();
        let mut process = Process::start(program, &["--tcp", &address])?;
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
        Ok(ThisComputer { pipe: Pipe::Tcp(Tcp::over(stream)?), process })
    }

    /// Process id of the board, for tests and for `doctor`.
    pub fn process_id(&self) -> u32 {
        self.process.0.id()
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

impl Transport for ThisComputer {
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

/// A child that does not outlive its owner.
struct Process(Child);

impl Process {
    fn start(program: &Path, port: &[&str]) -> Result<Self, BoardError> {
        Command::new(program)
            .arg("board-agent")
            .args(port)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map(Process)
            .map_err(|source| BoardError::SpawnFailed {
                source,
                path: program.display().to_string(),
            })
    }

    /// How it ended, if it has.
    fn ended(&mut self) -> Option<String> {
        let status = self.0.try_wait().ok()??;
        Some(status.to_string())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It holds nothing that needs saving; a hung one would not listen to anything gentler.
        if let Err(error) = self.0.kill().and_then(|()| self.0.wait().map(|_| ())) {
            tracing::debug!(%error, "the board's process could not be ended");
        }
    }
}
