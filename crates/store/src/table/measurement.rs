//! The summary of each metric of a run.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::id::RunId;
use crate::migrate::Migration;
use crate::table::finite;

pub(crate) const CREATE: Migration = Migration {
    name: "measurement",
    format: 1,
    sql: "
CREATE TABLE measurement (
    run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    metric TEXT NOT NULL,
    unit TEXT NOT NULL,
    value REAL,
    n INTEGER NOT NULL,
    mean REAL,
    sd REAL,
    min REAL,
    max REAL,
    PRIMARY KEY (run, metric)
) STRICT, WITHOUT ROWID;
CREATE INDEX measurement_by_metric ON measurement (metric, run);
",
};

/// A metric of a run over its repetitions, in `unit`. Numbers that are not finite are stored as
/// missing and read back as `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// The metric's name.
    pub metric: String,
    /// The unit of all its numbers.
    pub unit: String,
    /// The median.
    pub value: Option<f64>,
    /// How many repetitions it is made of.
    pub n: u64,
    /// The arithmetic mean.
    pub mean: Option<f64>,
    /// The sample standard deviation (divided by n − 1).
    pub sd: Option<f64>,
    /// The smallest value.
    pub min: Option<f64>,
    /// The largest value.
    pub max: Option<f64>,
}

/// Writes a measurement, in place of what was there for its metric.
pub(crate) fn put(
    connection: &Connection,
    run: &RunId,
    measurement: &Measurement,
) -> rusqlite::Result<()> {
    let number = |value: Option<f64>| value.and_then(finite);
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO measurement (run, metric, unit, value, n, mean, sd, min, max) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(rusqlite::params![
            run,
            measurement.metric,
            measurement.unit,
            number(measurement.value),
            i64::try_from(measurement.n).unwrap_or(i64::MAX),
            number(measurement.mean),
            number(measurement.sd),
            number(measurement.min),
            number(measurement.max),
        ])?;
    Ok(())
}

/// All measurements of a run, by name.
pub(crate) fn of_run(connection: &Connection, run: &RunId) -> rusqlite::Result<Vec<Measurement>> {
    connection
        .prepare_cached(
            "SELECT metric, unit, value, n, mean, sd, min, max FROM measurement \
             WHERE run = ?1 ORDER BY metric",
        )?
        .query_map([run], |row| {
            Ok(Measurement {
                metric: row.get(0)?,
                unit: row.get(1)?,
                value: row.get(2)?,
                n: u64::try_from(row.get::<_, i64>(3)?).unwrap_or(0),
                mean: row.get(4)?,
                sd: row.get(5)?,
                min: row.get(6)?,
                max: row.get(7)?,
            })
        })?
        .collect()
}
