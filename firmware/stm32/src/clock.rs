//! The clock tree, and the clock that the loop reads: the core's cycle counter where it counts, else
//! timer 2.

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use agent::TimerKind;
use cortex_m::asm;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m::peripheral::{DCB, DWT, Peripherals};
use parts::Rounds;

use crate::Chip;
use crate::register::Register;

const RCC_CR: Register = Register(0x4002_3800);
const RCC_PLLCFGR: Register = Register(0x4002_3804);
const RCC_CFGR: Register = Register(0x4002_3808);
pub(crate) const RCC_AHB1ENR: Register = Register(0x4002_3830);
pub(crate) const RCC_APB1ENR: Register = Register(0x4002_3840);
const FLASH_ACR: Register = Register(0x4002_3c00);
const PLL_ON: u32 = 1 << 24;
const PLL_READY: u32 = 1 << 25;
const TIMER_2: u32 = 1;

const TIM2_CR1: Register = Register(0x4000_0000);
const TIM2_EGR: Register = Register(0x4000_0014);
const TIM2_CNT: Register = Register(0x4000_0024);
const TIM2_ARR: Register = Register(0x4000_002c);

/// APB1, which the UARTs hang on, runs at a quarter of the core's clock; its timers at twice that.
pub(crate) const APB1: u64 = 4;

static ROUNDS: Rounds = Rounds::new();
static CYCLES_COUNT: AtomicBool = AtomicBool::new(false);
static CORE_HZ: AtomicU32 = AtomicU32::new(0);

/// Brings the chip to its clock and starts the counters. To be called once.
pub(crate) fn begin(chip: &Chip, core: &mut Peripherals) {
    // The flash first: it must keep up with the faster clock.
    FLASH_ACR.write(chip.flash_access);
    // The internal oscillator of 16 MHz by 8, times `pll_n`, by 2.
    RCC_PLLCFGR.write(8 | chip.pll_n << 6 | 8 << 24 | 2 << 28);
    RCC_CR.set(PLL_ON, PLL_ON);
    RCC_CR.wait_for(PLL_READY);
    // APB1 by 4, APB2 by 2, and on.
    RCC_CFGR.write(0b101 << 10 | 0b100 << 13 | 0b10);
    RCC_CFGR.wait_for(0b10 << 2);
    if chip.caches {
        core.SCB.enable_icache();
        core.SCB.enable_dcache(&mut core.CPUID);
    }
    CORE_HZ.store(chip.core_hz as u32, Ordering::Relaxed);
    DCB::enable_trace(&mut core.DCB);
    DWT::unlock();
    core.DWT.enable_cycle_counter();
    let before = DWT::cycle_count();
    asm::delay(100);
    CYCLES_COUNT.store(DWT::cycle_count() != before, Ordering::Relaxed);
    RCC_APB1ENR.set(TIMER_2, TIMER_2);
    TIM2_ARR.write(u32::MAX);
    TIM2_EGR.write(1);
    TIM2_CR1.write(1);
    // Ten times a second; the shorter round of the two takes 20 s.
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
        false => TIM2_CNT.read(),
    })
}

/// What counts them, and their rate.
pub(crate) fn timer() -> (TimerKind, u64) {
    let core_hz = u64::from(CORE_HZ.load(Ordering::Relaxed));
    match CYCLES_COUNT.load(Ordering::Relaxed) {
        true => (TimerKind::Cycles, core_hz),
        false => (TimerKind::Peripheral, core_hz / APB1 * 2),
    }
}
