//! What the tests share.

use std::path::Path;

use store::{Batch, Chunk, NewRun, NewSeries, OpenMode, Repetition, RunId, RunStatus};
use store::{SampleEncoding, SeriesId, Store};

pub(crate) fn open(folder: &Path) -> Store {
    Store::open(folder, OpenMode::ReadWrite).unwrap()
}

pub(crate) fn new_run(model: &str) -> NewRun {
    NewRun {
        board_identity: "chip:0123".into(),
        board_name: "Nano".into(),
        model_name: model.into(),
        ..NewRun::default()
    }
}

pub(crate) fn new_series(name: &str, encoding: SampleEncoding) -> NewSeries {
    NewSeries { name: name.into(), unit: "mW".into(), rate_hz: Some(1000.0), encoding }
}

pub(crate) fn repetition(index: u32, values: &[(&str, f64)]) -> Repetition {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    Repetition { values, ..Repetition::new(index) }
}

pub(crate) fn chunk(series: SeriesId, repetition: u32, first_index: u64, values: &[f64]) -> Batch {
    let values = values.to_vec();
    Batch {
        repetitions: Vec::new(),
        chunks: vec![Chunk { series, repetition, first_index, values }],
    }
}

/// A complete run with two repetitions and a series `power` of `samples` counted numbers.
pub(crate) fn small_run(store: &Store, model: &str, samples: u32) -> RunId {
    let run = store.begin_run(new_run(model)).unwrap();
    let series = store.add_series(&run, new_series("power", SampleEncoding::F32)).unwrap();
    let values: Vec<f64> = (0..samples).map(f64::from).collect();
    let mut batch = chunk(series, 0, 0, &values);
    batch.repetitions =
        vec![repetition(0, &[("tokens_per_s", 40.0)]), repetition(1, &[("tokens_per_s", 41.0)])];
    store.record(&run, batch).unwrap();
    store.finish_run(&run, RunStatus::Complete, None, Some("text"), &[]).unwrap();
    run
}

/// The samples of a run's series, joined; gaps between blocks do not show.
pub(crate) fn samples_of(store: &Store, run: &RunId, name: &str) -> Vec<f64> {
    let series = store.series(run).unwrap();
    let series = series.iter().find(|series| series.name == name).unwrap();
    let parts = store.read_samples(series.id, 0..u64::MAX).unwrap();
    parts.into_iter().flat_map(|part| part.values).collect()
}
