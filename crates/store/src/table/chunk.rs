//! Blocks of samples, in the file of their own.

use std::ops::Range;

use rusqlite::blob::ZeroBlob;
use rusqlite::{Connection, Row, ToSql, params};
use serde::{Deserialize, Serialize};

use crate::id::SeriesId;
use crate::migrate::Migration;
use crate::table::word_enum;

pub(crate) const CREATE: Migration = Migration {
    name: "chunk",
    format: 1,
    sql: "
CREATE TABLE chunk (
    id INTEGER PRIMARY KEY NOT NULL,
    series INTEGER NOT NULL,
    first_index INTEGER NOT NULL,
    count INTEGER NOT NULL,
    repetition INTEGER NOT NULL,
    encoding TEXT NOT NULL,
    bytes BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX chunk_by_series ON chunk (series, first_index);
",
};

word_enum! {
    /// How samples are laid out in a block. More may come; a block says its own.
    SampleEncoding {
        /// Little-endian 32-bit floats: about 7 digits, half the room.
        #[default]
        F32 = "f32-le",
        /// Little-endian 64-bit floats: exact.
        F64 = "f64-le",
    }
}

impl SampleEncoding {
    /// Bytes per sample.
    pub(crate) fn width(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// The bytes of `values`; what is not finite becomes the one NaN that means a gap.
    pub(crate) fn encode(self, values: &[f64]) -> Vec<u8> {
        // Filled in place, so that the compiler can do several samples at once.
        let mut bytes = vec![0; values.len() * self.width()];
        match self {
            Self::F32 => {
                for (sample, &value) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(values) {
                    // A double that overflows a single is a gap too, not an infinity.
                    let single = value as f32;
                    let single = if single.is_finite() { single } else { f32::NAN };
                    *sample = single.to_le_bytes();
                }
            }
            Self::F64 => {
                for (sample, &value) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(values) {
                    *sample = gap(value).to_le_bytes();
                }
            }
        }
        bytes
    }

    /// Appends the samples in `bytes`; an incomplete last one is left out. A file may have come
    /// from anywhere, so what is not finite is a gap here as well.
    pub(crate) fn decode(self, bytes: &[u8], values: &mut Vec<f64>) {
        match self {
            Self::F32 => {
                let (samples, _) = bytes.as_chunks::<4>();
                values.extend(samples.iter().map(|&sample| gap(f32::from_le_bytes(sample).into())));
            }
            Self::F64 => {
                let (samples, _) = bytes.as_chunks::<8>();
                values.extend(samples.iter().map(|&sample| gap(f64::from_le_bytes(sample))));
            }
        }
    }
}

/// The one NaN in place of what is not finite.
fn gap(value: f64) -> f64 {
    if value.is_finite() { value } else { f64::NAN }
}

/// Consecutive samples of a series, as a recorder hands them over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chunk {
    /// Whose samples.
    pub series: SeriesId,
    /// The repetition during which they were taken.
    pub repetition: u32,
    /// The index of the first one, counted from the beginning of the run over all repetitions.
    /// Indexes only grow; what is left out is a gap.
    pub first_index: u64,
    /// The samples in the series' unit; what is not finite is a gap.
    pub values: Vec<f64>,
}

/// Consecutive samples of a series, as they are read back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Samples {
    /// The repetition during which they were taken.
    pub repetition: u32,
    /// The index of the first one.
    pub first_index: u64,
    /// The samples in the series' unit; NaN is a gap.
    pub values: Vec<f64>,
}

/// A block to be stored, encoded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Block {
    pub(crate) first_index: u64,
    pub(crate) count: u64,
    pub(crate) repetition: u32,
    pub(crate) encoding: SampleEncoding,
    /// Its bytes, one part after the other: joining them would be a copy more.
    pub(crate) parts: Vec<Vec<u8>>,
}

/// Parts that are smaller together are joined: below this a part costs more than its copy.
const PART_BYTES: usize = 16 << 10;

impl Block {
    /// The block of `values`.
    pub(crate) fn of(
        values: &[f64],
        first_index: u64,
        repetition: u32,
        encoding: SampleEncoding,
    ) -> Self {
        let count = values.len() as u64;
        Self { first_index, count, repetition, encoding, parts: vec![encoding.encode(values)] }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.parts.iter().map(Vec::len).sum()
    }

    /// Whether `next` goes on where this one ends.
    pub(crate) fn continues(&self, next: &Self) -> bool {
        self.first_index + self.count == next.first_index
            && self.repetition == next.repetition
            && self.encoding == next.encoding
    }

    /// Takes over `next`, which goes on where this one ends.
    pub(crate) fn append(&mut self, next: Self) {
        self.count += next.count;
        for part in next.parts {
            match self.parts.last_mut() {
                Some(last) if last.len() + part.len() <= PART_BYTES => last.extend(part),
                _ => self.parts.push(part),
            }
        }
    }
}

/// Where a stored block lies, without its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BlockPlace {
    pub(crate) id: i64,
    pub(crate) first_index: u64,
    pub(crate) count: u64,
    pub(crate) repetition: u32,
    pub(crate) encoding: SampleEncoding,
    pub(crate) bytes: u64,
}

pub(crate) fn insert(
    connection: &Connection,
    series: SeriesId,
    block: &Block,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO chunk (series, first_index, count, repetition, encoding, bytes) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let mut insert = |bytes: &dyn ToSql| {
        let (first_index, count) = (index(block.first_index), index(block.count));
        let (repetition, encoding) = (block.repetition, block.encoding);
        statement.insert(params![series, first_index, count, repetition, encoding, bytes])
    };
    let bytes = block.bytes();
    if let [part] = &block.parts[..]
        && bytes <= PART_BYTES
    {
        insert(part)?;
        return Ok(());
    }
    // A large value would be copied as a parameter, again as a part of its row, and once more into
    // the pages. This way the bytes go to their pages at once.
    let row = insert(&ZeroBlob(bytes as u64))?;
    let mut place = connection.blob_open("main", "chunk", "bytes", row, false)?;
    let mut at = 0;
    for part in &block.parts {
        place.write_at(part, at)?;
        at += part.len();
    }
    place.close()
}

