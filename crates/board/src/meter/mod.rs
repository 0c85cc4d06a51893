//! Power meters: what a board draws, measured from outside.
//!
//! - [`Meter`] is a conversation with one meter; [`MeterModel`] and its table [`METERS`] say which
//!   there are, and [`open_meter`] makes one over a port.
//! - [`Readings`] is what a meter brings: samples in watts and amperes, holes as NaN, edges of its
//!   logic inputs, and how much was lost or was noise.
//! - `ppk2`, `lpm01a` and `lines` hold a pure decoder each, bytes in and samples out, and the driver
//!   around it.
//! - [`emulator`] plays each of them from a [`Wave`]. It says so over the wire, and what it says ends
//!   up in [`MeterInfo::emulated`].
//!
//! A meter is untrusted input like a board: decoders never panic, keep a bounded number of bytes, and
//! count what they cannot read.

pub mod emulator;
mod find;
mod lines;
mod lpm01a;
mod model;
mod open;
mod paced;
mod ppk2;
mod readings;
mod wave;

pub use find::meter_on;
pub use lines::PowerLines;
pub use lpm01a::{LpmAscii, LpmBinary, LpmWord};
pub use model::{METERS, MeterModel, MeterSetup, Supply};
pub use open::{meter_place, open_meter, open_meter_over};
pub use ppk2::{Ppk2Metadata, Ppk2MetadataReader, Ppk2Samples};
pub use readings::{Edge, Readings, Slope};
pub use wave::{BadWave, Wave};

use std::time::Duration;

use crate::BoardError;

/// What a meter said of itself, and how it was set up.
#[derive(Clone, Debug, PartialEq)]
pub struct MeterInfo {
    /// Which of [`METERS`].
    pub model: MeterModel,
    /// Name a person would say.
    pub name: String,
    /// Samples a second; `None` where they come as they happen.
    pub rate_hz: Option<f64>,
    /// It is played by a program.
    pub emulated: bool,
    /// Whether it feeds the board.
    pub supply: Supply,
    /// Volts by which amperes become watts; `None` where it measures them itself.
    pub volts: Option<f64>,
}

/// A conversation with one meter. Every call is bounded in time.
pub trait Meter: Send {
    /// Who it is.
    fn info(&self) -> &MeterInfo;

    /// Begins to sample; indices count from 0 again.
    ///
    /// # Errors
    /// Where the meter is gone, silent, or says no.
    fn start(&mut self) -> Result<(), BoardError>;

    /// Appends what came within `timeout`, which may be nothing. Gathers for ten milliseconds, or
    /// until there are 16 KiB.
    ///
    /// # Errors
    /// [`BoardError::Unplugged`] where it was pulled out, [`BoardError::MeterFailed`] where it gave
    /// up; what came before is in `into`.
    fn read(&mut self, into: &mut Readings, timeout: Duration) -> Result<(), BoardError>;

    /// Ends sampling and, where it fed the board, takes the supply away.
    ///
    /// # Errors
    /// Where the meter is gone.
    fn stop(&mut self) -> Result<(), BoardError>;
}
