//! Integration tests: whole stores in temporary folders, and other processes where it takes them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test fails by panicking, also in its helping functions"
)]

mod bundle;
mod damage;
mod fuzz;
mod journal;
mod migrate;
mod processes;
mod record;
mod safety;
mod support;
