//! A pseudo-terminal: the serial port of a process.

#[cfg(unix)]
pub use unix::Pty;

#[cfg(not(unix))]
pub use absent::Pty;

#[cfg(unix)]
mod unix {
    use std::io;
    use std::os::fd::{AsFd, OwnedFd};
    use std::time::Duration;

    use rustix::fs::{Mode, OFlags};
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

    use super::super::{Transport, descriptor};
    use crate::BoardError;

    /// One end of a pseudo-terminal. No other program inherits it: a board's process that held
    /// our end would outlive us.
    pub struct Pty {
        end: OwnedFd,
        /// The other end, held open until somebody else has opened it and spoken: a terminal that
        /// nobody holds reads as hung up, and one that we hold never does.
        other: Option<OwnedFd>,
    }

    impl Pty {
        /// Makes a pair and returns this end with the path of the other.
        pub fn pair() -> Result<(Self, String), BoardError> {
            let (end, path, other) = make().map_err(BoardError::Io)?;
            Ok((Pty { end, other: Some(other) }, path))
        }

        /// Opens the other end, in the process that plays the board.
        pub fn open(path: &str) -> Result<Self, BoardError> {
            let end = open_raw(path).map_err(BoardError::Io)?;
            Ok(Pty { end, other: None })
        }
    }

    fn make() -> io::Result<(OwnedFd, String, OwnedFd)> {
        #[cfg(target_os = "linux")]
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        #[cfg(not(target_os = "linux"))]
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
        let end = openpt(flags)?;
        #[cfg(not(target_os = "linux"))]
        rustix::io::fcntl_setfd(&end, rustix::io::FdFlags::CLOEXEC)?;
        grantpt(&end)?;
        unlockpt(&end)?;
        let path = ptsname(&end, Vec::new())?.into_string().map_err(io::Error::other)?;
        // Opened before ours stops blocking: some systems make the terminal only then.
        let other = open_raw(&path)?;
        descriptor::set_nonblocking(&end)?;
        Ok((end, path, other))
    }

    /// Opens a terminal that passes every byte as it is.
    fn open_raw(path: &str) -> io::Result<OwnedFd> {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let fd = rustix::fs::open(path, flags, Mode::empty())?;
        let mut settings = tcgetattr(&fd)?;
        settings.make_raw();
        tcsetattr(&fd, OptionalActions::Now, &settings)?;
        Ok(fd)
    }

    impl Transport for Pty {
        fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
            let n = descriptor::read(self.end.as_fd(), into, timeout)?;
            if n > 0 {
                // The other side has spoken, so it has its end open: let go of ours.
                self.other = None;
            }
            Ok(n)
        }

        fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
            descriptor::write(self.end.as_fd(), bytes)
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
