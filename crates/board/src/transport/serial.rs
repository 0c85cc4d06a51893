//! A serial port of the operating system: USB CDC, a USB bridge, a plain UART.

use std::io::{ErrorKind, Read, Write};
use std::time::Duration;

use serialport::SerialPort;

use super::{Transport, WRITE_TIMEOUT, arrived, sent};
use crate::BoardError;

/// A serial port, opened for us alone.
pub struct Serial {
    port: Box<dyn SerialPort>,
    timeout: Duration,
}

impl Serial {
    /// Opens the port at `path` with `baud` bits per second, 8N1.
    pub fn open(path: &str, baud: u32) -> Result<Self, BoardError> {
        let port = serialport::new(path, baud)
            .timeout(WRITE_TIMEOUT)
            .open()
            .map_err(|error| refusal(path, error))?;
        Ok(Serial { port, timeout: WRITE_TIMEOUT })
    }

    fn patience(&mut self, timeout: Duration) -> Result<(), BoardError> {
        if self.timeout != timeout {
            self.port.set_timeout(timeout).map_err(std::io::Error::from)?;
            self.timeout = timeout;
        }
        Ok(())
    }
}

impl Transport for Serial {
    fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
        self.patience(timeout)?;
        arrived(self.port.read(into))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        self.patience(WRITE_TIMEOUT)?;
        sent(self.port.write_all(bytes))
    }
}

fn refusal(path: &str, error: serialport::Error) -> BoardError {
    let path = path.to_owned();
    match error.kind {
        serialport::ErrorKind::NoDevice => BoardError::NoPort { path },
        serialport::ErrorKind::Io(ErrorKind::NotFound) => BoardError::NoPort { path },
        serialport::ErrorKind::Io(ErrorKind::PermissionDenied) => {
            BoardError::PermissionDenied { remedy: crate::ports::permission_remedy(), path }
        }
        serialport::ErrorKind::Io(ErrorKind::ResourceBusy) => BoardError::PortBusy { path },
        // serialport reports a port held by another program in words only on some systems.
        serialport::ErrorKind::Unknown | serialport::ErrorKind::InvalidInput => {
            BoardError::PortBusy { path }
        }
        serialport::ErrorKind::Io(_) => BoardError::Io(error.into()),
    }
}
