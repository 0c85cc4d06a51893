//! Stores that older programs made. A fixture is what its format was when it was released: it is
//! only ever added to the list, never changed.

use std::path::Path;

use store::{OpenMode, RunStatus, SamplesState, Store};
use tempfile::tempdir;

use crate::support::{samples_of, small_run};

/// The SQL of `app.sqlite` and `samples.sqlite` of each format.
const FIXTURES: &[(&str, &str, &str)] =
    &[("format 1", include_str!("fixtures/app_1.sql"), include_str!("fixtures/samples_1.sql"))];

fn make(file: &Path, sql: &str) {
    rusqlite::Connection::open(file).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn every_old_store_still_opens_and_keeps_its_rows() {
    for (name, app, samples) in FIXTURES {
        let folder = tempdir().unwrap();
        make(&folder.path().join("app.sqlite"), app);
        make(&folder.path().join("samples.sqlite"), samples);
        let store = Store::open(folder.path(), OpenMode::ReadWrite).unwrap();
        assert_eq!(store.samples_state(), SamplesState::Present, "{name}");
        let [run] = &store.resolve("tag:bench=left").unwrap()[..] else { panic!("{name}") };
        let read = store.get_run(run).unwrap();
        assert_eq!((read.status, read.model_name.as_str()), (RunStatus::Complete, "tiny"));
        assert_eq!(store.repetitions(run).unwrap()[0].values["tokens_per_s"], 41.5);
        assert_eq!(store.measurements(run).unwrap()[0].value, Some(41.5));
        assert_eq!(samples_of(&store, run, "power"), [1.0, 2.0, 3.0]);
        let fit = &store.fits_of_run(run).unwrap()[0];
        assert_eq!(store.get_compression(&fit.compression).unwrap().unwrap().tokens_out, 100);
        assert_eq!(store.get_document(&fit.document).unwrap().unwrap().name, "essay.txt");
        assert!(store.check().unwrap().findings.is_empty(), "{name}");
        small_run(&store, "new", 10);
    }
}
