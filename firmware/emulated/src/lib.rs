//! The agent on cores that QEMU emulates.
//!
//! Each program under `bin` is one [`Machine`]: what it is called and where its large memory lies.
//! [`serve`] is the same for all. What differs between Arm and RISC-V (the UART, the clock, sleeping
//! until a byte comes) stands in the module `arm` or `riscv32`, of which one is compiled.
//!
//! A board that QEMU emulates counts instructions, not the cycles of any silicon: it says
//! `emulated` in its Hello, and whoever shows a figure of it must say so too.
#![no_std]

extern crate alloc;

mod board;
mod found;
mod machine;

#[cfg(target_arch = "arm")]
mod arm;
#[cfg(target_arch = "arm")]
use arm as arch;
#[cfg(target_arch = "riscv32")]
mod riscv32;
#[cfg(target_arch = "riscv32")]
use riscv32 as arch;

pub use board::serve;
pub use machine::Machine;
