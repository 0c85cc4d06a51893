//! What stands in for the library where the program was built without it: it says how to get it.

use std::sync::atomic::AtomicBool;

use super::{AtSerial, EspBoard, EspImage, Part, Written};
use crate::flash::{FlashError, Way};

fn not_built(chip: &str) -> FlashError {
    Way::Serial.missing(format!("espflash flash --chip {chip} IMAGE"))
}

/// Never.
///
/// # Errors
/// Always: that it is not in this program.
pub(super) fn parts(_: &[u8], board: &EspBoard) -> Result<Vec<Part>, FlashError> {
    Err(not_built(board.chip.name))
}

/// Never.
///
/// # Errors
/// Always: that it is not in this program.
pub fn write_by_serial(
    image: &EspImage,
    _: &AtSerial,
    _: &AtomicBool,
    _: &mut dyn FnMut(&'static str, u64, u64),
) -> Result<Written, FlashError> {
    Err(not_built(image.chip.map_or("CHIP", |chip| chip.name)))
}
