//! The window from outside, by role and name, over a scripted link.

#![allow(clippy::expect_used, reason = "a test that cannot prepare has failed")]

mod aloud;
mod bench;
mod compare;
mod compress;
mod drivers;
mod fit;
mod flashing;
mod frame;
mod fuzz;
mod gallery;
mod jobs;
mod live;
mod metering;
mod ports;
mod readers;
mod runs;
mod sample;
mod settings;
mod snapshots;
mod stress;
mod support;
