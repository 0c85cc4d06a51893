//! Closing a port within a moment.
//!
//! Linux lets `close` wait up to half a minute for what was written to go out. A board on USB that hangs, or runs
//! something that never reads, takes nothing; a driver such as `cdc_acm` throws nothing away before that; and an
//! ordinary user may not make the wait shorter. A signal ends it.

use std::io;
use std::os::unix::thread::JoinHandleExt;
use std::sync::Once;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long the last words may take: 115200 bauds carry 5 kB meanwhile.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// Between signals: one that comes just before the wait begins ends nothing.
const AGAIN: Duration = Duration::from_millis(20);
/// After this the thread is left alone with its port.
const LONGEST: Duration = Duration::from_secs(2);

/// Drops what `close`s a port, and interrupts it where that takes long.
pub(super) fn drop_soon(port: impl Send + 'static) {
    let closing = thread::Builder::new().name("port-close".into()).spawn(move || drop(port));
    match closing {
        Ok(closing) => interrupt(closing),
        // It was dropped with the thread that did not come to be.
        Err(error) => tracing::debug!(%error, "a port was closed without a thread"),
    }
}

fn interrupt(closing: JoinHandle<()>) {
    let began = Instant::now();
    let mut pause = Duration::from_micros(50);
    while !closing.is_finished() && began.elapsed() < LONGEST {
        thread::sleep(pause);
        pause = (pause * 2).min(AGAIN);
        if began.elapsed() > LAST_WORDS && !closing.is_finished() {
            rouse(&closing);
        }
    }
    if closing.is_finished() {
        drop(closing.join());
    } else {
        tracing::warn!("a port takes very long to close; another program may find it busy");
    }
}

/// Lets a system call of that thread end early.
fn rouse(thread: &JoinHandle<()>) {
    static HEARD: Once = Once::new();
    HEARD.call_once(|| {
        if let Err(error) = hear() {
            tracing::debug!(%error, "closing a port cannot be interrupted");
        }
    });
    #[expect(unsafe_code, reason = "the standard library sends no signals")]
    // SAFETY: a thread that was not joined has a valid id, also after its end.
    unsafe {
        libc::pthread_kill(thread.as_pthread_t(), libc::SIGURG);
    }
}

/// Takes note of `SIGURG`, which does nothing of its own and ends no wait while nobody hears it.
fn hear() -> io::Result<()> {
    extern "C" fn nothing(_: libc::c_int) {}
    let handler: extern "C" fn(libc::c_int) = nothing;
    #[expect(unsafe_code, reason = "the standard library hears no signals")]
    // SAFETY: all zero is a valid `sigaction`, with no flags, so that calls are not taken up again; the handler does
    // nothing, which is allowed at any moment.
    let set = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as libc::sighandler_t;
        libc::sigaction(libc::SIGURG, &raw const action, std::ptr::null_mut())
    };
    if set == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, sync_channel};

    use rustix::pipe::{PipeFlags, pipe_with};

    use super::*;

    /// Its end is a system call that waits for what never comes.
    struct Stubborn(std::sync::mpsc::SyncSender<io::Result<usize>>);

    impl Drop for Stubborn {
        fn drop(&mut self) {
            let (read, _write) = pipe_with(PipeFlags::CLOEXEC).unwrap();
            let ended = rustix::io::read(&read, &mut [0u8; 1]).map_err(io::Error::from);
            self.0.send(ended).unwrap();
        }
    }

    fn stubborn() -> (Stubborn, Receiver<io::Result<usize>>) {
        let (ended, end) = sync_channel(1);
        (Stubborn(ended), end)
    }

    #[test]
    fn an_end_that_waits_for_ever_is_interrupted() {
        // Twice: hearing the signal is set up by the first.
        for _ in 0..2 {
            let (stubborn, end) = stubborn();
            drop_soon(stubborn);
            // Where it was not interrupted, this would find nothing, as nobody waits for it any more.
            let error = end.try_recv().unwrap().unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::Interrupted);
        }
    }
}
