//! Runs whose recorder vanished.
//!
//! A recorder holds an advisory lock on `recording/<run>.lock` for as long as it records. The
//! system lets go of it when the program dies, however it dies. So a run that says `recording`
//! and whose lock can be taken, or is not there, has lost its recorder.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::connection::remove_if_there;
use crate::error::{At, Doing, StoreError};
use crate::folder::Folder;
use crate::id::RunId;
use crate::table::run::{self, RunStatus};

/// What a run's `reason` says when its recorder vanished.
pub(crate) const VANISHED: &str = "the program that recorded it ended before the run did";

/// The lock of a run that this program records.
#[derive(Debug)]
pub(crate) struct RecordingLock {
    path: PathBuf,
    // Held for its lock.
    _file: File,
}

impl RecordingLock {
    /// Makes and takes the lock. To be called before anybody can see the run.
    pub(crate) fn take(folder: &Folder, run: &RunId) -> Result<Self, StoreError> {
        let all = folder.recording();
        std::fs::create_dir_all(&all).doing("make the folder for recordings", &all)?;
        let path = folder.recording_lock(run);
        let file = File::create_new(&path).doing("make the recording's lock", &path)?;
        file.lock().doing("take the recording's lock", &path)?;
        Ok(Self { path, _file: file })
    }
}

impl Drop for RecordingLock {
    fn drop(&mut self) {
        // Removed while it is held. Whoever looks now sees that the run is no longer recording.
        if let Err(error) = remove_if_there(&self.path) {
            tracing::warn!(%error, "could not remove a recording's lock");
        }
    }
}

/// Whether a recorder is at work behind this lock. What cannot be found out counts as yes.
pub(crate) fn alive(lock: &Path) -> bool {
    match File::open(lock) {
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
        Ok(file) => match file.try_lock_shared() {
            Ok(()) => false,
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => true,
        },
    }
}

/// The runs that say they are recording and are not.
pub(crate) fn find(folder: &Folder, app: &Connection) -> Result<Vec<RunId>, StoreError> {
    let recording = run::recording(app).at(&folder.app())?;
    Ok(recording.into_iter().filter(|run| !alive(&folder.recording_lock(run))).collect())
}

/// Marks these runs as lost; their data stay.
pub(crate) fn mark(
    folder: &Folder,
    app: &mut Connection,
    runs: &[RunId],
) -> Result<(), StoreError> {
    let path = folder.app();
    let transaction = app.transaction().at(&path)?;
    for run in runs {
        run::finish(&transaction, run, RunStatus::Lost, Some(VANISHED), None, None).at(&path)?;
    }
    transaction.commit().at(&path)?;
    for run in runs {
        remove_if_there(&folder.recording_lock(run))?;
    }
    Ok(())
}
