//! The driver against boards of all manners, over real pseudo-terminals and TCP.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that meets what it does not expect has failed")]
#![expect(clippy::print_stdout, reason = "a skipped test says why")]

mod behave;
mod emulated;
mod fuzz;
mod leaks;
mod lossy;
mod meter;
mod meter_fuzz;
mod misbehave;
mod pipe;
mod process;
mod real;
mod scripted;
mod serial;
