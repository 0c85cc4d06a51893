//! What the packages of the desktop's program say and hold: endings, icons, the page for `serve`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use super::workspace::{read, root};

/// Endings that are read and not claimed: a double click on a program's source is its editor's, or runs it.
const NOT_CLAIMED: &str = "source code";
/// Endings that are claimed and no document's: a model's checkpoint.
const NO_DOCUMENTS: [&str; 1] = ["bin"];
/// Lines of the program in all: what is more is `shell`'s.
const MOST_LINES: usize = 300;

fn bundle() -> Value {
    let settings: Value = serde_json::from_str(&read("src-tauri/tauri.conf.json")).unwrap();
    settings["bundle"].clone()
}

fn words(value: &Value) -> BTreeSet<String> {
    value.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_packages_claim_what_can_be_read_and_a_models_own_type() {
    let claimed = bundle()["fileAssociations"].clone();
    let claimed = claimed.as_array().unwrap();
    let ours: BTreeSet<String> = claimed.iter().flat_map(|one| words(&one["ext"])).collect();
    let read_too = compress::document::SORTS.iter().filter(|sort| sort.name != NOT_CLAIMED);
    let read_too = read_too.flat_map(|sort| sort.endings).copied();
    let expect: BTreeSet<String> = read_too.chain(NO_DOCUMENTS).map(str::to_owned).collect();
    assert_eq!(ours, expect, "src-tauri/tauri.conf.json and compress::document::SORTS");
    let kinds: Vec<&str> = claimed.iter().map(|one| one["mimeType"].as_str().unwrap()).collect();
    assert_eq!(kinds.iter().collect::<BTreeSet<_>>().len(), kinds.len(), "each once: {kinds:?}");
    assert!(!kinds.contains(&"application/octet-stream"), "that is every binary");
    let own = kinds.iter().find(|kind| kind.contains("benchvise")).unwrap();
    assert!(read("src-tauri/benchvise-mime.xml").contains(&format!("type=\"{own}\"")));
    for package in ["deb", "rpm"] {
        let files = &bundle()["linux"][package]["files"];
        assert_eq!(files["/usr/share/mime/packages/benchvise.xml"], "benchvise-mime.xml");
    }
}

#[test]
fn the_packages_hold_the_page_where_the_command_line_looks_for_it() {
    let script = read("tools/desktop.sh");
    for words in ["/usr/share/benchvise/web", "\"deb\":%s", "\"rpm\":%s", "\"appimage\":%s"] {
        assert!(script.contains(words), "{words} is not in tools/desktop.sh");
    }
    assert!(read("tools/test_desktop.sh").contains("share/benchvise/web/index.html"));
}

/// Width and height of a PNG, by its head.
fn size(png: &[u8]) -> (u32, u32) {
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "no PNG");
    (number(&png[16..20]), number(&png[20..24]))
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_be_bytes(bytes.try_into().unwrap())
}

#[test]
fn every_icon_is_as_large_as_it_is_called_and_in_the_packages() {
    let listed = words(&bundle()["icon"]);
    let mut drawn = 0;
    for entry in fs::read_dir(root().join("icons")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(side) = name.strip_suffix(".png") else { continue };
        let side: u32 = side.parse().unwrap();
        assert_eq!(size(&fs::read(&path).unwrap()), (side, side), "{name}");
        assert!(listed.contains(&format!("../icons/{name}")), "{name} is in no package");
        drawn += 1;
    }
    assert!(drawn >= 8, "{drawn} sizes");
    let page = read("crates/page/site/index.html");
    assert!(page.contains("href=\"16.png\" type=\"image/png\" sizes=\"16x16\""));
}

#[test]
fn the_icons_of_macos_and_windows_have_every_size_they_say() {
    let icns = fs::read(root().join("icons/benchvise.icns")).unwrap();
    assert_eq!((&icns[..4], number(&icns[4..8]) as usize), (b"icns".as_slice(), icns.len()));
    let mut sides = BTreeMap::new();
    let mut at = 8;
    while at < icns.len() {
        let length = number(&icns[at + 4..at + 8]) as usize;
        let kind = String::from_utf8(icns[at..at + 4].to_vec()).unwrap();
        sides.insert(kind, size(&icns[at + 8..at + length]).0);
        at += length;
    }
    let expect = [
        ("icp4", 16),
        ("icp5", 32),
        ("icp6", 64),
        ("ic07", 128),
        ("ic08", 256),
        ("ic09", 512),
        ("ic10", 1024),
        ("ic11", 32),
        ("ic12", 64),
        ("ic13", 256),
        ("ic14", 512),
    ];
    assert_eq!(sides, expect.map(|(kind, side)| (kind.to_owned(), side)).into());
    let ico = fs::read(root().join("icons/benchvise.ico")).unwrap();
    let count = usize::from(u16::from_le_bytes([ico[4], ico[5]]));
    for entry in ico[6..6 + 16 * count].chunks(16) {
        let side = if entry[0] == 0 { 256 } else { u32::from(entry[0]) };
        let at = u32::from_le_bytes(entry[12..16].try_into().unwrap()) as usize;
        assert_eq!(size(&ico[at..]), (side, side));
    }
}

#[test]
fn the_desktop_program_stays_small() {
    let lines = |path: &std::path::Path| fs::read_to_string(path).unwrap().lines().count();
    let files = fs::read_dir(root().join("src-tauri/src")).unwrap();
    let all: usize = files.map(|entry| lines(&entry.unwrap().path())).sum();
    assert!(all < MOST_LINES, "{all} lines in src-tauri/src: what needs no web view is shell's");
}
