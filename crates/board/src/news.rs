//! The system's word that a USB device came or went, waited for without an async runtime.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use futures_core::Stream;

/// A watch of the system's.
pub(crate) struct News {
    watch: nusb::hotplug::HotplugWatch,
    waker: Waker,
}

/// Wakes the thread that waits.
struct Rouse(Thread);

impl Wake for Rouse {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl News {
    /// `None` where nobody would tell.
    pub(crate) fn listen() -> Option<News> {
        // On Linux it is udev that tells, and a container has none.
        if cfg!(target_os = "linux") && !std::path::Path::new("/run/udev/control").exists() {
            return None;
        }
        match nusb::watch_devices() {
            Ok(watch) => {
                Some(News { watch, waker: Waker::from(Arc::new(Rouse(thread::current()))) })
            }
            Err(error) => {
                tracing::debug!(%error, "the system does not tell of USB devices");
                None
            }
        }
    }

    /// Waits up to `timeout`; whether something came or went. Only on the thread that listens.
    pub(crate) fn wait(&mut self, timeout: Duration) -> bool {
        let until = Instant::now() + timeout;
        loop {
            let mut context = Context::from_waker(&self.waker);
            match Pin::new(&mut self.watch).poll_next(&mut context) {
                Poll::Ready(event) => {
                    tracing::debug!(?event, "USB");
                    return true;
                }
                Poll::Pending => {}
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            thread::park_timeout(left);
        }
    }
}
