//! Samples from an interrupt to the loop.

use core::sync::atomic::{AtomicU32, Ordering, fence};

use super::{BATCH, Batch};

/// A ring of the newest `N` samples of a series with a rate. One interrupt of the loop's own core writes, the loop
/// reads; where it is late the oldest ones are lost, and counted. `N` is a power of two.
///
/// Loads and stores are all it needs: a Cortex-M0+ has no more.
pub struct SampleRing<const N: usize> {
    values: [AtomicU32; N],
    /// Samples ever written; wraps.
    written: AtomicU32,
    /// When the newest was, in two halves.
    ticks: [AtomicU32; 2],
    /// Samples ever read, or lost.
    read: AtomicU32,
}

impl<const N: usize> SampleRing<N> {
    /// Empty, for a `static`.
    #[expect(clippy::new_without_default, reason = "it stands in a static, which needs a const fn")]
    pub const fn new() -> Self {
        const { assert!(N.is_power_of_two() && N > 1 && N <= 1 << 20) };
        SampleRing {
            values: [const { AtomicU32::new(0) }; N],
            written: AtomicU32::new(0),
            ticks: [const { AtomicU32::new(0) }; 2],
            read: AtomicU32::new(0),
        }
    }

    /// A sample was taken at `ticks`. To be called by one interrupt alone.
    pub fn push(&self, ticks: u64, value: f32) {
        let written = self.written.load(Ordering::Relaxed);
        if let Some(place) = self.values.get(written as usize % N) {
            place.store(value.to_bits(), Ordering::Relaxed);
        }
        let [low, high] = &self.ticks;
        low.store(ticks as u32, Ordering::Relaxed);
        high.store((ticks >> 32) as u32, Ordering::Relaxed);
        self.written.store(written.wrapping_add(1), Ordering::Release);
    }

    /// Forgets what waits, but for the newest: a run begins.
    pub fn forget(&self) {
        let written = self.written.load(Ordering::Acquire);
        if written != self.read.load(Ordering::Relaxed) {
            self.read.store(written.wrapping_sub(1), Ordering::Relaxed);
        }
    }

    /// Puts the oldest samples that wait into `batch`, as many as fit. A sample takes `period_ticks`.
    pub fn take(&self, period_ticks: f64, batch: &mut Batch) {
        loop {
            let written = self.written.load(Ordering::Acquire);
            let [low, high] = &self.ticks;
            let newest = u64::from(low.load(Ordering::Relaxed))
                | u64::from(high.load(Ordering::Relaxed)) << 32;
            let read = self.read.load(Ordering::Relaxed);
            let waiting = written.wrapping_sub(read);
            // The slot that is written next may be half done: it counts as lost already.
            let kept = waiting.min(N as u32 - 1);
            let count = kept.min(BATCH as u32);
            let first = written.wrapping_sub(kept);
            let before_newest = kept.saturating_sub(1);
            batch.begin(newest.saturating_sub((f64::from(before_newest) * period_ticks) as u64));
            for at in 0..count {
                let place = self.values.get(first.wrapping_add(at) as usize % N);
                let bits = place.map_or(0, |place| place.load(Ordering::Relaxed));
                batch.push(f32::from_bits(bits));
            }
            // What was read here and the moment of the newest belong together only where nothing was written
            // meanwhile.
            fence(Ordering::Acquire);
            if self.written.load(Ordering::Relaxed) == written {
                batch.missed(u64::from(waiting - kept));
                self.read.store(first.wrapping_add(count), Ordering::Relaxed);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes what waits; gives the values, the moment of the first, and how many are missing before it.
    #[track_caller]
    fn check<const N: usize>(ring: &SampleRing<N>, values: &[f32], ticks: u64, missed: u64) {
        let mut batch = Batch::new();
        ring.take(10.0, &mut batch);
        let (bytes, first, lost) = batch.parts();
        let found = bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
        assert!(found.eq(values.iter().copied()), "{bytes:?}");
        assert_eq!((first, lost), (ticks, missed));
    }

    fn push<const N: usize>(ring: &SampleRing<N>, from: u32, to: u32) {
        for at in from..=to {
            ring.push(u64::from(at) * 10, at as f32);
        }
    }

    #[test]
    fn samples_come_out_in_order_with_the_moment_of_the_first() {
        let ring: SampleRing<8> = SampleRing::new();
        check(&ring, &[], 0, 0);
        push(&ring, 1, 3);
        check(&ring, &[1.0, 2.0, 3.0], 10, 0);
        check(&ring, &[], 30, 0);
        push(&ring, 4, 4);
        check(&ring, &[4.0], 40, 0);
    }

    #[test]
    fn what_is_overwritten_is_counted() {
        let ring: SampleRing<4> = SampleRing::new();
        push(&ring, 1, 10);
        // One slot is the interrupt's.
        check(&ring, &[8.0, 9.0, 10.0], 80, 7);
        push(&ring, 11, 12);
        check(&ring, &[11.0, 12.0], 110, 0);
    }

    #[test]
    fn more_than_a_batch_comes_in_several() {
        let ring: SampleRing<128> = SampleRing::new();
        push(&ring, 1, 70);
        let mut batch = Batch::new();
        ring.take(10.0, &mut batch);
        assert!(batch.is_full());
        check(&ring, &[65.0, 66.0, 67.0, 68.0, 69.0, 70.0], 650, 0);
    }

    #[test]
    fn a_run_begins_with_the_newest_sample() {
        let ring: SampleRing<8> = SampleRing::new();
        ring.forget();
        push(&ring, 1, 20);
        ring.forget();
        check(&ring, &[20.0], 200, 0);
        // Nothing came since: there is none to begin with.
        ring.forget();
        check(&ring, &[], 200, 0);
    }
}
