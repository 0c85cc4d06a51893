//! Backups: both files copied at one moment, checked, and put back.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::connection::{self, Kind, remove_if_there};
use crate::copy;
use crate::error::{At, Doing, StoreError};
use crate::folder::Folder;
use crate::schema::{APP_FILE, SAMPLES_FILE};
use crate::store::{SamplesState, Store, lock_file, open_samples, put_aside};

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupReport {
    /// The files that were written, each checked.
    pub files: Vec<PathBuf>,
    /// Their sizes together.
    pub bytes: u64,
}

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreReport {
    /// The files that were put back.
    pub restored: Vec<PathBuf>,
    /// Where the files that were there before are now.
    pub kept: Vec<PathBuf>,
}

impl Store {
    /// Copies both files into the folder `to` while the store is in use, and checks the copies.
    /// Samples that are gone are left out. Refuses a folder that holds a backup already. What waits
    /// is flushed first; samples that are recorded while theirs are copied wait for the end of that.
    pub fn backup(&self, to: &Path) -> Result<BackupReport, StoreError> {
        match self.flush() {
            Ok(()) | Err(StoreError::ReadOnly { .. }) => {}
            Err(error) => return Err(error),
        }
        fs::create_dir_all(to).doing("make the folder for the backup", to)?;
        let target = Folder::new(to);
        for path in [target.app(), target.samples()] {
            if path.exists() {
                return Err(StoreError::Exists { path });
            }
        }
        let with_samples = self.samples_state() == SamplesState::Present;
        let files = self.read(|reader| {
            let (app_path, samples_path) = (reader.folder.app(), reader.folder.samples());
            // Both moments are fixed before the first byte is copied. The samples come second: a
            // flush in between then adds blocks that no run of the copy counts yet, which is
            // harmless, and none is missing.
            let app = moment(&reader.app, &app_path)?;
            let samples = if with_samples {
                Some(moment(open_samples(&mut reader.samples, &samples_path)?, &samples_path)?)
            } else {
                None
            };
            let mut files = vec![target.app()];
            copy::unchecked(&app, &app_path, &target.app())?;
            if let Some(samples) = samples {
                let copied = copy::unchecked(&samples, &samples_path, &target.samples());
                // Let go at once: meanwhile no samples can be flushed.
                drop(samples);
                if let Err(error) = copied.and_then(|()| copy::checked(&target.samples())) {
                    remove_if_there(&target.app())?;
                    return Err(error);
                }
                files.push(target.samples());
            }
            if let Err(error) = copy::checked(&target.app()) {
                remove_if_there(&target.samples())?;
                return Err(error);
            }
            Ok(files)
        })?;
        let mut bytes = 0;
        for file in &files {
            bytes += fs::metadata(file).doing("read the backup", file)?.len();
        }
        Ok(BackupReport { files, bytes })
    }

    /// Puts a backup back into the store's folder, which no program may have open. `from` is a
    /// folder made by [`Store::backup`], or one `app.sqlite` file such as those in `backups/`.
    ///
    /// The backup is copied and checked before anything is touched. The files that were there get
    /// names with the time in them and stay. A backup without samples leaves the samples alone.
    pub fn restore(folder: &Path, from: &Path) -> Result<RestoreReport, StoreError> {
        let folder = Folder::new(folder);
        fs::create_dir_all(&folder.root).doing("make the store's folder", &folder.root)?;
        let _alone = alone(&folder)?;
        let source = Folder::new(from);
        let mut parts = Vec::new();
        if from.is_dir() {
            if !source.app().exists() {
                return Err(StoreError::NoStore { path: from.to_path_buf() });
            }
            parts.push((source.app(), APP_FILE, folder.app(), "app"));
            if source.samples().exists() {
                parts.push((source.samples(), SAMPLES_FILE, folder.samples(), "samples"));
            }
        } else if from.exists() {
            parts.push((from.to_path_buf(), APP_FILE, folder.app(), "app"));
        } else {
            return Err(StoreError::NoStore { path: from.to_path_buf() });
        }
        let copies = parts
            .iter()
            .map(|(from, kind, to, _)| checked_copy(from, *kind, to))
            .collect::<Result<Vec<_>, _>>()?;
        let mut report = RestoreReport { restored: Vec::new(), kept: Vec::new() };
        for (copy, (_, _, to, stem)) in copies.iter().zip(&parts) {
            report.kept.extend(put_aside(to, stem)?);
            fs::rename(copy, to).doing("put the backup in place", to)?;
            report.restored.push(to.clone());
        }
        Ok(report)
    }
}

/// Fixes what a connection sees until this ends.
fn moment<'a>(
    connection: &'a Connection,
    path: &Path,
) -> Result<rusqlite::Transaction<'a>, StoreError> {
    let transaction = connection.unchecked_transaction().at(path)?;
    // A transaction sees its moment from the first read on.
    transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).at(path)?;
    Ok(transaction)
}

/// A copy of a backup beside its destination, whole and of this program.
fn checked_copy(from: &Path, kind: Kind, to: &Path) -> Result<PathBuf, StoreError> {
    let mut copy = to.as_os_str().to_owned();
    copy.push(".restoring");
    let copy = PathBuf::from(copy);
    remove_if_there(&copy)?;
    let source = connection::open_older_to_read(from, kind)?;
    copy::online(&source, from, &copy).map_err(|error| match error {
        // The copy is as damaged as what it was made from.
        StoreError::Damaged { detail, .. } => {
            StoreError::Damaged { detail, path: from.to_path_buf() }
        }
        other => other,
    })?;
    Ok(copy)
}

/// The lock that no open store shares.
fn alone(folder: &Folder) -> Result<File, StoreError> {
    let file = lock_file(&folder.use_lock())?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: folder.root.clone() }),
        Err(TryLockError::Error(error)) => {
            Err(StoreError::from_io(&error, "take the store's lock", &folder.use_lock()))
        }
    }
}
