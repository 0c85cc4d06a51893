//! What our firmwares are made of, whatever the board: [`CountingHeap`] (used and peak bytes),
//! [`PaintedStack`] (the deepest the stack went), [`Ring`] (bytes from an interrupt to the loop),
//! [`Rounds`] (a 32-bit counter as one of 64 bits) and, with the feature `usb`, `UsbSerial`.
//!
//! Nothing here knows a chip. What does stands in the project of that chip.
#![no_std]

mod heap;
mod ring;
mod rounds;
mod stack;
#[cfg(feature = "usb")]
mod usb;

pub use heap::CountingHeap;
pub use ring::Ring;
pub use rounds::Rounds;
pub use stack::PaintedStack;
#[cfg(feature = "usb")]
pub use usb::UsbSerial;
