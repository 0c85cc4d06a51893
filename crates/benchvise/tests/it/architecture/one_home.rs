//! What may stand in one place only.

use super::rust::{command_patterns, names_protocol_command};
use super::workspace::rust_files;

/// The folder of these tests.
const HERE: &str = "crates/benchvise/tests/it/architecture/";

#[test]
fn only_dispatch_matches_on_commands() {
    let mut found = Vec::new();
    for (path, source) in rust_files() {
        // The vocabulary shows how it is used, these tests show what they look for, and what tries
        // the window plays the engine to it.
        let home = [
            "crates/engine/src/dispatch.rs",
            "crates/protocol/",
            "crates/server/tests/",
            "crates/ui/tests/",
            "crates/ui/examples/",
            HERE,
        ];
        let home = home.iter().any(|home| path.starts_with(home));
        if !home && names_protocol_command(&source) {
            found.extend(command_patterns(&source).iter().map(|line| format!("{path}:{line}")));
        }
    }
    assert!(found.is_empty(), "commands are taken apart outside engine::dispatch: {found:#?}");
}

/// The statement in a line's string literal, if there is one.
fn sql(line: &str) -> Option<&'static str> {
    // Put together here, so that this file does not find itself.
    const WORDS: [&str; 7] = [
        concat!("SEL", "ECT "),
        concat!("INS", "ERT INTO "),
        concat!("INS", "ERT OR "),
        concat!("DEL", "ETE FROM "),
        concat!("CRE", "ATE TABLE "),
        concat!("ALT", "ER TABLE "),
        concat!("PRA", "GMA "),
    ];
    let code = line.trim_start();
    match code.starts_with("//") {
        true => None,
        false => WORDS.into_iter().find(|word| code.contains(word)),
    }
}

#[test]
fn only_store_contains_sql() {
    let mut found = Vec::new();
    for (path, source) in rust_files().iter().filter(|(path, _)| !path.starts_with("crates/store/"))
    {
        for (index, line) in source.lines().enumerate() {
            if let Some(word) = sql(line) {
                found.push(format!("{path}:{}: {word}", index + 1));
            }
        }
    }
    assert!(found.is_empty(), "SQL outside store: {found:#?}");
}

/// What the lines of `ui` must not hold, outside the file that may.
#[track_caller]
fn absent_from_ui(words: &[&str], but: &str) {
    let mut found = Vec::new();
    let inside = |path: &str| path.starts_with("crates/ui/src/") && path != but;
    for (path, source) in rust_files().iter().filter(|(path, _)| inside(path)) {
        for (index, line) in source.lines().enumerate() {
            let code = line.trim_start();
            if !code.starts_with("//") && words.iter().any(|word| code.contains(word)) {
                found.push(format!("{path}:{}: {code}", index + 1));
            }
        }
    }
    assert!(found.is_empty(), "{words:?} in the window: {found:#?}");
}

#[test]
fn only_the_theme_names_a_colour() {
    let words = ["Color32::from_", "Color32::RED", "Color32::WHITE", "Color32::GRAY", "Rgba::from"];
    absent_from_ui(&words, "crates/ui/src/theme.rs");
}

#[test]
fn the_window_opens_no_file_and_never_waits() {
    let words = ["std::fs", "std::net", "std::thread", "thread::sleep", "std::process", ".recv("];
    absent_from_ui(&words, "");
}

#[test]
fn sql_is_found_where_there_is_some() {
    let files = rust_files();
    let store = files.iter().filter(|(path, _)| path.starts_with("crates/store/src/"));
    let statements = store.flat_map(|(_, source)| source.lines()).filter_map(sql).count();
    assert!(files.is_empty() || statements > 10, "only {statements} lines with SQL in store");
}
