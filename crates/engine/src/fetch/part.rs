//! The part of a file that has arrived, kept beside its destination until it is whole.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::Watch;
use super::error::FetchError;
use super::net;
use super::wanted::Wanted;

/// Most bytes of a remembered tag.
const TAG_BYTES: u64 = 256;

/// `FILE.part`, locked against other programs, and `FILE.part.etag`, which says of which version
/// of the hub's file it is a part.
pub(super) struct Part {
    file: File,
    len: u64,
    path: PathBuf,
    target: PathBuf,
}

impl Part {
    /// What has arrived of `target`; empty where nothing has.
    pub(super) fn open(target: &Path) -> Result<Part, FetchError> {
        let path = beside(target, ".part");
        let opened =
            File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = opened.map_err(|error| FetchError::written(error, &path, 0))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FetchError::Busy { path }),
            // Some network disks have no locks; then two programs at once are on their own.
            Err(TryLockError::Error(error)) => tracing::debug!(%error, "the part is not locked"),
        }
        let len = file.seek(SeekFrom::End(0));
        let len = len.map_err(|error| FetchError::written(error, &path, 0))?;
        Ok(Part { file, len, path, target: target.to_path_buf() })
    }

    /// Bytes that have arrived.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Where the whole file goes.
    pub(super) fn target(&self) -> &Path {
        &self.target
    }

    /// Forgets what has arrived.
    pub(super) fn restart(&mut self) -> Result<(), FetchError> {
        if self.len > 0 {
            let emptied = self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)));
            emptied.map_err(|error| FetchError::written(error, &self.path, 0))?;
            self.len = 0;
        }
        self.remember(None)
    }

    /// The tag of the version that this is a part of.
    pub(super) fn etag(&self) -> Option<String> {
        let mut etag = String::new();
        let file = File::open(self.etag_path()).ok()?;
        file.take(TAG_BYTES).read_to_string(&mut etag).ok()?;
        net::is_strong(&etag).then_some(etag)
    }

    /// Remembers that tag, or forgets it.
    pub(super) fn remember(&self, etag: Option<&str>) -> Result<(), FetchError> {
        let path = self.etag_path();
        match etag {
            Some(etag) => fs::write(&path, etag),
            None => gone(fs::remove_file(&path)),
        }
        .map_err(|error| FetchError::written(error, &path, 0))
    }

    /// Appends; `whole` is the size of the whole file, for the message where the disk is full.
    pub(super) fn append(&mut self, bytes: &[u8], whole: u64) -> Result<(), FetchError> {
        if let Err(error) = self.file.write_all(bytes) {
            return Err(FetchError::written(error, &self.path, whole.saturating_sub(self.len)));
        }
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Removes what has arrived from the disk.
    pub(super) fn remove(&self) -> Result<(), FetchError> {
        self.remember(None)?;
        gone(fs::remove_file(&self.path)).map_err(|error| FetchError::written(error, &self.path, 0))
    }

    /// Gives the whole file its name, once it is safely on disk and its bytes are the right ones.
    pub(super) fn finish(
        mut self,
        wanted: &Wanted,
        target: &Path,
        watch: &Watch<'_>,
    ) -> Result<(), FetchError> {
        let failed = |error| FetchError::written(error, target, 0);
        self.file.seek(SeekFrom::Start(0)).map_err(failed)?;
        if !wanted.sum.fits(&mut self.file, self.len, &self.path, watch)? {
            self.remove()?;
            let (sum, path) = (wanted.sum.name(), target.to_path_buf());
            return Err(FetchError::WrongBytes { sum, path });
        }
        self.file.sync_all().map_err(failed)?;
        fs::rename(&self.path, target).map_err(failed)?;
        self.remember(None)?;
        if let (true, Some(folder)) = (cfg!(unix), target.parent()) {
            // The name must survive a power failure too.
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        Ok(())
    }

    fn etag_path(&self) -> PathBuf {
        beside(&self.path, ".etag")
    }
}

pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// A file that is already gone is as good as removed.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
