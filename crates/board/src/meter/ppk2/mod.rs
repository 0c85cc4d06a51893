//! Nordic's Power Profiler Kit II: single-byte commands, metadata as text, samples as words.

mod driver;
mod metadata;
mod samples;

pub(crate) use driver::Ppk2;
pub use metadata::{Ppk2Metadata, Ppk2MetadataReader};
pub use samples::Ppk2Samples;

/// Samples a second.
pub(crate) const RATE_HZ: f64 = 100_000.0;
/// Volts of one step of the converter, of which the meter sends a quarter.
pub(crate) const VOLTS_PER_STEP: f64 = 1.8 / 163_840.0;

/// What a PPK2 is told.
pub(crate) mod opcode {
    pub(crate) const START: u8 = 0x06;
    pub(crate) const STOP: u8 = 0x07;
    /// Followed by 0 or 1.
    pub(crate) const FEED: u8 = 0x0c;
    /// Followed by the millivolts, upper byte first.
    pub(crate) const MILLIVOLTS: u8 = 0x0d;
    /// Followed by [`AMPERE`] or [`SOURCE`].
    pub(crate) const MODE: u8 = 0x11;
    pub(crate) const METADATA: u8 = 0x19;
    pub(crate) const AMPERE: u8 = 1;
    pub(crate) const SOURCE: u8 = 2;
}
