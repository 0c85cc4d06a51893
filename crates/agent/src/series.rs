//! Series of a board's own: what it declares, and how samples of it reach the loop.
//!
//! A board says which series it has ([`Platform::series`](crate::Platform::series)) and hands out what waits of
//! each when the loop asks between two tokens ([`Platform::samples`](crate::Platform::samples)). A gauge that is
//! read when it is asked needs nothing else; an interrupt that samples at a rate writes into a [`SampleRing`].

mod ring;

pub use ring::SampleRing;

use serde::{Deserialize, Serialize};

use crate::ModelInfo;

/// Series that a board may declare, at most.
pub const MAX_SERIES: u8 = 16;
/// Values that the loop takes at once.
pub const BATCH: usize = 64;

/// Which way of a series is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// A temperature, a fragmentation.
    Lower,
    /// A rate.
    Higher,
    /// Neither way.
    Neither,
}

/// What a series is beyond its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeriesRole {
    /// Nothing that a host would know.
    #[default]
    Plain,
    /// The power that the whole board takes, in W, mW or uW: a host integrates it to energy. A sample without a
    /// rate is the mean since the one before it.
    Power,
}

/// A series that a board declares.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series<'a> {
    /// 1 to 32 of `a` to `z`, `0` to `9` and `_`, a letter first.
    pub name: &'a str,
    /// At most 12 characters, such as `mW`, `°C`, `B`, `%`; empty for a count.
    pub unit: &'a str,
    /// Which way is better.
    pub direction: Direction,
    /// What it is beyond its name.
    pub role: SeriesRole,
    /// Samples a second; `None` where each has a moment of its own.
    pub rate_hz: Option<f32>,
}

/// Why the loop asks for samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A run began just now: what waits from before it is forgotten, but for the newest sample.
    Began,
    /// It goes on, 10 ms or more after the loop asked before.
    Going,
    /// It is over: what still waits comes now or never.
    Ended,
}

/// Where a run is while its board is asked for samples.
#[derive(Clone, Copy, Debug)]
pub struct Here<'a> {
    /// Why the loop asks.
    pub moment: Moment,
    /// The board's clock, ticks.
    pub ticks: u64,
    /// Tokens that were read, those it made among them.
    pub position: u32,
    /// The model that runs.
    pub model: &'a ModelInfo,
}

/// Samples of one series on the way to the host, in order.
#[derive(Debug)]
pub struct Batch {
    bytes: [u8; BATCH * 4],
    len: usize,
    ticks: u64,
    missed: u64,
}

impl Batch {
    /// Empty.
    pub const fn new() -> Self {
        Batch { bytes: [0; BATCH * 4], len: 0, ticks: 0, missed: 0 }
    }

    /// One sample that was taken at `ticks`. A series without a rate has one at a time.
    pub fn one(&mut self, ticks: u64, value: f32) {
        self.begin(ticks);
        self.push(value);
    }

    /// The first one of these was taken at `ticks`.
    pub fn begin(&mut self, ticks: u64) {
        (self.len, self.ticks) = (0, ticks);
    }

    /// The next sample; `false` where there is no room for it.
    pub fn push(&mut self, value: f32) -> bool {
        let Some(place) = self.bytes.get_mut(self.len..self.len + 4) else { return false };
        place.copy_from_slice(&value.to_le_bytes());
        self.len += 4;
        true
    }

    /// So many samples were taken before the first one of these, and are lost.
    pub fn missed(&mut self, samples: u64) {
        self.missed = self.missed.saturating_add(samples);
    }

    /// No more sample has room.
    pub fn is_full(&self) -> bool {
        self.len == self.bytes.len()
    }

    /// Values as they travel, the moment of the first, and how many are missing before it.
    pub(crate) fn parts(&self) -> (&[u8], u64, u64) {
        (self.bytes.get(..self.len).unwrap_or_default(), self.ticks, self.missed)
    }
}

impl Default for Batch {
    fn default() -> Self {
        Batch::new()
    }
}
