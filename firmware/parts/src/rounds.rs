//! A counter that goes round, made into one that does not.

use core::cell::RefCell;

use critical_section::Mutex;

/// Adds up a 32-bit counter. It must be looked at once a round, for which a board has an interrupt.
pub struct Rounds(Mutex<RefCell<Sum>>);

struct Sum {
    last: u32,
    sum: u64,
}

impl Rounds {
    /// At zero, for a static.
    #[expect(clippy::new_without_default, reason = "it stands in a static, which needs a const fn")]
    pub const fn new() -> Self {
        Rounds(Mutex::new(RefCell::new(Sum { last: 0, sum: 0 })))
    }

    /// Ticks since the beginning; `counter` is read where nothing can come in between.
    pub fn ticks(&self, counter: impl FnOnce() -> u32) -> u64 {
        critical_section::with(|cs| {
            let mut rounds = self.0.borrow_ref_mut(cs);
            let now = counter();
            rounds.sum += u64::from(now.wrapping_sub(rounds.last));
            rounds.last = now;
            rounds.sum
        })
    }
}
