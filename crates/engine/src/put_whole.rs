//! Files that others may read at any moment.

use std::path::Path;
use std::{fs, io};

/// Writes a file, and the folders it lies in, so that it is whole at any moment or not there: a program
/// that is killed leaves the old one.
pub(crate) fn put_whole(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    fs::write(&part, text)?;
    fs::rename(&part, path)
}
