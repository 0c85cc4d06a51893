//! Where a page's texts may be written: where a dialog said, and nowhere else.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use protocol::{Code, Failure};

/// Files and folders that a dialog gave to be written.
#[derive(Debug, Default)]
pub(crate) struct Places(BTreeSet<PathBuf>);

impl Places {
    pub(crate) fn allow(&mut self, paths: &[PathBuf]) {
        self.0.extend(paths.iter().cloned());
    }

    /// Whether a dialog gave this place: the file itself, or the folder right above it.
    pub(crate) fn allowed(&self, path: &Path) -> bool {
        let plain = path.components().all(|part| !matches!(part, Component::ParentDir));
        let inside = |folder: &Path| self.0.contains(folder);
        plain && (inside(path) || path.parent().is_some_and(inside))
    }
}

/// Writes a text; why not, where it could not be.
pub(crate) fn write(path: &Path, text: &str) -> Option<Failure> {
    fs::write(path, text).err().map(|error| unwritten(path, &error.to_string()))
}

pub(crate) fn unwritten(path: &Path, why: &str) -> Failure {
    let message = format!("the file could not be written ({why}): {}", path.display());
    Failure::new(Code::BadInput, message).with_hint("choose another place")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_dialog_gave_is_written() {
        let mut places = Places::default();
        places.allow(&["/d/out".into(), "/d/one.md".into()]);
        for path in ["/d/one.md", "/d/out/two.md"] {
            assert!(places.allowed(Path::new(path)), "{path}");
        }
        for path in ["/d/two.md", "/d/out/deep/x", "/d/out/../x", "one.md", ""] {
            assert!(!places.allowed(Path::new(path)), "{path}");
        }
    }
}
