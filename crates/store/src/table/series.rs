//! The named signals of a run. Their samples are in the other file.

use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::id::{RunId, SeriesId};
use crate::migrate::Migration;
use crate::table::chunk::SampleEncoding;

pub(crate) const CREATE: Migration = Migration {
    name: "series",
    format: 1,
    sql: "
CREATE TABLE series (
    id INTEGER PRIMARY KEY NOT NULL,
    run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    rate_hz REAL,
    encoding TEXT NOT NULL,
    samples INTEGER NOT NULL,
    UNIQUE (run, name)
) STRICT;
",
};

/// A named signal of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Made by the store.
    pub id: SeriesId,
    /// Whose signal it is.
    pub run: RunId,
    /// Unique within the run.
    pub name: String,
    /// The unit of its samples.
    pub unit: String,
    /// Samples per second; `None` where samples come as they happen.
    pub rate_hz: Option<f64>,
    /// How its samples are stored.
    pub encoding: SampleEncoding,
    /// How many samples were stored. More than can be read when the samples file was lost.
    pub samples: u64,
}

/// What the recorder knows when a signal begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewSeries {
    /// Unique within the run.
    pub name: String,
    /// The unit of its samples.
    pub unit: String,
    /// Samples per second; `None` where samples come as they happen.
    pub rate_hz: Option<f64>,
    /// How to store its samples.
    pub encoding: SampleEncoding,
}

const COLUMNS: &str = "id, run, name, unit, rate_hz, encoding, samples";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Series> {
    Ok(Series {
        id: row.get(0)?,
        run: row.get(1)?,
        name: row.get(2)?,
        unit: row.get(3)?,
        rate_hz: row.get(4)?,
        encoding: row.get(5)?,
        samples: u64::try_from(row.get::<_, i64>(6)?).unwrap_or(0),
    })
}

pub(crate) fn insert(connection: &Connection, series: &Series) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO series (id, run, name, unit, rate_hz, encoding, samples) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(rusqlite::params![
            series.id,
            series.run,
            series.name,
            series.unit,
            series.rate_hz.and_then(super::finite),
            series.encoding,
            i64::try_from(series.samples).unwrap_or(i64::MAX),
        ])?;
    Ok(())
}

/// Notes that `more` samples of a series are on the disk.
pub(crate) fn add_samples(
    connection: &Connection,
    id: SeriesId,
    more: u64,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE series SET samples = samples + ?2 WHERE id = ?1")?
        .execute((id, i64::try_from(more).unwrap_or(i64::MAX)))?;
    Ok(())
}

pub(crate) fn get(connection: &Connection, id: SeriesId) -> rusqlite::Result<Option<Series>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM series WHERE id = ?1"))?
        .query_row([id], from_row)
        .optional()
}

/// All series of a run, by name.
pub(crate) fn of_run(connection: &Connection, run: &RunId) -> rusqlite::Result<Vec<Series>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM series WHERE run = ?1 ORDER BY name"))?
        .query_map([run], from_row)?
        .collect()
}

/// Every series of the store, in the order of ids.
pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<Series>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM series ORDER BY id"))?
        .query_map([], from_row)?
        .collect()
}
