//! Backup, restore, check, usage, purge.

use std::path::{Path, PathBuf};

use store::{Deleted, OpenMode, Page, RunFilter, SamplesState, Severity, Store, StoreError};
use tempfile::tempdir;

use crate::support::{open, samples_of, small_run};

/// SQL straight into a file, for what the store itself would never do.
fn sql(file: &Path, text: &str) {
    let connection = rusqlite::Connection::open(file).unwrap();
    connection.execute_batch(text).unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_backup_is_two_plain_files_and_comes_back_with_everything() {
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let store = open(folder.path());
    let old = small_run(&store, "old", 1000);
    let report = store.backup(&elsewhere.path().join("b")).unwrap();
    assert_eq!(names(&elsewhere.path().join("b")), ["app.sqlite", "samples.sqlite"]);
    let sizes = report.files.iter().map(|file| std::fs::metadata(file).unwrap().len());
    assert_eq!(report.bytes, sizes.sum::<u64>());
    let again = store.backup(&elsewhere.path().join("b"));
    assert!(matches!(again, Err(StoreError::Exists { .. })), "{again:?}");

    let new = small_run(&store, "new", 10);
    let in_use = Store::restore(folder.path(), &elsewhere.path().join("b"));
    assert!(matches!(in_use, Err(StoreError::InUse { .. })), "{in_use:?}");
    drop(store);
    let restored = Store::restore(folder.path(), &elsewhere.path().join("b")).unwrap();
    assert_eq!((restored.restored.len(), restored.kept.len()), (2, 2));

    let store = open(folder.path());
    assert_eq!(samples_of(&store, &old, "power").len(), 1000);
    assert!(matches!(store.get_run(&new), Err(StoreError::NoSuchRun { .. })));
    assert!(store.check().unwrap().findings.is_empty());
    // What was there before is kept, and is a store of its own.
    let kept = tempdir().unwrap();
    for (from, to) in restored.kept.iter().zip(["app.sqlite", "samples.sqlite"]) {
        std::fs::copy(from, kept.path().join(to)).unwrap();
    }
    assert_eq!(samples_of(&open(kept.path()), &new, "power").len(), 10);
}

#[test]
fn a_backup_made_while_recording_is_whole() {
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let store = open(folder.path());
    let run = store.begin_run(crate::support::new_run("tiny")).unwrap();
    let series = crate::support::new_series("power", store::SampleEncoding::F64);
    let series = store.add_series(&run, series).unwrap();
    store.record(&run, crate::support::chunk(series, 0, 0, &[1.0; 5000])).unwrap();
    store.backup(elsewhere.path()).unwrap();
    store.record(&run, crate::support::chunk(series, 0, 5000, &[2.0; 5000])).unwrap();
    let copy = open(elsewhere.path());
    assert_eq!(samples_of(&copy, &run, "power"), [1.0; 5000]);
    assert_eq!(copy.get_run(&run).unwrap().status, store::RunStatus::Lost);
    assert!(copy.check().unwrap().findings.is_empty());
}

#[test]
fn restoring_what_is_damaged_or_foreign_touches_nothing() {
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let store = open(folder.path());
    let run = small_run(&store, "tiny", 100);
    store.backup(elsewhere.path()).unwrap();
    drop(store);
    let before = names(folder.path());
    let backup = elsewhere.path().join("app.sqlite");

    let mut bytes = std::fs::read(&backup).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0x5a);
    std::fs::write(&backup, &bytes).unwrap();
    let damaged = Store::restore(folder.path(), elsewhere.path());
    assert!(
        matches!(&damaged, Err(StoreError::Damaged { path, .. }) if *path == backup),
        "{damaged:?}"
    );
    std::fs::write(&backup, &bytes[..half]).unwrap();
    let truncated = Store::restore(folder.path(), elsewhere.path());
    assert!(matches!(truncated, Err(StoreError::Damaged { .. })), "{truncated:?}");
    std::fs::remove_file(&backup).unwrap();
    sql(&backup, "CREATE TABLE other (x)");
    let foreign = Store::restore(folder.path(), elsewhere.path());
    assert!(matches!(foreign, Err(StoreError::Foreign { .. })), "{foreign:?}");
    let nothing = Store::restore(folder.path(), &elsewhere.path().join("nowhere"));
    assert!(matches!(nothing, Err(StoreError::NoStore { .. })), "{nothing:?}");

    let leftovers: Vec<_> =
        names(folder.path()).into_iter().filter(|name| !before.contains(name)).collect();
    assert!(leftovers.is_empty(), "{leftovers:?}");
    assert_eq!(samples_of(&open(folder.path()), &run, "power").len(), 100);
}

