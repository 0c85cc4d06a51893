//! Where things lie in a store's folder.

use std::path::{Path, PathBuf};

use crate::id::RunId;

/// The folder of a store and the names in it.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    pub(crate) root: PathBuf,
}

impl Folder {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }

    /// Runs, values, documents: small and precious.
    pub(crate) fn app(&self) -> PathBuf {
        self.root.join("app.sqlite")
    }

    /// Raw signals: bulky and disposable.
    pub(crate) fn samples(&self) -> PathBuf {
        self.root.join("samples.sqlite")
    }

    /// One locked file per run that is being recorded right now.
    pub(crate) fn recording(&self) -> PathBuf {
        self.root.join("recording")
    }

    pub(crate) fn recording_lock(&self, run: &RunId) -> PathBuf {
        self.recording().join(format!("{run}.lock"))
    }

    /// Copies made before a migration.
    pub(crate) fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// Held shared by every open store, and alone while a backup is put back.
    pub(crate) fn use_lock(&self) -> PathBuf {
        self.root.join("store.lock")
    }

    /// Held while a store is created or migrated.
    pub(crate) fn open_lock(&self) -> PathBuf {
        self.root.join("open.lock")
    }
}

/// The side files SQLite keeps beside `file`: the write-ahead log, its index, the rollback journal.
pub(crate) fn side_files(file: &Path) -> [PathBuf; 3] {
    ["-wal", "-shm", "-journal"].map(|suffix| {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    })
}
