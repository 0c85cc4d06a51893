//! Chips of Espressif's: their images, and their bootloader on the serial port.

#[cfg(not(feature = "espflash"))]
mod absent;
mod app;
mod chip;
mod image;
#[cfg(feature = "espflash")]
mod layout;
#[cfg(feature = "espflash")]
mod library;
mod metadata;
mod serial;

#[cfg(not(feature = "espflash"))]
use absent as with;
#[cfg(feature = "espflash")]
use library as with;

use app::{AppHeader, is_app};
pub use chip::{ESP_CHIPS, EspChip};
pub use image::{EspBoard, EspImage, EspKind, Part};
pub use serial::{AtSerial, Written};
pub use with::write_by_serial;
