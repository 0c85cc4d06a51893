//! The platform's folders, and `~`.

use std::path::{Path, PathBuf};

use directories::BaseDirs;

/// Where the settings file is looked for; none where the system names no home.
pub(super) fn config_file() -> Option<PathBuf> {
    Some(BaseDirs::new()?.config_dir().join("benchvise").join("settings.toml"))
}

/// A user's data that belongs to this computer. Where the system names no home, the working
/// folder: a place that a person can find is better than one that a restart empties.
pub(super) fn data(names: &str) -> PathBuf {
    let root = BaseDirs::new().map(|dirs| dirs.data_local_dir().to_path_buf());
    within(root.unwrap_or_default(), names)
}

/// Logs; a folder of its own on Linux only.
pub(super) fn state(names: &str) -> PathBuf {
    let root = BaseDirs::new()
        .map(|dirs| dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_path_buf());
    within(root.unwrap_or_default(), names)
}

/// What can be made again.
pub(super) fn cache(names: &str) -> PathBuf {
    let root = BaseDirs::new().map(|dirs| dirs.cache_dir().to_path_buf());
    within(root.unwrap_or_else(std::env::temp_dir), names)
}

/// Whether the system names a home at all.
pub(super) fn has_home() -> bool {
    BaseDirs::new().is_some()
}

fn within(root: PathBuf, names: &str) -> PathBuf {
    names.split('/').fold(root, |path, name| path.join(name))
}

/// The path that `text` means: `~` is the home folder, and a relative path starts at `base`.
pub(super) fn expand(text: &str, base: Option<&Path>) -> Result<PathBuf, &'static str> {
    if text.contains('\0') {
        return Err("a path without NUL characters");
    }
    let path = Path::new(text);
    let mut parts = path.components();
    let first = parts.next().map(|part| part.as_os_str().to_string_lossy().into_owned());
    match first.as_deref() {
        None => Err("a path"),
        Some("~") => match BaseDirs::new() {
            Some(dirs) => Ok(dirs.home_dir().join(parts.as_path())),
            None => Err("a path without ~, as this system names no home folder,"),
        },
        Some(other) if other.starts_with('~') => {
            Err("a path without another user's ~, or one that starts with ./,")
        }
        Some(_) => Ok(base.map_or_else(|| path.to_path_buf(), |base| base.join(path))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<&str>) {
        let got = expand(text, Some(Path::new("/base")));
        assert_eq!(got.ok(), expect.map(PathBuf::from), "{text}");
    }

    #[test]
    fn a_path_starts_where_it_says() {
        check("/a/b", Some("/a/b"));
        check("a/b", Some("/base/a/b"));
        check("./~x", Some("/base/./~x"));
        check("", None);
        check("~someone/x", None);
        check("a\0b", None);
    }

    #[test]
    fn a_tilde_is_the_home_folder() {
        let Some(dirs) = BaseDirs::new() else {
            println!("skipped: this system names no home folder");
            return;
        };
        check("~", dirs.home_dir().to_str());
        check("~/x y", dirs.home_dir().join("x y").to_str());
    }
}
