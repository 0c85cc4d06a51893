//! A serial port over the board's own USB (CDC ACM), served from the USB interrupt so that a host is
//! answered in time while a token takes long.

use core::cell::RefCell;

use critical_section::Mutex;
use usb_device::LangID;
use usb_device::bus::{UsbBus, UsbBusAllocator};
use usb_device::device::{
    StringDescriptors, UsbDevice, UsbDeviceBuilder, UsbDeviceState, UsbVidPid,
};
use usbd_serial::{SerialPort, USB_CLASS_CDC};

use crate::{Ring, sleep_unless};

/// Shared by everybody who makes a serial port of open firmware; the product name tells them apart.
const SHARED_CDC: UsbVidPid = UsbVidPid(0x16c0, 0x27dd);

/// Bytes the ring holds.
const RECEIVE_BYTES: usize = 4096;

/// The port, shared between its interrupt and the loop.
pub struct UsbSerial<B: UsbBus + 'static> {
    port: Mutex<RefCell<Option<Port<B>>>>,
    heard: Ring<RECEIVE_BYTES>,
}

struct Port<B: UsbBus + 'static> {
    device: UsbDevice<'static, B>,
    serial: SerialPort<'static, B>,
}

impl<B: UsbBus> UsbSerial<B> {
    /// What a host may send before the loop must have read: the ring, less a quarter for frames.
    pub const WINDOW: u32 = (RECEIVE_BYTES / 4 * 3) as u32;

    /// A port that is not there yet, for a static.
    #[expect(clippy::new_without_default, reason = "it stands in a static, which needs a const fn")]
    pub const fn new() -> Self {
        UsbSerial { port: Mutex::new(RefCell::new(None)), heard: Ring::new() }
    }

    /// Makes the port; its interrupt may be enabled afterwards. False where the bus refused.
    pub fn begin(
        &self,
        bus: &'static UsbBusAllocator<B>,
        product: &'static str,
        serial_number: &'static str,
    ) -> bool {
        let serial = SerialPort::new(bus);
        let strings = StringDescriptors::new(LangID::EN)
            .manufacturer("Benchvise")
            .product(product)
            .serial_number(serial_number);
        let builder = UsbDeviceBuilder::new(bus, SHARED_CDC).device_class(USB_CLASS_CDC);
        let Ok(builder) = builder.strings(&[strings]) else { return false };
        let port = Port { device: builder.build(), serial };
        critical_section::with(|cs| self.port.replace(cs, Some(port)));
        true
    }

    /// To be called from the USB interrupt.
    pub fn interrupt(&self) {
        critical_section::with(|cs| {
            let mut port = self.port.borrow_ref_mut(cs);
            let Some(Port { device, serial }) = port.as_mut() else { return };
            if !device.poll(&mut [serial]) {
                return;
            }
            // What is left in the endpoint would interrupt for ever, so it is taken even where the
            // ring is full: a host that keeps to the window never gets there, and another one sees
            // a lost frame.
            let mut bytes = [0; 64];
            while let Ok(n @ 1..) = serial.read(&mut bytes) {
                bytes.iter().take(n).for_each(|&byte| self.heard.put(byte));
            }
        });
    }

    /// Takes what has been heard.
    pub fn take(&self, into: &mut [u8]) -> usize {
        self.heard.take(into)
    }

    /// Sleeps until something has been heard or something else woke the core, and takes what is there.
    pub fn wait(&self, into: &mut [u8]) -> usize {
        sleep_unless(|| !self.heard.is_empty());
        self.take(into)
    }

    /// Sends all of it, unless the host is gone or `late` says that it has not read for too long;
    /// false then.
    pub fn send(&self, mut bytes: &[u8], mut late: impl FnMut() -> bool) -> bool {
        while !bytes.is_empty() {
            let sent = critical_section::with(|cs| {
                let mut port = self.port.borrow_ref_mut(cs);
                let Port { device, serial } = port.as_mut()?;
                if device.state() != UsbDeviceState::Configured {
                    return None;
                }
                let sent = serial.write(bytes).unwrap_or(0);
                // An error here is a full buffer, which the next turn meets again.
                serial.flush().ok();
                Some(sent)
            });
            match sent {
                Some(0) if late() => return false,
                Some(n) => bytes = bytes.get(n..).unwrap_or_default(),
                None => return false,
            }
        }
        true
    }
}
