//! Migrations: named steps that only ever add, applied in the order of a list.
//!
//! A file knows its format (`user_version`) and the names of the steps it has seen (table
//! `migration`). The format is raised only by a step that an older program must not meet; all other
//! steps leave it alone, and an older program ignores what they added.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::clock::now_ms;
use crate::error::{At, StoreError};

/// One step, from the module of the type whose rows it holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    /// Unique and never changed once released.
    pub(crate) name: &'static str,
    /// The format a program must know to use a file that has seen this step.
    pub(crate) format: i32,
    /// What it does. Additive: no `DROP`, no `DELETE`.
    pub(crate) sql: &'static str,
}

/// The newest format of a list of steps.
pub(crate) fn format_of(steps: &[Migration]) -> i32 {
    steps.iter().map(|step| step.format).max().unwrap_or(0)
}

/// Refuses a file whose format is newer than the list knows.
pub(crate) fn refuse_newer(
    connection: &Connection,
    steps: &[Migration],
    path: &Path,
) -> Result<(), StoreError> {
    let found: i32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).at(path)?;
    let supported = format_of(steps);
    if found > supported {
        return Err(StoreError::Newer { found, supported, path: path.to_path_buf() });
    }
    Ok(())
}

/// The steps that `connection` has not seen, in order.
pub(crate) fn pending<'a>(
    connection: &Connection,
    steps: &'a [Migration],
    path: &Path,
) -> Result<Vec<&'a Migration>, StoreError> {
    let known: bool = connection
        .query_row(
            "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration')",
            [],
            |row| row.get(0),
        )
        .at(path)?;
    if !known {
        return Ok(steps.iter().collect());
    }
    let mut statement = connection.prepare("SELECT name FROM migration").at(path)?;
    let seen: Vec<String> =
        statement.query_map([], |row| row.get(0)).and_then(Iterator::collect).at(path)?;
    Ok(steps.iter().filter(|step| !seen.iter().any(|name| name == step.name)).collect())
}

/// Applies what is pending, all of it or nothing.
pub(crate) fn apply(
    connection: &mut Connection,
    steps: &[Migration],
    path: &Path,
) -> Result<(), StoreError> {
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).at(path)?;
    // Asked again under the lock: another program may have been faster.
    refuse_newer(&transaction, steps, path)?;
    let pending = pending(&transaction, steps, path)?;
    transaction
        .execute_batch(
            "CREATE TABLE IF NOT EXISTS migration (
                 name TEXT PRIMARY KEY NOT NULL,
                 applied_ms INTEGER NOT NULL
             ) STRICT",
        )
        .at(path)?;
    for step in pending {
        transaction.execute_batch(step.sql).at(path)?;
        transaction
            .execute(
                "INSERT INTO migration (name, applied_ms) VALUES (?1, ?2)",
                (step.name, now_ms()),
            )
            .at(path)?;
    }
    transaction.pragma_update(None, "user_version", format_of(steps)).at(path)?;
    transaction.commit().at(path)
}
