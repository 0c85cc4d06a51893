//! Putting an image onto a board that waits for one as a drive: a Pico, or anything with a UF2
//! bootloader. ESP32 boards and debug probes have tools of their own, which [`other_tool`] names.
//!
//! An image is untrusted: an ELF, a UF2 or plain bytes are read into segments, checked against the
//! board's flash, and written as UF2 blocks of this program's own making.

mod drive;
mod error;
mod family;
mod image;
mod info;
mod uf2;
mod write;

pub use drive::{Drive, drives};
pub use error::FlashError;
pub use family::{FAMILIES, Family, other_tool};
pub use image::{Image, ImageKind, Segment};
pub use info::DriveInfo;
pub use uf2::{BLOCK, PAYLOAD, to_uf2};
pub use write::{Verified, write_to};
