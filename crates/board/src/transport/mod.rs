//! Byte pipes to a board.

#[cfg(target_os = "linux")]
mod closing;
#[cfg(unix)]
mod descriptor;
mod lines;
mod pty;
mod serial;
mod tcp;

use std::io;
use std::time::Duration;

use crate::BoardError;

pub use pty::Pty;
pub use serial::Serial;
#[cfg(feature = "espflash")]
pub(crate) use serial::native;
pub use tcp::Tcp;

/// A byte pipe. Both calls block, for a bounded time.
pub trait Transport: Send {
    /// Waits up to `timeout` for bytes and takes what is there; 0 means none came.
    fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError>;
    /// Sends all of it, or fails after a few seconds of a full pipe.
    fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError>;
}

/// What a read means: bytes, nothing yet, or the end. Unplugging shows as different errors on
/// every system, so everything but "not yet" is the end.
fn arrived(result: io::Result<usize>) -> Result<usize, BoardError> {
    match result {
        Ok(0) => Err(BoardError::Gone { how: "the other side hung up".into() }),
        Ok(n) => Ok(n),
        Err(error) => match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => {
                Ok(0)
            }
            _ => Err(BoardError::Gone { how: error.to_string() }),
        },
    }
}

/// What a finished write means.
fn sent(result: io::Result<()>) -> Result<(), BoardError> {
    result.map_err(|error| match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => BoardError::AgentSilent {
            doing: "its input was full",
            secs: WRITE_TIMEOUT.as_secs_f32(),
        },
        _ => BoardError::Gone { how: error.to_string() },
    })
}

/// A board that reads nothing for this long hangs.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);
