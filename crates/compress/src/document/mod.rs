//! Documents as they come: a file, standard input, or bytes with a name.
//!
//! The text of a [`Document`] is the source that every span of a result points into. For plain text it
//! is the file itself, decoded. For the other formats it is what was taken out of the file, and its
//! words are the file's own: letters that were printed as one are set apart, words that were divided at
//! a line's end are whole again, lines are joined to paragraphs, and marks of Markdown say what was a
//! heading, an item or a table. What was left out on the way is counted in [`Document::left_out`].
//!
//! Nothing here trusts its input. What a file unpacks to is bounded, what is nested is walked to a
//! bounded depth, and what other people's PDFs can do to a parser happens on a thread of its own with a
//! time limit.

mod chat;
mod draft;
mod encoding;
mod formats;
mod html;
pub mod isolated;
mod office;
mod pdf;
mod refused;
mod subtitles;

use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use draft::{Anchor, LeftOut};
pub use encoding::Encoding;
pub use formats::{Format, SORTS, Sort, text_name, text_path};

use crate::error::Error;
use crate::request::Kind;
use draft::Extracted;
use refused::Refused;

/// The largest document read unless a caller says otherwise: 64 MiB.
pub const DEFAULT_LIMIT_BYTES: u64 = 64 << 20;

/// A document's text and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// File name, or the name given with the bytes.
    pub name: String,
    /// SHA-256 of the source bytes, in lowercase hexadecimal.
    pub sha256: String,
    /// How its text was taken out of it.
    pub format: Format,
    /// How the source bytes were decoded; `None` where the format leaves no choice.
    pub encoding: Option<Encoding>,
    /// Size of the source, in bytes.
    pub source_bytes: u64,
    /// The text. Of [`Format::Text`] it is the source, line endings as they were, without a byte order
    /// mark.
    pub text: String,
    /// What the text is made of, where name or format say so.
    pub kind: Option<Kind>,
    /// Pages, chapters or minutes, in their order.
    pub anchors: Vec<Anchor>,
    /// What the text does not have of the source.
    pub left_out: Vec<LeftOut>,
}

