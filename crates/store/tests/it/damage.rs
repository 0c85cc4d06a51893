//! Files that are damaged, newer, foreign, or may not be written.

use std::path::Path;

use store::{NewRun, OpenMode, Page, RunFilter, Store, StoreError};
use tempfile::{TempDir, tempdir};

use crate::support::{open, samples_of, small_run};

/// A closed store with one run, and the path of one of its files.
fn closed_store(file: &str) -> (TempDir, std::path::PathBuf) {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    for _ in 0..50 {
        small_run(&store, "tiny", 20_000);
    }
    store.close().unwrap();
    let path = folder.path().join(file);
    (folder, path)
}

fn open_error(folder: &Path) -> StoreError {
    let reading = Store::open(folder, OpenMode::ReadOnly).unwrap_err();
    let writing = Store::open(folder, OpenMode::ReadWrite).unwrap_err();
    assert_eq!(std::mem::discriminant(&reading), std::mem::discriminant(&writing));
    writing
}

#[test]
fn a_newer_store_is_refused_with_both_versions() {
    for file in ["app.sqlite", "samples.sqlite"] {
        let (folder, path) = closed_store(file);
        rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 7).unwrap();
        let error = open_error(folder.path());
        assert_eq!(error, StoreError::Newer { found: 7, supported: 1, path });
        assert!(error.to_string().contains("format 7") && error.to_string().contains("up to 1"));
    }
}

#[test]
fn a_truncated_file_is_refused_and_says_to_restore() {
    let (folder, path) = closed_store("app.sqlite");
    let bytes = std::fs::read(&path).unwrap();
    for len in [0, 50, 4096, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..len]).unwrap();
        let error = open_error(folder.path());
        assert!(matches!(&error, StoreError::Damaged { .. }), "{len}: {error}");
        assert!(error.to_string().contains("restore a backup"));
        assert_eq!(std::fs::metadata(&path).unwrap().len(), len as u64);
    }
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let (folder, path) = closed_store("app.sqlite");
    std::fs::write(&path, vec![b'x'; 8192]).unwrap();
    let error = open_error(folder.path());
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    std::fs::remove_file(&path).unwrap();
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert_eq!(open_error(folder.path()), StoreError::Foreign { path });
}

#[test]
fn corrupt_pages_are_found_by_the_check_and_never_panic() {
    for file in ["app.sqlite", "samples.sqlite"] {
        let (folder, path) = closed_store(file);
        let mut bytes = std::fs::read(&path).unwrap();
        let page = if file == "app.sqlite" { 4096 } else { 32768 };
        // Everything but the first page, which tells what the file is.
        for byte in bytes[page..].iter_mut().step_by(97) {
            *byte ^= 0xa5;
        }
        std::fs::write(&path, &bytes).unwrap();
        match Store::open(folder.path(), OpenMode::ReadOnly) {
            Err(StoreError::Damaged { .. }) => {}
            Err(other) => panic!("{other}"),
            Ok(store) => {
                let report = store.check().unwrap();
                assert!(!report.is_ok());
                assert!(report.findings[0].text.contains(file), "{report:?}");
                match store.list_runs(&RunFilter::default(), Page::default()) {
                    Ok(page) => assert_eq!((file, page.runs.len()), ("samples.sqlite", 50)),
                    Err(error) => assert!(matches!(error, StoreError::Damaged { .. }), "{error}"),
                }
            }
        }
        match Store::open(folder.path(), OpenMode::ReadWrite) {
            Ok(store) => assert!(!store.check().unwrap().is_ok()),
            Err(error) => assert!(matches!(error, StoreError::Damaged { .. }), "{error}"),
        }
    }
}

#[test]
fn a_store_opened_for_reading_reads_everything_and_refuses_every_change() {
    let folder = tempdir().unwrap();
    let writing = open(folder.path());
    let run = small_run(&writing, "tiny", 100);
    let store = Store::open(folder.path(), OpenMode::ReadOnly).unwrap();
    assert_eq!(store.mode(), OpenMode::ReadOnly);
    assert_eq!(store.resolve("latest").unwrap(), std::slice::from_ref(&run));
    assert_eq!(samples_of(&store, &run, "power").len(), 100);
    assert!(store.check().unwrap().findings.is_empty());
    // What the other one writes is seen at once.
    let next = small_run(&writing, "next", 10);
    assert_eq!(samples_of(&store, &next, "power").len(), 10);

    let refused = StoreError::ReadOnly { path: folder.path().to_path_buf() };
    assert_eq!(store.begin_run(NewRun::default()).unwrap_err(), refused);
    assert_eq!(store.set_note(&run, Some("x")), Err(refused.clone()));
    assert_eq!(store.delete(&run), Err(refused.clone()));
    assert_eq!(store.recreate_samples().unwrap_err(), refused);
    assert_eq!(store.import_bundle(&folder.path().join("app.sqlite")).unwrap_err(), refused);
    assert!(refused.to_string().ends_with(&folder.path().display().to_string()));
}

#[test]
fn reading_where_there_is_no_store_says_so_and_makes_none() {
    let folder = tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    let error = Store::open(&nowhere, OpenMode::ReadOnly).unwrap_err();
    assert_eq!(error, StoreError::NoStore { path: nowhere.clone() });
    assert!(!nowhere.exists());
}

#[test]
fn a_crash_while_a_store_is_made_is_no_damage() {
    let folder = tempdir().unwrap();
    std::fs::write(folder.path().join("app.sqlite.new"), b"half").unwrap();
    small_run(&open(folder.path()), "tiny", 10);
    // The second file was never made.
    let other = tempdir().unwrap();
    open(other.path()).close().unwrap();
    std::fs::remove_file(other.path().join("samples.sqlite")).unwrap();
    small_run(&open(other.path()), "tiny", 10);
}
