//! One decoded frame: who sent what, in which order, checksummed.

use super::message::{BoardMessage, HostMessage, decode_board, decode_host};
use super::{CHECKSUM, HEADER, MAJOR};

/// A frame whose checksum held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Protocol major version of the sender.
    pub major: u8,
    /// Message type, as in the table of `docs/wire.md`.
    pub kind: u8,
    /// The sender's sequence number, modulo 65536.
    pub sequence: u16,
    /// The message, postcard.
    pub body: &'a [u8],
}

/// Why a sound frame holds no message for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// The sender speaks another major version.
    OtherMajor(u8),
    /// A message type this side does not know: skip it and count it.
    UnknownKind(u8),
    /// The body is not what its type says.
    BadBody(u8),
}

impl<'a> Frame<'a> {
    /// Splits decoded bytes; `None` where they are too short or the checksum fails.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (rest, checksum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM)?)?;
        let (header, body) = rest.split_at_checked(HEADER)?;
        let checksum = u32::from_le_bytes(checksum.try_into().ok()?);
        if crc32fast::hash(rest) != checksum {
            return None;
        }
        let &[major, kind, low, high] = header else { return None };
        Some(Frame { major, kind, sequence: u16::from_le_bytes([low, high]), body })
    }

    /// The message, read as one a host sends.
    pub fn host(&self) -> Result<HostMessage<'a>, FrameError> {
        self.same_major()?;
        decode_host(self.kind, self.body)
    }

    /// The message, read as one a board sends.
    pub fn board(&self) -> Result<BoardMessage<'a>, FrameError> {
        self.same_major()?;
        decode_board(self.kind, self.body)
    }

    fn same_major(&self) -> Result<(), FrameError> {
        if self.major == MAJOR { Ok(()) } else { Err(FrameError::OtherMajor(self.major)) }
    }
}