/// The blocks that overlap `range`, decoded and cut to it, in order. Stops after `limit` samples.
pub(crate) fn read(
    connection: &Connection,
    series: SeriesId,
    range: Range<u64>,
    limit: usize,
) -> rusqlite::Result<Vec<Samples>> {
    let mut statement = connection.prepare_cached(READ)?;
    let mut rows = statement.query((series, index(range.start), index(range.end)))?;
    let mut parts = Vec::new();
    let mut left = limit;
    while left > 0
        && let Some(row) = rows.next()?
    {
        let first_index = unsigned(row, 0)?;
        let encoding: SampleEncoding = row.get(2)?;
        let bytes = row.get_ref(3)?.as_blob()?;
        let width = encoding.width();
        let count = (bytes.len() / width) as u64;
        let skip = range.start.saturating_sub(first_index).min(count);
        let end = range.end.saturating_sub(first_index).min(count).min(skip + left as u64);
        // Both are at most `count`, which came from a length in memory.
        let cut = bytes.get(skip as usize * width..end as usize * width).unwrap_or_default();
        if cut.is_empty() {
            continue;
        }
        let mut values = Vec::with_capacity(cut.len() / width);
        encoding.decode(cut, &mut values);
        left -= values.len();
        parts.push(Samples { repetition: row.get(1)?, first_index: first_index + skip, values });
    }
    Ok(parts)
}

// The block that covers the start of the range begins at or before it: the newest such block, and
// everything after it up to the end.
const READ: &str = "SELECT first_index, repetition, encoding, bytes FROM chunk \
     WHERE series = ?1 AND first_index < ?3 AND first_index >= coalesce((SELECT max(first_index) \
     FROM chunk WHERE series = ?1 AND first_index <= ?2), ?2) ORDER BY first_index";

/// Where the blocks of a series lie, in order.
pub(crate) fn places(
    connection: &Connection,
    series: SeriesId,
) -> rusqlite::Result<Vec<BlockPlace>> {
    connection
        .prepare_cached(
            "SELECT id, first_index, count, repetition, encoding, length(bytes) FROM chunk \
             WHERE series = ?1 ORDER BY first_index",
        )?
        .query_map([series], |row| {
            Ok(BlockPlace {
                id: row.get(0)?,
                first_index: unsigned(row, 1)?,
                count: unsigned(row, 2)?,
                repetition: row.get(3)?,
                encoding: row.get(4)?,
                bytes: unsigned(row, 5)?,
            })
        })?
        .collect()
}

/// The stored bytes of one block.
pub(crate) fn bytes_of(connection: &Connection, id: i64) -> rusqlite::Result<Vec<u8>> {
    connection
        .prepare_cached("SELECT bytes FROM chunk WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
}

/// Removes the blocks of a series.
pub(crate) fn remove(connection: &Connection, series: SeriesId) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM chunk WHERE series = ?1")?.execute([series])?;
    Ok(())
}

/// Per series: how many samples, how many bytes, and how many blocks whose length is not what
/// their count and encoding say.
pub(crate) fn totals(connection: &Connection) -> rusqlite::Result<Vec<Total>> {
    connection
        .prepare_cached(
            "SELECT series, sum(count), sum(length(bytes)), sum(length(bytes) <> count * \
             CASE encoding WHEN 'f32-le' THEN 4 WHEN 'f64-le' THEN 8 ELSE 0 END) \
             FROM chunk GROUP BY series ORDER BY series",
        )?
        .query_map([], |row| {
            Ok(Total {
                series: row.get(0)?,
                samples: unsigned(row, 1)?,
                bytes: unsigned(row, 2)?,
                odd_blocks: unsigned(row, 3)?,
            })
        })?
        .collect()
}

/// What the file holds of one series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Total {
    pub(crate) series: SeriesId,
    pub(crate) samples: u64,
    pub(crate) bytes: u64,
    pub(crate) odd_blocks: u64,
}

/// SQLite's integers are signed; no recording lasts for 2^63 samples.
fn index(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn unsigned(row: &Row<'_>, place: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(place)?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(place, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(encoding: SampleEncoding, input: &[f64], expect: &[f64]) {
        let bytes = encoding.encode(input);
        assert_eq!(bytes.len(), input.len() * encoding.width());
        let mut values = Vec::new();
        encoding.decode(&bytes, &mut values);
        let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&values), bits(expect));
    }

    #[test]
    fn samples_survive_and_what_is_not_finite_becomes_a_gap() {
        check(SampleEncoding::F64, &[0.1, -0.0, 1e300], &[0.1, -0.0, 1e300]);
        check(SampleEncoding::F32, &[0.5, -0.0], &[0.5, -0.0]);
        check(SampleEncoding::F32, &[0.1], &[f64::from(0.1_f32)]);
        check(SampleEncoding::F32, &[1e300], &[f64::NAN]);
        check(SampleEncoding::F64, &[f64::INFINITY, -f64::NAN], &[f64::NAN, f64::NAN]);
    }

    #[test]
    fn an_incomplete_last_sample_is_left_out() {
        let mut values = Vec::new();
        SampleEncoding::F32.decode(&[0, 0, 0, 0, 1, 2], &mut values);
        assert_eq!(values, [0.0]);
    }
}
