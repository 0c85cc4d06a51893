//! Opening one database file: pragmas, whose file it is, how old, and whether it is whole.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::clock::now_ms;
use crate::copy;
use crate::error::{At, Doing, StoreError};
use crate::folder::side_files;
use crate::migrate::{self, Migration};

/// How long to wait for another program's write before saying [`StoreError::Busy`].
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What makes a database file one of ours.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) application_id: i32,
    pub(crate) steps: &'static [Migration],
    /// Fixed when the file is made.
    pub(crate) page_bytes: u32,
    /// How a transaction is kept whole.
    pub(crate) journal: Journal,
}

/// How SQLite keeps a transaction whole.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Journal {
    /// Changes go to a log beside the file and are folded into it later: many small transactions,
    /// and readers who never wait.
    Ahead,
    /// What a page held before is kept aside until the transaction is done, and new pages go to
    /// their place at once: bytes that are only ever appended are written once, not twice.
    Rollback,
}

/// Pages of a file with a rollback journal that are kept after a commit, in KiB: those of one flush,
/// whose memory the next one then uses.
const ROLLBACK_CACHE_KIB: i64 = 40 << 10;

/// Pages that are held until they are committed, in KiB: more than one flush, so that readers are
/// shut out for the commit alone.
const ROLLBACK_HELD_KIB: i64 = 80 << 10;

/// Makes a new file. It appears under its name only when it is complete, so that an empty file is
/// always a damaged one.
pub(crate) fn create(path: &Path, kind: Kind) -> Result<Connection, StoreError> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let fresh = PathBuf::from(fresh);
    for leftover in side_files(&fresh).iter().chain([&fresh]) {
        remove_if_there(leftover)?;
    }
    let mut connection = Connection::open(&fresh).at(&fresh)?;
    connection.busy_timeout(BUSY_TIMEOUT).at(&fresh)?;
    connection.pragma_update(None, "page_size", kind.page_bytes).at(&fresh)?;
    connection.pragma_update(None, "application_id", kind.application_id).at(&fresh)?;
    migrate::apply(&mut connection, kind.steps, &fresh)?;
    connection.close().map_err(|(_, error)| StoreError::from_sqlite(&error, path))?;
    fs::rename(&fresh, path).doing("name the new file", path)?;
    open(path, kind, None)
}

/// Opens a file for writing and brings it up to date, after a copy into `backups`.
pub(crate) fn open(
    path: &Path,
    kind: Kind,
    backups: Option<&Path>,
) -> Result<Connection, StoreError> {
    refuse_truncated(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection =
        Connection::open_with_flags(path, flags).map_err(|error| cannot_write(&error, path))?;
    let settings = |connection: &Connection| -> rusqlite::Result<()> {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "synchronous", "full")?;
        // What a large transaction left behind is given back when the log starts anew.
        connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
        match kind.journal {
            Journal::Ahead => connection.pragma_update(None, "journal_mode", "wal"),
            Journal::Rollback => {
                connection.pragma_update(None, "cache_size", -ROLLBACK_CACHE_KIB)?;
                connection.pragma_update(None, "cache_spill", -ROLLBACK_HELD_KIB)?;
                leave_the_log(connection)
            }
        }
    };
    refuse_foreign(&connection, kind, path)?;
    // SQLite opens a file it may not write for reading, without a word.
    if connection.is_readonly("main").at(path)? {
        return Err(StoreError::ReadOnly { path: path.to_path_buf() });
    }
    settings(&connection).map_err(|error| cannot_write(&error, path))?;
    connection.set_prepared_statement_cache_capacity(64);
    if !migrate::pending(&connection, kind.steps, path)?.is_empty() {
        if let Some(backups) = backups {
            back_up_before_migration(&connection, path, backups)?;
        }
        migrate::apply(&mut connection, kind.steps, path)?;
    }
    Ok(connection)
}

/// Folds the log that an earlier version of this program kept, and goes on with a rollback journal.
/// While another program has the file open in the old way it stays as it is, which is as safe.
fn leave_the_log(connection: &Connection) -> rusqlite::Result<()> {
    match connection.pragma_update(None, "journal_mode", "truncate") {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
            tracing::info!("the samples stay in their log while another program has them open");
            Ok(())
        }
        other => other,
    }
}

