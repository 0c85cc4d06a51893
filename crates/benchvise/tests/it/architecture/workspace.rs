//! What the tests look at: our packages, the lock file, the files git tracks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The workspace's root.
pub(super) fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::canonicalize(root).expect("the workspace has a root")
}

/// The text of a file under the root.
pub(super) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{error}: {path}"))
}

/// The folders with a workspace: the program's, the boards' firmware, the desktop's program, and what builds the page.
pub(super) const WORKSPACES: [&str; 5] =
    ["", "firmware", "firmware/esp32-c3", "src-tauri", "xtask"];

/// What cargo says about the workspace in `folder`. Nothing is fetched.
pub(super) fn metadata(folder: &str, arguments: &[&str]) -> Result<Value, String> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline"])
        .args(arguments)
        .current_dir(root().join(folder))
        .output()
        .expect("cargo runs");
    match output.status.success() {
        true => Ok(serde_json::from_slice(&output.stdout).expect("cargo writes JSON")),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// When a dependency is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// To build the library or program itself.
    Build,
    /// For its tests and examples only.
    Development,
}

/// The program's packages and what each names in its manifest.
pub(super) fn ours() -> BTreeMap<String, Vec<(String, When)>> {
    ours_in("")
}

/// The same of the workspace in `folder`.
pub(super) fn ours_in(folder: &str) -> BTreeMap<String, Vec<(String, When)>> {
    let metadata = metadata(folder, &["--no-deps"]).expect("the manifests are sound");
    let name = |value: &Value| value["name"].as_str().expect("it has a name").to_owned();
    let packages = metadata["packages"].as_array().expect("there are packages");
    let dependencies = |package: &Value| {
        let all = package["dependencies"].as_array().expect("there is a list").iter();
        all.map(|one| {
            let when = match one["kind"].as_str() {
                Some("dev") => When::Development,
                _ => When::Build,
            };
            (name(one), when)
        })
        .collect()
    };
    packages.iter().map(|package| (name(package), dependencies(package))).collect()
}

/// A package of the lock file.
pub(super) struct Locked {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) source: Option<String>,
    /// `name`, or `name version` where there are several.
    dependencies: Vec<String>,
}

/// The program's lock file: everything for every platform.
pub(super) fn lock() -> Vec<Locked> {
    lock_in("")
}

/// The same of the workspace in `folder`.
pub(super) fn lock_in(folder: &str) -> Vec<Locked> {
    let path = Path::new(folder).join("Cargo.lock");
    let text = read(&path.to_string_lossy());
    let lock: toml::Table = text.parse().expect("the lock file is TOML");
    let text = |value: &toml::Value| value.as_str().map(str::to_owned);
    let packages = lock["package"].as_array().expect("there are packages");
    packages
        .iter()
        .map(|package| Locked {
            name: text(&package["name"]).expect("it has a name"),
            version: text(&package["version"]).expect("it has a version"),
            source: package.get("source").and_then(text),
            dependencies: match package.get("dependencies").and_then(toml::Value::as_array) {
                Some(all) => all.iter().filter_map(text).collect(),
                None => Vec::new(),
            },
        })
        .collect()
}

/// Every package that `package` of ours is built from, by name, itself left out.
pub(super) fn reach(package: &str) -> BTreeSet<String> {
    let lock = lock();
    let named = |text: &str| {
        let mut words = text.split(' ');
        let (name, version) = (words.next().unwrap_or_default().to_owned(), words.next());
        let version = version.map(str::to_owned);
        lock.iter().filter(move |one| {
            one.name == name && version.as_ref().is_none_or(|version| *version == one.version)
        })
    };
    let ours = ours();
    // Only a browser needs these, and of ours only the page is built for one.
    const WEB: [&str; 4] = ["js-sys", "wasm-bindgen", "wasm-bindgen-futures", "web-sys"];
    let needed = |package: &Locked, of: &str| match ours.get(&package.name) {
        _ if WEB.contains(&of) => false,
        // The lock file does not tell what only tests need.
        Some(manifest) => manifest.iter().any(|(name, when)| name == of && *when == When::Build),
        None => true,
    };
    let mut seen = BTreeSet::new();
    let mut open: Vec<&Locked> = named(package).collect();
    assert!(!open.is_empty(), "{package} is in the lock file");
    while let Some(package) = open.pop() {
        for text in &package.dependencies {
            for dependency in named(text).filter(|one| needed(package, &one.name)) {
                if seen.insert(format!("{} {}", dependency.name, dependency.version)) {
                    open.push(dependency);
                }
            }
        }
    }
    seen.iter().filter_map(|text| text.split(' ').next().map(str::to_owned)).collect()
}

/// The tracked files that are UTF-8 text, with their paths from the root. None outside a git
/// checkout: an unpacked archive has no list of what belongs to it.
pub(super) fn tracked() -> Vec<(String, String)> {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output();
    let list = match output {
        Ok(output) if output.status.success() => output.stdout,
        _ => {
            eprintln!("skipped: git does not know this folder's files");
            return Vec::new();
        }
    };
    let list = String::from_utf8(list).expect("paths are UTF-8");
    list.split_terminator('\0')
        .filter_map(|path| Some((path.to_owned(), fs::read_to_string(root().join(path)).ok()?)))
        .collect()
}

/// The tracked Rust files.
pub(super) fn rust_files() -> Vec<(String, String)> {
    tracked().into_iter().filter(|(path, _)| path.ends_with(".rs")).collect()
}
