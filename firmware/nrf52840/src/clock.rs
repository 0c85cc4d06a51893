//! The clock: the core's cycle counter where it counts, else a timer.

use core::sync::atomic::{AtomicBool, Ordering};

use agent::TimerKind;
use cortex_m::asm;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m::peripheral::{DCB, DWT, Peripherals};
use parts::Rounds;

use crate::register::Register;

/// Of the core.
pub(crate) const CORE_HZ: u64 = 64_000_000;

const TIMER_HZ: u64 = 16_000_000;

// The crystal oscillator, which USB needs, and timer 0.
const HFCLK_START: Register = Register(0x4000_0000);
const HFCLK_STARTED: Register = Register(0x4000_0100);
const TIMER_START: Register = Register(0x4000_8000);
const TIMER_CAPTURE: Register = Register(0x4000_8040);
const TIMER_BITS: Register = Register(0x4000_8508);
const TIMER_PRESCALER: Register = Register(0x4000_8510);
const TIMER_CAPTURED: Register = Register(0x4000_8540);
const BITS_32: u32 = 3;

static ROUNDS: Rounds = Rounds::new();
static CYCLES_COUNT: AtomicBool = AtomicBool::new(false);

/// Starts crystal, counters and the interrupt that looks at them. To be called once.
pub(crate) fn begin(core: &mut Peripherals) {
    HFCLK_START.write(1);
    while HFCLK_STARTED.read() == 0 {}
    DCB::enable_trace(&mut core.DCB);
    core.DWT.enable_cycle_counter();
    let before = DWT::cycle_count();
    asm::delay(100);
    CYCLES_COUNT.store(DWT::cycle_count() != before, Ordering::Relaxed);
    TIMER_BITS.write(BITS_32);
    TIMER_PRESCALER.write(0);
    TIMER_START.write(1);
    // Four times a second; the shorter round of the two takes a minute.
    core.SYST.set_clock_source(SystClkSource::Core);
    core.SYST.set_reload(0x00ff_ffff);
    core.SYST.clear_current();
    core.SYST.enable_counter();
    core.SYST.enable_interrupt();
}

/// Ticks since the beginning.
pub(crate) fn ticks() -> u64 {
    ROUNDS.ticks(|| match CYCLES_COUNT.load(Ordering::Relaxed) {
        true => DWT::cycle_count(),
        false => {
            TIMER_CAPTURE.write(1);
            TIMER_CAPTURED.read()
        }
    })
}

/// What counts them, and their rate.
pub(crate) fn timer() -> (TimerKind, u64) {
    match CYCLES_COUNT.load(Ordering::Relaxed) {
        true => (TimerKind::Cycles, CORE_HZ),
        false => (TimerKind::Peripheral, TIMER_HZ),
    }
}
