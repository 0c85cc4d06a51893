//! What the chip offers the loop.

use agent::{Identity, PortGone, TimerKind};
use esp_hal::efuse;
use esp_hal::timer::systimer::{SystemTimer, Unit};
use parts::{Facts, hex_digits, sleep_unless};

use crate::{HEAP_BYTES, usb};

/// Of the core, as `main` sets it.
const CORE_HZ: u64 = 160_000_000;

/// Of the system timer: two fifths of the 40 MHz crystal, whatever the core's clock. The core's own
/// counter of cycles has 32 bits and goes round in half a minute.
const TIMER_HZ: u64 = 16_000_000;

/// The chip's number: the address of its radio, which the serial number of its USB writes with colons.
pub(crate) fn chip_id() -> [u8; 12] {
    hex_digits(efuse::base_mac_address().as_bytes())
}

fn ticks() -> u64 {
    SystemTimer::unit_value(Unit::Unit0)
}

/// Time and identity.
pub(crate) struct Chip {
    pub(crate) chip_id: &'static str,
}

impl Facts for Chip {
    fn identity(&self) -> Identity<'_> {
        Identity {
            board: "ESP32-C3",
            chip_id: self.chip_id,
            core: "RV32IMC",
            clock_hz: CORE_HZ,
            timer: TimerKind::Peripheral,
            timer_hz: TIMER_HZ,
            ram_bytes: HEAP_BYTES as u64,
            flash_bytes: 4 << 20,
            emulated: false,
            receive_window: usb::RECEIVE_BYTES as u32 / 4 * 3,
        }
    }

    fn ticks(&mut self) -> u64 {
        ticks()
    }
}

/// The USB port as the loop wants it.
pub(crate) struct Port;

impl agent::Port for Port {
    fn poll(&mut self, into: &mut [u8]) -> Result<usize, PortGone> {
        Ok(usb::take(into))
    }

    fn wait(&mut self, into: &mut [u8]) -> Result<usize, PortGone> {
        sleep_unless(usb::heard);
        Ok(usb::take(into))
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), PortGone> {
        let since = ticks();
        // After a second, a host that reads nothing counts as gone.
        let late = || ticks().saturating_sub(since) > TIMER_HZ;
        if usb::send(bytes, late) { Ok(()) } else { Err(PortGone) }
    }
}
