//! Who may know whom.

use super::workspace::{When, lock_in, ours, ours_in, reach, read, rust_files};

/// `package` is built from none of `strangers`, directly or through others.
#[track_caller]
fn apart(package: &str, strangers: &[&str]) {
    let reach = reach(package);
    let met: Vec<_> = strangers.iter().filter(|name| reach.contains(**name)).collect();
    assert!(met.is_empty(), "{package} must not be built from {met:?}");
}

/// Of our packages only `home` names `crate_name`, tests included.
#[track_caller]
fn only(home: &str, crate_name: &str) {
    let ours = ours();
    let homes: Vec<_> = ours
        .iter()
        .filter(|(_, manifest)| manifest.iter().any(|(name, _)| name == crate_name))
        .map(|(package, _)| package.as_str())
        .collect();
    assert_eq!(homes, [home], "{crate_name} is named in one manifest");
}

#[test]
fn pure_crates_know_none_of_ours_and_no_outside_world() {
    let ours = ours();
    for package in ["protocol", "agent", "tinyllm", "analysis"] {
        let others: Vec<_> =
            ours.keys().map(String::as_str).filter(|name| *name != package).collect();
        apart(package, &others);
        apart(package, &["tokio", "rusqlite", "serialport", "ureq", "sysinfo", "rustix"]);
    }
}

#[test]
fn what_every_board_runs_is_the_loop_and_the_model_alone() {
    let ours = ours();
    let others: Vec<_> = ours
        .keys()
        .map(String::as_str)
        .filter(|name| !["onboard", "agent", "tinyllm"].contains(name))
        .collect();
    apart("onboard", &others);
    apart("onboard", &["tokio", "rusqlite", "serialport", "ureq", "sysinfo", "rustix"]);
}

#[test]
fn the_renderer_knows_egui_and_none_of_ours() {
    let ours = ours();
    let others: Vec<_> = ours.keys().map(String::as_str).filter(|name| *name != "raster").collect();
    apart("raster", &others);
    // Not rustix: its feature for tests has temporary files.
    apart("raster", &["tokio", "rusqlite", "serialport", "ureq", "sysinfo", "eframe"]);
}

#[test]
fn worlds_know_neither_each_other_nor_who_composes_them() {
    let worlds = ["board", "compress", "neural", "store"];
    for package in worlds {
        let others: Vec<_> = worlds.into_iter().filter(|name| *name != package).collect();
        apart(package, &others);
        apart(package, &["engine", "benchvise", "protocol", "tokio", "egui", "eframe"]);
    }
}

#[test]
fn models_know_none_of_ours() {
    let ours = ours();
    let others: Vec<_> = ours.keys().map(String::as_str).filter(|name| *name != "neural").collect();
    apart("neural", &others);
    apart("neural", &["ureq", "rusqlite", "serialport"]);
}

#[test]
fn engine_knows_no_face() {
    apart("engine", &["benchvise", "clap", "egui", "eframe", "ui", "server"]);
    apart("server", &["benchvise", "clap", "egui", "eframe", "ui"]);
    apart("shell", &["benchvise", "clap", "egui", "eframe", "ui", "tauri"]);
}

#[test]
fn the_window_knows_the_vocabulary_alone() {
    let ours = ours();
    let others: Vec<_> =
        ours.keys().map(String::as_str).filter(|name| !["ui", "protocol"].contains(name)).collect();
    apart("ui", &others);
    apart("ui", &["eframe", "winit", "rfd", "tokio", "rusqlite", "serialport", "ureq", "sysinfo"]);
}

#[test]
fn the_page_knows_the_window_alone() {
    let ours = ours();
    let known = ["page", "ui", "protocol"];
    let others: Vec<_> =
        ours.keys().map(String::as_str).filter(|name| !known.contains(name)).collect();
    apart("page", &others);
    apart("page", &["tokio", "rusqlite", "serialport", "ureq", "sysinfo"]);
    let manifest: toml::Table = read("crates/page/Cargo.toml").parse().unwrap();
    let everywhere: Vec<_> = manifest["dependencies"].as_table().unwrap().keys().collect();
    assert_eq!(everywhere, ["protocol"], "the rest is for wasm32 alone");
}

