//! The samples' rollback journal: who reads, who writes, and who still keeps the log of old.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use store::{RunStatus, SampleEncoding};
use tempfile::tempdir;

use crate::support::{chunk, new_run, new_series, open, samples_of, small_run};

fn journal_mode(folder: &Path) -> String {
    let samples = Connection::open(folder.join("samples.sqlite")).unwrap();
    samples.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap()
}

/// Somebody else's connection that is in the middle of reading.
fn long_reader(folder: &Path) -> Connection {
    let reader = Connection::open(folder.join("samples.sqlite")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM chunk").unwrap();
    reader
}

#[test]
fn who_reads_samples_for_long_holds_up_their_flush_and_nothing_else_and_nothing_is_lost() {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    let old = small_run(&store, "old", 100);
    let run = store.begin_run(new_run("tiny")).unwrap();
    let series = store.add_series(&run, new_series("power", SampleEncoding::F64)).unwrap();
    let reader = long_reader(folder.path());
    for index in 0..20_u32 {
        store.record(&run, chunk(series, 0, u64::from(index), &[f64::from(index)])).unwrap();
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(matches!(store.flush(), Err(store::StoreError::Busy { .. })));
    // Recording goes on, other samples can be read, and the precious file can be written.
    store.record(&run, chunk(series, 0, 20, &[20.0])).unwrap();
    assert_eq!(samples_of(&store, &old, "power").len(), 100);
    store.set_note(&old, Some("meanwhile")).unwrap();
    drop(reader);
    store.finish_run(&run, RunStatus::Complete, None, None, &[]).unwrap();
    assert_eq!(samples_of(&store, &run, "power").len(), 21);
    assert!(store.check().unwrap().findings.is_empty());
}

#[test]
fn an_older_program_that_keeps_the_log_open_is_lived_with() {
    let folder = tempdir().unwrap();
    let run = small_run(&open(folder.path()), "tiny", 100);
    let older = Connection::open(folder.path().join("samples.sqlite")).unwrap();
    older.pragma_update(None, "journal_mode", "wal").unwrap();
    older.execute("UPDATE chunk SET repetition = 7", []).unwrap();

    let store = open(folder.path());
    let next = small_run(&store, "next", 50);
    older.execute("UPDATE chunk SET repetition = 8", []).unwrap();
    assert_eq!(samples_of(&store, &run, "power").len(), 100);
    assert_eq!(samples_of(&store, &next, "power").len(), 50);
    drop(older);
    store.close().unwrap();
    assert_eq!(journal_mode(folder.path()), "wal");

    let store = open(folder.path());
    assert_eq!(journal_mode(folder.path()), "delete", "the file no longer says wal");
    assert_eq!(samples_of(&store, &run, "power").len(), 100);
    assert_eq!(samples_of(&store, &next, "power").len(), 50);
    assert!(store.check().unwrap().findings.is_empty());
}
