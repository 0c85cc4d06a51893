//! What our firmwares are made of, whatever the board: [`CountingHeap`] (used and peak bytes),
//! [`PaintedStack`] (the deepest the stack went), [`CoreMemory`] (both, as the loop asks for them),
//! [`Board`] (that, with what a chip's project knows: [`Facts`]), [`hex_digits`] (a chip's number),
//! [`Ring`] (bytes from an interrupt to the loop), [`Rounds`] (a 32-bit counter as one of 64 bits),
//! [`sleep_unless`] and [`stop`] and, with the feature `usb`, `UsbSerial`.
//!
//! Nothing here knows a chip. What does stands in the project of that chip.
#![no_std]

mod board;
mod digits;
mod heap;
mod memory;
mod ring;
mod rounds;
mod sleep;
mod stack;
#[cfg(feature = "usb")]
mod usb;

pub use board::{Board, Facts};
pub use digits::hex_digits;
pub use heap::CountingHeap;
pub use memory::CoreMemory;
pub use ring::Ring;
pub use rounds::Rounds;
pub use sleep::{sleep_unless, stop};
pub use stack::PaintedStack;
#[cfg(feature = "usb")]
pub use usb::UsbSerial;
