//! When the samples of a signal were taken, and which of them lie in a stretch of time.

use std::collections::VecDeque;

use crate::signals::anchors::Anchors;

/// Of moments that are no longer kept, every so many is; as many as an entry of the pyramid has.
const EVERY: u64 = 128;

/// A time axis: sample indices from 0, and milliseconds that never go back.
#[derive(Clone, Debug)]
pub(crate) enum Axis {
    /// One sample every so often.
    Regular {
        /// When the first was taken.
        start_ms: f64,
        /// Samples a second.
        rate_hz: f64,
        /// How many there are.
        len: u64,
    },
    /// Every so often too, by a clock that is none of ours: moments of some samples are known.
    Anchored(Anchors),
    /// Each at its own moment.
    Times(Times),
}

/// Moments of samples that come as they happen: the newest one by one, of the older ones every
/// 128th, which is where the pyramid's entries begin.
#[derive(Clone, Debug)]
pub(crate) struct Times {
    kept: usize,
    newest: VecDeque<f64>,
    every: Vec<f64>,
    len: u64,
    last_ms: f64,
}

impl Axis {
    /// No sample yet; the newest `kept` moments stay exact.
    pub(crate) fn times(kept: usize) -> Axis {
        let (newest, every) = (VecDeque::new(), Vec::new());
        Axis::Times(Times { kept: kept.max(1), newest, every, len: 0, last_ms: 0.0 })
    }

    /// Samples so far.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Axis::Regular { len, .. } => *len,
            Axis::Anchored(anchors) => anchors.len(),
            Axis::Times(times) => times.len,
        }
    }

    /// One more sample, at `at_ms` or, where that lies before the one before it, at that one's
    /// moment: a board's clock that goes back is the board's fault. Gives the moment.
    pub(crate) fn push(&mut self, at_ms: f64) -> f64 {
        match self {
            Axis::Regular { len, .. } => {
                *len += 1;
                self.end_ms().unwrap_or(at_ms)
            }
            Axis::Anchored(anchors) => {
                anchors.extend(1);
                self.end_ms().unwrap_or(at_ms)
            }
            Axis::Times(times) => times.push(at_ms),
        }
    }

    /// So many more samples of a regular or an anchored axis.
    pub(crate) fn extend(&mut self, more: u64) {
        match self {
            Axis::Regular { len, .. } => *len += more,
            Axis::Anchored(anchors) => anchors.extend(more),
            Axis::Times(_) => {}
        }
    }

    /// When the newest sample was taken.
    pub(crate) fn end_ms(&self) -> Option<f64> {
        self.len().checked_sub(1).map(|last| self.at_ms(last))
    }

    /// When a sample was taken; of one that is no longer kept, when its neighbour was.
    pub(crate) fn at_ms(&self, index: u64) -> f64 {
        match self {
            Axis::Regular { start_ms, rate_hz, .. } => start_ms + index as f64 / rate_hz * 1e3,
            Axis::Anchored(anchors) => anchors.at_ms(index as f64),
            Axis::Times(times) => times.at_ms(index),
        }
    }

    /// Index of the first sample that was taken at `ms` or later.
    pub(crate) fn first_from(&self, ms: f64) -> u64 {
        self.partition(ms, |at| at < ms)
    }

    /// Index of the first sample that was taken later than `ms`.
    pub(crate) fn first_after(&self, ms: f64) -> u64 {
        self.partition(ms, |at| at <= ms)
    }

    /// How many samples lie `before`, which holds for all up to some moment near `ms`.
    fn partition(&self, ms: f64, before: impl Fn(f64) -> bool) -> u64 {
        match self {
            Axis::Regular { start_ms, rate_hz, len } => {
                self.settle((ms - start_ms) * 1e-3 * rate_hz, *len, before)
            }
            Axis::Anchored(anchors) => self.settle(anchors.place(ms), anchors.len(), before),
            Axis::Times(times) => times.partition(before),
        }
    }
    /// From a guess that a division left off by a little: the neighbours decide.
    fn settle(&self, guess: f64, len: u64, before: impl Fn(f64) -> bool) -> u64 {
        let mut index = (guess.max(0.0) as u64).saturating_sub(1).min(len);
        while index > 0 && !before(self.at_ms(index - 1)) {
            index -= 1;
        }
        while index < len && before(self.at_ms(index)) {
            index += 1;
        }
        index
    }
}

impl Times {
    fn push(&mut self, at_ms: f64) -> f64 {
        let at_ms = if at_ms.is_finite() { at_ms.max(self.last_ms) } else { self.last_ms };
        if self.len.is_multiple_of(EVERY) {
            self.every.push(at_ms);
        }
        if self.newest.len() == self.kept {
            self.newest.pop_front();
        }
        self.newest.push_back(at_ms);
        self.len += 1;
        self.last_ms = at_ms;
        at_ms
    }

