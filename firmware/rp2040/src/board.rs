//! What the chip offers the loop.

use agent::{Identity, Memory, Platform, PortGone, TimerKind, Vitals};
use parts::{PaintedStack, UsbSerial};
use rp2040_hal::Timer;
use rp2040_hal::usb::UsbBus;

use crate::{HEAP, HEAP_BYTES, USB};

/// Microseconds after which a host that reads nothing counts as gone.
const HOST_GONE_US: u64 = 1_000_000;

/// Time, memory and identity.
pub(crate) struct Board {
    timer: Timer,
    clock_hz: u64,
    stack: PaintedStack,
}

impl Board {
    pub(crate) fn new(timer: Timer, clock_hz: u64, stack: PaintedStack) -> Self {
        Board { timer, clock_hz, stack }
    }
}

impl Platform for Board {
    fn identity(&self) -> Identity<'_> {
        Identity {
            board: "RP2040",
            // The chip has no number of its own: two boards look alike.
            chip_id: "rp2040",
            core: "Cortex-M0+",
            clock_hz: self.clock_hz,
            timer: TimerKind::Peripheral,
            timer_hz: 1_000_000,
            ram_bytes: HEAP_BYTES as u64,
            flash_bytes: 2 << 20,
            emulated: false,
            receive_window: UsbSerial::<UsbBus>::WINDOW,
        }
    }

    fn ticks(&mut self) -> u64 {
        self.timer.get_counter().ticks()
    }

    fn reset_peaks(&mut self) {
        HEAP.reset_peak();
        self.stack.repaint();
    }

    fn memory(&mut self) -> Memory {
        Memory {
            heap_used: Some(HEAP.used()),
            heap_peak: Some(HEAP.peak()),
            stack_peak: Some(self.stack.deepest()),
            process: None,
        }
    }

    fn vitals(&mut self) -> Option<Vitals> {
        Some(Vitals { heap_used: Some(HEAP.used()), energy_uj: None })
    }
}

/// The USB port as the loop wants it.
pub(crate) struct Port {
    timer: Timer,
}

impl Port {
    pub(crate) fn new(timer: Timer) -> Self {
        Port { timer }
    }
}

impl agent::Port for Port {
    fn poll(&mut self, into: &mut [u8]) -> Result<usize, PortGone> {
        Ok(USB.take(into))
    }

    fn wait(&mut self, into: &mut [u8]) -> Result<usize, PortGone> {
        // An interrupt between the question and the sleep is pending then, and ends the sleep.
        critical_section::with(|_| {
            if USB.is_empty() {
                cortex_m::asm::wfi();
            }
        });
        Ok(USB.take(into))
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), PortGone> {
        let since = self.timer.get_counter();
        let late = || {
            let now = self.timer.get_counter();
            now.checked_duration_since(since).is_some_and(|d| d.to_micros() > HOST_GONE_US)
        };
        if USB.send(bytes, late) { Ok(()) } else { Err(PortGone) }
    }
}

/// Stops for good.
pub(crate) fn stop() -> ! {
    loop {
        cortex_m::asm::wfi();
    }
}

unsafe extern "C" {
    static __sheap: u8;
    static _stack_start: u8;
}

/// Where the stack may grow down to.
pub(crate) fn stack_floor() -> usize {
    &raw const __sheap as usize
}

/// Where it begins.
pub(crate) fn stack_top() -> usize {
    &raw const _stack_start as usize
}
