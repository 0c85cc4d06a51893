//! What the loop remembers of the board's own series.

use crate::Platform;
use crate::series::MAX_SERIES;
use crate::wire::{BoardMessage, SeriesState};

/// Batches of one series that are sent at once, at most: an interrupt that writes faster than the port carries
/// must not hold the run.
pub(crate) const AT_ONCE: usize = 8;
/// The part of a second between two times that the board is asked for samples.
pub(crate) const EVERY: u64 = 100;

/// Which series are on, and how far they are in the run.
pub(crate) struct Sampling {
    /// A bit for each; none before a host asked for it, for an older one would have no use for the samples.
    on: u16,
    pub(crate) taken: [u64; MAX_SERIES as usize],
    /// When the board was asked last.
    pub(crate) asked_ticks: u64,
}

impl Sampling {
    pub(crate) const fn new() -> Self {
        Sampling { on: 0, taken: [0; MAX_SERIES as usize], asked_ticks: 0 }
    }

    /// A run begins.
    pub(crate) fn begin(&mut self, ticks: u64) {
        (self.taken, self.asked_ticks) = ([0; MAX_SERIES as usize], ticks);
    }

    pub(crate) fn is_on(&self, number: u8) -> bool {
        number < MAX_SERIES && self.on & (1 << number) != 0
    }

    /// Switches a series, and tells how it stands.
    pub(crate) fn answer<'p>(
        &mut self,
        platform: &'p mut impl Platform,
        number: u8,
        on: Option<bool>,
        rate_hz: Option<f32>,
    ) -> BoardMessage<'p> {
        let of = (0..MAX_SERIES).take_while(|at| platform.series(*at).is_some()).count() as u8;
        if number < of {
            match on {
                Some(true) => self.on |= 1 << number,
                Some(false) => self.on &= !(1 << number),
                None => {}
            }
            if let Some(rate_hz) = rate_hz.filter(|rate_hz| rate_hz.is_finite()) {
                platform.set_rate(number, Some(rate_hz).filter(|rate_hz| *rate_hz > 0.0));
            }
        }
        let taken = self.taken.get(usize::from(number)).copied().unwrap_or(0);
        let on = self.is_on(number);
        let series = platform.series(number).filter(|_| number < of);
        let series = series.map(|series| SeriesState { series, on, taken });
        BoardMessage::Series { number, of, series }
    }
}
