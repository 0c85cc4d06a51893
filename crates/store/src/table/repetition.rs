//! Repetitions of a run and the values each one measured.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::id::RunId;
use crate::migrate::Migration;
use crate::table::{finite, word_enum};

pub(crate) const CREATE: Migration = Migration {
    name: "repetition",
    format: 1,
    sql: "
CREATE TABLE repetition (
    run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    warmup INTEGER NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (run, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE value (
    run TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    metric TEXT NOT NULL,
    value REAL,
    PRIMARY KEY (run, ordinal, metric),
    FOREIGN KEY (run, ordinal) REFERENCES repetition (run, ordinal) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
",
};

word_enum! {
    /// How a repetition ended.
    RepetitionStatus {
        /// As planned: its values count.
        #[default]
        Complete = "complete",
        /// Stopped on the way.
        Aborted = "aborted",
        /// The board reported an error, or went silent.
        Failed = "failed",
    }
}

/// One repetition of a run: the unit that comparisons are made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Repetition {
    /// Counted from 0, warm-ups included.
    pub index: u32,
    /// Measured to warm up, and not to be compared.
    pub warmup: bool,
    /// How it ended.
    pub status: RepetitionStatus,
    /// Metric name to value, in the metric's unit. A value that is not finite is stored as missing
    /// and is absent when read.
    pub values: BTreeMap<String, f64>,
}

impl Repetition {
    /// A complete repetition that is no warm-up and has no values yet.
    pub fn new(index: u32) -> Self {
        Self { index, warmup: false, status: RepetitionStatus::Complete, values: BTreeMap::new() }
    }
}

/// Writes a repetition, in place of what was there under its index.
pub(crate) fn put(
    connection: &Connection,
    run: &RunId,
    repetition: &Repetition,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM repetition WHERE run = ?1 AND ordinal = ?2")?
        .execute((run, repetition.index))?;
    connection
        .prepare_cached(
            "INSERT INTO repetition (run, ordinal, warmup, status) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((run, repetition.index, repetition.warmup, repetition.status))?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO value (run, ordinal, metric, value) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (metric, value) in &repetition.values {
        insert.execute((run, repetition.index, metric, finite(*value)))?;
    }
    Ok(())
}

/// All repetitions of a run, in order.
pub(crate) fn of_run(connection: &Connection, run: &RunId) -> rusqlite::Result<Vec<Repetition>> {
    let mut repetitions = connection
        .prepare_cached(
            "SELECT ordinal, warmup, status FROM repetition WHERE run = ?1 ORDER BY ordinal",
        )?
        .query_map([run], |row| {
            Ok(Repetition {
                index: row.get(0)?,
                warmup: row.get(1)?,
                status: row.get(2)?,
                values: BTreeMap::new(),
            })
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut select = connection.prepare_cached(
        "SELECT metric, value FROM value WHERE run = ?1 AND ordinal = ?2 AND value IS NOT NULL",
    )?;
    for repetition in &mut repetitions {
        repetition.values = select
            .query_map((run, repetition.index), |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
    }
    Ok(repetitions)
}
