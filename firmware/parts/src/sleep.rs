//! Waiting for an interrupt.

use core::arch::asm;

/// Sleeps until an interrupt is pending, unless `heard` says that what is waited for has come. One
/// that comes between that question and the sleep is pending then, and ends the sleep at once.
pub fn sleep_unless(heard: impl FnOnce() -> bool) {
    critical_section::with(|_| {
        if !heard() {
            wait_for_interrupt();
        }
    });
}

/// Stops for good.
pub fn stop() -> ! {
    loop {
        wait_for_interrupt();
    }
}

/// The instruction has one name on Arm and on RISC-V.
fn wait_for_interrupt() {
    // SAFETY: it changes no register and no memory.
    unsafe { asm!("wfi", options(nomem, nostack, preserves_flags)) }
}
