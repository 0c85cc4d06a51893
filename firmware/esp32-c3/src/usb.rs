//! The serial port that the chip shows on its USB by itself (USB Serial/JTAG).
//!
//! It holds one packet of 64 bytes. Where the ring is full the packet stays there, and a host is told
//! to wait by USB itself: nothing is lost.

use core::cell::RefCell;

use critical_section::Mutex;
use esp_hal::Blocking;
use esp_hal::handler;
use esp_hal::peripherals::USB_DEVICE;
use esp_hal::usb::usb_serial_jtag::UsbSerialJtag;
use parts::Ring;

/// A packet of all 64 bytes would tell the host that more of its transfer comes.
const PACKET_BYTES: usize = 63;

/// What the port's buffer takes.
pub(crate) const RECEIVE_BYTES: usize = 4096;

static HEARD: Ring<RECEIVE_BYTES> = Ring::new();
static PORT: Mutex<RefCell<Option<Open>>> = Mutex::new(RefCell::new(None));

struct Open {
    serial: UsbSerialJtag<'static, Blocking>,
    /// A packet waits for room in the ring, and interrupts are off meanwhile.
    full: bool,
}

/// Opens the port. To be called once.
pub(crate) fn begin(device: USB_DEVICE<'static>) {
    let mut serial = UsbSerialJtag::new(device);
    serial.set_interrupt_handler(interrupt);
    critical_section::with(|cs| {
        listen(PORT.borrow_ref_mut(cs).insert(Open { serial, full: false }));
    });
}

/// Moves what the port holds into the ring, and has the next packet interrupt if all of it fitted.
fn listen(open: &mut Open) {
    let Open { serial, full } = open;
    // Forgotten before the look: a packet that comes after it is a new one.
    serial.reset_rx_packet_recv_interrupt();
    *full = loop {
        if !HEARD.has_room() {
            break true;
        }
        match serial.read_byte() {
            Ok(byte) => HEARD.put(byte),
            Err(_) => break false,
        }
    };
    match full {
        true => serial.unlisten_rx_packet_recv_interrupt(),
        false => serial.listen_rx_packet_recv_interrupt(),
    }
}

fn with_port<T>(of: impl FnOnce(&mut Open) -> T) -> Option<T> {
    critical_section::with(|cs| PORT.borrow_ref_mut(cs).as_mut().map(of))
}

#[handler]
fn interrupt() {
    with_port(listen);
}

/// Takes what has been heard.
pub(crate) fn take(into: &mut [u8]) -> usize {
    let n = HEARD.take(into);
    if n > 0 {
        with_port(|open| {
            if open.full {
                listen(open)
            }
        });
    }
    n
}

/// Whether a byte has come.
pub(crate) fn heard() -> bool {
    !HEARD.is_empty()
}

/// Sends all of it, unless `late` says that the host has not read for too long; false then.
pub(crate) fn send(bytes: &[u8], mut late: impl FnMut() -> bool) -> bool {
    for packet in bytes.chunks(PACKET_BYTES) {
        for &byte in packet {
            while with_port(|open| open.serial.write_byte_nb(byte).is_err()) != Some(false) {
                if late() {
                    return false;
                }
            }
        }
        // Where it still goes, the next byte waits for it.
        with_port(|open| open.serial.flush_tx_nb().ok());
    }
    true
}
