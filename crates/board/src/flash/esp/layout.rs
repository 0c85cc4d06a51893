//! Makes of an ELF what goes into the flash: a second bootloader, a partition table, the app. By the
//! library `espflash`, which brings the bootloaders of ESP-IDF.

use std::panic::{AssertUnwindSafe, catch_unwind};

use espflash::flasher::{FlashData, FlashSettings, FlashSize};
use espflash::image_format::Segment as Piece;
use espflash::image_format::idf::IdfBootloaderFormat;
use espflash::target::{Chip, XtalFrequency};

use super::library::words;
use super::{EspBoard, Part};
use crate::flash::{FlashError, Segment};

/// The parts, by address.
///
/// # Errors
/// Where they cannot be made.
pub(super) fn parts(bytes: &[u8], board: &EspBoard) -> Result<Vec<Part>, FlashError> {
    // The file is untrusted, and the library takes some of it for granted.
    let made = catch_unwind(AssertUnwindSafe(|| made(bytes, board)));
    let made = made.unwrap_or_else(|_| Err("it is too strange for the library".into()));
    made.map_err(|said| FlashError::Unfit { chip: board.chip.title, said })
}

fn made(bytes: &[u8], board: &EspBoard) -> Result<Vec<Part>, String> {
    let chip = Chip::try_from(board.chip.id).map_err(|error| words(&error))?;
    let named = |bytes: u64| match bytes >> 20 {
        0 => format!("{}KB", bytes >> 10),
        megabytes => format!("{megabytes}MB"),
    };
    let size = board.flash.map(|bytes| named(bytes).parse::<FlashSize>());
    let size = size.transpose().map_err(|error| words(&error))?;
    let crystal = match board.crystal_mhz {
        Some(26) => XtalFrequency::_26Mhz,
        Some(32) => XtalFrequency::_32Mhz,
        Some(40) => XtalFrequency::_40Mhz,
        Some(48) => XtalFrequency::_48Mhz,
        _ => chip.default_xtal_frequency(),
    };
    let data = FlashData::new(FlashSettings::new(None, size, None), 0, None, chip, crystal);
    let made = IdfBootloaderFormat::new(bytes, &data, None, None, None, None);
    let segments = made.map_err(|error| words(&error))?.flash_segments();
    let part = |(what, segment): (_, Piece<'_>)| Part {
        what,
        segment: Segment { address: segment.addr.into(), bytes: segment.data().to_vec() },
    };
    Ok(["bootloader", "partition table", "app"].into_iter().zip(segments).map(part).collect())
}
