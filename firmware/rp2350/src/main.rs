//! The agent on an RP2350, over its own USB. Compiled, not yet run on hardware.
//!
//! Cortex-M33 at 150 MHz, with a floating-point unit of single precision. Ticks are those of the
//! chip's 64-bit timer, a microsecond each: the cycle counter would go round in half a minute. One
//! core serves; the other sleeps.
#![no_std]
#![no_main]

extern crate alloc;

mod board;

use alloc::boxed::Box;

use agent::Agent;
use cortex_m::peripheral::NVIC;
use onboard::TinyLlm;
use parts::{Board, CoreMemory, CountingHeap, PaintedStack, UsbSerial};
use rp235x_hal::block::ImageDef;
use rp235x_hal::clocks::{Clock, init_clocks_and_plls};
use rp235x_hal::pac::{self, Peripherals, interrupt};
use rp235x_hal::usb::UsbBus;
use rp235x_hal::{Timer, Watchdog};
use usb_device::bus::UsbBusAllocator;

use board::{Chip, Port};

/// Says what this is; the chip's own boot loader looks for it.
#[unsafe(link_section = ".start_block")]
#[used]
static IMAGE: ImageDef = ImageDef::secure_exe();

/// Of the Raspberry Pi Pico 2 and most others.
const CRYSTAL_HZ: u32 = 12_000_000;

/// For weights, cache and the loop. The rest of 512 KiB is the stack and what is static.
const HEAP_BYTES: usize = 460 << 10;

/// Longest prompt the loop holds, in tokens.
const PROMPT: usize = 512;

#[global_allocator]
static HEAP: CountingHeap = CountingHeap::new();

static USB: UsbSerial<UsbBus> = UsbSerial::new();

#[rp235x_hal::entry]
fn main() -> ! {
    // SAFETY: the runtime's linker script gives the stack that memory, and we run on it.
    let stack = unsafe { PaintedStack::laid_out() };
    match serve(stack) {
        Some(never) => match never {},
        None => parts::stop(),
    }
}

/// Serves for ever; comes back where the chip is not what it should be.
fn serve(stack: PaintedStack) -> Option<core::convert::Infallible> {
    let heap = cortex_m::singleton!(: [u64; HEAP_BYTES / 8] = [0; HEAP_BYTES / 8])?;
    // SAFETY: the singleton is nobody else's, and is given once.
    unsafe { HEAP.begin(heap.as_mut_ptr() as usize, HEAP_BYTES) };
    let digits = cortex_m::singleton!(: [u8; 16] = board::chip_id()?)?;
    let chip_id = core::str::from_utf8(digits).ok()?;
    let mut chip = Peripherals::take()?;
    let mut watchdog = Watchdog::new(chip.WATCHDOG);
    let clocks = init_clocks_and_plls(
        CRYSTAL_HZ,
        chip.XOSC,
        chip.CLOCKS,
        chip.PLL_SYS,
        chip.PLL_USB,
        &mut chip.RESETS,
        &mut watchdog,
    );
    let clocks = clocks.ok()?;
    let clock_hz = u64::from(clocks.system_clock.freq().to_Hz());
    let timer = Timer::new_timer0(chip.TIMER0, &mut chip.RESETS, &clocks);
    let bus = UsbBus::new(chip.USB, chip.USB_DPRAM, clocks.usb_clock, true, &mut chip.RESETS);
    let bus = cortex_m::singleton!(: UsbBusAllocator<UsbBus> = UsbBusAllocator::new(bus))?;
    if !USB.begin(bus, "Benchvise agent (RP2350)", chip_id) {
        return None;
    }
    // SAFETY: its handler below is ready for it.
    unsafe { NVIC::unmask(pac::Interrupt::USBCTRL_IRQ) };
    let board = Board::new(Chip { chip_id, timer, clock_hz }, CoreMemory::new(&HEAP, stack));
    let mut agent =
        Box::new(Agent::<_, _, _, PROMPT>::new(Port::new(timer), board, TinyLlm::default()));
    loop {
        agent.serve();
    }
}

#[interrupt]
fn USBCTRL_IRQ() {
    USB.interrupt();
}

/// Nobody could be told: the port may be what failed.
#[panic_handler]
fn panicked(_: &core::panic::PanicInfo<'_>) -> ! {
    parts::stop()
}
