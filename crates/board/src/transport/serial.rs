//! A serial port of the operating system: USB CDC, a USB bridge, a plain UART.

use std::io::ErrorKind;
#[cfg(target_os = "linux")]
use std::mem::ManuallyDrop;
use std::path::Path;
use std::time::Duration;

#[cfg(unix)]
use std::os::fd::{AsRawFd, BorrowedFd};

use super::{Transport, WRITE_TIMEOUT};
use crate::BoardError;
use crate::known::Lines;

#[cfg(unix)]
pub(crate) type Native = serialport::TTYPort;
#[cfg(windows)]
pub(crate) type Native = serialport::COMPort;

/// A serial port, opened for us alone.
pub struct Serial {
    #[cfg(target_os = "linux")]
    port: ManuallyDrop<Native>,
    #[cfg(not(target_os = "linux"))]
    port: Native,
}

impl Serial {
    /// Opens the port at `path` with `baud` bits per second, 8N1, and leaves the modem lines as
    /// the system does.
    pub fn open(path: &str, baud: u32) -> Result<Self, BoardError> {
        Serial::open_with(path, baud, Lines::Leave)
    }

    /// The same for a board that is known to want its modem lines treated so.
    pub fn open_with(path: &str, baud: u32, lines: Lines) -> Result<Self, BoardError> {
        let mut port = native(path, baud)?;
        super::lines::treat(&mut port, lines);
        #[cfg(unix)]
        super::descriptor::set_nonblocking(lend(&port))?;
        #[cfg(target_os = "linux")]
        let port = ManuallyDrop::new(port);
        Ok(Serial { port })
    }
}

#[cfg(target_os = "linux")]
impl Drop for Serial {
    fn drop(&mut self) {
        #[expect(unsafe_code, reason = "where it is dropped matters")]
        // SAFETY: nobody uses the port after this.
        let port = unsafe { ManuallyDrop::take(&mut self.port) };
        // Mostly everything was sent, or the port is gone.
        match serialport::SerialPort::bytes_to_write(&port) {
            Ok(0) | Err(_) => drop(port),
            Ok(_) => super::closing::drop_soon(port),
        }
    }
}

/// The library's own port, opened for us alone: for what speaks through it by itself.
pub(crate) fn native(path: &str, baud: u32) -> Result<Native, BoardError> {
    let port = serialport::new(path, baud).timeout(WRITE_TIMEOUT);
    port.open_native().map_err(|error| refusal(path, error))
}

/// Behind a port, an end is a cable that was pulled.
fn unplugged(error: BoardError) -> BoardError {
    match error {
        BoardError::Gone { how } => BoardError::Unplugged { how },
        error => error,
    }
}

/// The port's descriptor, for as long as the port is borrowed.
#[cfg(unix)]
pub(super) fn lend(port: &Native) -> BorrowedFd<'_> {
    #[expect(unsafe_code, reason = "serialport names its descriptor only as a number")]
    // SAFETY: the port owns the descriptor and is borrowed for as long as the result lives.
    unsafe {
        BorrowedFd::borrow_raw(port.as_raw_fd())
    }
}

#[cfg(unix)]
impl Transport for Serial {
    fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
        super::descriptor::read(lend(&self.port), into, timeout).map_err(unplugged)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        super::descriptor::write(lend(&self.port), bytes).map_err(unplugged)
    }
}

#[cfg(not(unix))]
impl Transport for Serial {
    fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
        serialport::SerialPort::set_timeout(&mut self.port, timeout)
            .map_err(std::io::Error::from)?;
        super::arrived(std::io::Read::read(&mut self.port, into)).map_err(unplugged)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        serialport::SerialPort::set_timeout(&mut self.port, WRITE_TIMEOUT)
            .map_err(std::io::Error::from)?;
        super::sent(std::io::Write::write_all(&mut self.port, bytes)).map_err(unplugged)
    }
}

fn refusal(path: &str, error: serialport::Error) -> BoardError {
    use serialport::ErrorKind as Kind;
    let there = Path::new(path).exists()
        || serialport::available_ports().is_ok_and(|p| p.iter().any(|p| p.port_name == path));
    let path = path.to_owned();
    match error.kind {
        Kind::Io(ErrorKind::PermissionDenied) => {
            BoardError::PermissionDenied { remedy: crate::ports::permission_remedy(&path), path }
        }
        // `NoDevice` is what serialport says of a missing port and of one that somebody holds.
        Kind::NoDevice if there => busy(path),
        Kind::Io(ErrorKind::ResourceBusy) => busy(path),
        Kind::NoDevice | Kind::Io(ErrorKind::NotFound) => BoardError::NoPort { path },
        // Anything that cannot be set up like a port, such as a file, is none.
        Kind::Unknown | Kind::InvalidInput if !is_device(&path) => BoardError::NoPort { path },
        Kind::Unknown | Kind::InvalidInput | Kind::Io(_) => BoardError::Io(error.into()),
    }
}

fn busy(path: String) -> BoardError {
    let by = crate::ports::holder_of(&path);
    let by = by.map_or_else(|| "another program".to_owned(), |by| by.to_string());
    BoardError::PortBusy { by, path }
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
