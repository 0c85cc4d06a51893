//! Documents that were compressed: what they were, not what they said.

use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::migrate::Migration;

pub(crate) const CREATE: Migration = Migration {
    name: "document",
    format: 1,
    sql: "
CREATE TABLE document (
    sha256 TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    encoding TEXT NOT NULL,
    added_ms INTEGER NOT NULL
) STRICT;
",
};

/// A document, known by the hash of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The SHA-256 of the file, in lower-case hexadecimal.
    pub sha256: String,
    /// The file's name for people.
    pub name: String,
    /// The file's size in bytes.
    pub bytes: u64,
    /// The text's encoding, as its loader names it.
    pub encoding: String,
    /// When it was first seen.
    pub added_ms: i64,
}

const COLUMNS: &str = "sha256, name, bytes, encoding, added_ms";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Document> {
    Ok(Document {
        sha256: row.get(0)?,
        name: row.get(1)?,
        bytes: u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0),
        encoding: row.get(3)?,
        added_ms: row.get(4)?,
    })
}

/// Adds a document; one that is known keeps its first name and time.
pub(crate) fn add(connection: &Connection, document: &Document) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO document (sha256, name, bytes, encoding, added_ms) \
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (sha256) DO NOTHING",
        )?
        .execute((
            &document.sha256,
            &document.name,
            i64::try_from(document.bytes).unwrap_or(i64::MAX),
            &document.encoding,
            document.added_ms,
        ))?;
    Ok(())
}

pub(crate) fn get(connection: &Connection, sha256: &str) -> rusqlite::Result<Option<Document>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM document WHERE sha256 = ?1"))?
        .query_row([sha256], from_row)
        .optional()
}

/// All documents, newest first.
pub(crate) fn list(connection: &Connection) -> rusqlite::Result<Vec<Document>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM document ORDER BY added_ms DESC, sha256"))?
        .query_map([], from_row)?
        .collect()
}
