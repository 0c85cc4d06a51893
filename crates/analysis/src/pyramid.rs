//! A signal at every zoom: smallest, largest, mean and spread of ever longer stretches.

use std::ops::Range;

/// Samples in an entry of the first level.
pub(crate) const FIRST: usize = 128;
/// Entries of one level in an entry of the next.
const FAN: usize = 32;

/// What one stretch of a signal holds. Without a sample everything but the counts is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Smallest.
    pub min: f32,
    /// Largest.
    pub max: f32,
    /// Mean.
    pub mean: f64,
    /// Sum of squared distances from the mean.
    pub m2: f64,
    /// Finite samples.
    pub count: u64,
    /// Samples that are missing.
    pub missing: u64,
}

impl Stretch {
    /// Nothing at all.
    pub const EMPTY: Stretch = Stretch {
        min: f32::NAN,
        max: f32::NAN,
        mean: f64::NAN,
        m2: f64::NAN,
        count: 0,
        missing: 0,
    };

    /// Of samples; those that are not finite are missing.
    #[must_use]
    pub fn of(values: &[f32]) -> Stretch {
        // Distances from the first value keep the digits of a small ripple on a large offset.
        let Some(&offset) = values.iter().find(|value| value.is_finite()) else {
            return Stretch { missing: values.len() as u64, ..Stretch::EMPTY };
        };
        let mut lanes = Lanes::new(offset);
        let mut whole = Whole::default();
        // A block is short enough for sums in f32.
        for block in values.chunks(FIRST) {
            let missing = missing(block);
            if missing == 0 {
                lanes.whole(block);
            } else {
                lanes.with_holes(block);
            }
            whole.add(&mut lanes, block.len() - missing);
        }
        let count = whole.count as u64;
        let mean = whole.sum / whole.count;
        Stretch {
            min: lanes.min.into_iter().fold(f32::INFINITY, f32::min),
            max: lanes.max.into_iter().fold(f32::NEG_INFINITY, f32::max),
            mean: f64::from(offset) + mean,
            m2: (whole.square - whole.count * mean * mean).max(0.0),
            count,
            missing: values.len() as u64 - count,
        }
    }

    /// Both together. The variance is merged as in Chan, Golub and LeVeque, "Algorithms for
    /// Computing the Sample Variance", The American Statistician 37 (1983).
    #[must_use]
    pub fn with(self, other: Stretch) -> Stretch {
        let missing = self.missing + other.missing;
        if other.count == 0 {
            return Stretch { missing, ..self };
        }
        if self.count == 0 {
            return Stretch { missing, ..other };
        }
        let (a, b) = (self.count as f64, other.count as f64);
        let apart = other.mean - self.mean;
        Stretch {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
            mean: self.mean + apart * b / (a + b),
            m2: self.m2 + other.m2 + apart * apart * a * b / (a + b),
            count: self.count + other.count,
            missing,
        }
    }

    /// Sample standard deviation; `None` for fewer than two samples.
    #[must_use]
    pub fn sd(&self) -> Option<f64> {
        (self.count > 1).then(|| (self.m2 / (self.count - 1) as f64).sqrt())
    }
}

/// Values that are not finite.
fn missing(values: &[f32]) -> usize {
    const EXPONENT: u32 = 0x7f80_0000;
    let count = |value: &f32| u32::from(value.to_bits() & EXPONENT == EXPONENT);
    values.iter().map(count).sum::<u32>() as usize
}

/// Eight running summaries that do not wait for each other.
struct Lanes {
    offset: f32,
    min: [f32; LANES],
    max: [f32; LANES],
    sum: [f32; LANES],
    square: [f32; LANES],
}

const LANES: usize = 8;

impl Lanes {
    fn new(offset: f32) -> Lanes {
        Lanes {
            offset,
            min: [f32::INFINITY; LANES],
            max: [f32::NEG_INFINITY; LANES],
            sum: [0.0; LANES],
            square: [0.0; LANES],
        }
    }

    /// Of finite values alone: four operations each.
    fn whole(&mut self, block: &[f32]) {
        let (eights, rest) = block.as_chunks::<LANES>();
        for eight in eights {
            for (lane, &value) in eight.iter().enumerate() {
                self.take(lane, value);
            }
        }
        for (lane, &value) in rest.iter().enumerate() {
            self.take(lane, value);
        }
    }

    fn with_holes(&mut self, block: &[f32]) {
        for (at, &value) in block.iter().enumerate() {
            if value.is_finite() {
                self.take(at % LANES, value);
            }
        }
    }

    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "a lane is below LANES at every call")]
    fn take(&mut self, lane: usize, value: f32) {
        let distance = value - self.offset;
        // Not f32::min, whose care for NaN costs three instructions more.
        self.min[lane] = if value < self.min[lane] { value } else { self.min[lane] };
        self.max[lane] = if value > self.max[lane] { value } else { self.max[lane] };
        self.sum[lane] += distance;
        self.square[lane] += distance * distance;
    }
}

/// Sums over blocks, in f64.
#[derive(Default)]
struct Whole {
    sum: f64,
    square: f64,
    count: f64,
}

impl Whole {
    fn add(&mut self, lanes: &mut Lanes, count: usize) {
        for (into, lanes) in
            [(&mut self.sum, &mut lanes.sum), (&mut self.square, &mut lanes.square)]
        {
            *into += lanes.iter().map(|lane| f64::from(*lane)).sum::<f64>();
            lanes.fill(0.0);
        }
        self.count += count as f64;
    }
}

