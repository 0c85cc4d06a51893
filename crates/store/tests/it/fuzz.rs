//! Arbitrary bundles: never a panic, never a partial import.

use bolero::check;
use store::{Page, RunFilter, Store};
use tempfile::tempdir;

use crate::bundle::{Entries, pack, set_manifest, unpack};
use crate::support::{open, small_run};

/// An import says what it did, and the store agrees.
fn import_and_look(store: &Store, path: &std::path::Path) {
    let total = || store.list_runs(&RunFilter::default(), Page::default()).unwrap().total;
    let before = total();
    match store.import_bundle(path) {
        Ok(report) => assert_eq!(total(), before + report.imported.len() as u64),
        Err(_) => assert_eq!(total(), before),
    }
}

fn bundle(folder: &std::path::Path) -> std::path::PathBuf {
    let store = open(&folder.join("source"));
    let run = small_run(&store, "tiny", 10);
    let path = folder.join("run.bundle");
    store.export_bundle(&[run], &path).unwrap();
    path
}

#[test]
fn arbitrary_bytes_are_no_bundle() {
    let folder = tempdir().unwrap();
    let store = open(&folder.path().join("store"));
    let path = folder.path().join("fuzz.bundle");
    check!().with_iterations(500).for_each(|bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        import_and_look(&store, &path);
    });
    assert!(store.check().unwrap().findings.is_empty());
}

#[test]
fn a_bundle_with_changed_bytes_is_imported_whole_or_not_at_all() {
    let folder = tempdir().unwrap();
    let good = std::fs::read(bundle(folder.path())).unwrap();
    let store = open(&folder.path().join("store"));
    let path = folder.path().join("fuzz.bundle");
    let changes = bolero::generator::produce::<Vec<(u16, u8)>>();
    check!().with_generator(changes).with_iterations(500).for_each(|changes| {
        let mut bytes = good.clone();
        for (at, byte) in changes {
            let at = usize::from(*at) % bytes.len();
            bytes[at] = *byte;
        }
        std::fs::write(&path, bytes).unwrap();
        import_and_look(&store, &path);
    });
    assert!(store.check().unwrap().findings.is_empty());
}

#[test]
fn a_changed_manifest_with_the_right_hash_is_imported_whole_or_not_at_all() {
    let folder = tempdir().unwrap();
    let entries: Entries = unpack(&bundle(folder.path()));
    let json = entries.iter().find(|entry| entry.0 == "manifest.json").unwrap().1.clone();
    let store = open(&folder.path().join("store"));
    let path = folder.path().join("fuzz.bundle");
    // Digits for digits most of the time, so that many a manifest can still be read.
    let changes = bolero::generator::produce::<Vec<(u16, u8)>>();
    check!().with_generator(changes).with_iterations(300).for_each(|changes| {
        let mut json = json.clone();
        for (at, byte) in changes.iter().take(4) {
            let at = usize::from(*at) % json.len();
            json[at] = if json[at].is_ascii_digit() { b'0' + byte % 10 } else { *byte };
        }
        let mut entries = entries.clone();
        set_manifest(&mut entries, json);
        pack(&path, &entries);
        import_and_look(&store, &path);
    });
    assert!(store.check().unwrap().findings.is_empty());
}
