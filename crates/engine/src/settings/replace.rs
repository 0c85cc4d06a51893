//! Puts a whole file in the place of another: whoever reads meanwhile sees the old one or the new
//! one, never half of either.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Writes `text` to `path`, which need not exist, nor its folder. A link stays a link, the mode
/// stays the mode, and a file that may not be written is not replaced.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let mode = match fs::metadata(&path) {
        Ok(metadata) if metadata.permissions().readonly() => {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is write-protected"));
        }
        Ok(metadata) => Some(metadata.permissions()),
        Err(_) => None,
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let fresh = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
    // Left by a process of this number that was killed.
    if fresh.exists() {
        fs::remove_file(&fresh)?;
    }
    let written = write(&fresh, text, mode).and_then(|()| fs::rename(&fresh, &path));
    if written.is_err()
        && let Err(error) = fs::remove_file(&fresh)
    {
        tracing::debug!(%error, "an unfinished settings file stays");
    }
    written
}

fn write(path: &Path, text: &str, mode: Option<fs::Permissions>) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    if let Some(mode) = mode {
        file.set_permissions(mode)?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn only(folder: &Path, name: &str, text: &str) {
        assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), text);
        assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_file_and_its_folders_are_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/s.toml");
        replace(&path, "x = 1").unwrap();
        replace(&path, "x = 2").unwrap();
        only(&folder.path().join("a/b"), "s.toml", "x = 2");
    }

    #[test]
    fn a_folder_in_its_place_is_left() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("s.toml")).unwrap();
        assert!(replace(&folder.path().join("s.toml"), "x = 1").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn the_mode_stays_and_a_link_stays_a_link() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().join("real/s.toml");
        replace(&real, "x = 1").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        let link = folder.path().join("s.toml");
        symlink(&real, &link).unwrap();
        replace(&link, "x = 2").unwrap();
        assert!(link.is_symlink());
        only(&folder.path().join("real"), "s.toml", "x = 2");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn a_write_protected_file_is_not_replaced() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.toml");
        replace(&path, "x = 1").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        assert_eq!(replace(&path, "x = 2").unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        only(folder.path(), "s.toml", "x = 1");
    }
}
