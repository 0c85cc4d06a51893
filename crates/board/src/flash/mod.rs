//! Putting an image onto a board, in one of three [`Way`]s: a drive that the board shows while it waits
//! for a UF2, the serial bootloader of Espressif's chips, or a debug probe. The last two are features of
//! the build, for what they carry: `espflash` and `probe-rs`.
//!
//! An image is untrusted: an ELF, a UF2, an app image or plain bytes are read into segments and checked
//! against the board's chip and its flash before a byte is written.

mod drive;
mod error;
mod esp;
mod family;
mod image;
mod info;
mod probe;
mod uf2;
mod way;
mod write;

pub use drive::{Drive, drives};
pub use error::FlashError;
pub use esp::{
    AtSerial, ESP_CHIPS, EspBoard, EspChip, EspImage, EspKind, Part, Written, write_by_serial,
};
pub use family::{FAMILIES, Family};
pub use image::{Image, ImageKind, Segment};
pub use info::DriveInfo;
pub use probe::{FoundProbe, ProbeChip, list_probes, write_by_probe};
pub use uf2::{BLOCK, PAYLOAD, to_uf2};
pub use way::{Way, Ways};
pub use write::{Verified, write_to};
