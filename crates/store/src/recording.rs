//! What a run has handed over and what is not yet on the disk.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::id::{RunId, SeriesId};
use crate::lost::RecordingLock;
use crate::table::chunk::{self, Block, Chunk, SampleEncoding};
use crate::table::repetition::{self, Repetition};
use crate::table::series;

/// A block grows to about this size before the next one begins: few rows for a fast signal, and
/// still small enough to be read and held at once.
const BLOCK_BYTES: usize = 1 << 20;

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
    encoding: SampleEncoding,
    blocks: Vec<Block>,
    /// Samples that are on the disk but not yet counted in the series' row.
    uncounted: u64,
}

impl Recording {
    pub(crate) fn new(lock: RecordingLock) -> Self {
        Self { _lock: lock, repetitions: BTreeMap::new(), series: BTreeMap::new() }
    }

    pub(crate) fn add_series(&mut self, id: SeriesId, encoding: SampleEncoding) {
        self.series.insert(id, Pending { encoding, blocks: Vec::new(), uncounted: 0 });
    }

    /// Takes over a repetition, in place of one with the same index.
    pub(crate) fn add_repetition(&mut self, repetition: Repetition) {
        self.repetitions.insert(repetition.index, repetition);
    }

    /// Encodes a chunk behind what waits. Gives the bytes that were added.
    pub(crate) fn add_chunk(&mut self, chunk: &Chunk) -> usize {
        let Some(pending) = self.series.get_mut(&chunk.series) else { return 0 };
        let width = pending.encoding.width();
        let mut first_index = chunk.first_index;
        for values in chunk.values.chunks(BLOCK_BYTES / width) {
            let count = values.len() as u64;
            let fits = pending.blocks.last_mut().filter(|block| {
                block.first_index + block.count == first_index
                    && block.repetition == chunk.repetition
                    && block.bytes.len() + values.len() * width <= BLOCK_BYTES
            });
            if let Some(block) = fits {
                pending.encoding.encode(values, &mut block.bytes);
                block.count += count;
            } else {
                // A fast signal fills its next block too: it need not be moved while it grows.
                let full = pending
                    .blocks
                    .last()
                    .is_some_and(|block| block.bytes.len() + values.len() * width > BLOCK_BYTES);
                let mut bytes = Vec::with_capacity(if full { BLOCK_BYTES } else { 0 });
                pending.encoding.encode(values, &mut bytes);
                pending.blocks.push(Block {
                    first_index,
                    count,
                    repetition: chunk.repetition,
                    encoding: pending.encoding,
                    bytes,
                });
            }
            first_index += count;
        }
        chunk.values.len() * width
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
                bytes += block.bytes.len();
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
