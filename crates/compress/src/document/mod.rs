//! Documents as they come: a file, standard input, or bytes with a name.

mod encoding;
mod format;

use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use encoding::Encoding;

use crate::error::Error;

/// The largest document read unless a caller says otherwise: 64 MiB.
pub const DEFAULT_LIMIT_BYTES: u64 = 64 << 20;

/// A document's text and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// File name, or the name given with the bytes.
    pub name: String,
    /// SHA-256 of the source bytes, in lowercase hexadecimal.
    pub sha256: String,
    /// How the source bytes were decoded.
    pub encoding: Encoding,
    /// Size of the source, in bytes.
    pub source_bytes: u64,
    /// The text, line endings as they were, without a byte order mark.
    pub text: String,
}

/// Reads the document at `path`, up to [`DEFAULT_LIMIT_BYTES`]; `-` is standard input.
///
/// # Errors
/// [`Error::Unreadable`], [`Error::TooLarge`], [`Error::NotText`] or [`Error::Empty`].
pub fn load(path: impl AsRef<Path>) -> Result<Document, Error> {
    load_within(path, DEFAULT_LIMIT_BYTES)
}

/// Reads the document at `path`, refusing more than `limit_bytes`; `-` is standard input.
///
/// # Errors
/// As [`load`].
pub fn load_within(path: impl AsRef<Path>, limit_bytes: u64) -> Result<Document, Error> {
    let path = path.as_ref();
    if path.as_os_str() == "-" {
        return from_reader("standard input", std::io::stdin().lock(), limit_bytes);
    }
    let name = path
        .file_name()
        .map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    load_as(path, &name, limit_bytes)
}

/// Reads the file at `path` and calls it `name`, refusing more than `limit_bytes`.
///
/// # Errors
/// As [`load`].
pub fn load_as(path: &Path, name: &str, limit_bytes: u64) -> Result<Document, Error> {
    let unreadable = |e: std::io::Error| Error::Unreadable {
        name: path.display().to_string(),
        reason: e.to_string(),
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let meta = file.metadata().map_err(unreadable)?;
    if meta.is_dir() {
        return Err(Error::NotText { format: "a folder", name: path.display().to_string() });
    }
    if meta.len() > limit_bytes {
        let bytes = meta.len();
        return Err(Error::TooLarge { name: name.into(), bytes, limit: limit_bytes });
    }
    from_reader(name, file, limit_bytes)
}

/// Reads a document from `reader`, refusing more than `limit_bytes`.
///
/// # Errors
/// As [`load`].
pub fn from_reader(name: &str, reader: impl Read, limit_bytes: u64) -> Result<Document, Error> {
    let mut bytes = Vec::new();
    reader
        .take(limit_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|e| Error::Unreadable { name: name.into(), reason: e.to_string() })?;
    from_bytes_within(name, &bytes, limit_bytes)
}

/// Makes a document of bytes already in memory, up to [`DEFAULT_LIMIT_BYTES`].
///
/// # Errors
/// [`Error::TooLarge`], [`Error::NotText`] or [`Error::Empty`].
pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Document, Error> {
    from_bytes_within(name, bytes, DEFAULT_LIMIT_BYTES)
}

fn from_bytes_within(name: &str, bytes: &[u8], limit_bytes: u64) -> Result<Document, Error> {
    let size = bytes.len() as u64;
    if size > limit_bytes {
        return Err(Error::TooLarge { name: name.into(), bytes: size, limit: limit_bytes });
    }
    let not_text = |format| Error::NotText { format, name: name.into() };
    if let Some(format) = format::of(bytes) {
        return Err(not_text(format));
    }
    let (encoding, text) = encoding::decode(bytes).ok_or_else(|| not_text("a binary file"))?;
    if text.trim().is_empty() {
        return Err(Error::Empty { name: name.into() });
    }
    Ok(Document {
        name: name.into(),
        sha256: hex(&Sha256::digest(bytes)),
        encoding,
        source_bytes: size,
        text,
    })
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]])
        .map(char::from)
        .collect()
}
