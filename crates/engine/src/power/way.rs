//! A meter's way into the store and into memory.

use std::sync::Arc;

use protocol::SignalSource;
use store::{Batch, Chunk, SeriesId, Store};

use crate::Engine;
use crate::error::EngineError;
use crate::signals::{CURRENT, Heard, POWER, RunSignals};

/// A meter's series in the store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MeterSeriesIds {
    pub(crate) power: SeriesId,
    /// Where the current is kept too.
    pub(crate) current: Option<SeriesId>,
    /// Indices of samples whose moments are known, and the moments; or, of a meter without a rate, a
    /// moment for every sample.
    pub(crate) anchors: Option<SeriesId>,
    pub(crate) moments: SeriesId,
}

/// Where the samples go.
pub(crate) struct Way {
    engine: Engine,
    store: Store,
    run: store::RunId,
    live: Arc<RunSignals>,
    series: MeterSeriesIds,
    next: u64,
    anchored: u64,
    chunks: Vec<Chunk>,
}

impl Way {
    pub(crate) fn new(
        engine: &Engine,
        store: &Store,
        run: &store::RunId,
        live: &Arc<RunSignals>,
        series: MeterSeriesIds,
    ) -> Way {
        Way {
            engine: engine.clone(),
            store: store.clone(),
            run: run.clone(),
            live: Arc::clone(live),
            series,
            next: 0,
            anchored: 0,
            chunks: Vec::new(),
        }
    }

    /// What a thread for it is called.
    pub(super) fn short_name(&self) -> String {
        let id = self.run.to_string();
        id.get(20..).unwrap_or_default().to_owned()
    }

    /// Samples so far.
    pub(super) fn len(&self) -> u64 {
        self.next
    }

    pub(super) fn source(&self, source: SignalSource) {
        self.tell(Heard::Source(source));
    }

    /// The sample that comes next was taken at this moment of the run.
    pub(super) fn anchor(&mut self, repetition: u32, at_ms: f64) {
        let (index, at) = (self.next, self.anchored);
        if let Some(anchors) = self.series.anchors {
            self.anchored += 1;
            self.chunk(anchors, repetition, at, vec![index as f64]);
            self.chunk(self.series.moments, repetition, at, vec![at_ms]);
        }
        self.tell(Heard::Anchor { signal: None, index, at_ms });
    }

    /// Samples at the meter's rate, in milliwatts and milliamperes.
    pub(super) fn stretch(&mut self, repetition: u32, mw: &[f32], ma: &[f32]) {
        let wide = |values: &[f32]| values.iter().map(|value| f64::from(*value)).collect();
        self.chunk(self.series.power, repetition, self.next, wide(mw));
        self.tell(Heard::Stretch { signal: POWER.into(), values: mw.to_vec() });
        if let Some(current) = self.series.current {
            self.chunk(current, repetition, self.next, wide(ma));
            self.tell(Heard::Stretch { signal: CURRENT.into(), values: ma.to_vec() });
        }
        self.next += mw.len() as u64;
    }

    /// A sample with a moment of its own.
    pub(super) fn sample(&mut self, repetition: u32, at_ms: f64, mw: f32, ma: f32) {
        let at = self.next;
        self.chunk(self.series.power, repetition, at, vec![f64::from(mw)]);
        self.chunk(self.series.moments, repetition, at, vec![at_ms]);
        self.tell(Heard::Look { signal: POWER.into(), at_ms, value: f64::from(mw) });
        if let Some(current) = self.series.current {
            self.chunk(current, repetition, at, vec![f64::from(ma)]);
            self.tell(Heard::Look { signal: CURRENT.into(), at_ms, value: f64::from(ma) });
        }
        self.next += 1;
    }

    /// Hands over to the store what waits.
    pub(super) fn hand_over(&mut self) -> Result<(), EngineError> {
        let chunks = std::mem::take(&mut self.chunks);
        if !chunks.is_empty() {
            self.store.record(&self.run, Batch { repetitions: Vec::new(), chunks })?;
        }
        self.engine.inner.views.nudge();
        Ok(())
    }

    fn chunk(&mut self, series: SeriesId, repetition: u32, first_index: u64, values: Vec<f64>) {
        self.chunks.push(Chunk { series, repetition, first_index, values });
    }

    fn tell(&self, heard: Heard) {
        self.live.tell(heard);
    }
}
