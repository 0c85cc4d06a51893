//! A driver that is another program: JSON lines on its standard input and output, so that a board
//! we have never heard of needs no line of ours. `docs/drivers.md` is the page for who writes one.

mod child;
mod driver;
mod words;

pub use driver::{ProcessDriver, ProcessOptions};
