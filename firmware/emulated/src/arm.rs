//! An MPS2 board: its UART, its timer, sleep.
//!
//! The UART holds one byte, so an interrupt carries it into a ring; the timer counts down in 32 bits,
//! so another one counts its rounds. The cycle counter is better than the timer where it counts;
//! QEMU does not emulate it, and it reads 0 for ever.

use core::sync::atomic::{AtomicBool, Ordering};

use agent::TimerKind;
use cortex_m::peripheral::{DCB, DWT, NVIC, Peripherals};
use cortex_m::{asm, interrupt::InterruptNumber};
use cortex_m_rt::exception;
use parts::{Ring, Rounds};

/// Both counters run at the board's clock.
pub(crate) const TIMER_HZ: u64 = 25_000_000;

/// What the port's buffer takes.
pub(crate) const RECEIVE_BYTES: usize = 4096;

static HEARD: Ring<RECEIVE_BYTES> = Ring::new();

/// A register of a device.
#[derive(Clone, Copy)]
struct Register(usize);

impl Register {
    fn read(self) -> u32 {
        // SAFETY: the registers below are those of the machines this is built for; reading them
        // touches no memory of the program.
        unsafe { (self.0 as *const u32).read_volatile() }
    }

    fn write(self, value: u32) {
        // SAFETY: as in `read`.
        unsafe { (self.0 as *mut u32).write_volatile(value) }
    }
}

// UART 0 and timer 0 of Arm's Cortex-M System Design Kit (Arm DDI 0479, 4.3 and 4.1).
const UART_DATA: Register = Register(0x4000_4000);
const UART_STATE: Register = Register(0x4000_4004);
const UART_CTRL: Register = Register(0x4000_4008);
const UART_INTCLEAR: Register = Register(0x4000_400c);
const UART_BAUDDIV: Register = Register(0x4000_4010);
const TX_FULL: u32 = 1;
const RX_FULL: u32 = 1 << 1;
const TX_ENABLE: u32 = 1;
const RX_ENABLE: u32 = 1 << 1;
const RX_INTERRUPT: u32 = 1 << 3;

const TIMER_CTRL: Register = Register(0x4000_0000);
const TIMER_VALUE: Register = Register(0x4000_0004);
const TIMER_RELOAD: Register = Register(0x4000_0008);
const TIMER_INTCLEAR: Register = Register(0x4000_000c);
const TIMER_ENABLE: u32 = 1;
const TIMER_INTERRUPT: u32 = 1 << 3;

#[derive(Clone, Copy)]
#[repr(u16)]
enum Line {
    UartReceive = 0,
    Timer = 8,
}

// SAFETY: these are the numbers of the board's interrupt lines.
unsafe impl InterruptNumber for Line {
    fn number(self) -> u16 {
        self as u16
    }
}

/// Either counter goes round in less than three minutes; the timer interrupts when it does.
static CLOCK: Rounds = Rounds::new();
static CYCLES_COUNT: AtomicBool = AtomicBool::new(false);

/// Ticks since the beginning.
pub(crate) fn ticks() -> u64 {
    CLOCK.ticks(|| match CYCLES_COUNT.load(Ordering::Relaxed) {
        true => DWT::cycle_count(),
        false => !TIMER_VALUE.read(),
    })
}

/// What counts them.
pub(crate) fn timer() -> TimerKind {
    match CYCLES_COUNT.load(Ordering::Relaxed) {
        true => TimerKind::Cycles,
        false => TimerKind::Peripheral,
    }
}

/// Starts the cycle counter and says whether it counts.
fn start_cycles(core: &mut Peripherals) -> bool {
    DCB::enable_trace(&mut core.DCB);
    core.DWT.enable_cycle_counter();
    let before = DWT::cycle_count();
    asm::delay(100);
    DWT::cycle_count() != before
}

/// Starts the clock and the port. To be called once.
pub(crate) fn begin() {
    // SAFETY: called once, and nothing else takes the core's peripherals.
    let mut core = unsafe { Peripherals::steal() };
    CYCLES_COUNT.store(start_cycles(&mut core), Ordering::Relaxed);
    TIMER_RELOAD.write(u32::MAX);
    TIMER_VALUE.write(u32::MAX);
    TIMER_CTRL.write(TIMER_ENABLE | TIMER_INTERRUPT);
    UART_BAUDDIV.write((TIMER_HZ / 115_200) as u32);
    UART_CTRL.write(TX_ENABLE | RX_ENABLE | RX_INTERRUPT);
    // SAFETY: their handler below is ready for them.
    unsafe {
        NVIC::unmask(Line::UartReceive);
        NVIC::unmask(Line::Timer);
    }
}

#[exception]
unsafe fn DefaultHandler(line: i16) {
    if line == Line::UartReceive as i16 {
        UART_INTCLEAR.write(1 << 1);
        while UART_STATE.read() & RX_FULL != 0 {
            if !HEARD.has_room() {
                // The byte stays where it is, and so do those behind it, until the loop has read.
                UART_CTRL.write(TX_ENABLE | RX_ENABLE);
                return;
            }
            HEARD.put(UART_DATA.read() as u8);
        }
    } else if line == Line::Timer as i16 {
        TIMER_INTCLEAR.write(1);
        ticks();
    }
}

/// Takes what has been heard.
pub(crate) fn take(into: &mut [u8]) -> usize {
    let n = HEARD.take(into);
    if n > 0 && UART_CTRL.read() & RX_INTERRUPT == 0 {
        critical_section::with(|_| {
            while UART_STATE.read() & RX_FULL != 0 && HEARD.has_room() {
                HEARD.put(UART_DATA.read() as u8);
            }
            UART_CTRL.write(TX_ENABLE | RX_ENABLE | RX_INTERRUPT);
        });
    }
    n
}

/// Whether a byte has come.
pub(crate) fn heard() -> bool {
    !HEARD.is_empty()
}

/// Sends a byte.
pub(crate) fn put(byte: u8) {
    while UART_STATE.read() & TX_FULL != 0 {}
    UART_DATA.write(u32::from(byte));
}
