//! Reading a meter without waking for every byte: what comes is gathered for ten milliseconds.

use std::time::{Duration, Instant};

use crate::{BoardError, Transport};

/// How long bytes are gathered before they are handed on.
const GATHER: Duration = Duration::from_millis(10);
/// Bytes after which nothing more is gathered: 4096 samples of a PPK2.
const ENOUGH: usize = 4 * 4096;
/// Bytes of one read.
const BUFFER: usize = 64 << 10;
/// How long is drained at most: what never stops talking is asked all the same.
const DRAINED: Duration = Duration::from_millis(400);

/// A transport with a buffer and a rhythm.
pub(crate) struct Paced {
    transport: Box<dyn Transport>,
    buffer: Vec<u8>,
    received: Option<Instant>,
}

impl Paced {
    pub(crate) fn new(transport: Box<dyn Transport>) -> Paced {
        Paced { transport, buffer: vec![0; BUFFER], received: None }
    }

    /// When bytes came last.
    pub(crate) fn received(&self) -> Option<Instant> {
        self.received
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        self.transport.write(bytes)
    }

    /// What one read gives.
    pub(crate) fn once(&mut self, timeout: Duration) -> Result<&[u8], BoardError> {
        let n = self.transport.read(&mut self.buffer, timeout)?;
        if n > 0 {
            self.received = Some(Instant::now());
        }
        Ok(self.buffer.get(..n).unwrap_or_default())
    }

    /// Feeds what comes within `timeout`, for ten milliseconds from its first byte on or up to [`ENOUGH`]
    /// of a stream of so many bytes a second.
    pub(crate) fn gather(
        &mut self,
        bytes_per_s: f64,
        timeout: Duration,
        feed: &mut dyn FnMut(&[u8]),
    ) -> Result<(), BoardError> {
        let mut got = 0;
        self.received = None;
        let first = self.once(timeout)?;
        if first.is_empty() {
            return Ok(());
        }
        feed(first);
        got += first.len();
        let until = Instant::now() + GATHER;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || got > ENOUGH {
                return Ok(());
            }
            // A fast stream is left alone for a while: each wake costs more than its bytes.
            let nap = if bytes_per_s > 10_000.0 { left.min(GATHER / 2) } else { Duration::ZERO };
            std::thread::sleep(nap);
            let more = self.once(left - nap)?;
            got += more.len();
            feed(more);
        }
    }

    /// Passes over what is on its way, until nothing came for a moment.
    pub(crate) fn drain(&mut self) -> Result<(), BoardError> {
        let until = Instant::now() + DRAINED;
        while Instant::now() < until && !self.once(Duration::from_millis(30))?.is_empty() {}
        Ok(())
    }
}
