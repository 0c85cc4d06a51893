//! The agent on an RP2040, over its own USB. Compiled, not yet run on hardware.
//!
//! Cortex-M0+ at 125 MHz, without a floating-point unit and without a cycle counter: ticks are those
//! of the chip's 64-bit timer, a microsecond each. One core serves; the other sleeps.
#![no_std]
#![no_main]

extern crate alloc;

mod board;
mod flash_id;

use alloc::boxed::Box;

use agent::Agent;
use onboard::TinyLlm;
use parts::{Board, CoreMemory, CountingHeap, PaintedStack, UsbSerial};
use rp2040_hal::clocks::{Clock, init_clocks_and_plls};
use rp2040_hal::pac::{self, Peripherals, interrupt};
use rp2040_hal::usb::UsbBus;
use rp2040_hal::{Timer, Watchdog};
use usb_device::bus::UsbBusAllocator;

use board::{Chip, Port};

/// Starts the flash; the chip's own boot loader looks for it in front of the program.
#[unsafe(link_section = ".boot2")]
#[used]
static BOOT2: flash_id::Boot2 = rp2040_boot2::BOOT_LOADER_W25Q080;

/// Of the Raspberry Pi Pico and most others.
const CRYSTAL_HZ: u32 = 12_000_000;

/// For weights, cache and the loop. The rest of 256 KiB is the stack and what is static.
const HEAP_BYTES: usize = 216 << 10;

/// Longest prompt the loop holds, in tokens.
const PROMPT: usize = 512;

#[global_allocator]
static HEAP: CountingHeap = CountingHeap::new();

static USB: UsbSerial<UsbBus> = UsbSerial::new();

#[rp2040_hal::entry]
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
    // First of all: nothing may want the flash meanwhile.
    let chip_id = board::chip_id(&BOOT2);
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
    let timer = Timer::new(chip.TIMER, &mut chip.RESETS, &clocks);
    let bus = UsbBus::new(
        chip.USBCTRL_REGS,
        chip.USBCTRL_DPRAM,
        clocks.usb_clock,
        true,
        &mut chip.RESETS,
    );
    let bus = cortex_m::singleton!(: UsbBusAllocator<UsbBus> = UsbBusAllocator::new(bus))?;
    let serial_number = chip_id.unwrap_or(board::NOBODYS_SERIAL);
    if !USB.begin(bus, "Benchvise agent (RP2040)", serial_number) {
        return None;
    }
    // SAFETY: its handler below is ready for it.
    unsafe { pac::NVIC::unmask(pac::Interrupt::USBCTRL_IRQ) };
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