/// Opens a file for reading, also where nothing can be written. It must be up to date.
pub(crate) fn open_to_read(path: &Path, kind: Kind) -> Result<Connection, StoreError> {
    let connection = open_older_to_read(path, kind)?;
    if migrate::pending(&connection, kind.steps, path)?.is_empty() {
        Ok(connection)
    } else {
        Err(StoreError::Older { path: path.to_path_buf() })
    }
}

/// Opens a file for reading, up to date or not.
pub(crate) fn open_older_to_read(path: &Path, kind: Kind) -> Result<Connection, StoreError> {
    refuse_truncated(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let plain = Connection::open_with_flags(path, flags).and_then(|connection| {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection)
    });
    let connection = match plain {
        // The log's index cannot be made here. Without a log the file alone is complete, and
        // nobody can change it.
        Err(error) if wants_to_write(&error) && log_is_empty(path) => {
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            Connection::open_with_flags(immutable_uri(path), flags).at(path)?
        }
        other => other.at(path)?,
    };
    refuse_foreign(&connection, kind, path)?;
    connection.pragma_update(None, "trusted_schema", false).at(path)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Refuses files of other programs and of newer versions of this one.
pub(crate) fn refuse_foreign(
    connection: &Connection,
    kind: Kind,
    path: &Path,
) -> Result<(), StoreError> {
    let id: i32 = connection
        .query_row("PRAGMA application_id", [], |row| row.get(0))
        .map_err(|error| cannot_write(&error, path))?;
    if id != kind.application_id {
        return Err(StoreError::Foreign { path: path.to_path_buf() });
    }
    migrate::refuse_newer(connection, kind.steps, path)
}

fn back_up_before_migration(
    connection: &Connection,
    path: &Path,
    backups: &Path,
) -> Result<(), StoreError> {
    fs::create_dir_all(backups).doing("make the folder for backups", backups)?;
    let format: i32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).at(path)?;
    let copy = backups.join(format!("app-format{format}-{}.sqlite", now_ms()));
    copy::online(connection, path, &copy)?;
    tracing::info!(backup = %copy.display(), "made a backup before bringing the store up to date");
    Ok(())
}

/// An error of opening for writing: what "cannot open" means depends on what is there.
fn cannot_write(error: &rusqlite::Error, path: &Path) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen) if path.exists() => {
            StoreError::ReadOnly { path: path.to_path_buf() }
        }
        _ => StoreError::from_sqlite(error, path),
    }
}

fn wants_to_write(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// Neither a log waits to be folded nor a journal to be rolled back.
fn log_is_empty(path: &Path) -> bool {
    let [log, _, journal] = side_files(path);
    [log, journal].iter().all(|file| fs::metadata(file).map_or(true, |file| file.len() == 0))
}

/// The file as a URI that promises SQLite that nobody changes it.
fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    let text = path.to_string_lossy().replace('\\', "/");
    // A drive letter needs a slash before it.
    if text.as_bytes().get(1) == Some(&b':') {
        uri.push('/');
    }
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~:".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02x}"));
        }
    }
    uri.push_str("?immutable=1");
    uri
}

