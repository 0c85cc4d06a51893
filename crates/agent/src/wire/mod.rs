//! What travels between a host and a board.
//!
//! One frame is `0x00 COBS(header | body | CRC-32) 0x00`. The header is four bytes: protocol major
//! (u8), message type (u8), sequence number (u16 LE, one counter per direction, wraps). The body is
//! the message in [postcard](https://postcard.jamesmunns.com/wire-format). The checksum is
//! CRC-32/ISO-HDLC over header and body, little-endian. A decoded frame is at most [`MAX_DECODED`]
//! bytes. The leading zero ends whatever line noise or boot banner came before it.
//!
//! `docs/wire.md` says the same for someone who implements it in C.

mod cobs;
mod decoder;
mod frame;
mod message;
mod sender;

pub use decoder::{Counts, Decoder, Item};
pub use frame::{Frame, FrameError};
pub use message::{
    Bits, BoardHello, BoardMessage, ErrorCode, HostMessage, LogLevel, PhaseTicks, SeriesState,
    StopReason, Streams,
};
pub use sender::{SendError, Sender};

/// Protocol major version: a board and a host with different majors refuse each other.
pub const MAJOR: u8 = 1;
/// Protocol minor version: messages may have been added, none changed.
pub const MINOR: u8 = 3;
/// The minor from which on a board runs without streams where it is asked to.
pub const QUIET_MINOR: u8 = 2;
/// The minor from which on a board may declare series of its own.
pub const SERIES_MINOR: u8 = 3;

/// Bytes of header before the body.
pub const HEADER: usize = 4;
/// Bytes of checksum after the body.
pub const CHECKSUM: usize = 4;
/// Largest decoded frame: header, body and checksum, in bytes.
pub const MAX_DECODED: usize = 1024;
/// Largest body, in bytes.
pub const MAX_BODY: usize = MAX_DECODED - HEADER - CHECKSUM;
/// Largest encoded frame with both delimiters, in bytes.
pub const MAX_ENCODED: usize = cobs::max_encoded(MAX_DECODED) + 2;

/// Bytes of model carried by one `ModelChunk`.
pub const MODEL_CHUNK: usize = 256;
/// Prompt tokens carried by one `Prompt`: even five-byte varints fit the frame.
pub const PROMPT_CHUNK: usize = 128;
/// Values carried by one `Samples`, at most.
pub const MAX_SAMPLES: usize = 240;
