//! What is written must not be what is read, nor two outputs one file: no document is lost to its own
//! abstract, and no abstract to another.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::out::Trouble;

/// A file as the system knows it, whatever it is called.
#[derive(PartialEq, Eq, Hash)]
enum Which {
    /// By device and number: links are the file that they lead to.
    #[cfg(unix)]
    File(u64, u64),
    /// By its place, where there is no file yet.
    Place(PathBuf),
}

/// Refuses to write to `written` what would take the place of something in `read`, or of another output.
/// `-` is standard input where it is read, and standard output where it is written.
pub(super) fn refuse<'a>(
    read: impl IntoIterator<Item = &'a Path>,
    written: impl IntoIterator<Item = &'a Path>,
) -> Result<(), Trouble> {
    let mut written = written.into_iter().peekable();
    if written.peek().is_none() {
        return Ok(());
    }
    let read: HashSet<Which> = read
        .into_iter()
        .filter_map(|path| if path == Path::new("-") { standard_input() } else { which(path) })
        .collect();
    let mut taken = HashSet::new();
    for path in written {
        let file = if path == Path::new("-") { standard_output() } else { which(path) };
        let Some(file) = file else { continue };
        let shown = path.display();
        if read.contains(&file) {
            return Err(Trouble::usage(format!(
                "the output would overwrite the document; choose another place: {shown}"
            )));
        }
        if !taken.insert(file) {
            return Err(Trouble::usage(format!(
                "two outputs would be one file; choose another place for one of them: {shown}"
            )));
        }
    }
    Ok(())
}

/// Which file a path names, there or not; `None` for what is no file, such as a device, which loses nothing.
fn which(path: &Path) -> Option<Which> {
    match fs::metadata(path) {
        Ok(metadata) => known(&metadata, path),
        Err(_) => {
            let folder = match path.parent() {
                Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
                Some(folder) => folder,
                None => return None,
            };
            let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
            Some(Which::Place(folder.join(path.file_name()?)))
        }
    }
}

#[cfg(unix)]
fn known(metadata: &fs::Metadata, _: &Path) -> Option<Which> {
    use std::os::unix::fs::MetadataExt;
    metadata.is_file().then(|| Which::File(metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn known(metadata: &fs::Metadata, path: &Path) -> Option<Which> {
    metadata.is_file().then(|| path.canonicalize().ok().map(Which::Place))?
}

#[cfg(unix)]
fn standard_input() -> Option<Which> {
    use std::os::fd::AsFd;
    opened(std::io::stdin().as_fd())
}

#[cfg(unix)]
fn standard_output() -> Option<Which> {
    use std::os::fd::AsFd;
    opened(std::io::stdout().as_fd())
}

#[cfg(unix)]
fn opened(file: std::os::fd::BorrowedFd<'_>) -> Option<Which> {
    let file = fs::File::from(file.try_clone_to_owned().ok()?);
    known(&file.metadata().ok()?, Path::new(""))
}

#[cfg(not(unix))]
fn standard_input() -> Option<Which> {
    None
}

#[cfg(not(unix))]
fn standard_output() -> Option<Which> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(read: &[&Path], written: &[&Path]) -> Option<String> {
        match refuse(read.iter().copied(), written.iter().copied()) {
            Err(Trouble::Failure(failure)) => Some(failure.message),
            _ => None,
        }
    }

    #[test]
    fn a_file_is_itself_whatever_it_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a.txt"), "a").unwrap();
        fs::create_dir(path("in")).unwrap();
        let (a, new) = (path("a.txt"), path("new.txt"));
        let again = path("in/../a.txt");
        let said = |read: &[&Path], written: &[&Path], words: &str| {
            let said = refused(read, written).unwrap_or_default();
            assert!(said.contains(words), "{said:?}");
        };
        said(&[&new, &a], &[&again], "would overwrite the document");
        said(&[&a], &[&new, &path("in/../new.txt")], "two outputs would be one file");
        assert_eq!(refused(&[&a], &[&new, &path("in/new.txt")]), None);
        assert_eq!(refused(&[&a, &a], &[Path::new("/dev/null"), Path::new("/dev/null")]), None);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("a.txt", path("soft.txt")).unwrap();
            fs::hard_link(path("a.txt"), path("hard.txt")).unwrap();
            said(&[&a], &[&path("soft.txt")], "would overwrite the document");
            said(&[&path("soft.txt")], &[&path("hard.txt")], "would overwrite the document");
        }
    }
}
