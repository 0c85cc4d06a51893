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
    /// A packet has been given to the port.
    given: bool,
}

impl Open {
    /// Whether the host has taken the last packet. Right after a packet is given, the port may still
    /// say that it has room, for the packet before; that it became empty it says of this one.
    fn taken(&self) -> bool {
        !self.given || USB_DEVICE::regs().int_raw().read().serial_in_empty().bit_is_set()
    }

    /// Gives the packet that was written to the host.
    fn give(&mut self) {
        USB_DEVICE::regs().int_clr().write(|w| w.serial_in_empty().clear_bit_by_one());
        self.given = true;
        // Whether it has gone, `taken` looks.
        self.serial.flush_tx_nb().ok();
    }
}

/// Opens the port. To be called once.
pub(crate) fn begin(device: USB_DEVICE<'static>) {
    let mut serial = UsbSerialJtag::new(device);
    serial.set_interrupt_handler(interrupt);
    critical_section::with(|cs| {
        listen(PORT.borrow_ref_mut(cs).insert(Open { serial, full: false, given: false }));
    });
}

/// Moves what the port holds into the ring, and has the next packet interrupt if all of it fitted.
fn listen(open: &mut Open) {
    let Open { serial, full, .. } = open;
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
        while with_port(|open| open.taken()) != Some(true) {
            if late() {
                return false;
            }
        }
        for &byte in packet {
            while with_port(|open| open.serial.write_byte_nb(byte).is_err()) != Some(false) {
                if late() {
                    return false;
                }
            }
        }
        with_port(Open::give);
    }
    true
}
