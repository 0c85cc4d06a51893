//! A TCP stream on this computer, where there are no pseudo-terminals.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

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
        stream.set_write_timeout(Some(WRITE_TIMEOUT))?;
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
        sent(self.0.write_all(bytes))
    }
}
