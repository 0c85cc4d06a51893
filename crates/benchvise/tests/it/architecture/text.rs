//! What every tracked file must keep to.

use std::collections::BTreeMap;

use super::workspace::{WORKSPACES, lock_in, ours, ours_in, read, root, rust_files, tracked};

/// Lines above which a source file is more than one idea.
const LONGEST: usize = 600;

#[test]
fn source_files_stay_small() {
    let long: Vec<_> = rust_files()
        .iter()
        .map(|(path, source)| (path.clone(), source.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .collect();
    assert!(long.is_empty(), "over {LONGEST} lines: {long:?}");
}

/// Whether a line names a folder that only some machine has.
fn machine_path(line: &str) -> bool {
    // Put together here, so that this file does not find itself.
    const FOLDERS: [&str; 4] = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/Us", "ers/"),
    ];
    FOLDERS.iter().any(|folder| {
        line.match_indices(folder).any(|(at, _)| {
            // `target/work/` and `$HOME/…` go on from something; an absolute path begins.
            let before = line[..at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || "._-})*~".contains(c))
        })
    })
}

#[test]
fn no_file_names_a_folder_of_one_machine() {
    let mut found = Vec::new();
    for (path, text) in tracked() {
        for (index, line) in text.lines().enumerate().filter(|(_, line)| machine_path(line)) {
            found.push(format!("{path}:{}: {line}", index + 1));
        }
    }
    assert!(found.is_empty(), "absolute paths: {found:#?}");
}

#[test]
fn a_machine_path_is_told_from_a_relative_one() {
    #[track_caller]
    fn check(line: &str, expect: bool) {
        assert_eq!(machine_path(line), expect, "{line}");
    }
    check(concat!("cd /ho", "me/ada/src"), true);
    check(concat!("\"file:///ro", "ot/x\""), true);
    check("run target/work/benchvise", false);
    check("$(CARGO_TARGET_DIR)/work/benchvise", false);
}

#[test]
fn no_file_points_at_a_registry() {
    // Put together here, so that this file does not find itself.
    let words = [
        concat!("index", "-url"),
        concat!("extra-", "index"),
        concat!("replace", "-with"),
        concat!("sparse", "+http"),
        concat!("\nregistry ", "= \""),
    ];
    let mut found = Vec::new();
    for (path, text) in tracked().iter().filter(|(path, _)| !path.ends_with("Cargo.lock")) {
        let words = words.iter().filter(|word| text.contains(**word));
        found.extend(words.map(|word| format!("{path}: {word}")));
    }
    assert!(found.is_empty(), "where packages come from is the machine's choice: {found:#?}");
}

#[test]
fn every_locked_package_is_ours_or_from_the_public_registry() {
    let ours: BTreeMap<_, _> = WORKSPACES.into_iter().flat_map(ours_in).collect();
    for package in WORKSPACES.into_iter().flat_map(lock_in) {
        match &package.source {
            None => assert!(ours.contains_key(&package.name), "{} has no source", package.name),
            Some(source) => assert_eq!(
                source, "registry+https://github.com/rust-lang/crates.io-index",
                "{}",
                package.name
            ),
        }
    }
}

#[test]
fn the_code_map_shows_every_crate_and_nothing_that_is_not_there() {
    let map = read("ARCHITECTURE.md");
    for package in ours().keys() {
        assert!(map.contains(&format!("`crates/{package}`")), "ARCHITECTURE.md lacks {package}");
    }
    for document in ["ARCHITECTURE.md", "README.md"] {
        let text = read(document);
        let paths = text.split('`').skip(1).step_by(2).filter(|code| {
            ["crates/", "docs/", "firmware/", "tools/"]
                .iter()
                .any(|folder| code.starts_with(folder))
        });
        for path in paths {
            assert!(root().join(path).exists(), "{document} names {path}");
        }
    }
}
