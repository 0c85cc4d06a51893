//! Cortex-M7, built with the instructions of the M4F.
#![no_std]
#![no_main]

use emulated::{Machine, serve};

#[cortex_m_rt::entry]
fn main() -> ! {
    serve(&Machine {
        board: "Emulated Cortex-M7 (QEMU)",
        chip_id: "qemu-mps2-an500",
        core: "Cortex-M7",
        memory: 0x6000_0000,
        memory_bytes: 16 << 20,
        flash_bytes: 4 << 20,
    })
}
