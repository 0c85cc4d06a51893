//! A zip archive that nobody vouches for: how much comes out of it is bounded, whatever it says.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::super::refused::Refused;
use super::super::{Broken, encoding};

/// A member may unpack to so many times its size; XML of real documents stays below a tenth of it.
const MOST_RATIO: u64 = 400;
/// A member that unpacks to less is not looked at closer.
const SMALL_BYTES: u64 = 8 << 20;
/// All members together may unpack to so many times what a document may have.
const MOST_TIMES_LIMIT: u64 = 4;

/// The archive, and how much may still come out of it.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    limit: u64,
    left: u64,
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8], limit: u64) -> Result<Self, Broken> {
        let archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| Broken::Damaged("a zip archive", error.to_string()))?;
        let limit = limit.saturating_mul(MOST_TIMES_LIMIT);
        Ok(Self { archive, limit, left: limit })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// Members whose names are as asked, in the archive's order.
    pub(super) fn count(&self, is: impl Fn(&str) -> bool) -> usize {
        self.archive.file_names().filter(|name| is(name)).count()
    }

    /// A member as text; `None` where there is none of this name.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Broken> {
        let damaged = |error: &dyn std::fmt::Display| {
            Broken::Damaged("an archive", format!("its part {name}: {error}"))
        };
        let member = match self.archive.by_name(name) {
            Ok(member) => member,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(damaged(&error)),
        };
        if member.encrypted() {
            return Err(Refused::LOCKED_ZIP.into());
        }
        let packed = member.compressed_size();
        let most = packed.saturating_mul(MOST_RATIO).max(SMALL_BYTES).min(self.left);
        let mut bytes = Vec::new();
        let read = member.take(most + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > most {
            return Err(Broken::Inflated(most.min(self.limit)));
        }
        read.map_err(|error| damaged(&error))?;
        self.left -= bytes.len() as u64;
        if bytes.is_empty() {
            return Ok(Some(String::new()));
        }
        match encoding::decode(&bytes, None) {
            Some((_, text)) => Ok(Some(text)),
            None => Err(damaged(&"it is no text")),
        }
    }
}