/// One entry of a level: 16 bytes. How many samples it has is known from its place, or stands with
/// the other holes.
#[derive(Clone, Copy, Debug)]
struct Entry {
    min: f32,
    max: f32,
    mean: f32,
    m2: f32,
}

/// One level: its entries, and how many samples those lack that are not whole.
#[derive(Clone, Debug, Default)]
struct Level {
    entries: Vec<Entry>,
    /// Place and missing samples, in order of place.
    holes: Vec<(u64, u64)>,
}

impl Level {
    fn push(&mut self, stretch: Stretch) {
        if stretch.missing > 0 {
            self.holes.push((self.entries.len() as u64, stretch.missing));
        }
        let Stretch { min, max, mean, m2, .. } = stretch;
        self.entries.push(Entry { min, max, mean: mean as f32, m2: m2 as f32 });
    }

    fn get(&self, place: u64, samples: u64) -> Option<Stretch> {
        let entry = self.entries.get(usize::try_from(place).ok()?)?;
        let missing = match self.holes.binary_search_by_key(&place, |(place, _)| *place) {
            Ok(at) => self.holes.get(at).map_or(0, |(_, missing)| *missing),
            Err(_) => 0,
        };
        Some(Stretch {
            min: entry.min,
            max: entry.max,
            mean: f64::from(entry.mean),
            m2: f64::from(entry.m2),
            count: samples - missing,
            missing,
        })
    }
}

/// Summaries of a growing signal over stretches of 128, 4096, 131 072 … samples. One hour at
/// 100 kHz takes 46.5 MB.
///
/// ```
/// use analysis::Pyramid;
///
/// let mut pyramid = Pyramid::default();
/// let mut signal = vec![1.0; 10_000];
/// signal[5000] = 7.0;
/// pyramid.push(&signal);
/// // Whole entries only: what lies between them and the edges is the ring's business.
/// let (inside, covered) = pyramid.over(0..10_000);
/// assert_eq!((inside.max, covered), (7.0, 0..9984));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Pyramid {
    levels: Vec<Level>,
    /// The entry of each level that is not full yet, and how many parts it has.
    open: Vec<(Stretch, usize)>,
    /// Samples that do not fill a first entry yet.
    rest: Vec<f32>,
    len: u64,
}

impl Pyramid {
    /// Appends samples; those that are not finite are missing.
    pub fn push(&mut self, mut values: &[f32]) {
        self.len += values.len() as u64;
        if !self.rest.is_empty() {
            let (fill, after) = values.split_at(values.len().min(FIRST - self.rest.len()));
            self.rest.extend_from_slice(fill);
            values = after;
            if self.rest.len() == FIRST {
                let whole = Stretch::of(&self.rest);
                self.rest.clear();
                self.grow(whole);
            }
        }
        let mut blocks = values.chunks_exact(FIRST);
        for block in &mut blocks {
            self.grow(Stretch::of(block));
        }
        self.rest.extend_from_slice(blocks.remainder());
    }

    /// Appends so many missing samples.
    pub fn push_missing(&mut self, count: u64) {
        const NOTHING: [f32; FIRST] = [f32::NAN; FIRST];
        let mut left = count;
        while left > 0 {
            let now = left.min(FIRST as u64);
            self.push(NOTHING.get(..now as usize).unwrap_or_default());
            left -= now;
        }
    }

    /// Samples so far, missing ones included.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// There is no sample yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes that the entries take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.levels.iter().map(|level| level.entries.len() * size_of::<Entry>()).sum()
    }

    /// The whole entries inside a range, put together, and the part of the range that they cover:
    /// less than 128 samples are left over at either edge. Touches some 62 entries a level at most.
    #[must_use]
    pub fn over(&self, range: Range<u64>) -> (Stretch, Range<u64>) {
        let full = self.len - self.rest.len() as u64;
        let first = FIRST as u64;
        let from = range.start.min(full).next_multiple_of(first).min(full);
        let to = range.end.min(full) / first * first;
        if from >= to {
            let at = range.start.min(range.end);
            return (Stretch::EMPTY, at..at);
        }
        let mut total = Stretch::EMPTY;
        let mut at = from;
        while at < to {
            // The largest entry that begins here and does not reach beyond.
            let mut size = first;
            let mut level = 0;
            while let Some(next) = size.checked_mul(FAN as u64)
                && at.is_multiple_of(next)
                && at + next <= to
                && self.levels.get(level + 1).is_some_and(|l| at / next < l.entries.len() as u64)
            {
                size = next;
                level += 1;
            }
            let entry = self.levels.get(level).and_then(|level| level.get(at / size, size));
            total = total.with(entry.unwrap_or(Stretch::EMPTY));
            at += size;
        }
        (total, from..to)
    }

    /// A first entry is full: it goes in, and where it fills entries above, those go in too.
    fn grow(&mut self, whole: Stretch) {
        let mut stretch = whole;
        for at in 0.. {
            if self.levels.len() == at {
                self.levels.push(Level::default());
                self.open.push((Stretch::EMPTY, 0));
            }
            let (Some(level), Some((open, parts))) =
                (self.levels.get_mut(at), self.open.get_mut(at))
            else {
                return;
            };
            level.push(stretch);
            *open = open.with(stretch);
            *parts += 1;
            if *parts < FAN {
                return;
            }
            stretch = std::mem::replace(open, Stretch::EMPTY);
            *parts = 0;
        }
    }
}
