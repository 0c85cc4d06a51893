//! The agent on an ESP32-C3, over its own USB. Compiled, not yet run on hardware.
//!
//! RV32IMC at 160 MHz, without a floating-point unit. Ticks are those of the chip's system timer, 16
//! million a second in 52 bits.
#![no_std]
#![no_main]

extern crate alloc;

mod board;
mod usb;

use alloc::boxed::Box;
use core::convert::Infallible;
use core::mem::MaybeUninit;

use agent::Agent;
use esp_hal::clock::CpuClock;
use onboard::TinyLlm;
use parts::{Board, CoreMemory, CountingHeap, PaintedStack};

use board::{Chip, Port};

esp_bootloader_esp_idf::esp_app_desc!();

/// For weights, cache and the loop. The rest of 313 KiB is the stack and what is static.
const HEAP_BYTES: usize = 264 << 10;

/// Longest prompt the loop holds, in tokens.
const PROMPT: usize = 512;

#[global_allocator]
static HEAP: CountingHeap = CountingHeap::new();

#[esp_hal::main]
fn main() -> ! {
    // SAFETY: the linker script gives the stack that memory, and we run on it.
    let stack = unsafe { PaintedStack::laid_out() };
    match serve(stack) {
        Some(never) => match never {},
        None => parts::stop(),
    }
}

/// Serves for ever; comes back where the chip is not what it should be.
fn serve(stack: PaintedStack) -> Option<Infallible> {
    static mut MEMORY: MaybeUninit<[u64; HEAP_BYTES / 8]> = MaybeUninit::uninit();
    // SAFETY: called once, and nothing else names that memory.
    unsafe { HEAP.begin(&raw mut MEMORY as usize, HEAP_BYTES) };
    // Its watchdogs are off afterwards.
    let chip = esp_hal::init(esp_hal::Config::default().with_cpu_clock(CpuClock::_160MHz));
    let digits = Box::leak(Box::new(board::chip_id()));
    let chip_id = core::str::from_utf8(digits).ok()?;
    usb::begin(chip.USB_DEVICE);
    // SAFETY: the port's handler is ready. The hardware library leaves them as the boot loader did.
    unsafe { riscv::interrupt::enable() };
    let board = Board::new(Chip { chip_id }, CoreMemory::new(&HEAP, stack));
    let mut agent = Box::new(Agent::<_, _, _, PROMPT>::new(Port, board, TinyLlm::default()));
    loop {
        agent.serve();
    }
}

/// Nobody could be told: the port may be what failed.
#[panic_handler]
fn panicked(_: &core::panic::PanicInfo<'_>) -> ! {
    parts::stop()
}
