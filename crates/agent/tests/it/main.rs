//! The board's loop from the outside: bytes in, bytes out, on a clock the tests move.

#![expect(clippy::unwrap_used, reason = "a test that meets what it does not expect has failed")]

mod fake;
mod fuzz;
mod golden;
mod greeting;
mod interference;
mod load;
mod prompt;
mod run;
mod slot;
