//! What stands in for the library where the program was built without it: there is no chip, and asking
//! for one says how to get it.

use std::sync::atomic::AtomicBool;

use super::FoundProbe;
use crate::flash::{FlashError, Image, Way};

/// A chip, of which there is none here.
#[derive(Clone, Debug)]
pub enum ProbeChip {}

impl ProbeChip {
    /// Never.
    ///
    /// # Errors
    /// Always: that it is not in this program.
    pub fn named(name: &str) -> Result<ProbeChip, FlashError> {
        Err(Way::Probe.missing(format!("probe-rs download --chip {name} IMAGE")))
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        match *self {}
    }

    /// Bytes of flash.
    pub fn flash(&self) -> u64 {
        match *self {}
    }

    /// Whether the chip can take the image.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, _: &Image, _: Option<u64>) -> Result<(), FlashError> {
        match *self {}
    }
}

/// None that could be used.
pub fn list_probes() -> Vec<FoundProbe> {
    Vec::new()
}

/// Never.
///
/// # Errors
/// There is no chip to call it with.
pub fn write_by_probe(
    _: &FoundProbe,
    chip: &ProbeChip,
    _: &Image,
    _: &AtomicBool,
    _: &mut dyn FnMut(&'static str, u64, u64),
) -> Result<(), FlashError> {
    match *chip {}
}
