//! A TCP stream on this computer, where there are no pseudo-terminals.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::{Transport, WRITE_TIMEOUT, arrived, sent};
use crate::BoardError;

/// A connected stream.
pub struct Tcp(TcpStream);

impl Tcp {
    /// Connects to `address`, in the process that plays the board.
    pub fn connect(address: &str) -> Result<Self, BoardError> {
        Tcp::over(TcpStream::connect(address)?)
    }

    /// Takes a stream that is connected already.
    pub fn over(stream: TcpStream) -> Result<Self, BoardError> {
        stream.set_nodelay(true)?;
        Ok(Tcp(stream))
    }
}

impl Transport for Tcp {
    fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
        if timeout.is_zero() {
            self.0.set_nonblocking(true)?;
            let result = arrived(self.0.read(into));
            self.0.set_nonblocking(false)?;
            return result;
        }
        self.0.set_read_timeout(Some(timeout))?;
        arrived(self.0.read(into))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        // `write_all` would wait the whole time again for every byte that trickles through.
        let until = Instant::now() + WRITE_TIMEOUT;
        let mut rest = bytes;
        while !rest.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return sent(Err(ErrorKind::TimedOut.into()));
            }
            self.0.set_write_timeout(Some(left))?;
            match self.0.write(rest) {
                Ok(0) => return sent(Err(ErrorKind::WriteZero.into())),
                Ok(n) => rest = rest.get(n..).unwrap_or_default(),
                Err(error) => match error.kind() {
                    ErrorKind::Interrupted | ErrorKind::TimedOut | ErrorKind::WouldBlock => {}
                    _ => return sent(Err(error)),
                },
            }
        }
        Ok(())
    }
}
