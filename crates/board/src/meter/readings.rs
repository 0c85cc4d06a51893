//! What a meter brings: samples, edges, and what is missing.

use std::time::Instant;

/// Which way a logic input went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slope {
    /// From low to high.
    Rising,
    /// From high to low.
    Falling,
}

/// A logic input changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The first sample after it, counted from the start of sampling.
    pub index: u64,
    /// Which input, 0 to 7.
    pub pin: u8,
    /// Which way.
    pub slope: Slope,
}

/// Samples in a row, of one meter. Both columns are as long as each other; NaN is a missing sample.
#[derive(Clone, Debug, Default)]
pub struct Readings {
    /// Index of the first sample, counted from the start of sampling.
    pub first_index: u64,
    /// Amperes; NaN also where the meter tells watts alone.
    pub amps: Vec<f32>,
    /// Watts; decoders that know no voltage leave it empty, and the driver fills it.
    pub watts: Vec<f32>,
    /// Edges of the inputs that are watched.
    pub edges: Vec<Edge>,
    /// Samples among these that the meter took and that did not arrive; always 0 of a meter that does not
    /// number them.
    pub lost: u64,
    /// Bytes that were no sample.
    pub noise: u64,
    /// When the last of them arrived; `None` where none did.
    pub received: Option<Instant>,
}

impl Readings {
    /// Index after the last sample.
    pub fn end_index(&self) -> u64 {
        self.first_index + self.amps.len() as u64
    }

    /// Forgets everything but where it got to, to be filled again.
    pub fn clear(&mut self) {
        self.first_index = self.end_index();
        self.amps.clear();
        self.watts.clear();
        self.edges.clear();
        (self.lost, self.noise, self.received) = (0, 0, None);
    }

    /// So many samples are missing here.
    pub fn push_lost(&mut self, samples: u64) {
        self.lost += samples;
        self.amps.extend(std::iter::repeat_n(f32::NAN, samples as usize));
    }

    /// Fills the watts that are not there yet.
    pub(crate) fn fill_watts(&mut self, volts: f32) {
        let from = self.watts.len();
        self.watts.extend(self.amps.iter().skip(from).map(|amps| amps * volts));
    }
}
