//! The UART that the board's ST-LINK hands on to the computer.

use core::sync::atomic::{AtomicUsize, Ordering};

use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::NVIC;
use parts::Ring;

use crate::clock::{APB1, RCC_AHB1ENR, RCC_APB1ENR};
use crate::register::Register;
use crate::{Chip, Uart, UartKind};

/// What the port's buffer takes: a third of a second.
pub(crate) const RECEIVE_BYTES: usize = 4096;
const BAUD: u64 = 115_200;

const RX_READY: u32 = 1 << 5;
const TX_EMPTY: u32 = 1 << 7;
const RX_INTERRUPT: u32 = 1 << 5;
const RX_ENABLE: u32 = 1 << 2;
const TX_ENABLE: u32 = 1 << 3;

static HEARD: Ring<RECEIVE_BYTES> = Ring::new();
/// Status, the register that is read, the one that is written.
static PLACES: [AtomicUsize; 3] = [const { AtomicUsize::new(0) }; 3];

fn place(of: usize) -> Register {
    Register(PLACES.get(of).map_or(0, |place| place.load(Ordering::Relaxed)))
}

#[derive(Clone, Copy)]
struct Line(u16);

// SAFETY: it is the number of the UART's line, from the chip's description.
unsafe impl InterruptNumber for Line {
    fn number(self) -> u16 {
        self.0
    }
}

/// Starts it. To be called once, with the clock at its speed.
pub(crate) fn begin(chip: &Chip) {
    let Uart { at, kind, clock, line, port, pin } = chip.uart;
    RCC_AHB1ENR.set(1 << port, 1 << port);
    RCC_APB1ENR.set(clock, clock);
    // Both pins to alternate function 7.
    let gpio = 0x4002_0000 + 0x400 * port;
    for pin in [pin, pin + 1] {
        Register(gpio).set(0b11 << (2 * pin), 0b10 << (2 * pin));
        let (high, shift) = ((pin / 8) as usize, 4 * (pin % 8));
        Register(gpio + 0x20 + 4 * high).set(0xf << shift, 7 << shift);
    }
    // Where each generation has its registers: control, divisor, status, what came, what goes.
    let (control, divisor, places, enable) = match kind {
        UartKind::F4 => (0x0c, 0x08, [0x00, 0x04, 0x04], 1 << 13),
        UartKind::F7 => (0x00, 0x0c, [0x1c, 0x24, 0x28], 1),
    };
    for (place, offset) in PLACES.iter().zip(places) {
        place.store(at + offset, Ordering::Relaxed);
    }
    let source_hz = chip.core_hz / APB1;
    Register(at + divisor).write(((source_hz + BAUD / 2) / BAUD) as u32);
    Register(at + control).write(enable | TX_ENABLE | RX_ENABLE | RX_INTERRUPT);
    // SAFETY: `interrupt` is ready for it.
    unsafe { NVIC::unmask(Line(line)) };
}

/// A byte has come, or several.
pub(crate) fn interrupt() {
    while place(0).read() & RX_READY != 0 {
        // It has no room for a second byte: one that finds the ring full is lost, and said again by
        // a host that gets no answer.
        HEARD.put(place(1).read() as u8);
    }
}

/// Takes what has been heard.
pub(crate) fn take(into: &mut [u8]) -> usize {
    HEARD.take(into)
}

/// Whether a byte has come.
pub(crate) fn heard() -> bool {
    !HEARD.is_empty()
}

/// Sends a byte.
pub(crate) fn put(byte: u8) {
    place(0).wait_for(TX_EMPTY);
    place(2).write(u32::from(byte));
}
