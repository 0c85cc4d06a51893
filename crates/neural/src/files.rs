//! The files of a model's folder, read whole where they are small.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::Error;

pub(crate) const CONFIG: &str = "config.json";
pub(crate) const TOKENIZER: &str = "tokenizer.json";
pub(crate) const WEIGHTS: &str = "model.safetensors";

/// The largest description that is read, in bytes.
pub(crate) const JSON_LIMIT_BYTES: u64 = 1 << 20;
/// The largest tokenizer that is read, in bytes; those of many languages have 20 MB.
pub(crate) const TOKENIZER_LIMIT_BYTES: u64 = 128 << 20;

/// The file's path, where it is there.
pub(crate) fn path(folder: &Path, file: &'static str) -> Result<PathBuf, Error> {
    let path = folder.join(file);
    match path.is_file() {
        true => Ok(path),
        false => Err(Error::Missing { file, folder: folder.to_path_buf() }),
    }
}

/// Reads one of a model's small files.
pub(crate) fn read(folder: &Path, file: &'static str, limit: u64) -> Result<Vec<u8>, Error> {
    let path = path(folder, file)?;
    let mut bytes = Vec::new();
    File::open(&path)
        .and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
        .map_err(|source| Error::unreadable(source, &path))?;
    match bytes.len() as u64 > limit {
        true => Err(Error::damaged(format!("it has more than {limit} bytes"), &path)),
        false => Ok(bytes),
    }
}

/// Reads a description that a model may do without; `None` where it is not there.
pub(crate) fn read_optional(
    folder: &Path,
    file: &'static str,
) -> Result<Option<serde_json::Value>, Error> {
    let path = folder.join(file);
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = read(folder, file, JSON_LIMIT_BYTES)?;
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|e| Error::damaged(format!("it is no JSON, {e}"), &path))
}
