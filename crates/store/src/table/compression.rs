//! What was made of a document: how many tokens went in and came out, and by which rules.

use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::id::CompressionId;
use crate::migrate::Migration;

pub(crate) const CREATE: Migration = Migration {
    name: "compression",
    format: 1,
    sql: "
CREATE TABLE compression (
    id TEXT PRIMARY KEY NOT NULL,
    document TEXT NOT NULL REFERENCES document (sha256),
    tokenizer TEXT NOT NULL,
    tokens_in INTEGER NOT NULL,
    tokens_out INTEGER NOT NULL,
    budget TEXT NOT NULL,
    focus TEXT,
    created_ms INTEGER NOT NULL,
    params_json TEXT NOT NULL
) STRICT;
CREATE INDEX compression_by_document ON compression (document, created_ms);
",
};

/// A compression of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compression {
    /// Made by the store.
    pub id: CompressionId,
    /// The SHA-256 of the document.
    pub document: String,
    /// Whose tokens are counted.
    pub tokenizer: String,
    /// Tokens of the whole document.
    pub tokens_in: u64,
    /// Tokens that were kept.
    pub tokens_out: u64,
    /// What was asked for, in the engine's words, such as `tokens 512` or `ratio 0.3`.
    pub budget: String,
    /// The question that decided what matters, if there was one.
    pub focus: Option<String>,
    /// When it was made.
    pub created_ms: i64,
    /// The strategy and all its settings, as the engine's JSON.
    pub params_json: String,
}

/// What the caller knows about a compression; see [`Compression`] for the fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCompression {
    /// The SHA-256 of a document that was added before.
    pub document: String,
    /// Whose tokens are counted.
    pub tokenizer: String,
    /// Tokens of the whole document.
    pub tokens_in: u64,
    /// Tokens that were kept.
    pub tokens_out: u64,
    /// What was asked for.
    pub budget: String,
    /// The question that decided what matters.
    pub focus: Option<String>,
    /// The strategy and all its settings.
    pub params_json: String,
}

const COLUMNS: &str = "id, document, tokenizer, tokens_in, tokens_out, budget, focus, created_ms, \
     params_json";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Compression> {
    let tokens = |place| -> rusqlite::Result<u64> {
        Ok(u64::try_from(row.get::<_, i64>(place)?).unwrap_or(0))
    };
    Ok(Compression {
        id: row.get(0)?,
        document: row.get(1)?,
        tokenizer: row.get(2)?,
        tokens_in: tokens(3)?,
        tokens_out: tokens(4)?,
        budget: row.get(5)?,
        focus: row.get(6)?,
        created_ms: row.get(7)?,
        params_json: row.get(8)?,
    })
}

/// Adds a compression; one that is known (by its id) stays as it is.
pub(crate) fn add(connection: &Connection, compression: &Compression) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO compression (id, document, tokenizer, tokens_in, tokens_out, budget, \
             focus, created_ms, params_json) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
             ON CONFLICT (id) DO NOTHING",
        )?
        .execute(rusqlite::params![
            compression.id,
            compression.document,
            compression.tokenizer,
            i64::try_from(compression.tokens_in).unwrap_or(i64::MAX),
            i64::try_from(compression.tokens_out).unwrap_or(i64::MAX),
            compression.budget,
            compression.focus,
            compression.created_ms,
            compression.params_json,
        ])?;
    Ok(())
}

pub(crate) fn get(
    connection: &Connection,
    id: &CompressionId,
) -> rusqlite::Result<Option<Compression>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM compression WHERE id = ?1"))?
        .query_row([id], from_row)
        .optional()
}

/// All compressions of a document, newest first.
pub(crate) fn of_document(
    connection: &Connection,
    sha256: &str,
) -> rusqlite::Result<Vec<Compression>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM compression WHERE document = ?1 \
             ORDER BY created_ms DESC, id DESC"
        ))?
        .query_map([sha256], from_row)?
        .collect()
}
