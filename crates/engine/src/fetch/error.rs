//! Why a model could not be fetched.

use std::io;
use std::path::{Path, PathBuf};

use protocol::numbers::bytes;

use crate::error::EngineError;

/// Why a model could not be fetched. What was fetched stays, unless the message says otherwise.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error(
        "the model could not be fetched ({why}); check the network, set HTTPS_PROXY if you need a \
         proxy, or fetch {url} by hand and put it here: {}",
        path.display()
    )]
    Unreachable { why: String, url: String, path: PathBuf },
    #[error(
        "the model could not be fetched ({why}); check the network, set HTTPS_PROXY if you need a \
         proxy, or fetch {files} of {url} by hand and put them here: {}",
        folder.display()
    )]
    Unlisted { why: String, files: String, url: String, folder: PathBuf },
    #[error(
        "the hub does not give the model (it answered {status}); update this program, or fetch \
         {url} by hand, signed in where its publisher wants that, and put it here: {}",
        path.display()
    )]
    Absent { status: u16, url: String, path: PathBuf },
    #[error(
        "the hub shows no such model (it answered {status}); look at the name, and whether its \
         publisher lets only those have it who are signed in: {url}"
    )]
    NoSuchModel { status: u16, url: String },
    #[error("the model is none that can be used here ({why}); choose another: {url}")]
    NotUsable { why: String, url: String },
    #[error("the hub's model has no {missing}; name one of its files, such as {example}: {url}")]
    OtherFile { missing: String, example: String, url: String },
    #[error(
        "there is too little room on the disk ({} are missing); free some, or choose another \
         folder with the setting models: {}",
        bytes(*missing_bytes as f64), path.display()
    )]
    NoRoom { missing_bytes: u64, path: PathBuf },
    #[error(
        "the hub's file is not the one that was meant ({} where {expected} bytes are); try \
         again, and update this program if that does not help: {url}",
        found.map_or("it goes on".to_owned(), |found| format!("{found} bytes"))
    )]
    OtherSize { found: Option<u64>, expected: u64, url: String },
    #[error(
        "what arrived is not the model that was meant (its {sum} differs) and was removed; try \
         again, and ask whether a proxy changes files: {}",
        path.display()
    )]
    WrongBytes { sum: &'static str, path: PathBuf },
    #[error(
        "the disk is full, and what arrived so far is kept; free {missing_bytes} bytes and fetch \
         again: {}",
        path.display()
    )]
    DiskFull { missing_bytes: u64, path: PathBuf },
    #[error(
        "the model could not be written ({source}); make its folder writable or choose another \
         with the setting models: {}",
        path.display()
    )]
    Unwritable { source: io::Error, path: PathBuf },
    #[error("somebody else is fetching this model; wait until that is done: {}", path.display())]
    Busy { path: PathBuf },
    #[error("the hub's address cannot be used ({detail}); correct HF_ENDPOINT: {base}")]
    BadAddress { detail: String, base: String },
    #[error("the proxy's address cannot be used; correct the environment variable {variable}")]
    BadProxy { variable: &'static str },
    #[error("a thread for the network could not be had ({0}); close other programs and try again")]
    NoThread(io::Error),
    #[error("cancelled")]
    Cancelled,
}

impl FetchError {
    /// Nobody was reached, or not for long enough.
    pub(super) fn unreachable(why: &str, url: String, path: PathBuf) -> Self {
        // A face splits the message from the remedy at the semicolon.
        FetchError::Unreachable { why: why.replace(';', ","), url, path }
    }

    /// Something could not be written; `missing_bytes` is what was still to come.
    pub(super) fn written(source: io::Error, path: &Path, missing_bytes: u64) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                FetchError::DiskFull { missing_bytes, path }
            }
            _ => FetchError::Unwritable { source, path },
        }
    }
}

impl From<FetchError> for EngineError {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Cancelled => EngineError::Cancelled,
            FetchError::BadAddress { .. }
            | FetchError::BadProxy { .. }
            | FetchError::NotUsable { .. }
            | FetchError::OtherFile { .. } => EngineError::BadRequest(error.to_string()),
            FetchError::NoSuchModel { .. } => EngineError::NotFound(error.to_string()),
            _ => EngineError::Fetch(error.to_string()),
        }
    }
}
