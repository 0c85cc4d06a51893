//! The driver against boards of all manners, over real pseudo-terminals and TCP.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that meets what it does not expect has failed")]
#![expect(clippy::print_stdout, reason = "a skipped test says why")]

mod behave;
mod c99;
#[path = "../../../agent/tests/it/c_compiler.rs"]
mod c_compiler;
mod drivers;
mod emulated;
#[cfg(feature = "espflash")]
mod esp_rom;
mod faults;
#[cfg(feature = "espflash")]
mod flash_serial;
mod fuzz;
mod leaks;
#[cfg(target_os = "linux")]
mod line_listener;
#[cfg(feature = "espflash")]
mod little_elf;
mod lossy;
mod meter;
mod meter_fuzz;
mod misbehave;
#[cfg(target_os = "linux")]
mod mock_lines;
#[cfg(target_os = "linux")]
mod mock_ports;
mod pipe;
mod process;
mod quiet;
mod real;
mod scripted;
mod serial;
mod series;
#[cfg(target_os = "linux")]
mod usb_tree;
