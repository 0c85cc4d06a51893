//! Benchvise: language models in small places, from the command line.
//!
//! `cli` declares every command and flag once; `board_agent` is this computer's board; `remote` is the
//! way to an engine elsewhere; `report` writes what a person reads afterwards. All work is the engine's.

mod board_agent;
mod cli;
mod log;
mod remote;
mod report;
mod window;

use std::process::ExitCode;

use peak_alloc::PeakAlloc;

/// Counts the heap, so that the host board can say what a model takes.
#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

fn main() -> ExitCode {
    cli::main()
}
