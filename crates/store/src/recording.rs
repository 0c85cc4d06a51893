//! What a run has handed over and what is not yet on the disk.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::id::{RunId, SeriesId};
use crate::lost::RecordingLock;
use crate::table::chunk::{self, Block};
use crate::table::repetition::{self, Repetition};
use crate::table::series;

/// A block grows to about this size before the next one begins: few rows for a fast signal, and
/// still small enough to be read and held at once.
pub(crate) const BLOCK_BYTES: usize = 1 << 20;

/// A run that this program records.
#[derive(Debug)]
pub(crate) struct Recording {
    // Held for its lock, released when the recording ends.
    _lock: RecordingLock,
    repetitions: BTreeMap<u32, Repetition>,
    series: BTreeMap<SeriesId, Pending>,
}

/// What waits of one series.
#[derive(Debug)]
struct Pending {
    blocks: Vec<Block>,
    /// Samples that are on the disk but not yet counted in the series' row.
    uncounted: u64,
}

impl Recording {
    pub(crate) fn new(lock: RecordingLock) -> Self {
        Self { _lock: lock, repetitions: BTreeMap::new(), series: BTreeMap::new() }
    }

    pub(crate) fn add_series(&mut self, id: SeriesId) {
        self.series.insert(id, Pending { blocks: Vec::new(), uncounted: 0 });
    }

    /// Takes over a repetition, in place of one with the same index.
    pub(crate) fn add_repetition(&mut self, repetition: Repetition) {
        self.repetitions.insert(repetition.index, repetition);
    }

    /// Puts a block behind what waits. Gives the bytes that were added.
    pub(crate) fn add_block(&mut self, series: SeriesId, block: Block) -> usize {
        let Some(pending) = self.series.get_mut(&series) else { return 0 };
        let bytes = block.bytes();
        match pending.blocks.last_mut() {
            Some(last) if last.continues(&block) && last.bytes() + bytes <= BLOCK_BYTES => {
                last.append(block);
            }
            _ => pending.blocks.push(block),
        }
        bytes
    }

    pub(crate) fn has_samples(&self) -> bool {
        self.series.values().any(|pending| !pending.blocks.is_empty())
    }

    pub(crate) fn has_values(&self) -> bool {
        !self.repetitions.is_empty() || self.series.values().any(|pending| pending.uncounted > 0)
    }

    /// Writes the samples into an open transaction.
    pub(crate) fn write_samples(&self, samples: &Connection) -> rusqlite::Result<()> {
        for (id, pending) in &self.series {
            for block in &pending.blocks {
                chunk::insert(samples, *id, block)?;
            }
        }
        Ok(())
    }

    /// The samples are on the disk. Gives the bytes that no longer wait.
    pub(crate) fn samples_written(&mut self) -> usize {
        let mut bytes = 0;
        for pending in self.series.values_mut() {
            for block in pending.blocks.drain(..) {
                pending.uncounted += block.count;
                bytes += block.bytes();
            }
        }
        bytes
    }

    /// Writes repetitions and counts into an open transaction.
    pub(crate) fn write_values(&self, app: &Connection, run: &RunId) -> rusqlite::Result<()> {
        for repetition in self.repetitions.values() {
            repetition::put(app, run, repetition)?;
        }
        for (id, pending) in &self.series {
            if pending.uncounted > 0 {
                series::add_samples(app, *id, pending.uncounted)?;
            }
        }
        Ok(())
    }

    /// Repetitions and counts are on the disk.
    pub(crate) fn values_written(&mut self) {
        self.repetitions.clear();
        for pending in self.series.values_mut() {
            pending.uncounted = 0;
        }
    }
}
