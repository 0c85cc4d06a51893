//! The files of a folder, one after the other, in the order of their names.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::documents::{FolderDocument, is_left_out, name, odd};

/// Goes through a folder. In memory are the names in the folders that it is in: of a folder in folders,
/// never all of them at once.
pub(super) struct Walk {
    root: PathBuf,
    /// The folders it is in, each with the names that are still to come, the last first.
    open: Vec<(PathBuf, Vec<OsString>)>,
    /// Folders by what they are, so that links that lead back are followed once.
    entered: BTreeSet<PathBuf>,
    /// A folder in it that is not gone into.
    but: Option<PathBuf>,
}

impl Walk {
    /// All of `root`, but for what is hidden, manifests of earlier calls and what is in `but`.
    pub(super) fn new(root: &Path, but: &Path) -> std::io::Result<Self> {
        let real = fs::canonicalize(root)?;
        let names = names(root)?;
        let but = fs::canonicalize(but).ok().filter(|but| but.starts_with(&real) && *but != real);
        Ok(Self {
            root: root.to_path_buf(),
            open: vec![(root.to_path_buf(), names)],
            entered: BTreeSet::from([real]),
            but,
        })
    }
}

/// The names in a folder, the last first, without what is left out.
fn names(folder: &Path) -> std::io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if !is_left_out(&name) {
            names.push(name);
        }
    }
    names.sort_unstable_by(|a, b| b.cmp(a));
    Ok(names)
}

impl Iterator for Walk {
    type Item = FolderDocument;

    fn next(&mut self) -> Option<FolderDocument> {
        loop {
            let (folder, names) = self.open.last_mut()?;
            let Some(name_here) = names.pop() else {
                self.open.pop();
                continue;
            };
            let path = folder.join(name_here);
            match fs::metadata(&path) {
                Err(error) => return Some(odd(&self.root, path, error)),
                Ok(metadata) if metadata.is_dir() => {
                    let Ok(real) = fs::canonicalize(&path) else { continue };
                    if self.but.as_ref() == Some(&real) || !self.entered.insert(real) {
                        continue;
                    }
                    match self::names(&path) {
                        Ok(names) => self.open.push((path, names)),
                        Err(error) => return Some(odd(&self.root, path, error)),
                    }
                }
                // To open a pipe would be to wait for whoever writes into it.
                Ok(metadata) if !metadata.is_file() => {
                    let error = std::io::Error::other("it is no ordinary file");
                    return Some(odd(&self.root, path, error));
                }
                Ok(_) => {
                    let name = name(&self.root, &path);
                    return Some(FolderDocument { path, name, problem: None });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(folder: &Path, name: &str) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x").unwrap();
    }

    #[test]
    fn the_order_is_that_of_the_list_and_the_output_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "b.txt",
            "a/z.txt",
            "a/b/c.txt",
            "a.txt",
            "ab/x.txt",
            ".hidden/y.txt",
            "out/a.txt",
            "benchvise-manifest.jsonl",
            "a/benchvise-manifest.jsonl",
        ] {
            put(folder.path(), name);
        }
        let out = folder.path().join("out");
        let walked: Vec<String> =
            Walk::new(folder.path(), &out).unwrap().map(|found| found.name).collect();
        let listed: Vec<String> = crate::documents_in(folder.path())
            .unwrap()
            .into_iter()
            .map(|found| found.name)
            .filter(|name| !name.starts_with("out/"))
            .collect();
        assert_eq!(walked, listed);
        assert_eq!(walked.len(), 5);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_back_is_followed_once() {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), "a/b.txt");
        std::os::unix::fs::symlink(folder.path(), folder.path().join("a/again")).unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join("gone.txt")).unwrap();
        let found: Vec<_> = Walk::new(folder.path(), Path::new("none")).unwrap().collect();
        let names: Vec<_> =
            found.iter().map(|one| (one.name.as_str(), one.problem.is_some())).collect();
        assert_eq!(names, [("a/b.txt", false), ("gone.txt", true)]);
    }
}
