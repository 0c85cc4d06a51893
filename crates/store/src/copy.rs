//! Copying one database file while it is in use, by SQLite's online backup.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::connection::remove_if_there;
use crate::error::{At, StoreError};
use crate::folder::side_files;

/// Copies what `from` sees now into a new file that is complete in itself, and checks the copy.
/// When it fails, nothing is left of the copy.
pub(crate) fn online(from: &Connection, from_path: &Path, to: &Path) -> Result<(), StoreError> {
    unchecked(from, from_path, to)?;
    checked(to)
}

/// The same without the check, which [`checked`] is for: it takes as long as the copy, and who holds
/// a moment of `from` holds up its writers.
pub(crate) fn unchecked(from: &Connection, from_path: &Path, to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        return Err(StoreError::Exists { path: to.to_path_buf() });
    }
    or_nothing(copy(from, from_path, to), to)
}

/// Checks a copy. When it is not whole, nothing is left of it.
pub(crate) fn checked(to: &Path) -> Result<(), StoreError> {
    or_nothing(verify(to), to)
}

fn or_nothing(copied: Result<(), StoreError>, to: &Path) -> Result<(), StoreError> {
    if copied.is_err() {
        for part in side_files(to).iter().map(AsRef::as_ref).chain([to]) {
            if let Err(error) = remove_if_there(part) {
                tracing::warn!(%error, "could not remove an incomplete copy");
            }
        }
    }
    copied
}

fn copy(from: &Connection, from_path: &Path, to: &Path) -> Result<(), StoreError> {
    let mut target = Connection::open(to).at(to)?;
    {
        let backup = Backup::new(from, &mut target).at(to)?;
        // All in one step: it sees one moment, and a writer in another connection cannot make it
        // start over.
        match backup.step(-1).at(to)? {
            StepResult::Done => {}
            _ => return Err(StoreError::Busy { path: from_path.to_path_buf() }),
        }
    }
    // Without a log the copy is one file, and can be read where nothing can be written.
    target.query_row("PRAGMA journal_mode = delete", [], |_| Ok(())).at(to)?;
    target.close().map_err(|(_, error)| StoreError::from_sqlite(&error, to))
}

/// Refuses a file that SQLite finds fault with.
pub(crate) fn verify(path: &Path) -> Result<(), StoreError> {
    let connection = Connection::open_with_flags(
        path,
        rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .at(path)?;
    let verdict: String =
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).at(path)?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(StoreError::Damaged { detail: verdict, path: path.to_path_buf() })
    }
}
