//! Turns a transport into a queue of things heard, bounded in time and memory.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use agent::wire::{Counts, Decoder, Frame, HostMessage, Item, MAJOR, MAX_ENCODED, Sender};

use super::heard::Heard;
use crate::{BoardError, Transport};

/// Noise without a single sound frame that is taken before giving up, in bytes.
const NOISE_LIMIT: u64 = 256 << 10;
/// Log lines of a board kept for one conversation; the rest is counted.
const LOG_LIMIT: usize = 1000;
/// How often a waiting reader looks at the clock.
const SLICE: Duration = Duration::from_millis(50);

/// A transport with the wire on top.
pub(crate) struct Line {
    transport: Box<dyn Transport>,
    decoder: Decoder,
    sender: Sender,
    queue: VecDeque<Heard>,
    arrived: u64,
    noise: u64,
    logs: usize,
    /// The frame before: number, kind, and a checksum of its body.
    before: Option<(u16, u8, u32)>,
    read: Vec<u8>,
    frame: [u8; MAX_ENCODED],
}

impl Line {
    pub(crate) fn new(transport: Box<dyn Transport>) -> Self {
        Line {
            transport,
            decoder: Decoder::new(),
            sender: Sender::new(),
            queue: VecDeque::new(),
            arrived: 0,
            noise: 0,
            logs: 0,
            before: None,
            read: vec![0; 64 << 10],
            frame: [0; MAX_ENCODED],
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        self.decoder.counts()
    }

    /// Bytes that came, where not one sound frame was among them.
    pub(crate) fn gibberish(&self) -> u64 {
        if self.counts().frames == 0 { self.arrived } else { 0 }
    }

    /// Everything that came was text.
    pub(crate) fn talks(&self) -> bool {
        self.arrived > 0 && self.counts().frames == 0 && self.noise == 0
    }

    pub(crate) fn say(&mut self, message: &HostMessage<'_>) -> Result<(), BoardError> {
        let n = self
            .sender
            .host(message, &mut self.frame)
            .map_err(|_| BoardError::TooLarge("a message"))?;
        self.transport.write(self.frame.get(..n).unwrap_or_default())
    }

    /// The next thing the board says within `timeout`; `None` where it says nothing.
    pub(crate) fn hear(&mut self, timeout: Duration) -> Result<Option<Heard>, BoardError> {
        let until = Instant::now() + timeout;
        loop {
            if let Some(heard) = self.queue.pop_front() {
                if let Some(heard) = self.sift(heard)? {
                    return Ok(Some(heard));
                }
                continue;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            self.pull(left.min(SLICE))?;
        }
    }

    fn pull(&mut self, timeout: Duration) -> Result<(), BoardError> {
        let n = self.transport.read(&mut self.read, timeout)?;
        self.arrived += n as u64;
        let (queue, before) = (&mut self.queue, &mut self.before);
        let mut keep = |item: Item<'_>| {
            if !doubled(&item, before) {
                queue.push_back(Heard::of(item));
            }
        };
        match self.read.get(..n) {
            Some(bytes) if n > 0 => self.decoder.feed(bytes, &mut keep),
            _ => self.decoder.idle(&mut keep),
        }
        Ok(())
    }

    /// Counts noise, logs text, refuses foreign versions; hands on the rest.
    fn sift(&mut self, heard: Heard) -> Result<Option<Heard>, BoardError> {
        match heard {
            Heard::Noise(bytes) => {
                self.noise += bytes as u64;
                if self.noise > NOISE_LIMIT {
                    return Err(BoardError::Garbage { bytes: self.noise });
                }
                Ok(None)
            }
            Heard::OtherMajor(theirs) => Err(BoardError::VersionMismatch { theirs, ours: MAJOR }),
            Heard::Unknown => Ok(None),
            Heard::BadBody(kind) => Err(BoardError::Misbehaved {
                detail: format!("message 0x{kind:02x} could not be read; is its agent older"),
            }),
            Heard::Log { .. } if self.logs >= LOG_LIMIT => Ok(None),
            Heard::Log { level, text } => {
                self.logs += 1;
                Ok(Some(Heard::Log { level, text }))
            }
            heard => {
                self.noise = 0;
                Ok(Some(heard))
            }
        }
    }
}

/// Whether it is the frame before once more, as a bridge may say it: a board numbers its frames.
fn doubled(item: &Item<'_>, before: &mut Option<(u16, u8, u32)>) -> bool {
    let Item::Frame(Frame { sequence, kind, body, .. }) = item else { return false };
    let mark = Some((*sequence, *kind, crc32fast::hash(body)));
    std::mem::replace(before, mark) == mark
}