/// Why there is no text, before the document's name is put to it.
#[derive(Debug)]
enum Broken {
    Refused(Refused),
    Damaged(&'static str, String),
    Inflated(u64),
    Slow(u64),
}

impl Broken {
    fn named(self, name: &str) -> Error {
        let name = name.to_owned();
        match self {
            Self::Refused(Refused { what, remedy }) => Error::NotText { what, remedy, name },
            Self::Damaged(what, reason) => Error::Damaged { what, reason, name },
            Self::Inflated(limit) => Error::Inflated { name, limit },
            Self::Slow(seconds) => Error::Slow { name, seconds },
        }
    }
}

impl From<Refused> for Broken {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// Reads the document at `path`, up to [`DEFAULT_LIMIT_BYTES`]; `-` is standard input.
///
/// # Errors
/// [`Error::Unreadable`], [`Error::TooLarge`], [`Error::NotText`], [`Error::Damaged`],
/// [`Error::Inflated`], [`Error::Slow`] or [`Error::Empty`].
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
    let name = name_of(path);
    load_as(path, &name, limit_bytes)
}

/// The last part of a path.
fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

/// Reads the file at `path` and calls it `name`, refusing more than `limit_bytes`.
///
/// # Errors
/// As [`load`].
pub fn load_as(path: &Path, name: &str, limit_bytes: u64) -> Result<Document, Error> {
    from_bytes_within(name, &bytes_of(path, name, limit_bytes)?, limit_bytes)
}

/// The bytes of the file at `path`, refusing more than `limit_bytes`. Of one whose length is not known
/// beforehand, at most one byte more than that.
///
/// # Errors
/// [`Error::Unreadable`], [`Error::TooLarge`], and that a folder is no document.
pub fn bytes_of(path: &Path, name: &str, limit_bytes: u64) -> Result<Vec<u8>, Error> {
    let unreadable = |e: std::io::Error| Error::Unreadable {
        name: path.display().to_string(),
        reason: e.to_string(),
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let meta = file.metadata().map_err(unreadable)?;
    if meta.is_dir() {
        return Err(Broken::from(Refused::FOLDER).named(&path.display().to_string()));
    }
    if meta.len() > limit_bytes {
        let bytes = meta.len();
        return Err(Error::TooLarge { name: name.into(), bytes, limit: limit_bytes });
    }
    bytes_from(name, file, limit_bytes)
}

/// All bytes, or one more than the limit.
fn bytes_from(name: &str, reader: impl Read, limit_bytes: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    reader
        .take(limit_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|e| Error::Unreadable { name: name.into(), reason: e.to_string() })?;
    Ok(bytes)
}

/// Reads a document from `reader`, refusing more than `limit_bytes`.
///
/// # Errors
/// As [`load`].
pub fn from_reader(name: &str, reader: impl Read, limit_bytes: u64) -> Result<Document, Error> {
    from_bytes_within(name, &bytes_from(name, reader, limit_bytes)?, limit_bytes)
}

/// Makes a document of bytes already in memory, up to [`DEFAULT_LIMIT_BYTES`].
///
/// # Errors
/// As [`load`], but for [`Error::Unreadable`].
pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Document, Error> {
    from_bytes_within(name, bytes, DEFAULT_LIMIT_BYTES)
}

fn from_bytes_within(name: &str, bytes: &[u8], limit_bytes: u64) -> Result<Document, Error> {
    let size = bytes.len() as u64;
    if size > limit_bytes {
        return Err(Error::TooLarge { name: name.into(), bytes: size, limit: limit_bytes });
    }
    let taken = take(name, bytes, limit_bytes).map_err(|broken| broken.named(name))?;
    if taken.extracted.text.trim().is_empty() {
        return Err(Error::Empty { name: name.into() });
    }
    Ok(Document {
        name: name.into(),
        sha256: hex(&Sha256::digest(bytes)),
        format: taken.format,
        encoding: taken.encoding,
        source_bytes: size,
        text: taken.extracted.text,
        kind: taken.extracted.kind,
        anchors: taken.extracted.anchors,
        left_out: taken.extracted.left_out,
    })
}

/// A text with how it was come by.
struct Taken {
    format: Format,
    encoding: Option<Encoding>,
    extracted: Extracted,
}

/// Takes the text out of `bytes`, whatever they are; the name's ending decides where contents do not.
fn take(name: &str, bytes: &[u8], limit_bytes: u64) -> Result<Taken, Broken> {
    if let Some(refused) = refused::of(bytes) {
        return Err(refused.into());
    }
    if office::is_zip(bytes) {
        let (format, extracted) = office::read(bytes, limit_bytes)?;
        return Ok(Taken { format, encoding: None, extracted });
    }
    if pdf::is_pdf(bytes) {
        let extracted = pdf::read(bytes, limit_bytes)?;
        return Ok(Taken { format: Format::Pdf, encoding: None, extracted });
    }
    if html::is_page(name, bytes) {
        let (encoding, extracted) = html::read(bytes, limit_bytes)?;
        return Ok(Taken { format: Format::Html, encoding: Some(encoding), extracted });
    }
    let (encoding, text) = encoding::decode(bytes, None).ok_or(Refused::BINARY)?;
    if subtitles::is_subtitles(&text) {
        let extracted = subtitles::read(&text, limit_bytes)?;
        return Ok(Taken { format: Format::Subtitles, encoding: Some(encoding), extracted });
    }
    if let Some(extracted) = chat::read(&text, limit_bytes) {
        let extracted = extracted?;
        return Ok(Taken { format: Format::Chat, encoding: Some(encoding), extracted });
    }
    let kind = formats::kind_of(name);
    let extracted = Extracted { text, kind, ..Extracted::default() };
    Ok(Taken { format: Format::Text, encoding: Some(encoding), extracted })
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]])
        .map(char::from)
        .collect()
}
