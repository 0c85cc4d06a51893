//! The newest samples of one signal, as they came.

use std::fmt;
use std::ops::Range;

/// Why samples were not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RingError {
    /// They lie before what is there; a signal only grows.
    Backward {
        /// Index of the first sample offered.
        first_index: u64,
        /// Index of the next sample that would be taken.
        end: u64,
    },
}

impl fmt::Display for RingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RingError::Backward { first_index, end } = self;
        write!(
            f,
            "sample {first_index} came when the signal had reached {end}; hand samples over in order"
        )
    }
}

impl std::error::Error for RingError {}

/// The newest samples of one signal, addressed by their absolute index; a missing one is NaN.
///
/// ```
/// use analysis::Ring;
///
/// let mut ring = Ring::new(4);
/// ring.push(0, &[1.0, 2.0])?;
/// ring.push(3, &[4.0, 5.0])?;
/// assert_eq!((ring.first(), ring.end()), (1, 5));
/// let (old, new) = ring.slices(3..5);
/// assert_eq!([old, new].concat(), [4.0, 5.0]);
/// assert!(ring.get(2).is_some_and(f32::is_nan));
/// # Ok::<(), analysis::RingError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Ring {
    capacity: usize,
    /// Grows to `capacity`, then is written around: sample `i` lies at `i % capacity`.
    samples: Vec<f32>,
    end: u64,
}

impl Ring {
    /// A ring that holds at most `capacity` samples, and at least one.
    pub fn new(capacity: usize) -> Self {
        Ring { capacity: capacity.max(1), samples: Vec::new(), end: 0 }
    }

    /// Appends samples. What lies between the last one and `first_index` is missing.
    ///
    /// # Errors
    /// [`RingError::Backward`] where `first_index` was passed already; nothing is taken then.
    pub fn push(&mut self, first_index: u64, values: &[f32]) -> Result<(), RingError> {
        if first_index < self.end {
            return Err(RingError::Backward { first_index, end: self.end });
        }
        let hole = first_index - self.end;
        // Of a hole, and of the values, no more than what will still be there afterwards.
        let capacity = self.capacity as u64;
        if hole > capacity {
            self.skip(hole - capacity);
        }
        for _ in 0..hole.min(capacity) {
            self.put(f32::NAN);
        }
        for value in values {
            self.put(*value);
        }
        Ok(())
    }

    /// Index of the oldest sample that is still there.
    pub fn first(&self) -> u64 {
        self.end - self.samples.len() as u64
    }

    /// Index after the newest sample.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// A sample; NaN where it is missing, `None` where it is gone or not there yet.
    pub fn get(&self, index: u64) -> Option<f32> {
        if index < self.first() || index >= self.end {
            return None;
        }
        self.samples.get((index % self.capacity as u64) as usize).copied()
    }

    /// The samples of a range, as far as they are still there, in two pieces: the second follows
    /// the first.
    pub fn slices(&self, range: Range<u64>) -> (&[f32], &[f32]) {
        let from = range.start.max(self.first());
        let to = range.end.min(self.end);
        if from >= to {
            return (&[], &[]);
        }
        let at = (from % self.capacity as u64) as usize;
        let count = (to - from) as usize;
        let straight = count.min(self.samples.len() - at);
        let first = self.samples.get(at..at + straight).unwrap_or_default();
        let second = self.samples.get(..count - straight).unwrap_or_default();
        (first, second)
    }

    fn put(&mut self, value: f32) {
        let at = (self.end % self.capacity as u64) as usize;
        match self.samples.get_mut(at) {
            Some(slot) => *slot = value,
            None => self.samples.push(value),
        }
        self.end += 1;
    }

    /// Moves on without samples; all that was there is out of reach afterwards.
    fn skip(&mut self, count: u64) {
        self.end += count;
        // Whatever the ring held is overwritten by the missing samples that follow; until then the
        // length must say that it is full, so that places stay index modulo capacity.
        self.samples.resize(self.capacity, f32::NAN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ring: &Ring, range: Range<u64>, expect: &[f32]) {
        let (first, second) = ring.slices(range);
        let got: Vec<u32> = first.iter().chain(second).map(|value| value.to_bits()).collect();
        let expect: Vec<u32> = expect.iter().map(|value| value.to_bits()).collect();
        assert_eq!(got, expect);
    }

    #[test]
    fn the_oldest_make_room_for_the_newest() {
        let mut ring = Ring::new(3);
        for index in 0..10 {
            ring.push(index, &[index as f32]).unwrap();
        }
        assert_eq!((ring.first(), ring.end()), (7, 10));
        check(&ring, 0..u64::MAX, &[7.0, 8.0, 9.0]);
        check(&ring, 8..9, &[8.0]);
        check(&ring, 3..5, &[]);
        assert_eq!(ring.get(6), None);
    }

    #[test]
    fn a_hole_is_missing_and_a_huge_one_costs_no_more_than_the_ring() {
        let mut ring = Ring::new(4);
        ring.push(2, &[1.0]).unwrap();
        check(&ring, 0..9, &[f32::NAN, f32::NAN, 1.0]);
        ring.push(u64::MAX / 2, &[2.0]).unwrap();
        assert_eq!(ring.end(), u64::MAX / 2 + 1);
        check(&ring, 0..u64::MAX, &[f32::NAN, f32::NAN, f32::NAN, 2.0]);
    }

    #[test]
    fn what_was_passed_is_refused_and_changes_nothing() {
        let mut ring = Ring::new(4);
        ring.push(0, &[1.0, 2.0]).unwrap();
        assert_eq!(ring.push(1, &[9.0]), Err(RingError::Backward { first_index: 1, end: 2 }));
        check(&ring, 0..9, &[1.0, 2.0]);
    }
}
