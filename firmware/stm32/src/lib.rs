//! The agent on STM32 Nucleo boards, over the UART that their ST-LINK hands on. Compiled, not yet run
//! on hardware.
//!
//! Each program under `bin` is one [`Chip`]; [`serve`] is the same for all. Ticks are the core's
//! cycles where its counter counts, else those of timer 2.
#![no_std]

extern crate alloc;

mod board;
mod chip;
mod clock;
mod register;
mod uart;

pub use board::serve;
pub use chip::{Chip, Uart, UartKind};
