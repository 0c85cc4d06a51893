//! Numbers messages and turns them into bytes for the pipe.

use super::message::{BoardMessage, HostMessage, encode_board, encode_host};
use super::{CHECKSUM, HEADER, MAJOR, MAX_BODY, MAX_DECODED, cobs};

/// A message that does not fit a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendError;

impl core::fmt::Display for SendError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("a message is larger than a frame; send it in pieces")
    }
}

impl core::error::Error for SendError {}

/// One direction's sequence counter.
#[derive(Debug, Default)]
pub struct Sender {
    sequence: u16,
}

impl Sender {
    /// Starts at sequence 0.
    pub const fn new() -> Self {
        Sender { sequence: 0 }
    }

    /// Encodes a host's message with both delimiters; returns its length in `into`, which should
    /// be [`super::MAX_ENCODED`] bytes long.
    pub fn host(&mut self, message: &HostMessage<'_>, into: &mut [u8]) -> Result<usize, SendError> {
        self.frame(into, |body| encode_host(message, body))
    }

    /// Encodes a board's message with both delimiters; returns its length in `into`, which should
    /// be [`super::MAX_ENCODED`] bytes long.
    pub fn board(
        &mut self,
        message: &BoardMessage<'_>,
        into: &mut [u8],
    ) -> Result<usize, SendError> {
        self.frame(into, |body| encode_board(message, body))
    }

    fn frame(
        &mut self,
        into: &mut [u8],
        write: impl FnOnce(&mut [u8]) -> Result<(u8, usize), postcard::Error>,
    ) -> Result<usize, SendError> {
        let mut plain = [0; MAX_DECODED];
        let body = plain.get_mut(HEADER..HEADER + MAX_BODY).ok_or(SendError)?;
        let (kind, len) = write(body).map_err(|_| SendError)?;
        let [low, high] = self.sequence.to_le_bytes();
        plain.get_mut(..HEADER).ok_or(SendError)?.copy_from_slice(&[MAJOR, kind, low, high]);
        let end = HEADER + len;
        let crc = crc32fast::hash(plain.get(..end).ok_or(SendError)?).to_le_bytes();
        plain.get_mut(end..end + CHECKSUM).ok_or(SendError)?.copy_from_slice(&crc);

        *into.first_mut().ok_or(SendError)? = 0;
        let stuffed = into.get_mut(1..).ok_or(SendError)?;
        let n = cobs::encode(plain.get(..end + CHECKSUM).ok_or(SendError)?, stuffed)
            .ok_or(SendError)?;
        *into.get_mut(1 + n).ok_or(SendError)? = 0;
        self.sequence = self.sequence.wrapping_add(1);
        Ok(n + 2)
    }
}
