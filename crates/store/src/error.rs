//! What can go wrong, named by what failed for the user.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::id::RunId;
use crate::table::run::RunStatus;

/// Why the store could not do it. The message says what happened and what to do; paths come last.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The store was opened for reading, or the folder or file may not be written.
    #[error("the store may only be read; make its folder writable or choose another: {}", path.display())]
    ReadOnly {
        /// The folder or file.
        path: PathBuf,
    },
    /// The disk has no room left (or a quota or size limit says so). Nothing was half written.
    #[error("the disk is full and nothing was changed; free some space and try again: {}", path.display())]
    DiskFull {
        /// The file that could not grow.
        path: PathBuf,
    },
    /// There is no store in this folder, and reading was all that was asked for.
    #[error("there is no store here; check the folder's name: {}", path.display())]
    NoStore {
        /// The folder.
        path: PathBuf,
    },
    /// A newer program has written the file.
    #[error(
        "the file has format {found} but this program knows only up to {supported}; use a newer program: {}",
        path.display()
    )]
    Newer {
        /// The file's format.
        found: i32,
        /// The newest format this program knows.
        supported: i32,
        /// The file.
        path: PathBuf,
    },
    /// The file must be migrated before it can be read, and reading was all that was asked for.
    #[error("the store is from an older program; open it once for writing to bring it up to date: {}", path.display())]
    Older {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error("the database file is damaged ({detail}); restore a backup of it: {}", path.display())]
    Damaged {
        /// What SQLite or the store found.
        detail: String,
        /// The file.
        path: PathBuf,
    },
    /// The file is a database, but of another program.
    #[error("this file belongs to another program; move it away or choose another folder: {}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// `samples.sqlite` is there, but `app.sqlite` is gone.
    #[error("the store's precious file is missing; restore a backup of it: {}", path.display())]
    AppMissing {
        /// Where `app.sqlite` should be.
        path: PathBuf,
    },
    /// The samples file is lost or damaged; everything else still works.
    #[error("the samples are gone ({reason}); recreate the samples file or restore a backup: {}", path.display())]
    SamplesGone {
        /// Why.
        reason: String,
        /// Where `samples.sqlite` should be.
        path: PathBuf,
    },
    /// Another program kept the file locked for longer than five seconds.
    #[error("another program keeps the store busy; wait for it to finish and try again: {}", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// A backup cannot be put back while a program has the store open.
    #[error("a program has the store open; close every Benchvise first and try again: {}", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// Nothing fits the selector.
    #[error("no run is named by {selector:?}; list the runs to see their ids and tags")]
    NoSuchRun {
        /// The part of the selector that found nothing.
        selector: String,
    },
    /// More than one run fits the selector.
    #[error(
        "{selector:?} could be any of {}{}; write more of the id",
        join(candidates),
        if *more { " and others" } else { "" }
    )]
    Ambiguous {
        /// The prefix.
        selector: String,
        /// Some of the runs it could mean.
        candidates: Vec<RunId>,
        /// Whether there are more than named.
        more: bool,
    },
    /// The selector cannot be read.
    #[error("the selector {selector:?} {reason}; write an id, latest, latest~N or tag:key=value")]
    BadSelector {
        /// The part that cannot be read.
        selector: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The run is not being recorded by this store.
    #[error("run {run} is {status} and takes no more data; start a new run")]
    NotRecording {
        /// The run.
        run: RunId,
        /// Its state.
        status: RunStatus,
    },
    /// The caller asked for something the store does not take.
    #[error("{0}")]
    Refused(String),
    /// The bundle is not what it says it is. Nothing was imported.
    #[error("the bundle is damaged or was tampered with ({reason}); export it again: {}", path.display())]
    BundleDamaged {
        /// What does not fit.
        reason: String,
        /// The bundle.
        path: PathBuf,
    },
    /// The bundle asks for more room than it may have. Nothing was imported.
    #[error("the bundle unpacks to more than {limit_bytes} bytes ({what}); export fewer runs: {}", path.display())]
    BundleTooLarge {
        /// Which part.
        what: String,
        /// The limit that was passed.
        limit_bytes: u64,
        /// The bundle.
        path: PathBuf,
    },
    /// A run of the bundle is already here with other contents. Nothing was imported.
    #[error("run {run} is already here with different contents; delete that one first or keep it: {}", path.display())]
    BundleConflict {
        /// The run.
        run: RunId,
        /// The bundle.
        path: PathBuf,
    },
    /// Something is already there and will not be overwritten.
    #[error("there is already something here; choose another name: {}", path.display())]
    Exists {
        /// The file or folder.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("could not {doing} ({detail}); check the disk and the permissions: {}", path.display())]
    Io {
        /// What was tried, as in "could not …".
        doing: &'static str,
        /// What the system said.
        detail: String,
        /// The file or folder.
        path: PathBuf,
    },
    /// SQLite refused for a reason that has no name here.
    #[error("the database refused ({detail}); run the store's check: {}", path.display())]
    Database {
        /// What SQLite said.
        detail: String,
        /// The file.
        path: PathBuf,
    },
    /// The store was closed, or its thread has died.
    #[error("the store is closed; open it again")]
    Closed,
}

fn join(ids: &[RunId]) -> String {
    ids.iter().map(RunId::as_str).collect::<Vec<_>>().join(", ")
}

impl StoreError {
    /// What SQLite's error means for somebody who works with the database at `path`.
    pub(crate) fn from_sqlite(error: &rusqlite::Error, path: &Path) -> Self {
        let path = path.to_path_buf();
        let detail = error.to_string();
        let rusqlite::Error::SqliteFailure(failure, _) = error else {
            return match error {
                // A value of a type or range that this program never writes.
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..) => Self::Damaged { detail, path },
                _ => Self::Database { detail, path },
            };
        };
        match failure.code {
            ErrorCode::DiskFull => Self::DiskFull { path },
            // A quota or a limit on the file's size arrives as a refused write.
            ErrorCode::SystemIoFailure if WRITE_FAILURES.contains(&failure.extended_code) => {
                Self::DiskFull { path }
            }
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly { path },
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged { detail, path },
            // Pages that the header promises and the file does not have.
            ErrorCode::SystemIoFailure
                if failure.extended_code == rusqlite::ffi::SQLITE_IOERR_SHORT_READ =>
            {
                Self::Damaged { detail, path }
            }
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy { path },
            _ => Self::Database { detail, path },
        }
    }

    /// What an I/O error means for somebody who tried to write at `path`.
    pub(crate) fn from_io(error: &io::Error, doing: &'static str, path: &Path) -> Self {
        let path = path.to_path_buf();
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { path }
            }
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::DiskFull { path },
            _ => Self::Io { doing, detail: error.to_string(), path },
        }
    }
}

/// The extended codes of writes that found no room.
const WRITE_FAILURES: [i32; 2] =
    [rusqlite::ffi::SQLITE_IOERR_WRITE, rusqlite::ffi::SQLITE_IOERR_SHMSIZE];

/// Gives a `rusqlite` result the path it is about.
pub(crate) trait At<T> {
    fn at(self, path: &Path) -> Result<T, StoreError>;
}

impl<T> At<T> for Result<T, rusqlite::Error> {
    fn at(self, path: &Path) -> Result<T, StoreError> {
        self.map_err(|error| StoreError::from_sqlite(&error, path))
    }
}

/// Gives an I/O result what was tried and the path it is about.
pub(crate) trait Doing<T> {
    fn doing(self, doing: &'static str, path: &Path) -> Result<T, StoreError>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, doing: &'static str, path: &Path) -> Result<T, StoreError> {
        self.map_err(|error| StoreError::from_io(&error, doing, path))
    }
}
