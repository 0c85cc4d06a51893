//! Lines of power: what an INA219 behind a microcontroller prints, in whatever form its author liked.

mod driver;
mod number;
mod quantity;
mod reader;

pub(crate) use driver::PowerLineMeter;
pub use reader::PowerLines;
