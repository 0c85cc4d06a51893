//! What the chip offers the loop.

use agent::{Identity, PortGone, TimerKind};
use parts::{Facts, UsbSerial, hex_digits};
use rp235x_hal::Timer;
use rp235x_hal::rom_data::sys_info_api::chip_info;
use rp235x_hal::timer::CopyableTimer0;
use rp235x_hal::usb::UsbBus;

use crate::{HEAP_BYTES, USB};

/// Microseconds after which a host that reads nothing counts as gone.
const HOST_GONE_US: u64 = 1_000_000;

/// What the loop counts with.
pub(crate) type Clock = Timer<CopyableTimer0>;

/// The chip's number, in hexadecimal digits; `None` where its boot loader does not tell.
pub(crate) fn chip_id() -> Option<[u8; 16]> {
    let id = chip_info().ok().flatten()?;
    let id = u64::from(id.wafer_id) << 32 | u64::from(id.device_id);
    Some(hex_digits(&id.to_be_bytes()))
}

/// Time and identity.
pub(crate) struct Chip {
    pub(crate) chip_id: &'static str,
    pub(crate) timer: Clock,
    pub(crate) clock_hz: u64,
}

impl Facts for Chip {
    fn identity(&self) -> Identity<'_> {
        Identity {
            board: "RP2350",
            chip_id: self.chip_id,
            core: "Cortex-M33",
            clock_hz: self.clock_hz,
            timer: TimerKind::Peripheral,
            timer_hz: 1_000_000,
            ram_bytes: HEAP_BYTES as u64,
            flash_bytes: 4 << 20,
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
    timer: Clock,
}

impl Port {
    pub(crate) fn new(timer: Clock) -> Self {
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
