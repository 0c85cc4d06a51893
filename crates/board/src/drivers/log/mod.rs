//! A program that is not ours and prints how fast it was: each line is looked at with regular
//! expressions, and what their groups found are the figures.

mod driver;
mod listen;
mod pattern;
mod start;

pub use driver::{LogDriver, LogOptions};
pub use listen::LogListener;
pub use pattern::{Capture, LogPattern, TOKEN_RATES};
pub use start::unescape;
