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

/// The ending of a language model's file.
const GGUF: &str = "gguf";
/// Between publisher and name in the name of a folder.
const BETWEEN: &str = "--";

/// The folder of the model called `name`, or the file of a language model. A folder's or file's own path; a
/// name below one of `folders`; a name in the hub's cache: `publisher/name`, or `name` alone for the usual
/// publisher of sentence encoders, and for a language model its file after that, `publisher/name/file.gguf`.
/// `env` reads the environment: `HF_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME`, `HOME`, in the hub's own order.
///
/// # Errors
/// [`Error::NoSuchModel`], with where it was looked for.
pub fn find(
    name: &str,
    folders: &[PathBuf],
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Result<PathBuf, Error> {
    let given = Path::new(name);
    let (gguf, most) = if is_gguf(given) { (true, 3) } else { (false, 2) };
    if (gguf && given.is_file()) || (!gguf && given.is_dir()) {
        return Ok(given.to_path_buf());
    }
    let none = |looked: String| Error::NoSuchModel { name: name.to_owned(), looked };
    let mut parts: Vec<&str> = name.split('/').collect();
    if parts.len() > most || !parts.iter().all(|part| is_name(part)) {
        let what = if gguf { "file" } else { "folder" };
        return Err(none(format!("there is no {what} at this path")));
    }
    let file = gguf.then(|| parts.pop()).flatten();
    let there = |folder: PathBuf| match file {
        Some(file) => Some(folder.join(file)).filter(|path| path.is_file()),
        None => Some(folder).filter(|path| path.is_dir()),
    };
    let own: &[String] = &match parts.as_slice() {
        [] => vec![String::new()],
        [one] => vec![(*one).to_owned()],
        // A folder by the last part alone is the usual publisher's.
        [USUAL_PUBLISHER, last] => vec![parts.join(BETWEEN), (*last).to_owned()],
        _ => vec![parts.join(BETWEEN)],
    };
    let mut places = folders.iter().flat_map(|folder| own.iter().map(|own| folder.join(own)));
    if let Some(found) = places.find_map(there) {
        return Ok(found);
    }
    let Some(cache) = hub_cache(env) else {
        return Err(none("no folder of the user's is known".to_owned()));
    };
    let published = match parts.as_slice() {
        [] => Vec::new(),
        [one] => vec![format!("models--{USUAL_PUBLISHER}--{one}"), format!("models--{one}")],
        _ => vec![format!("models--{}", parts.join(BETWEEN))],
    };
    let mut found = published.iter().filter_map(|model| snapshot(&cache.join(model)));
    let found = found.find_map(there);
    found.ok_or_else(|| none(format!("the hub's cache is {}", cache.display())))
}

/// Names of the sentence encoders that are on this computer, as [`find`] takes them: those in `folders`,
/// then those in the hub's cache; each once, by name. Their descriptions are read, never their weights.
pub fn encoders(folders: &[PathBuf], env: &dyn Fn(&str) -> Option<OsString>) -> Vec<String> {
    let all = here(folders, env).into_iter().filter(|(_, folder)| is_encoder(folder));
    found(all.map(|(name, _)| name), folders, env)
}

/// The same of what can say what words are worth: token classifiers, and files of language models.
pub fn scorers(folders: &[PathBuf], env: &dyn Fn(&str) -> Option<OsString>) -> Vec<String> {
    let mut names = BTreeSet::new();
    for (name, folder) in here(folders, env) {
        names.extend(language_models(&folder).map(|file| format!("{name}/{file}")));
        if is_classifier(&folder) {
            names.insert(name);
        }
    }
    names.extend(folders.iter().flat_map(|folder| language_models(folder)));
    found(names, folders, env)
}

/// Each name once, in order, where it leads somewhere.
fn found(
    names: impl IntoIterator<Item = String>,
    folders: &[PathBuf],
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Vec<String> {
    let names: BTreeSet<String> = names.into_iter().collect();
    names.into_iter().filter(|name| find(name, folders, env).is_ok()).collect()
}

/// All folders that may hold models, with their names.
fn here(folders: &[PathBuf], env: &dyn Fn(&str) -> Option<OsString>) -> Vec<(String, PathBuf)> {
    let mut all = Vec::new();
    let last = |path: &Path| path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
    for folder in folders.iter().flat_map(|folder| folders_in(folder)) {
        let name = last(&folder).map(|name| name.replacen(BETWEEN, "/", 1));
        all.extend(name.map(|name| (name, folder)));
    }
    for model in hub_cache(env).iter().flat_map(|cache| folders_in(cache)) {
        let name = last(&model).unwrap_or_default();
        let Some(name) = name.strip_prefix("models--") else { continue };
        let (publisher, last) = name.split_once(BETWEEN).unwrap_or((USUAL_PUBLISHER, name));
        let name = match publisher {
            USUAL_PUBLISHER => last.to_owned(),
            publisher => format!("{publisher}/{last}"),
        };
        all.extend(snapshot(&model).map(|folder| (name, folder)));
    }
    all.retain(|(name, _)| name.split('/').all(is_name));
    all
}

/// Folders and files of which more are not looked at.
const MOST: usize = 1000;

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let mut paths = in_folder(folder);
    paths.retain(|path| path.is_dir());
    paths
}

/// The names of a folder's language models.
fn language_models(folder: &Path) -> impl Iterator<Item = String> + use<> {
    let files = in_folder(folder).into_iter().filter(|path| is_gguf(path) && path.is_file());
    files.filter_map(|path| path.file_name()?.to_str().map(str::to_owned)).filter(|n| is_name(n))
}

fn in_folder(folder: &Path) -> Vec<PathBuf> {
    let Ok(all) = std::fs::read_dir(folder) else { return Vec::new() };
    all.take(MOST).filter_map(Result::ok).map(|one| one.path()).collect()
}

fn is_gguf(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(GGUF))
}

