//! Where a model's files are: a folder that was named, or the model hub's cache on this computer.
//!
//! Nothing is fetched here. The cache's layout is the hub's own: `models--ORG--NAME/refs/main` holds the
//! name of a folder below `snapshots`, and that folder holds the files.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::files;

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

/// Names of the sentence encoders that are on this computer, as [`find`] takes them: those in `folders`,
/// then those in the hub's cache; each once, by name. Their descriptions are read, never their weights.
pub fn encoders(folders: &[PathBuf], env: &dyn Fn(&str) -> Option<OsString>) -> Vec<String> {
    let mut names = BTreeSet::new();
    for folder in folders.iter().flat_map(|folder| folders_in(folder)) {
        if is_encoder(&folder)
            && let Some(name) = folder.file_name().and_then(|name| name.to_str())
        {
            names.insert(name.to_owned());
        }
    }
    for model in hub_cache(env).iter().flat_map(|cache| folders_in(cache)) {
        let name = model.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some(name) = name.strip_prefix("models--") else { continue };
        let (publisher, last) = name.split_once("--").unwrap_or((USUAL_PUBLISHER, name));
        if is_name(publisher)
            && is_name(last)
            && !names.contains(last)
            && snapshot(&model).is_some_and(|folder| is_encoder(&folder))
        {
            names.insert(match publisher {
                USUAL_PUBLISHER => last.to_owned(),
                publisher => format!("{publisher}/{last}"),
            });
        }
    }
    names.into_iter().filter(|name| find(name, folders, env).is_ok()).collect()
}

/// Folders of which more are not looked at.
const MOST_FOLDERS: usize = 1000;

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(all) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = all.take(MOST_FOLDERS).filter_map(Result::ok).map(|one| one.path());
    paths.filter(|path| path.is_dir()).collect()
}

/// Whether a folder holds what a sentence encoder is made of, and says of itself that it is nothing else.
fn is_encoder(folder: &Path) -> bool {
    let has = |file: &str| folder.join(file).is_file();
    if !has("model.safetensors") || !has("tokenizer.json") {
        return false;
    }
    let Ok(bytes) = files::read(folder, files::CONFIG, files::JSON_LIMIT_BYTES) else {
        return false;
    };
    let Ok(config) = serde_json::from_slice::<serde_json::Value>(&bytes) else { return false };
    let made_for = config.get("architectures").and_then(|all| all.as_array());
    let another = made_for.into_iter().flatten().filter_map(|one| one.as_str());
    let kind = config.get("model_type").and_then(|kind| kind.as_str()).unwrap_or("bert");
    matches!(kind, "bert" | "roberta" | "xlm-roberta")
        && another.into_iter().all(|name| !name.contains("For") || name.contains("MaskedLM"))
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

    #[test]
    fn only_encoders_are_listed_and_each_once() {
        let home = tempfile::tempdir().unwrap();
        let put = |folder: &str, config: &str, files: &[&str]| {
            let folder = home.path().join(folder);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("config.json"), config).unwrap();
            for file in files {
                std::fs::write(folder.join(file), "x").unwrap();
            }
        };
        let whole = ["model.safetensors", "tokenizer.json"];
        put("own/mini", r#"{"model_type": "bert", "architectures": ["BertModel"]}"#, &whole);
        put("own/torn", r#"{"model_type": "bert"}"#, &whole[..1]);
        put("own/odd", "no JSON", &whole);
        let judges = r#"{"model_type": "bert", "architectures": ["BertForTokenClassification"]}"#;
        put("own/judges", judges, &whole);
        put("own/writer", r#"{"model_type": "llama"}"#, &whole);
        put("hub/models--sentence-transformers--mini/snapshots/a", "{}", &whole);
        put("hub/models--sentence-transformers--other/snapshots/a", "{}", &whole);
        put("hub/models--org--third/snapshots/a", "{}", &whole);
        let env =
            |variable: &str| (variable == "HF_HOME").then(|| home.path().as_os_str().to_owned());
        let found = encoders(&[home.path().join("own"), home.path().join("nowhere")], &env);
        assert_eq!(found, ["mini", "org/third", "other"]);
    }
}
