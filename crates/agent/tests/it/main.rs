//! The board's loop from the outside: bytes in, bytes out, on a clock the tests move.

mod fake;
mod fuzz;
mod golden;
mod greeting;
mod interference;
mod load;
mod prompt;
mod run;
