//! The engine from outside: settings, and everything a face can ask for.

#![cfg_attr(unix, allow(clippy::unwrap_used, reason = "a test that cannot prepare has failed"))]

mod boards;
#[cfg(target_os = "linux")]
mod comeback;
mod desk;
mod documents;
#[cfg(unix)]
#[path = "../../../board/tests/it/drivers/dut.rs"]
mod dut;
mod lanes;
mod lent;
#[cfg(unix)]
mod lossy;
mod many;
#[cfg(unix)]
#[cfg(target_os = "linux")]
mod many_boards;
mod own_series;
mod parked;
mod patterns;
mod played;
#[cfg(unix)]
mod power;
#[cfg(unix)]
mod recorded;
mod settings;
#[cfg(unix)]
mod views;
