//! What the chip offers the loop.

use agent::{Identity, PortGone};
use nrf_usbd::Usbd;
use parts::{Facts, UsbSerial, hex_digits};

use crate::register::Register;
use crate::{USB, Usb, clock};

/// The number that every chip is made with.
const DEVICE_ID: [Register; 2] = [Register(0x1000_0060), Register(0x1000_0064)];

/// Its bit 1: the regulator of the USB is ready.
const USB_POWER: Register = Register(0x4000_0438);
const USB_POWER_READY: u32 = 1 << 1;

/// The chip's number, in hexadecimal digits.
pub(crate) fn chip_id() -> [u8; 16] {
    let id = u64::from(DEVICE_ID[1].read()) << 32 | u64::from(DEVICE_ID[0].read());
    hex_digits(&id.to_be_bytes())
}

/// Waits until a cable gives the USB its power.
pub(crate) fn wait_for_usb_power() {
    while USB_POWER.read() & USB_POWER_READY == 0 {}
}

/// Time and identity.
pub(crate) struct Chip {
    pub(crate) chip_id: &'static str,
    pub(crate) heap_bytes: usize,
}

impl Facts for Chip {
    fn identity(&self) -> Identity<'_> {
        let (timer, timer_hz) = clock::timer();
        Identity {
            board: "nRF52840",
            chip_id: self.chip_id,
            core: "Cortex-M4F",
            clock_hz: clock::CORE_HZ,
            timer,
            timer_hz,
            ram_bytes: self.heap_bytes as u64,
            flash_bytes: 1 << 20,
            emulated: false,
            receive_window: UsbSerial::<Usbd<Usb>>::WINDOW,
        }
    }

    fn ticks(&mut self) -> u64 {
        clock::ticks()
    }
}

/// The USB port as the loop wants it.
pub(crate) struct Port;

impl agent::Port for Port {
    fn poll(&mut self, into: &mut [u8]) -> Result<usize, PortGone> {
        Ok(USB.take(into))
    }

    fn wait(&mut self, into: &mut [u8]) -> Result<usize, PortGone> {
        Ok(USB.wait(into))
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), PortGone> {
        let (_, second) = clock::timer();
        let since = clock::ticks();
        let late = || clock::ticks().saturating_sub(since) > second;
        if USB.send(bytes, late) { Ok(()) } else { Err(PortGone) }
    }
}
