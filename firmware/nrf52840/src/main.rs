//! The agent on an nRF52840, over its own USB. Compiled, not yet run on hardware.
//!
//! Cortex-M4F at 64 MHz. Ticks are the core's cycles where its counter counts, else those of a
//! 16 MHz timer.
#![no_std]
#![no_main]

extern crate alloc;

mod board;
mod clock;
mod register;

use alloc::boxed::Box;
use core::convert::Infallible;

use agent::Agent;
use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::{NVIC, Peripherals};
use cortex_m_rt::{entry, exception};
use nrf_usbd::{UsbPeripheral, Usbd};
use onboard::TinyLlm;
use parts::{Board, CoreMemory, CountingHeap, PaintedStack, UsbSerial};
use usb_device::bus::UsbBusAllocator;

use board::{Chip, Port};

/// For weights, cache and the loop. The rest of 256 KiB is the stack and what is static.
const HEAP_BYTES: usize = 216 << 10;

/// Longest prompt the loop holds, in tokens.
const PROMPT: usize = 512;

#[global_allocator]
static HEAP: CountingHeap = CountingHeap::new();

/// The chip's USB.
pub(crate) struct Usb;

// SAFETY: these are the chip's registers, and only `serve` makes one.
unsafe impl UsbPeripheral for Usb {
    const REGISTERS: *const () = 0x4002_7000 as *const ();
}

static USB: UsbSerial<Usbd<Usb>> = UsbSerial::new();

/// Interrupt line of the USB.
#[derive(Clone, Copy)]
struct UsbLine;

const USB_LINE: u16 = 39;

// SAFETY: it is the number of the chip's line.
unsafe impl InterruptNumber for UsbLine {
    fn number(self) -> u16 {
        USB_LINE
    }
}

#[entry]
fn main() -> ! {
    // SAFETY: the runtime's linker script gives the stack that memory, and we run on it.
    let stack = unsafe { PaintedStack::laid_out() };
    match serve(stack) {
        Some(never) => match never {},
        None => parts::stop(),
    }
}

/// Serves for ever; comes back where the chip is not what it should be.
fn serve(stack: PaintedStack) -> Option<Infallible> {
    let heap = cortex_m::singleton!(: [u64; HEAP_BYTES / 8] = [0; HEAP_BYTES / 8])?;
    // SAFETY: the singleton is nobody else's, and is given once.
    unsafe { HEAP.begin(heap.as_mut_ptr() as usize, HEAP_BYTES) };
    let mut core = Peripherals::take()?;
    clock::begin(&mut core);
    let digits = cortex_m::singleton!(: [u8; 16] = board::chip_id())?;
    let chip_id = core::str::from_utf8(digits).ok()?;
    board::wait_for_usb_power();
    let bus = cortex_m::singleton!(
        : UsbBusAllocator<Usbd<Usb>> = UsbBusAllocator::new(Usbd::new(Usb))
    )?;
    if !USB.begin(bus, "Benchvise agent (nRF52840)", chip_id) {
        return None;
    }
    // SAFETY: its handler below is ready for it.
    unsafe { NVIC::unmask(UsbLine) };
    let chip = Chip { chip_id, heap_bytes: HEAP_BYTES };
    let board = Board::new(chip, CoreMemory::new(&HEAP, stack));
    let mut agent = Box::new(Agent::<_, _, _, PROMPT>::new(Port, board, TinyLlm::default()));
    loop {
        agent.serve();
    }
}

#[exception]
unsafe fn DefaultHandler(line: i16) {
    if line == USB_LINE as i16 {
        USB.interrupt();
    }
}

#[exception]
fn SysTick() {
    // Often enough for the clock not to miss a round.
    clock::ticks();
}

/// Nobody could be told: the port may be what failed.
#[panic_handler]
fn panicked(_: &core::panic::PanicInfo<'_>) -> ! {
    parts::stop()
}
