//! What an output is called: each by a name of its own, the same whenever the job is begun again. It hangs on
//! the document and on what lies beside it, not on what was written before.

use std::path::Path;

use compress::document::{Format, text_name};

use crate::model::sha256_hex;

/// A document's name, as no other document has it: where the system's own is no Unicode, two that are told
/// apart there may be shown alike.
pub(super) fn own(folder: &Path, path: &Path, name: &str) -> String {
    if !name.contains(char::REPLACEMENT_CHARACTER) {
        return name.to_owned();
    }
    let below = path.strip_prefix(folder).unwrap_or(path).as_os_str();
    if below.to_str().is_some() {
        return name.to_owned();
    }
    let hash = sha256_hex(below.as_encoded_bytes());
    let hash = hash.get(..8).unwrap_or_default();
    match name.rsplit_once('.') {
        Some((stem, ending)) if !ending.contains('/') => format!("{stem}~{hash}.{ending}"),
        _ => format!("{name}~{hash}"),
    }
}

/// The file for what is left of a document that is called `own`. `made` is what its text was taken out of, where
/// that is known. A name that another document in the folder has stays with that one.
pub(super) fn file(folder: &Path, own: &str, made: Option<Format>) -> String {
    text_name(own, made, |name| folder.join(name).symlink_metadata().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_belongs_to_whoever_has_it_already() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str| std::fs::write(folder.path().join(name), "x").unwrap();
        put("report.pdf");
        assert_eq!(file(folder.path(), "report.pdf", None), "report.pdf.txt");
        put("report.pdf.txt");
        assert_eq!(file(folder.path(), "report.pdf", None), "report.pdf.txt.txt");
        assert_eq!(file(folder.path(), "report.pdf.txt", None), "report.pdf.txt");
        assert_eq!(file(folder.path(), "r.json", Some(Format::Chat)), "r.json.txt");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_are_no_unicode_are_told_apart() {
        use std::os::unix::ffi::OsStrExt;
        let path = |bytes: &[u8]| Path::new("in").join(std::ffi::OsStr::from_bytes(bytes));
        let named = |bytes: &[u8]| own(Path::new("in"), &path(bytes), "b/a\u{fffd}.txt");
        let (one, other) = (named(b"b/a\xff.txt"), named(b"b/a\xfe.txt"));
        assert!(one != other && one.starts_with("b/a\u{fffd}~") && one.ends_with(".txt"), "{one}");
        assert_eq!(named("b/a\u{fffd}.txt".as_bytes()), "b/a\u{fffd}.txt");
    }
}
