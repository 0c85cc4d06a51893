//! The settings file: from bytes to keys with the line each stands on.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::error::{Place, SettingsError};
use super::value::Written;

/// Most bytes that are read of a settings file.
const LIMIT_BYTES: u64 = 1 << 20;
/// Most characters of a key or value that a message repeats.
const QUOTED_CHARS: usize = 60;

/// A key with what it is said to be.
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_place: Place,
    pub(super) written: Written,
    /// As it stands in the file, shortened; for messages.
    pub(super) quoted: String,
    pub(super) value_place: Place,
}

/// The file's text; `None` where there is no such file.
pub(super) fn text(path: &Path) -> Result<Option<String>, SettingsError> {
    let unreadable = |source| SettingsError::Unreadable { source, path: path.to_path_buf() };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    let mut bytes = Vec::new();
    file.take(LIMIT_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LIMIT_BYTES {
        return Err(SettingsError::TooLarge { limit_bytes: LIMIT_BYTES, path: path.to_path_buf() });
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes().get(..good).unwrap_or_default());
            Err(SettingsError::NotText { place: Lines::of(path, &text).place(good) })
        }
    }
}

/// What a file says.
#[derive(Default)]
pub(super) struct Parsed {
    /// Top-level keys, in the order of the file.
    pub(super) entries: Vec<Entry>,
    /// Where it is not TOML, in the order of the file.
    pub(super) errors: Vec<SettingsError>,
}

/// Reads what `text` says as far as it can be read.
pub(super) fn parse(path: &Path, text: &str) -> Parsed {
    let lines = Lines::of(path, text);
    let (table, mut errors) = DeTable::parse_recoverable(text);
    errors.sort_by_key(|error| error.span().map(|span| span.start));
    let errors = errors.iter().map(|error| {
        let at = error.span().map_or(0, |span| span.start);
        SettingsError::Syntax { detail: one_line(error.message()), place: lines.place(at) }
    });
    let mut sorted: Vec<_> = table.get_ref().iter().collect();
    sorted.sort_by_key(|(key, _)| key.span().start);
    let entries = sorted.into_iter().map(|(key, value)| Entry {
        key: shortened(key.get_ref()),
        key_place: lines.place(key.span().start),
        written: written(value.get_ref()),
        quoted: quoted(text, value.get_ref(), value.span()),
        value_place: lines.place(value.span().start),
    });
    Parsed { entries: entries.collect(), errors: errors.collect() }
}

fn written(value: &DeValue<'_>) -> Written {
    match value {
        DeValue::String(text) => Written::Text(text.to_string()),
        DeValue::Float(number) => number.as_str().parse().map_or(Written::Other, Written::Number),
        DeValue::Integer(number) if number.radix() == 10 => {
            number.as_str().parse().map_or(Written::Other, Written::Number)
        }
        _ => Written::Other,
    }
}

fn quoted(text: &str, value: &DeValue<'_>, span: Range<usize>) -> String {
    match text.get(span) {
        Some(written) if !value.is_table() => shortened(&one_line(written)),
        _ => "a table".to_owned(),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Where each line starts.
struct Lines<'a> {
    path: &'a Path,
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(path: &'a Path, text: &'a str) -> Self {
        let after = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(after.map(|(at, _)| at + 1)).collect();
        Lines { path, text, starts }
    }

    fn place(&self, at: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= at).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(start..at).map_or(0, |before| before.chars().count()) + 1;
        let counted = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place::File { path: self.path.to_path_buf(), line: counted(line), column: counted(column) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(at: usize, expect: (u32, u32)) {
        let Place::File { line, column, .. } =
            Lines::of(Path::new("f"), "ab\r\nüx = 1\n\n").place(at)
        else {
            panic!("a place in a file");
        };
        assert_eq!((line, column), expect, "{at}");
    }

    #[test]
    fn columns_count_characters() {
        check(0, (1, 1));
        check(1, (1, 2));
        check(4, (2, 1));
        check(6, (2, 2));
        check(12, (3, 1));
        check(13, (4, 1));
        check(999, (4, 1));
    }
}
