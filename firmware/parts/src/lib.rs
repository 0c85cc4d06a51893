//! What our firmwares are made of, whatever the board: [`CountingHeap`] (used and peak bytes),
//! [`PaintedStack`] (the deepest the stack went) and [`Ring`] (bytes from an interrupt to the loop).
//!
//! Nothing here knows a chip. What does stands in the project of that chip.
#![no_std]

mod heap;
mod ring;
mod stack;

pub use heap::CountingHeap;
pub use ring::Ring;
pub use stack::PaintedStack;