#[test]
fn a_single_app_file_can_be_restored_and_its_samples_still_match() {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    let run = small_run(&store, "tiny", 100);
    let backup = tempdir().unwrap();
    store.backup(backup.path()).unwrap();
    drop(store);
    std::fs::write(folder.path().join("app.sqlite"), b"").unwrap();
    let broken = Store::open(folder.path(), OpenMode::ReadWrite);
    assert!(matches!(&broken, Err(StoreError::Damaged { .. })), "{broken:?}");
    assert!(broken.unwrap_err().to_string().contains("restore a backup"));
    Store::restore(folder.path(), &backup.path().join("app.sqlite")).unwrap();
    let store = open(folder.path());
    assert_eq!(samples_of(&store, &run, "power").len(), 100);
    assert!(store.check().unwrap().findings.is_empty());
}

#[test]
fn lost_samples_leave_the_rest_working_until_the_file_is_recreated() {
    let folder = tempdir().unwrap();
    let run = small_run(&open(folder.path()), "tiny", 100);
    for side in ["", "-wal", "-shm", "-journal"] {
        let side: PathBuf = folder.path().join(format!("samples.sqlite{side}"));
        if side.exists() {
            std::fs::remove_file(side).unwrap();
        }
    }
    for mode in [OpenMode::ReadOnly, OpenMode::ReadWrite] {
        let store = Store::open(folder.path(), mode).unwrap();
        assert_eq!(store.samples_state(), SamplesState::Missing);
        assert_eq!(store.repetitions(&run).unwrap().len(), 2);
        let series = store.series(&run).unwrap();
        let gone = store.read_samples(series[0].id, 0..10);
        assert!(matches!(gone, Err(StoreError::SamplesGone { .. })), "{gone:?}");
        assert!(!store.check().unwrap().is_ok());
        assert!(store.usage().unwrap().runs.is_empty());
    }
    let store = open(folder.path());
    assert_eq!(store.recreate_samples().unwrap(), None);
    assert_eq!(store.samples_state(), SamplesState::Present);
    let findings = store.check().unwrap().findings;
    assert!(findings[0].text.contains("lacks 100 samples"), "{findings:?}");
    let next = small_run(&store, "next", 50);
    assert_eq!(samples_of(&store, &next, "power").len(), 50);
    drop(store);
    assert_eq!(open(folder.path()).samples_state(), SamplesState::Present);
}

#[test]
fn damaged_samples_are_put_aside_and_never_deleted() {
    let folder = tempdir().unwrap();
    drop(small_run(&open(folder.path()), "tiny", 100));
    let file = folder.path().join("samples.sqlite");
    std::fs::write(
        &file,
        b"this is no database at all, but longer than a header of one is: 100 bytes. \
        So it takes some more words.",
    )
    .unwrap();
    let store = open(folder.path());
    assert!(matches!(store.samples_state(), SamplesState::Damaged { .. }));
    let aside = store.recreate_samples().unwrap().unwrap();
    assert!(std::fs::read(aside).unwrap().starts_with(b"this is no database"));
    small_run(&store, "next", 50);
    assert!(store.usage().unwrap().kept_bytes > 0);
}