#[test]
fn the_desktop_program_composes_nothing_itself_and_lets_its_page_do_one_thing() {
    let manifest = &ours_in("src-tauri")["benchvise-desktop"];
    let ours = ours();
    let known: Vec<_> =
        manifest.iter().map(|(name, _)| name).filter(|name| ours.contains_key(*name)).collect();
    assert_eq!(known, ["protocol", "shell"]);
    let capability: serde_json::Value =
        serde_json::from_str(&read("src-tauri/capabilities/page.json")).unwrap();
    assert_eq!(capability["permissions"], serde_json::json!(["allow-say"]));
    let settings: serde_json::Value =
        serde_json::from_str(&read("src-tauri/tauri.conf.json")).unwrap();
    let policy = settings["app"]["security"]["csp"].as_str().unwrap();
    for word in ["default-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "object-src 'none'"]
    {
        assert!(policy.contains(word), "{policy}");
    }
    assert!(!policy.contains("'unsafe-eval'") && !policy.contains("https:"), "{policy}");
}

/// The two speak of the module's own sections, which change with every version.
#[test]
fn the_page_is_tied_by_the_library_of_its_own_version() {
    let version = |folder: &str, name: &str| {
        let mut of = lock_in(folder).into_iter().filter(|package| package.name == name);
        let found = of.next().unwrap_or_else(|| panic!("{folder}/Cargo.lock has no {name}"));
        assert!(of.next().is_none(), "two versions of {name}");
        found.version
    };
    assert_eq!(version("", "wasm-bindgen"), version("xtask", "wasm-bindgen-cli-support"));
}

#[test]
fn one_crate_speaks_to_each_outside_world() {
    only("page", "web-sys");
    only("page", "wasm-bindgen");
    only("store", "rusqlite");
    only("board", "serialport");
    only("board", "nusb");
    only("board", "usb-ids");
    only("board", "espflash");
    only("board", "probe-rs");
    only("engine", "ureq");
    only("neural", "candle-core");
    only("neural", "candle-nn");
    only("neural", "candle-transformers");
    only("server", "axum");
    only("benchvise", "clap");
}

/// What is heavy and wanted by few is built only by who asks for it.
#[test]
fn ways_of_flashing_that_carry_much_are_off_by_default() {
    for package in ["board", "engine", "benchvise"] {
        let manifest: toml::Table = read(&format!("crates/{package}/Cargo.toml")).parse().unwrap();
        let features = manifest["features"].as_table().unwrap();
        assert!(!features.contains_key("default"), "{package}");
        for name in ["espflash", "probe-rs"] {
            assert!(features.contains_key(name), "{package} hands on {name}");
        }
    }
    let board: toml::Table = read("crates/board/Cargo.toml").parse().unwrap();
    for name in ["espflash", "probe-rs"] {
        assert_eq!(board["dependencies"][name]["optional"].as_bool(), Some(true), "{name}");
    }
}

#[test]
fn reach_goes_through_others_and_leaves_out_what_only_tests_need() {
    assert!(reach("engine").contains("libsqlite3-sys"), "through store and rusqlite");
    assert!(ours()["analysis"].contains(&("bolero".into(), When::Development)));
    assert!(!reach("analysis").contains("bolero"), "tests alone need it");
}

#[test]
fn what_runs_on_a_board_is_no_std() {
    for package in ["agent", "onboard", "tinyllm"] {
        let source = read(&format!("crates/{package}/src/lib.rs"));
        assert!(source.lines().any(|line| line == "#![no_std]"), "{package} says #![no_std]");
    }
    // Libraries and programs alike.
    let begins = |path: &str| {
        path.ends_with("src/lib.rs") || path.ends_with("src/main.rs") || path.contains("/src/bin/")
    };
    let firmware = |path: &str| path.starts_with("firmware/") && begins(path);
    for (path, source) in rust_files().iter().filter(|(path, _)| firmware(path)) {
        assert!(source.lines().any(|line| line == "#![no_std]"), "{path} says #![no_std]");
    }
}
