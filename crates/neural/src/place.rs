//! Where a model's files are: a folder that was named, or the model hub's cache on this computer.
//!
//! Nothing is fetched here. The cache's layout is the hub's own: `models--ORG--NAME/refs/main` holds the
//! name of a folder below `snapshots`, and that folder holds the files.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Who publishes a sentence encoder that is named without its publisher.
const USUAL_PUBLISHER: &str = "sentence-transformers";

/// The folder of the model called `name`: a folder's own path, a name below one of `folders`, or a name
/// in the hub's cache (`org/name`, or `name` alone for the usual publisher of sentence encoders). `env`
/// reads the environment: `HF_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME`, `HOME`, in the hub's own order.
///
/// # Errors
/// [`Error::NoSuchModel`], with where it was looked for.
pub fn find(
    name: &str,
    folders: &[PathBuf],
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Result<PathBuf, Error> {
    let given = Path::new(name);
    if given.is_dir() {
        return Ok(given.to_path_buf());
    }
    let none = |looked: String| Error::NoSuchModel { name: name.to_owned(), looked };
    let parts: Vec<&str> = name.split('/').collect();
    if parts.len() > 2 || !parts.iter().all(|part| is_name(part)) {
        return Err(none("there is no folder at this path".to_owned()));
    }
    let last = parts[parts.len() - 1];
    if let Some(found) = folders.iter().map(|folder| folder.join(last)).find(|path| path.is_dir()) {
        return Ok(found);
    }
    let Some(cache) = hub_cache(env) else {
        return Err(none("no folder of the user's is known".to_owned()));
    };
    let published = match parts.as_slice() {
        [one] => vec![format!("models--{USUAL_PUBLISHER}--{one}"), format!("models--{one}")],
        _ => vec![format!("models--{}", parts.join("--"))],
    };
    let found = published.iter().find_map(|model| snapshot(&cache.join(model)));
    found.ok_or_else(|| none(format!("the hub's cache is {}", cache.display())))
}

/// Whether this can be one part of a model's name, and so no way out of a folder.
fn is_name(part: &str) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !part.is_empty() && !part.starts_with('.') && part.chars().all(fine)
}

fn hub_cache(env: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let set = |name: &str| env(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(cache) = set("HF_HUB_CACHE") {
        return Some(cache);
    }
    let home = || set("HOME").or_else(|| set("USERPROFILE"));
    let caches = || set("XDG_CACHE_HOME").or_else(|| Some(home()?.join(".cache")));
    let hub = set("HF_HOME").or_else(|| Some(caches()?.join("huggingface")))?;
    Some(hub.join("hub"))
}

/// The folder of the model's main revision; where none is named, the only one there is.
fn snapshot(model: &Path) -> Option<PathBuf> {
    let snapshots = model.join("snapshots");
    if let Ok(revision) = std::fs::read_to_string(model.join("refs/main")) {
        let revision = revision.trim();
        let folder = snapshots.join(revision);
        return (is_name(revision) && folder.is_dir()).then_some(folder);
    }
    let mut all = std::fs::read_dir(snapshots).ok()?.filter_map(Result::ok).map(|one| one.path());
    let only = all.next().filter(|path| path.is_dir())?;
    all.next().is_none().then_some(only)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(models: &[(&str, Option<&str>, &[&str])]) -> tempfile::TempDir {
        let home = tempfile::tempdir().unwrap();
        for (model, main, revisions) in models {
            let model = home.path().join("hub").join(model);
            for revision in *revisions {
                std::fs::create_dir_all(model.join("snapshots").join(revision)).unwrap();
            }
            if let Some(main) = main {
                std::fs::create_dir_all(model.join("refs")).unwrap();
                std::fs::write(model.join("refs/main"), format!("{main}\n")).unwrap();
            }
        }
        home
    }

    #[track_caller]
    fn check(home: &Path, name: &str, expect: Option<&str>) {
        let env = |variable: &str| (variable == "HF_HOME").then(|| home.as_os_str().to_owned());
        let found = find(name, &[home.join("own")], &env);
        assert_eq!(found.ok(), expect.map(|path| home.join(path)), "{name}");
    }

    #[test]
    fn names_are_found_in_the_hubs_cache() {
        let home = cache(&[
            ("models--sentence-transformers--small", Some("abc"), &["abc", "def"]),
            ("models--org--one", None, &["only"]),
            ("models--org--two", None, &["a", "b"]),
            ("models--org--bad", Some("../../../etc"), &["a"]),
        ]);
        let at = home.path();
        let small = "hub/models--sentence-transformers--small/snapshots/abc";
        check(at, "small", Some(small));
        check(at, "sentence-transformers/small", Some(small));
        check(at, "org/one", Some("hub/models--org--one/snapshots/only"));
        check(at, "org/two", None);
        check(at, "org/bad", None);
        check(at, "org/absent", None);
        check(at, "../hub", None);
        std::fs::create_dir_all(at.join("own/small")).unwrap();
        check(at, "small", Some("own/small"));
    }

    #[test]
    fn a_folder_is_itself_and_what_is_nowhere_says_where_it_was_looked_for() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().to_str().unwrap();
        assert_eq!(find(path, &[], &|_| None).unwrap(), home.path());
        let env = |variable: &str| (variable == "HOME").then(|| OsString::from(path));
        let said = find("org/name", &[], &env).unwrap_err().to_string();
        assert!(said.contains(".cache") && said.ends_with(": org/name"), "{said}");
    }
}
