//! RV32IMAC: no floating-point unit, so floats are computed in software.
#![no_std]
#![no_main]
#![expect(missing_docs, reason = "what the entry macro makes is public and has no words")]

use emulated::{Machine, serve};

#[riscv_rt::entry]
fn main() -> ! {
    serve(&Machine {
        board: "Emulated RV32 (QEMU)",
        chip_id: "qemu-riscv32-virt",
        core: "RV32IMAC",
        memory: 0x8100_0000,
        memory_bytes: 16 << 20,
        flash_bytes: 4 << 20,
    })
}
