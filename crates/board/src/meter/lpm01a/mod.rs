//! ST's X-NUCLEO-LPM01A: commands in lines, samples as text up to 10 kHz or in two bytes above.

mod ascii;
mod binary;
mod driver;

pub use ascii::LpmAscii;
pub use binary::LpmBinary;
pub(crate) use driver::Lpm01a;

/// Something the meter says that is no sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LpmWord {
    /// It did what it was asked; the words behind `ack`.
    Ack(String),
    /// It did not, or something went wrong by itself.
    Error(String),
    /// Its input D7 changed.
    Event {
        /// Upwards.
        rising: bool,
        /// The sample that came next, counted from the start of sampling.
        index: u64,
    },
    /// Sampling is over.
    End,
    /// A line that is none of these.
    Text(String),
}
