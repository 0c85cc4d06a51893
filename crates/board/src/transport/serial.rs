//! A serial port of the operating system: USB CDC, a USB bridge, a plain UART.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

#[cfg(unix)]
use std::os::fd::{AsRawFd, BorrowedFd};

use super::{Transport, WRITE_TIMEOUT};
use crate::BoardError;

#[cfg(unix)]
type Native = serialport::TTYPort;
#[cfg(windows)]
type Native = serialport::COMPort;

/// A serial port, opened for us alone.
pub struct Serial {
    port: Native,
}

impl Serial {
    /// Opens the port at `path` with `baud` bits per second, 8N1.
    pub fn open(path: &str, baud: u32) -> Result<Self, BoardError> {
        let port = serialport::new(path, baud)
            .timeout(WRITE_TIMEOUT)
            .open_native()
            .map_err(|error| refusal(path, error))?;
        #[cfg(unix)]
        super::descriptor::set_nonblocking(lend(&port))?;
        Ok(Serial { port })
    }
}

/// The port's descriptor, for as long as the port is borrowed.
#[cfg(unix)]
fn lend(port: &Native) -> BorrowedFd<'_> {
    #[expect(unsafe_code, reason = "serialport names its descriptor only as a number")]
    // SAFETY: the port owns the descriptor and is borrowed for as long as the result lives.
    unsafe {
        BorrowedFd::borrow_raw(port.as_raw_fd())
    }
}

#[cfg(unix)]
impl Transport for Serial {
    fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
        super::descriptor::read(lend(&self.port), into, timeout)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        super::descriptor::write(lend(&self.port), bytes)
    }
}

#[cfg(not(unix))]
impl Transport for Serial {
    fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
        serialport::SerialPort::set_timeout(&mut self.port, timeout)
            .map_err(std::io::Error::from)?;
        super::arrived(std::io::Read::read(&mut self.port, into))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        serialport::SerialPort::set_timeout(&mut self.port, WRITE_TIMEOUT)
            .map_err(std::io::Error::from)?;
        super::sent(std::io::Write::write_all(&mut self.port, bytes))
    }
}

fn refusal(path: &str, error: serialport::Error) -> BoardError {
    use serialport::ErrorKind as Kind;
    let there = Path::new(path).exists()
        || serialport::available_ports().is_ok_and(|p| p.iter().any(|p| p.port_name == path));
    let path = path.to_owned();
    match error.kind {
        Kind::Io(ErrorKind::PermissionDenied) => {
            BoardError::PermissionDenied { remedy: crate::ports::permission_remedy(), path }
        }
        // `NoDevice` is what serialport says of a missing port and of one that somebody holds.
        Kind::NoDevice if there => BoardError::PortBusy { path },
        Kind::Io(ErrorKind::ResourceBusy) => BoardError::PortBusy { path },
        Kind::NoDevice | Kind::Io(ErrorKind::NotFound) => BoardError::NoPort { path },
        // Anything that cannot be set up like a port, such as a file, is none.
        Kind::Unknown | Kind::InvalidInput if !is_device(&path) => BoardError::NoPort { path },
        Kind::Unknown | Kind::InvalidInput | Kind::Io(_) => BoardError::Io(error.into()),
    }
}

#[cfg(unix)]
fn is_device(path: &str) -> bool {
    use std::os::unix::fs::FileTypeExt;
    std::fs::metadata(path).is_ok_and(|found| found.file_type().is_char_device())
}

#[cfg(not(unix))]
fn is_device(_: &str) -> bool {
    true
}
