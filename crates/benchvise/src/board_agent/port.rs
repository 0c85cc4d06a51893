//! The host's end, as the loop wants it.

use std::time::Duration;

use agent::{Port, PortGone};
use board::Transport;

/// How long the loop sleeps at most when nothing is going on.
const NAP: Duration = Duration::from_millis(500);

/// A [`Port`] over a [`Transport`].
pub(super) struct HostPort(Box<dyn Transport>);

impl HostPort {
    pub(super) fn new(transport: Box<dyn Transport>) -> Self {
        HostPort(transport)
    }
}

impl Port for HostPort {
    fn poll(&mut self, into: &mut [u8]) -> Result<usize, PortGone> {
        self.0.read(into, Duration::ZERO).map_err(|_| PortGone)
    }

    fn wait(&mut self, into: &mut [u8]) -> Result<usize, PortGone> {
        self.0.read(into, NAP).map_err(|_| PortGone)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), PortGone> {
        self.0.write(bytes).map_err(|_| PortGone)
    }
}
