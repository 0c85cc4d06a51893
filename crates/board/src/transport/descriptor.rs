//! Reading and writing a file descriptor that does not block, within a time.
//!
//! `serialport` waits for room and then writes with a blocking call, which a board that does not
//! read holds up for ever; and it drops the last words of a board that hung up after saying them.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

use super::{WRITE_TIMEOUT, arrived, sent};
use crate::BoardError;

/// From here on a read or a write that would wait returns instead.
pub(super) fn set_nonblocking(fd: impl AsFd) -> io::Result<()> {
    let flags = fcntl_getfl(&fd)?;
    Ok(fcntl_setfl(&fd, flags | OFlags::NONBLOCK)?)
}

pub(super) fn read(
    fd: BorrowedFd<'_>,
    into: &mut [u8],
    timeout: Duration,
) -> Result<usize, BoardError> {
    match ready(fd, PollFlags::IN, timeout) {
        Ok(false) => Ok(0),
        // A hang-up shows at once, but what was said before it is still there to be read.
        Ok(true) => arrived(rustix::io::read(fd, into).map_err(io::Error::from)),
        Err(error) => arrived(Err(error)),
    }
}

pub(super) fn write(fd: BorrowedFd<'_>, mut bytes: &[u8]) -> Result<(), BoardError> {
    let until = Instant::now() + WRITE_TIMEOUT;
    while !bytes.is_empty() {
        match rustix::io::write(fd, bytes) {
            Ok(n) => bytes = bytes.get(n..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return sent(Err(io::ErrorKind::TimedOut.into()));
                }
                if let Err(error) = ready(fd, PollFlags::OUT, left) {
                    sent(Err(error))?;
                }
            }
            Err(error) => return sent(Err(error.into())),
        }
    }
    Ok(())
}

/// Waits for `what`, or for the end, which shows as readiness too.
fn ready(fd: BorrowedFd<'_>, what: PollFlags, timeout: Duration) -> io::Result<bool> {
    let timeout = Timespec::try_from(timeout).ok();
    match poll(&mut [PollFd::from_borrowed_fd(fd, what)], timeout.as_ref()) {
        Ok(n) => Ok(n > 0),
        Err(Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
