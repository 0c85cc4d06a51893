//! Tests of the whole: the program, and what must hold for the workspace around it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test that cannot read its own workspace has failed"
)]

mod architecture;