#[test]
fn without_its_precious_file_a_store_is_not_silently_started_anew() {
    let folder = tempdir().unwrap();
    drop(small_run(&open(folder.path()), "tiny", 100));
    std::fs::remove_file(folder.path().join("app.sqlite")).unwrap();
    for mode in [OpenMode::ReadOnly, OpenMode::ReadWrite] {
        let missing = Store::open(folder.path(), mode);
        assert!(matches!(missing, Err(StoreError::AppMissing { .. })), "{missing:?}");
    }
    assert!(!folder.path().join("app.sqlite").exists());
}

#[test]
fn orphaned_samples_are_a_note_and_can_be_swept() {
    let folder = tempdir().unwrap();
    let run = small_run(&open(folder.path()), "tiny", 100);
    let app = folder.path().join("app.sqlite");
    sql(&app, &format!("PRAGMA foreign_keys = on; DELETE FROM run WHERE id = '{run}'"));
    let store = open(folder.path());
    let report = store.check().unwrap();
    assert!(report.is_ok());
    assert_eq!(report.findings[0].severity, Severity::Note);
    assert!(report.findings[0].text.contains("400 bytes"), "{report:?}");
    assert_eq!(store.sweep_orphans().unwrap(), 400);
    assert!(store.check().unwrap().findings.is_empty());
}

#[test]
fn broken_foreign_keys_are_found() {
    let folder = tempdir().unwrap();
    let run = small_run(&open(folder.path()), "tiny", 100);
    let app = folder.path().join("app.sqlite");
    sql(&app, &format!("PRAGMA foreign_keys = off; DELETE FROM run WHERE id = '{run}'"));
    let report = open(folder.path()).check().unwrap();
    assert!(!report.is_ok());
    assert!(report.findings[0].text.contains("belongs to a row of run"), "{report:?}");
}

#[test]
fn deleted_runs_are_purged_after_thirty_days_with_their_samples() {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    let (old, recent) = (small_run(&store, "old", 100), small_run(&store, "recent", 100));
    store.delete(&old).unwrap();
    store.delete(&recent).unwrap();
    drop(store);
    let all = RunFilter { deleted: Deleted::With, ..RunFilter::default() };
    let age = |days: i64| {
        let ms = days * 24 * 3600 * 1000;
        let text = format!("UPDATE run SET deleted_ms = deleted_ms - {ms} WHERE id = '{old}'");
        sql(&folder.path().join("app.sqlite"), &text);
    };
    age(29);
    assert_eq!(open(folder.path()).list_runs(&all, Page::default()).unwrap().total, 2);
    age(2);
    // Looking does not purge.
    let reading = Store::open(folder.path(), OpenMode::ReadOnly).unwrap();
    assert_eq!(reading.list_runs(&all, Page::default()).unwrap().total, 2);
    drop(reading);
    let store = open(folder.path());
    assert_eq!(store.list_runs(&all, Page::default()).unwrap().total, 1);
    assert!(store.check().unwrap().findings.is_empty());
    assert_eq!(store.usage().unwrap().runs.len(), 1);
}

#[test]
fn usage_names_the_runs_by_size() {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    let (small, large) = (small_run(&store, "small", 100), small_run(&store, "large", 100_000));
    let usage = store.usage().unwrap();
    let runs: Vec<_> = usage.runs.iter().map(|one| (&one.run, one.bytes)).collect();
    assert_eq!(runs, [(&large, 400_000), (&small, 400)]);
    assert!(usage.app_bytes > 0 && usage.samples_bytes > 400_400);
    assert!(usage.free_bytes.is_none_or(|bytes| bytes > 0));
}