    /// Index of the oldest moment that is kept.
    fn first(&self) -> u64 {
        self.len - self.newest.len() as u64
    }

    fn at_ms(&self, index: u64) -> f64 {
        let near = index.checked_sub(self.first()).and_then(|at| self.newest.get(at as usize));
        near.or_else(|| self.every.get((index / EVERY) as usize)).copied().unwrap_or(self.last_ms)
    }

    fn partition(&self, before: impl Fn(f64) -> bool) -> u64 {
        let first = self.first();
        if first == 0 || self.newest.front().is_some_and(|at| before(*at)) {
            return first + self.newest.partition_point(|at| before(*at)) as u64;
        }
        (self.every.partition_point(|at| before(*at)) as u64 * EVERY).min(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(kept: usize, moments: &[f64]) -> Axis {
        let mut axis = Axis::times(kept);
        for at in moments {
            axis.push(*at);
        }
        axis
    }

    #[track_caller]
    fn check(axis: &Axis, ms: f64, from: u64, after: u64) {
        assert_eq!((axis.first_from(ms), axis.first_after(ms)), (from, after));
    }

    #[test]
    fn moments_are_found_among_equal_ones_and_beyond_both_ends() {
        let axis = times(100, &[1.0, 2.0, 2.0, 2.0, 5.0]);
        check(&axis, 0.0, 0, 0);
        check(&axis, 2.0, 1, 4);
        check(&axis, 3.0, 4, 4);
        check(&axis, 5.0, 4, 5);
        check(&axis, f64::INFINITY, 5, 5);
        check(&axis, f64::NEG_INFINITY, 0, 0);
    }

    #[test]
    fn a_clock_that_goes_back_or_is_no_number_stands_still() {
        let mut axis = times(9, &[3.0]);
        assert_eq!(axis.push(1.0), 3.0);
        assert_eq!(axis.push(f64::NAN), 3.0);
        assert_eq!(axis.push(4.0), 4.0);
    }

    #[test]
    fn what_is_no_longer_kept_is_found_to_an_entry_of_the_pyramid() {
        let moments: Vec<f64> = (0..10_000).map(f64::from).collect();
        let axis = times(1000, &moments);
        check(&axis, 9500.0, 9500, 9501);
        check(&axis, 300.0, 384, 384);
        check(&axis, 8990.0, 9000, 9000);
        assert_eq!((axis.at_ms(9500), axis.at_ms(300)), (9500.0, 256.0));
    }

    #[test]
    fn an_anchored_axis_finds_what_a_look_at_every_sample_finds() {
        bolero::check!()
            .with_test_time(std::time::Duration::from_millis(500))
            .with_type::<(u8, Vec<(u8, u16)>, Vec<u16>)>()
            .for_each(|(rate, steps, asked)| {
                let mut anchors = Anchors::new(f64::from(*rate) * 10.0 + 1.0);
                let (mut index, mut ms) = (0, -20.0);
                for (samples, tenths) in steps.iter().take(8) {
                    index += u64::from(*samples);
                    ms += f64::from(*tenths % 500) / 10.0;
                    anchors.push(index, ms);
                }
                anchors.extend(index + 20);
                let axis = Axis::Anchored(anchors);
                let all: Vec<f64> = (0..axis.len()).map(|at| axis.at_ms(at)).collect();
                assert!(all.is_sorted(), "{all:?}");
                let exact = all.get(all.len() / 2).copied();
                for at in asked.iter().map(|at| f64::from(*at) / 100.0 - 25.0).chain(exact) {
                    let from = all.iter().filter(|ms| **ms < at).count() as u64;
                    let after = all.iter().filter(|ms| **ms <= at).count() as u64;
                    assert_eq!((axis.first_from(at), axis.first_after(at)), (from, after));
                }
            });
    }

    #[test]
    fn a_regular_axis_answers_like_one_that_keeps_every_moment() {
        bolero::check!()
            .with_test_time(std::time::Duration::from_millis(500))
            .with_type::<(u16, u8, u16, u16)>()
            .for_each(|(rate, start, len, ask)| {
                let (rate_hz, start_ms) = (f64::from(*rate) / 7.0 + 0.1, f64::from(*start));
                let len = u64::from(*len % 500);
                let regular = Axis::Regular { start_ms, rate_hz, len };
                let moments: Vec<f64> = (0..len).map(|at| regular.at_ms(at)).collect();
                let kept = times(1000, &moments);
                let between = f64::from(*ask) / 10.0;
                let exact = moments.get(usize::from(*ask) % 500).copied().unwrap_or(between);
                for ms in [between, exact] {
                    assert_eq!(regular.first_from(ms), kept.first_from(ms));
                    assert_eq!(regular.first_after(ms), kept.first_after(ms));
                }
            });
    }
}
