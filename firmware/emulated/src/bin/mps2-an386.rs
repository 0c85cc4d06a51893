//! Cortex-M4F: single-precision floating-point unit and DSP extension.
#![no_std]
#![no_main]

use emulated::{Machine, serve};

#[cortex_m_rt::entry]
fn main() -> ! {
    serve(&Machine {
        board: "Emulated Cortex-M4F (QEMU)",
        chip_id: "qemu-mps2-an386",
        core: "Cortex-M4F",
        memory: 0x2100_0000,
        memory_bytes: 16 << 20,
        flash_bytes: 4 << 20,
    })
}
