//! Looking a store over: are both files whole, and do they fit together.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::error::{At, StoreError};
use crate::id::RunId;
use crate::store::{SamplesState, Store, open_samples};
use crate::table::{chunk, series};

/// What [`Store::check`] found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CheckReport {
    /// Everything worth saying; empty when all is well.
    pub findings: Vec<Finding>,
}

/// One thing worth saying about a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What was found and what to do, as one sentence.
    pub text: String,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing is lost; room is wasted.
    Note,
    /// Samples are lost.
    Warning,
    /// The precious file is damaged.
    Error,
}

/// More lines of SQLite's own check than this say nothing new.
const MAX_LINES: usize = 20;

impl CheckReport {
    /// Whether nothing is lost or damaged.
    pub fn is_ok(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity == Severity::Note)
    }

    fn add(&mut self, severity: Severity, text: String) {
        self.findings.push(Finding { severity, text });
    }
}

impl Store {
    /// Looks both files over: SQLite's integrity check, foreign keys, blocks of samples of no known
    /// series, and samples that should be there and are not. Changes nothing. Takes as long as it
    /// takes to read both files.
    pub fn check(&self) -> Result<CheckReport, StoreError> {
        let samples_state = self.samples_state();
        let with_samples = samples_state == SamplesState::Present;
        self.read(|reader| {
            let mut report = CheckReport::default();
            let (app_path, samples_path) = (reader.folder.app(), reader.folder.samples());
            let app_whole = check_file(&reader.app, "app.sqlite", Severity::Error, &mut report);
            match samples_state {
                SamplesState::Present => {}
                SamplesState::Missing => report.add(
                    Severity::Warning,
                    "samples.sqlite is missing; recreate it or restore a backup".to_owned(),
                ),
                SamplesState::Damaged { detail } => report.add(
                    Severity::Warning,
                    format!(
                        "samples.sqlite cannot be used ({detail}); recreate it or restore a backup"
                    ),
                ),
            }
            if with_samples {
                let samples = open_samples(&mut reader.samples, &samples_path)?;
                let whole = check_file(samples, "samples.sqlite", Severity::Warning, &mut report);
                if whole && app_whole {
                    // What another connection writes between the two questions is no finding.
                    let series = series::all(&reader.app).at(&app_path)?;
                    let totals = chunk::totals(samples).at(&samples_path)?;
                    let newer = series::all(&reader.app).at(&app_path)?;
                    compare(&totals, &series, &newer, &mut report);
                }
            }
            Ok(report)
        })
    }
}

/// SQLite's own checks. Says whether the file is whole.
fn check_file(
    connection: &Connection,
    name: &str,
    severity: Severity,
    report: &mut CheckReport,
) -> bool {
    let before = report.findings.len();
    match lines(connection, &format!("PRAGMA integrity_check({MAX_LINES})"), |row| row.get(0)) {
        Ok(found) => {
            for line in found.into_iter().filter(|line| line != "ok") {
                // SQLite puts several lines into one row.
                for line in line.lines().filter(|line| !line.starts_with("***")).take(MAX_LINES) {
                    report.add(severity, format!("{name} is damaged ({line}); restore a backup"));
                }
            }
        }
        Err(error) => {
            report.add(severity, format!("{name} cannot be read ({error}); restore a backup"));
        }
    }
    let keys = lines(connection, "PRAGMA foreign_key_check", |row| {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        Ok(format!("a row of {table} belongs to a row of {parent} that is not there"))
    });
    match keys {
        Ok(found) => {
            for line in found.into_iter().take(MAX_LINES) {
                report.add(severity, format!("{name}: {line}; restore a backup"));
            }
        }
        Err(error) => {
            report.add(severity, format!("{name} cannot be read ({error}); restore a backup"));
        }
    }
    report.findings.len() == before
}

fn lines(
    connection: &Connection,
    sql: &str,
    read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<String>,
) -> rusqlite::Result<Vec<String>> {
    connection.prepare(sql)?.query_map([], read)?.collect()
}

/// Do the blocks of one file fit the series of the other?
fn compare(
    totals: &[chunk::Total],
    all: &[series::Series],
    newer: &[series::Series],
    report: &mut CheckReport,
) {
    let known: BTreeSet<_> = newer.iter().map(|series| series.id).collect();
    let mut orphans = (0_usize, 0_u64);
    for total in totals {
        if !known.contains(&total.series) {
            orphans = (orphans.0 + 1, orphans.1 + total.bytes);
        }
        if total.odd_blocks > 0 {
            report.add(
                Severity::Warning,
                format!(
                    "series {} has {} blocks whose length does not fit; restore a backup",
                    total.series, total.odd_blocks
                ),
            );
        }
    }
    if orphans.0 > 0 {
        report.add(
            Severity::Note,
            format!(
                "the samples of {} unknown series take {} bytes; sweep them away",
                orphans.0, orphans.1
            ),
        );
    }
    let stored: BTreeMap<_, _> = totals.iter().map(|total| (total.series, total.samples)).collect();
    let mut missing: BTreeMap<&RunId, u64> = BTreeMap::new();
    for series in all {
        let there = stored.get(&series.id).copied().unwrap_or(0);
        if there < series.samples {
            *missing.entry(&series.run).or_default() += series.samples - there;
        }
    }
    for (run, samples) in missing {
        report.add(
            Severity::Warning,
            format!("run {run} lacks {samples} samples; restore a backup of samples.sqlite"),
        );
    }
}

impl Store {
    /// Removes blocks of samples that belong to no known series. Not to be called while another
    /// program imports a bundle. Gives the bytes that new samples can use again.
    pub fn sweep_orphans(&self) -> Result<u64, StoreError> {
        self.require_samples()?;
        self.ask(|writer| {
            let path = writer.folder.samples();
            let Some(samples) = &writer.samples else { return Ok(0) };
            let mut bytes = 0;
            for total in chunk::totals(samples).at(&path)? {
                let known = series::get(&writer.app, total.series).at(&writer.folder.app())?;
                if known.is_none() {
                    chunk::remove(samples, total.series).at(&path)?;
                    bytes += total.bytes;
                }
            }
            Ok(bytes)
        })
    }
}
