//! One signal of a run: its newest samples, and all of it at every zoom.

use analysis::{Pyramid, Ring};
use protocol::Sampling;

use crate::signals::axis::Axis;

/// One signal.
pub(crate) struct Signal {
    pub(crate) name: String,
    pub(crate) unit: String,
    pub(crate) sampling: Sampling,
    /// Its own axis; none where it shares the tokens'.
    pub(crate) axis: Option<Axis>,
    pub(crate) ring: Ring,
    pub(crate) pyramid: Pyramid,
    /// Smallest and largest of all samples.
    pub(crate) extent: Option<[f32; 2]>,
    /// Why there is nothing, where there never will be.
    pub(crate) absent: Option<String>,
}

impl Signal {
    /// Without a sample; the newest `kept` stay exact.
    pub(crate) fn new(
        name: &str,
        unit: &str,
        sampling: Sampling,
        axis: Option<Axis>,
        kept: usize,
    ) -> Signal {
        Signal {
            name: name.into(),
            unit: unit.into(),
            sampling,
            axis,
            // An entry of the pyramid that is not full yet has its samples here.
            ring: Ring::new(kept.max(256)),
            pyramid: Pyramid::default(),
            extent: None,
            absent: None,
        }
    }

    /// Keeps so many exact from here on; none was there before.
    pub(crate) fn keep(&mut self, kept: usize) {
        self.ring = Ring::new(kept.max(256));
    }

    /// Appends samples; what is not finite is missing. The axis is the caller's.
    pub(crate) fn push(&mut self, values: &[f32]) {
        for value in values.iter().filter(|value| value.is_finite()) {
            let [min, max] = self.extent.unwrap_or([*value; 2]);
            self.extent = Some([min.min(*value), max.max(*value)]);
        }
        if let Err(error) = self.ring.push(self.ring.end(), values) {
            tracing::error!(%error, "samples of a signal in memory");
        }
        self.pyramid.push(values);
    }

    /// A sample that is there and finite.
    pub(crate) fn value(&self, index: u64) -> Option<f32> {
        self.ring.get(index).filter(|value| value.is_finite())
    }
}

/// A number as a signal keeps it: what does not fit is missing.
pub(crate) fn single(value: f64) -> f32 {
    let single = value as f32;
    if single.is_finite() { single } else { f32::NAN }
}