/// Whether a folder holds what a sentence encoder is made of, and says of itself that it is nothing else.
fn is_encoder(folder: &Path) -> bool {
    let Some(config) = described(folder) else { return false };
    let kind = config.get("model_type").and_then(|kind| kind.as_str()).unwrap_or("bert");
    matches!(kind, "bert" | "roberta" | "xlm-roberta")
        && made_for(&config).all(|name| !name.contains("For") || name.contains("MaskedLM"))
}

/// Whether a folder holds a token classifier as LLMLingua-2 trains them.
fn is_classifier(folder: &Path) -> bool {
    const KNOWN: [&str; 2] = ["BertForTokenClassification", "XLMRobertaForTokenClassification"];
    described(folder).is_some_and(|config| made_for(&config).any(|name| KNOWN.contains(&name)))
}

/// The description of a folder with weights and a tokenizer.
fn described(folder: &Path) -> Option<serde_json::Value> {
    let has = |file: &str| folder.join(file).is_file();
    if !has(files::WEIGHTS) || !has(files::TOKENIZER) {
        return None;
    }
    let bytes = files::read(folder, files::CONFIG, files::JSON_LIMIT_BYTES).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// What a description says the model was made for.
fn made_for(config: &serde_json::Value) -> impl Iterator<Item = &str> {
    let all = config.get("architectures").and_then(|all| all.as_array());
    all.into_iter().flatten().filter_map(|one| one.as_str())
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
        check(at, "sentence-transformers/small", Some("own/small"));
        // Another publisher's is another model.
        std::fs::create_dir_all(at.join("own/one")).unwrap();
        check(at, "org/one", Some("hub/models--org--one/snapshots/only"));
        std::fs::create_dir_all(at.join("own/org--one")).unwrap();
        check(at, "org/one", Some("own/org--one"));
    }

    #[test]
    fn language_models_are_files_that_are_named_with_their_folder() {
        let home = cache(&[("models--org--tiny", Some("abc"), &["abc"])]);
        let at = home.path();
        let put = |file: &str| {
            let path = at.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "GGUF").unwrap();
        };
        let there = "hub/models--org--tiny/snapshots/abc/q4.gguf";
        put(there);
        put("own/lone.gguf");
        put("own/by--me/q8.GGUF");
        put("own/plain/q2.gguf");
        check(at, "org/tiny/q4.gguf", Some(there));
        check(at, "lone.gguf", Some("own/lone.gguf"));
        check(at, "by/me/q8.GGUF", Some("own/by--me/q8.GGUF"));
        check(at, "plain/q2.gguf", Some("own/plain/q2.gguf"));
        check(at, "org/tiny/q5.gguf", None);
        check(at, "org/tiny/../q4.gguf", None);
        check(at, "a/b/c/q4.gguf", None);
        let path = at.join(there);
        assert_eq!(find(path.to_str().unwrap(), &[], &|_| None).unwrap(), path);
        let env = |variable: &str| (variable == "HF_HOME").then(|| at.as_os_str().to_owned());
        let found = scorers(&[at.join("own")], &env);
        assert_eq!(found, ["by/me/q8.GGUF", "lone.gguf", "org/tiny/q4.gguf", "plain/q2.gguf"]);
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
        assert_eq!(scorers(&[home.path().join("own")], &env), ["judges"]);
    }
}
