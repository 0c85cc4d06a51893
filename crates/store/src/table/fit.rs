//! Fits: a document compressed until it fits a model's window, and the two runs that show what
//! that saved.

use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::id::{CompressionId, FitId, RunId};
use crate::migrate::Migration;
use crate::table::run_list::Page;

pub(crate) const CREATE: Migration = Migration {
    name: "fit",
    format: 1,
    sql: "
CREATE TABLE fit (
    id TEXT PRIMARY KEY NOT NULL,
    created_ms INTEGER NOT NULL,
    document TEXT NOT NULL REFERENCES document (sha256),
    compression TEXT NOT NULL REFERENCES compression (id),
    full_run TEXT REFERENCES run (id) ON DELETE SET NULL,
    compressed_run TEXT REFERENCES run (id) ON DELETE SET NULL,
    window_tokens INTEGER NOT NULL,
    result_json TEXT NOT NULL
) STRICT;
CREATE INDEX fit_by_time ON fit (created_ms DESC, id DESC);
CREATE INDEX fit_by_full_run ON fit (full_run) WHERE full_run IS NOT NULL;
CREATE INDEX fit_by_compressed_run ON fit (compressed_run) WHERE compressed_run IS NOT NULL;
",
};

/// A document run both ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fit {
    /// Made by the store.
    pub id: FitId,
    /// When it was made.
    pub created_ms: i64,
    /// The SHA-256 of the document.
    pub document: String,
    /// How the document was compressed.
    pub compression: CompressionId,
    /// The run over the whole document; `None` if there was none or it was purged.
    pub full_run: Option<RunId>,
    /// The run over the compressed document; `None` if there was none or it was purged.
    pub compressed_run: Option<RunId>,
    /// The size of the model's window in tokens.
    pub window_tokens: u64,
    /// What it saved, as the engine's JSON.
    pub result_json: String,
}

/// What the caller knows about a fit; see [`Fit`] for the fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFit {
    /// The SHA-256 of a document that was added before.
    pub document: String,
    /// A compression that was added before.
    pub compression: CompressionId,
    /// The run over the whole document.
    pub full_run: Option<RunId>,
    /// The run over the compressed document.
    pub compressed_run: Option<RunId>,
    /// The size of the model's window in tokens.
    pub window_tokens: u64,
    /// What it saved.
    pub result_json: String,
}

const COLUMNS: &str = "id, created_ms, document, compression, full_run, compressed_run, \
     window_tokens, result_json";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Fit> {
    Ok(Fit {
        id: row.get(0)?,
        created_ms: row.get(1)?,
        document: row.get(2)?,
        compression: row.get(3)?,
        full_run: row.get(4)?,
        compressed_run: row.get(5)?,
        window_tokens: u64::try_from(row.get::<_, i64>(6)?).unwrap_or(0),
        result_json: row.get(7)?,
    })
}

/// Writes a fit, in place of what was there under its id.
pub(crate) fn put(connection: &Connection, fit: &Fit) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO fit (id, created_ms, document, compression, full_run, \
             compressed_run, window_tokens, result_json) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            &fit.id,
            fit.created_ms,
            &fit.document,
            &fit.compression,
            &fit.full_run,
            &fit.compressed_run,
            i64::try_from(fit.window_tokens).unwrap_or(i64::MAX),
            &fit.result_json,
        ))?;
    Ok(())
}

pub(crate) fn get(connection: &Connection, id: &FitId) -> rusqlite::Result<Option<Fit>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM fit WHERE id = ?1"))?
        .query_row([id], from_row)
        .optional()
}

/// Fits, newest first.
pub(crate) fn list(connection: &Connection, page: Page) -> rusqlite::Result<Vec<Fit>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM fit ORDER BY created_ms DESC, id DESC LIMIT ?1 OFFSET ?2"
        ))?
        .query_map((page.limit, page.offset), from_row)?
        .collect()
}

/// The fits that a run is part of.
pub(crate) fn of_run(connection: &Connection, run: &RunId) -> rusqlite::Result<Vec<Fit>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM fit WHERE full_run = ?1 OR compressed_run = ?1 ORDER BY id"
        ))?
        .query_map([run], from_row)?
        .collect()
}
