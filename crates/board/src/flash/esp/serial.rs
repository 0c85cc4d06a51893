//! The serial way, as it is asked for and answered.

use super::{EspBoard, EspChip, Part};

/// Where the board is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtSerial {
    /// Its port.
    pub path: String,
    /// Vendor and product of the USB device, where there is one: chips with USB of their own are reset
    /// in another way.
    pub usb: Option<(u16, u16)>,
    /// Reset it by the modem lines, before and after; else it waits in its bootloader already.
    pub reset: bool,
    /// Bits per second, once the bootloader answers.
    pub baud: u32,
    /// What its chip must be, where a person says so.
    pub chip: Option<&'static EspChip>,
    /// Bytes of flash to use at most, where a person says so.
    pub flash: Option<u64>,
}

/// What was written, and compared with what the flash then held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// What the board is.
    pub board: EspBoard,
    /// What went where.
    pub parts: Vec<Part>,
    /// The board was told to start.
    pub restarted: bool,
}
