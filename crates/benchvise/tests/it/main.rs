//! Tests of the whole: the program, and what must hold for the workspace around it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test that cannot read its own workspace has failed"
)]

mod architecture;
mod bad_models;
#[cfg(target_os = "linux")]
mod beside;
mod board_process;
#[cfg(target_os = "linux")]
mod cable;
#[cfg(target_os = "linux")]
mod comeback;
mod comparing;
mod configuring;
mod contracts;
mod desk;
mod documents;
mod drivers;
mod emulated;
#[cfg(target_os = "linux")]
mod equal;
#[cfg(all(unix, feature = "espflash"))]
#[allow(dead_code, reason = "more boards than these tests play")]
#[path = "../../../board/tests/it/esp_rom.rs"]
mod esp_rom;
mod exits;
mod exporting;
mod fitting;
mod flashing;
#[cfg(all(unix, feature = "espflash"))]
mod flashing_serial;
mod getting;
mod golden;
mod killed;
#[cfg(target_os = "linux")]
#[path = "../../../board/tests/it/line_listener.rs"]
mod line_listener;
mod linux_board;
#[path = "../../../board/tests/it/little_elf.rs"]
mod little_elf;
mod many;
mod measuring;
#[cfg(target_os = "linux")]
mod mock_usb;
mod moving;
mod odd_requests;
mod outputs;
#[cfg(target_os = "linux")]
mod page;
mod power;
#[cfg(target_os = "linux")]
mod remote;
#[cfg(target_os = "linux")]
mod restarting;
mod store_trouble;
mod support;
mod tuning;
#[cfg(target_os = "linux")]
#[path = "../../../board/tests/it/usb_tree.rs"]
mod usb_tree;
#[cfg(target_os = "linux")]
mod window;
mod workers;

#[cfg(not(target_os = "linux"))]
#[test]
fn a_person_works_in_the_real_window() {
    println!("skipped: only Linux has the virtual display that this is told on");
}
