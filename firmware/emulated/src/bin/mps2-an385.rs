//! Cortex-M3: no floating-point unit, so floats are computed in software.
#![no_std]
#![no_main]

use emulated::{Machine, serve};

#[cortex_m_rt::entry]
fn main() -> ! {
    serve(&Machine {
        board: "Emulated Cortex-M3 (QEMU)",
        chip_id: "qemu-mps2-an385",
        core: "Cortex-M3",
        memory: 0x2100_0000,
        memory_bytes: 16 << 20,
        flash_bytes: 4 << 20,
    })
}
