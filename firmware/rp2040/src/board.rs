//! What the chip offers the loop.

use agent::{Identity, PortGone, TimerKind};
use parts::{Facts, UsbSerial, hex_digits};
use rp2040_hal::Timer;
use rp2040_hal::usb::UsbBus;

use crate::flash_id::{self, Boot2};
use crate::{HEAP_BYTES, USB};

/// Microseconds after which a host that reads nothing counts as gone.
const HOST_GONE_US: u64 = 1_000_000;

/// A serial number that a host takes for none.
pub(crate) const NOBODYS_SERIAL: &str = "0";

/// The number of the board's flash chip, in hexadecimal digits; `None` where it tells none. To be called
/// once, before everything else.
pub(crate) fn chip_id(boot2: &Boot2) -> Option<&'static str> {
    let id = flash_id::read(boot2)?;
    let digits = cortex_m::singleton!(: [u8; 16] = [0; 16])?;
    *digits = hex_digits(&id);
    core::str::from_utf8(digits).ok()
}

/// Time and identity.
pub(crate) struct Chip {
    pub(crate) chip_id: Option<&'static str>,
    pub(crate) timer: Timer,
    pub(crate) clock_hz: u64,
}

impl Facts for Chip {
    fn identity(&self) -> Identity<'_> {
        Identity {
            board: "RP2040",
            // Two boards whose flash has no number look alike.
            chip_id: self.chip_id.unwrap_or("rp2040"),
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
        Ok(USB.wait(into))
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
