//! What a bundle says about itself.

use serde::{Deserialize, Serialize};

use crate::table::chunk::SampleEncoding;
use crate::table::compression::Compression;
use crate::table::document::Document;
use crate::table::fit::Fit;
use crate::table::measurement::Measurement;
use crate::table::repetition::Repetition;
use crate::table::run::Run;

/// Read first and alone, because nothing else of a newer format can be understood.
#[derive(Debug, Deserialize)]
pub(crate) struct Head {
    pub(crate) format: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) format: u32,
    pub(crate) created_ms: i64,
    pub(crate) runs: Vec<RunEntry>,
    pub(crate) documents: Vec<Document>,
    pub(crate) compressions: Vec<Compression>,
    pub(crate) fits: Vec<Fit>,
}

/// A run with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RunEntry {
    pub(crate) run: Run,
    pub(crate) repetitions: Vec<Repetition>,
    pub(crate) measurements: Vec<Measurement>,
    pub(crate) series: Vec<SeriesEntry>,
}

/// A signal, and where its samples are. Its id stays behind: ids of series are local to a store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SeriesEntry {
    pub(crate) name: String,
    pub(crate) unit: String,
    pub(crate) rate_hz: Option<f64>,
    pub(crate) encoding: SampleEncoding,
    /// The name of the zip entry.
    pub(crate) entry: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    /// How the entry is cut into blocks, in order.
    pub(crate) blocks: Vec<BlockEntry>,
}

/// A block as `[first_index, count, repetition]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct BlockEntry(pub(crate) u64, pub(crate) u64, pub(crate) u32);

impl RunEntry {
    /// Whether two are the same recording. Notes, tags, groups and deletion may differ: they are
    /// the user's, on each machine.
    pub(crate) fn same_recording(&self, other: &Self) -> bool {
        let bare = |entry: &Self| {
            let mut run = entry.run.clone();
            run.note = None;
            run.tags.clear();
            run.linked = None;
            run.deleted_ms = None;
            run
        };
        let signals = |entry: &Self| -> Vec<_> {
            entry
                .series
                .iter()
                .map(|series| {
                    let rate = series.rate_hz.map(f64::to_bits);
                    let samples: u64 = series.blocks.iter().map(|block| block.1).sum();
                    (series.name.clone(), series.unit.clone(), rate, series.encoding, samples)
                })
                .collect()
        };
        bare(self) == bare(other)
            && self.repetitions == other.repetitions
            && self.measurements == other.measurements
            && signals(self) == signals(other)
    }
}
