//! A pseudo-terminal: the serial port of a process.

#[cfg(unix)]
pub use unix::Pty;

#[cfg(not(unix))]
pub use absent::Pty;

#[cfg(unix)]
mod unix {
    use std::io::{Read, Write};
    use std::time::Duration;

    use serialport::{SerialPort, TTYPort};

    use super::super::{Transport, WRITE_TIMEOUT, arrived, sent};
    use crate::BoardError;

    /// One end of a pseudo-terminal.
    pub struct Pty {
        port: TTYPort,
        timeout: Duration,
        /// The other end, held open until somebody else has opened it: a terminal that nobody
        /// holds reads as hung up.
        other: Option<TTYPort>,
    }

    impl Pty {
        /// Makes a pair and returns this end with the path of the other.
        pub fn pair() -> Result<(Self, String), BoardError> {
            let (port, mut other) = TTYPort::pair().map_err(std::io::Error::from)?;
            other.set_exclusive(false).map_err(std::io::Error::from)?;
            let path = other.name().ok_or_else(|| {
                std::io::Error::other("the system made a pseudo-terminal without a name")
            })?;
            Ok((Pty { port, timeout: Duration::ZERO, other: Some(other) }, path))
        }

        /// Opens the other end, in the process that plays the board.
        pub fn open(path: &str) -> Result<Self, BoardError> {
            // Baud 0 leaves the rate alone: a pseudo-terminal has none.
            let baud = if cfg!(target_os = "macos") { 0 } else { 115_200 };
            let port = serialport::new(path, baud)
                .timeout(WRITE_TIMEOUT)
                .open_native()
                .map_err(std::io::Error::from)?;
            Ok(Pty { port, timeout: WRITE_TIMEOUT, other: None })
        }

        /// The other side has spoken, so it has its end open: let go of ours.
        pub(crate) fn release_other(&mut self) {
            self.other = None;
        }

        fn patience(&mut self, timeout: Duration) -> Result<(), BoardError> {
            if self.timeout != timeout {
                self.port.set_timeout(timeout).map_err(std::io::Error::from)?;
                self.timeout = timeout;
            }
            Ok(())
        }
    }

    impl Transport for Pty {
        fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
            self.patience(timeout)?;
            arrived(self.port.read(into))
        }

        fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
            self.patience(WRITE_TIMEOUT)?;
            sent(self.port.write_all(bytes))
        }
    }
}

#[cfg(not(unix))]
mod absent {
    use std::time::Duration;

    use super::super::Transport;
    use crate::BoardError;

    /// This system has no pseudo-terminals; [`crate::Tcp`] serves instead.
    pub enum Pty {}

    impl Transport for Pty {
        fn read(&mut self, _: &mut [u8], _: Duration) -> Result<usize, BoardError> {
            match *self {}
        }

        fn write(&mut self, _: &[u8]) -> Result<(), BoardError> {
            match *self {}
        }
    }
}