/// Refuses a file that is shorter than its own header says. SQLite would notice only when it
/// happens to need a page that is not there.
fn refuse_truncated(path: &Path) -> Result<(), StoreError> {
    for attempt in 0..2 {
        let Some(detail) = truncated(path).doing("read the file", path)? else { return Ok(()) };
        if attempt > 0 {
            return Err(StoreError::Damaged { detail, path: path.to_path_buf() });
        }
        // Another program may be folding its log into the file at this moment.
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn truncated(path: &Path) -> std::io::Result<Option<String>> {
    let mut file = fs::File::open(path)?;
    let len = file.metadata()?.len();
    if len == 0 {
        return Ok(Some("it is empty".to_owned()));
    }
    let mut header = [0; 100];
    if file.read_exact(&mut header).is_err() {
        return Ok(Some("it is shorter than its header".to_owned()));
    }
    // Offsets from the file format: 16 the page size (1 means 65536), 28 the size in pages.
    let page_bytes = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65536,
        bytes => u64::from(bytes),
    };
    let pages = u64::from(u32::from_be_bytes([header[28], header[29], header[30], header[31]]));
    let whole = page_bytes * pages;
    let is_database = header.starts_with(b"SQLite format 3\0");
    Ok((is_database && len < whole && log_is_empty(path))
        .then(|| format!("it has {len} of its {whole} bytes")))
}

/// Removes a file of ours that holds nothing; it need not be there.
pub(crate) fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other.doing("remove a file", path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::Folder;
    use crate::schema::{APP, APP_FILE};
    use crate::store::{OpenMode, Store};
    use crate::table::run::NewRun;

    /// A format that does not exist yet.
    const NEXT: &[Migration] = &[
        APP[0],
        APP[1],
        APP[2],
        APP[3],
        APP[4],
        APP[5],
        APP[6],
        Migration {
            name: "colour",
            format: 2,
            sql: "ALTER TABLE run ADD COLUMN colour TEXT; CREATE TABLE more (x INTEGER) STRICT;",
        },
    ];
    const NEXT_FILE: Kind = Kind { steps: NEXT, ..APP_FILE };
    /// The same, broken half-way.
    const BROKEN_FILE: Kind = Kind {
        steps: &[
            APP[0],
            APP[1],
            APP[2],
            APP[3],
            APP[4],
            APP[5],
            APP[6],
            Migration {
                name: "broken",
                format: 2,
                sql: "CREATE TABLE more (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);",
            },
        ],
        ..APP_FILE
    };

    fn store_with_a_run() -> (tempfile::TempDir, Folder) {
        let temporary = tempfile::tempdir().unwrap();
        let store = Store::open(temporary.path(), OpenMode::ReadWrite).unwrap();
        store.begin_run(NewRun { model_name: "tiny".into(), ..NewRun::default() }).unwrap();
        store.close().unwrap();
        let folder = Folder::new(temporary.path());
        (temporary, folder)
    }

    fn model(connection: &Connection) -> String {
        connection.query_row("SELECT model_name FROM run", [], |row| row.get(0)).unwrap()
    }

    fn backups(folder: &Folder) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(folder.backups()) else { return Vec::new() };
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn a_migration_keeps_the_rows_and_leaves_a_backup_of_the_old_format() {
        let (_temporary, folder) = store_with_a_run();
        assert_eq!(backups(&folder), Vec::<PathBuf>::new());
        let older = open_to_read(&folder.app(), NEXT_FILE).unwrap_err();
        assert_eq!(older, StoreError::Older { path: folder.app() });

        let migrated = open(&folder.app(), NEXT_FILE, Some(&folder.backups())).unwrap();
        assert_eq!(model(&migrated), "tiny");
        migrated.execute("UPDATE run SET colour = 'red'", []).unwrap();
        drop(migrated);
        let [backup] = &backups(&folder)[..] else { panic!("one backup") };
        let old = open_to_read(backup, APP_FILE).unwrap();
        assert_eq!(model(&old), "tiny");

        // Once is enough.
        drop(open(&folder.app(), NEXT_FILE, Some(&folder.backups())).unwrap());
        assert_eq!(backups(&folder).len(), 1);
        // And this program must not touch it any more.
        let newer = Store::open(&folder.root, OpenMode::ReadWrite).unwrap_err();
        assert_eq!(newer, StoreError::Newer { found: 2, supported: 1, path: folder.app() });
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        let (_temporary, folder) = store_with_a_run();
        open(&folder.app(), BROKEN_FILE, Some(&folder.backups())).unwrap_err();
        let store = Store::open(&folder.root, OpenMode::ReadWrite).unwrap();
        assert!(store.check().unwrap().findings.is_empty());
        let connection = Connection::open(folder.app()).unwrap();
        let more: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'more'", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!((more, model(&connection).as_str()), (0, "tiny"));
    }

    #[test]
    fn names_that_mean_something_in_a_uri_are_written_out() {
        assert_eq!(
            immutable_uri("/a b/50%?#.sqlite".as_ref()),
            "file:/a%20b/50%25%3f%23.sqlite?immutable=1"
        );
    }
}