#[test]
fn ten_thousand_runs_list_and_search() {
    let folder = tempdir().unwrap();
    drop(open(folder.path()));
    sql(
        &folder.path().join("app.sqlite"),
        "INSERT INTO run SELECT printf('%026d', value), 'profile', 'complete', value, value, NULL, \
         'chip', 'Nano', 'model ' || (value % 10), 0, 0, NULL, NULL, NULL, '{}', '{}', NULL \
         FROM (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n \
         WHERE value < 10000) SELECT value FROM n);",
    );
    let store = open(folder.path());
    let began = std::time::Instant::now();
    let page = store.list_runs(&RunFilter::default(), Page { limit: 100, offset: 5000 }).unwrap();
    println!("a page of 10 000 runs: {:?}", began.elapsed());
    assert_eq!((page.total, page.runs[0].created_ms), (10_000, 5000));
    let began = std::time::Instant::now();
    let text = RunFilter { text: Some("model 7".into()), ..RunFilter::default() };
    let page = store.list_runs(&text, Page::default()).unwrap();
    println!("a search in 10 000 runs: {:?}", began.elapsed());
    // "model" and "7": the id of a run counts as well.
    assert!(page.total >= 1000 && page.runs.len() == 100);
}

/// The database files as they are now, in another folder: what a program that dies leaves.
fn left_behind(folder: &Path) -> tempfile::TempDir {
    let left = tempdir().unwrap();
    for name in names(folder).iter().filter(|name| name.contains(".sqlite")) {
        std::fs::copy(folder.join(name), left.path().join(name)).unwrap();
    }
    left
}

fn bytes(folder: &Path, name: &str) -> u64 {
    std::fs::metadata(folder.join(name)).unwrap().len()
}

#[test]
fn samples_that_an_earlier_version_kept_in_a_log_are_folded_and_stay() {
    let folder = tempdir().unwrap();
    let run = small_run(&open(folder.path()), "tiny", 100);
    let old = rusqlite::Connection::open(folder.path().join("samples.sqlite")).unwrap();
    old.pragma_update(None, "journal_mode", "wal").unwrap();
    old.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    old.execute("UPDATE chunk SET repetition = 7", []).unwrap();
    let left = left_behind(folder.path());
    assert!(bytes(left.path(), "samples.sqlite-wal") > 0);

    let store = open(left.path());
    assert_eq!(samples_of(&store, &run, "power").len(), 100);
    let series = store.series(&run).unwrap();
    assert_eq!(store.read_samples(series[0].id, 0..1).unwrap()[0].repetition, 7);
    assert!(!left.path().join("samples.sqlite-wal").exists());
    let next = small_run(&store, "next", 50);
    assert_eq!(samples_of(&store, &next, "power").len(), 50);
    assert!(store.check().unwrap().is_ok());
}

#[test]
fn a_flush_that_was_cut_off_is_rolled_back_by_whoever_opens_for_writing() {
    let folder = tempdir().unwrap();
    let run = small_run(&open(folder.path()), "tiny", 100);
    // Pages changed in the file, and a journal that says what they were.
    let dying = rusqlite::Connection::open(folder.path().join("samples.sqlite")).unwrap();
    dying.pragma_update(None, "cache_size", 1).unwrap();
    dying.execute_batch("BEGIN IMMEDIATE; UPDATE chunk SET repetition = 9").unwrap();
    for row in 0..64 {
        let insert = "INSERT INTO chunk (series, first_index, count, repetition, encoding, bytes)
                      VALUES (999, ?1, 1, 9, 'f32-le', zeroblob(100000))";
        dying.execute(insert, [row]).unwrap();
    }
    let left = left_behind(folder.path());
    assert!(bytes(left.path(), "samples.sqlite-journal") > 512);
    assert!(bytes(left.path(), "samples.sqlite") > 3_000_000);

    // Who may only read sees the runs, and why there are no samples.
    let reader = Store::open(left.path(), OpenMode::ReadOnly).unwrap();
    let SamplesState::Damaged { detail } = reader.samples_state() else { panic!("half a write") };
    assert!(detail.contains("cut off"), "{detail}");
    assert_eq!(reader.repetitions(&run).unwrap().len(), 2);
    drop(reader);

    let store = open(left.path());
    assert_eq!(samples_of(&store, &run, "power").len(), 100);
    let series = store.series(&run).unwrap();
    assert_ne!(store.read_samples(series[0].id, 0..1).unwrap()[0].repetition, 9);
    assert!(store.check().unwrap().is_ok());
}
