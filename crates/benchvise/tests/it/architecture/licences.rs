//! `deny.toml`, kept without cargo-deny: licences and banned crates.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use super::workspace::{WORKSPACES, lock_in, metadata, read, root};

fn rules() -> toml::Table {
    read("deny.toml").parse().expect("deny.toml is TOML")
}

fn texts(value: &toml::Value) -> BTreeSet<String> {
    let list = value.as_array().expect("it is a list");
    list.iter().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

/// Whether `allowed` licences suffice for an SPDX expression; `/` is how old manifests wrote OR.
fn suffices(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (fine, rest) = any_of(&words, allowed);
    assert!(rest.is_empty(), "not understood: {expression}");
    fine
}

fn any_of<'a>(words: &'a [&'a str], allowed: &BTreeSet<String>) -> (bool, &'a [&'a str]) {
    let (mut fine, mut rest) = all_of(words, allowed);
    while let ["OR", more @ ..] = rest {
        let (other, after) = all_of(more, allowed);
        (fine, rest) = (fine || other, after);
    }
    (fine, rest)
}

fn all_of<'a>(words: &'a [&'a str], allowed: &BTreeSet<String>) -> (bool, &'a [&'a str]) {
    let (mut fine, mut rest) = one(words, allowed);
    while let ["AND", more @ ..] = rest {
        let (other, after) = one(more, allowed);
        (fine, rest) = (fine && other, after);
    }
    (fine, rest)
}

fn one<'a>(words: &'a [&'a str], allowed: &BTreeSet<String>) -> (bool, &'a [&'a str]) {
    match words {
        ["(", inside @ ..] => match any_of(inside, allowed) {
            (fine, [")", rest @ ..]) => (fine, rest),
            _ => panic!("a bracket is not closed: {words:?}"),
        },
        // An exception only adds permissions, but it is another licence, to be named whole.
        [licence, "WITH", exception, rest @ ..] => {
            (allowed.contains(&format!("{licence} WITH {exception}")), rest)
        }
        [licence, rest @ ..] => (allowed.contains(*licence), rest),
        [] => panic!("a licence is missing"),
    }
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    #[track_caller]
    fn check(expression: &str, expect: bool) {
        let allowed = ["MIT", "ISC", "BSD-3-Clause"].map(str::to_owned).into();
        assert_eq!(suffices(expression, &allowed), expect, "{expression}");
    }
    check("MIT", true);
    check("GPL-3.0-only", false);
    check("MIT OR GPL-3.0-only", true);
    check("GPL-3.0-only OR MIT", true);
    check("GPL-3.0-only AND MIT", false);
    check("ISC AND MIT", true);
    check("Unlicense/MIT", true);
    check("(Apache-2.0 OR MIT) AND BSD-3-Clause", true);
    check("(Apache-2.0 OR MIT) AND Unicode-3.0", false);
    check("Apache-2.0 OR GPL-3.0-only AND MIT", false);
    check("MIT WITH Some-exception", false);
}

/// This computer's target.
fn host() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().expect("rustc runs");
    let text = String::from_utf8(output.stdout).expect("rustc writes UTF-8");
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc says what it builds for").to_owned()
}

#[test]
fn everything_linked_has_a_licence_that_is_allowed() {
    // All features and platforms where their packages are here, else what was built for this test.
    let packages = match metadata("", &["--locked", "--all-features"]) {
        Ok(metadata) => in_metadata(&metadata),
        Err(_) => {
            eprintln!(
                "packages of other platforms or features are not here: `cargo fetch` gets them"
            );
            in_tree()
        }
    };
    let looked = check_licences(&packages);
    assert!(looked > 100, "only {looked} packages were listed");
}

/// Foreign packages, each with its licence.
type Packages = BTreeSet<(String, Option<String>)>;

fn in_metadata(metadata: &Value) -> Packages {
    let packages = metadata["packages"].as_array().expect("there are packages");
    let foreign = packages.iter().filter(|package| !package["source"].is_null());
    let text = |value: &Value| value.as_str().map(str::to_owned);
    foreign
        .map(|package| (text(&package["name"]).unwrap_or_default(), text(&package["license"])))
        .collect()
}

/// What the workspace without its models is built from on this computer: all that `make test` has to have here.
fn in_tree() -> Packages {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--offline",
            "--workspace",
            "--exclude",
            "neural",
            "--prefix",
            "none",
        ])
        .args(["--target", &host(), "--format", "{p}\t{l}"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    let rows = text.lines().filter_map(|line| line.split_once('\t'));
    // Our own are shown with their folder.
    rows.filter(|(package, _)| !package.contains('('))
        .map(|(package, licence)| {
            let name = package.split(' ').next().unwrap_or(package).to_owned();
            let licence = licence.trim_end_matches(" (*)");
            (name, (!licence.is_empty()).then(|| licence.to_owned()))
        })
        .collect()
}

#[test]
fn everything_in_the_other_workspaces_has_a_licence_that_is_allowed() {
    for folder in WORKSPACES.into_iter().filter(|folder| !folder.is_empty()) {
        match metadata(folder, &["--locked"]) {
            Ok(metadata) => {
                let looked = check_licences(&in_metadata(&metadata));
                assert!(looked > 10, "{folder}: only {looked} packages were listed");
            }
            // A machine that cannot build it need not have its packages.
            Err(error) => eprintln!("skipped: the packages of {folder} are not here: {error}"),
        }
    }
}

/// Holds every foreign package against `deny.toml`; how many packages there were.
fn check_licences(packages: &Packages) -> usize {
    let rules = rules();
    let licences = &rules["licenses"];
    let allowed = texts(&licences["allow"]);
    let exceptions = licences["exceptions"].as_array().expect("it is a list");
    let mut bad = Vec::new();
    for (name, licence) in packages {
        let mut allowed = allowed.clone();
        for exception in
            exceptions.iter().filter(|one| one["crate"].as_str() == Some(name.as_str()))
        {
            allowed.extend(texts(&exception["allow"]));
        }
        match licence {
            Some(licence) if suffices(licence, &allowed) => {}
            licence => bad.push(format!("{name}: {licence:?}")),
        }
    }
    assert!(bad.is_empty(), "not allowed by deny.toml: {bad:#?}");
    packages.len()
}

#[test]
fn no_banned_crate_is_locked() {
    let rules = rules();
    let banned = rules["bans"]["deny"].as_array().expect("it is a list");
    let banned: BTreeSet<_> = banned.iter().filter_map(|one| one["crate"].as_str()).collect();
    assert!(banned.contains("openssl-sys"), "the list is read");
    let locked = WORKSPACES.into_iter().flat_map(lock_in);
    let locked: Vec<_> = locked.filter(|one| banned.contains(one.name.as_str())).collect();
    let names: Vec<_> = locked.iter().map(|one| one.name.as_str()).collect();
    assert!(names.is_empty(), "banned by deny.toml: {names:?}");
}
