//! What can go wrong with an image or a drive.

use std::io;

/// Why an image does not get onto a board.
#[derive(Debug, thiserror::Error)]
pub enum FlashError {
    /// Nothing is in it.
    #[error("the image is empty; name another file")]
    Empty,
    /// It is larger than any board's flash.
    #[error("the image is larger than {limit} bytes, which is no board's; name another file")]
    Huge {
        /// Bytes that are read at most.
        limit: u64,
    },
    /// It begins like a UF2 and is none.
    #[error("block {block} of the UF2 {what}; the file is damaged: make it anew")]
    BadUf2 {
        /// Counted from 0.
        block: usize,
        /// What is wrong.
        what: String,
    },
    /// It begins like an ELF and cannot be read.
    #[error("the ELF cannot be read ({0}); name the file that the linker wrote")]
    BadElf(String),
    /// An ELF with nothing to put into a flash.
    #[error("the ELF has nothing to load; name the file that the linker wrote, not an object file")]
    NothingToLoad,
    /// It is for other cores.
    #[error(
        "the image is for {found} and the board is {family}, which wants {wanted}; build it for that board"
    )]
    OtherCore {
        /// What the file says.
        found: &'static str,
        /// The board's family.
        family: &'static str,
        /// What that runs.
        wanted: &'static str,
    },
    /// It is for another family.
    #[error("the UF2 is for the family {found} and the board is {family}; name an image for it")]
    OtherFamily {
        /// Name or number in the file.
        found: String,
        /// The board's.
        family: &'static str,
    },
    /// A part of it has no place.
    #[error(
        "the image has bytes at {address:#010x}, outside the flash of {family} ({from:#010x} to {to:#010x}); {advice}"
    )]
    Outside {
        /// The first such byte.
        address: u64,
        /// The board's family.
        family: &'static str,
        /// Where an image may begin.
        from: u32,
        /// And where it ends.
        to: u32,
        /// What to do.
        advice: &'static str,
    },
    /// Two parts of it want the same place.
    #[error("two parts of the image differ at {0:#010x}; make it anew")]
    Overlap(u64),
    /// Plain bytes need an address.
    #[error("plain bytes do not say where they belong; give --base, such as --base {0:#010x}")]
    NoBase(u32),
    /// Nobody said what the board is.
    #[error("nothing says what board this is for; give --family, one of {0}")]
    NoFamily(String),
    /// No board waits.
    #[error("no board waits for an image as a drive; {0}")]
    NoDrive(String),
    /// Several do.
    #[error("several boards wait for an image: {0}; name one of them with --drive")]
    SeveralDrives(String),
    /// It is no such drive.
    #[error(
        "this is no drive of a board, there is no INFO_UF2.TXT on it; name the drive that appeared: {0}"
    )]
    NotADrive(String),
    /// The drive failed.
    #[error(
        "the image could not be written ({source}); put the board into its bootloader again and try once more: {path}"
    )]
    Unwritable {
        /// What the system said.
        source: io::Error,
        /// Where to.
        path: String,
    },
    /// It was stopped.
    #[error("stopped before all of it was written; the board still waits for an image")]
    Stopped,
}
