//! The board's loop from the outside: bytes in, bytes out, on a clock the tests move. Played to
//! the agent in Rust and to the one in C, which must say the same.

#![expect(clippy::unwrap_used, reason = "a test that meets what it does not expect has failed")]
#![expect(clippy::print_stdout, reason = "a skipped test says why")]

mod c99;
mod c_compiler;
mod fake;
mod fuzz;
mod golden;
mod greeting;
mod interference;
mod load;
mod prompt;
mod quiet;
mod run;
mod series;
mod slot;
