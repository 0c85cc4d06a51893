//! Recording and reading back.

use std::collections::BTreeMap;

use store::{
    Batch, Deleted, Measurement, NewRun, NewSeries, Page, RepetitionStatus, RunFilter, RunId,
    RunKind, RunStatus, SampleEncoding, Store, StoreError,
};
use tempfile::tempdir;

use crate::support::{chunk, new_run, new_series, open, repetition, samples_of, small_run};

#[track_caller]
fn check_list(store: &Store, filter: &RunFilter, expect: &[&RunId]) {
    let page = store.list_runs(filter, Page::default()).unwrap();
    assert_eq!(page.total, page.runs.len() as u64);
    let ids: Vec<&RunId> = page.runs.iter().map(|run| &run.id).collect();
    assert_eq!(ids, expect);
}

#[test]
fn everything_about_a_run_comes_back_after_reopening() {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    let new = NewRun {
        kind: RunKind::FitFull,
        spec_json: r#"{"tokens":32}"#.into(),
        fingerprint_json: r#"{"clock_mhz":64}"#.into(),
        synthetic: true,
        emulated: true,
        note: Some("läuft".into()),
        linked: Some("group".into()),
        tags: BTreeMap::from([("bench".into(), "left".into())]),
        ..new_run("tiny")
    };
    let id = store.begin_run(new).unwrap();
    let mut warmup = repetition(0, &[("ttft_ms", 12.5)]);
    warmup.warmup = true;
    warmup.status = RepetitionStatus::Failed;
    let second = repetition(1, &[("ttft_ms", 11.0), ("energy_mj", 0.25)]);
    let batch = Batch { repetitions: vec![warmup.clone(), second.clone()], chunks: vec![] };
    store.record(&id, batch).unwrap();
    let measurement = Measurement {
        metric: "ttft_ms".into(),
        unit: "ms".into(),
        value: Some(11.0),
        n: 1,
        mean: Some(11.0),
        sd: None,
        min: Some(11.0),
        max: Some(11.0),
    };
    let ending = (RunStatus::Aborted, Some("unplugged"), Some("once"));
    store
        .finish_run(&id, ending.0, ending.1, ending.2, std::slice::from_ref(&measurement))
        .unwrap();
    drop(store);

    let store = open(folder.path());
    let run = store.get_run(&id).unwrap();
    assert_eq!((run.kind, run.status), (RunKind::FitFull, RunStatus::Aborted));
    assert_eq!(run.reason.as_deref(), Some("unplugged"));
    assert_eq!(run.text.as_deref(), Some("once"));
    assert_eq!(run.note.as_deref(), Some("läuft"));
    assert_eq!(run.linked.as_deref(), Some("group"));
    assert_eq!((run.board_name.as_str(), run.board_identity.as_str()), ("Nano", "chip:0123"));
    assert_eq!(run.spec_json, r#"{"tokens":32}"#);
    assert_eq!(run.fingerprint_json, r#"{"clock_mhz":64}"#);
    assert!(run.synthetic && run.emulated);
    assert!(run.finished_ms.unwrap() >= run.created_ms);
    assert_eq!(run.tags["bench"], "left");
    assert_eq!(store.repetitions(&id).unwrap(), [warmup, second]);
    assert_eq!(store.measurements(&id).unwrap(), [measurement]);
    let json = serde_json::to_string(&run).unwrap();
    assert_eq!(serde_json::from_str::<store::Run>(&json).unwrap(), run);
}

#[test]
fn numbers_that_are_not_finite_are_missing_when_read() {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    let id = store.begin_run(new_run("tiny")).unwrap();
    let values = [("nan", f64::NAN), ("inf", f64::INFINITY), ("ok", 1.0)];
    let batch = Batch { repetitions: vec![repetition(0, &values)], chunks: vec![] };
    store.record(&id, batch).unwrap();
    let measurement = Measurement {
        metric: "m".into(),
        unit: "ms".into(),
        value: Some(f64::NAN),
        n: 0,
        mean: Some(f64::NEG_INFINITY),
        sd: None,
        min: Some(1.0),
        max: None,
    };
    store.finish_run(&id, RunStatus::Complete, None, None, &[measurement]).unwrap();
    let values = &store.repetitions(&id).unwrap()[0].values;
    assert_eq!(values, &BTreeMap::from([("ok".to_owned(), 1.0)]));
    let read = &store.measurements(&id).unwrap()[0];
    assert_eq!((read.value, read.mean, read.min), (None, None, Some(1.0)));

    let other = store.begin_run(new_run("tiny")).unwrap();
    let rate = NewSeries { rate_hz: Some(f64::NAN), ..new_series("power", SampleEncoding::F64) };
    let series = store.add_series(&other, rate).unwrap();
    store.record(&other, chunk(series, 0, 0, &[1.0, f64::INFINITY, 3.0])).unwrap();
    store.flush().unwrap();
    assert_eq!(store.series(&other).unwrap()[0].rate_hz, None);
    let samples = samples_of(&store, &other, "power");
    assert_eq!((samples[0], samples[2]), (1.0, 3.0));
    assert!(samples[1].is_nan());
}

#[test]
fn samples_are_cut_to_the_range_and_parts_show_the_gaps() {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    let run = store.begin_run(new_run("tiny")).unwrap();
    let series = store.add_series(&run, new_series("power", SampleEncoding::F64)).unwrap();
    store.record(&run, chunk(series, 0, 0, &[0.0, 1.0, 2.0])).unwrap();
    store.flush().unwrap();
    store.record(&run, chunk(series, 0, 3, &[3.0])).unwrap();
    store.record(&run, chunk(series, 0, 10, &[10.0, 11.0])).unwrap();
    store.record(&run, chunk(series, 1, 12, &[12.0])).unwrap();
    store.flush().unwrap();

    let check = |range: std::ops::Range<u64>, expect: &[(u64, &[f64])]| {
        let parts = store.read_samples(series, range.clone()).unwrap();
        let parts: Vec<_> =
            parts.iter().map(|part| (part.first_index, part.values.as_slice())).collect();
        assert_eq!(parts, expect, "{range:?}");
    };
    check(0..100, &[(0, &[0.0, 1.0, 2.0, 3.0]), (10, &[10.0, 11.0]), (12, &[12.0])]);
    check(1..2, &[(1, &[1.0])]);
    check(2..11, &[(2, &[2.0, 3.0]), (10, &[10.0])]);
    check(4..10, &[]);
    check(5..5, &[]);
    check(12..u64::MAX, &[(12, &[12.0])]);
    check(13..14, &[]);
    assert_eq!(store.series(&run).unwrap()[0].samples, 7);
}

#[test]
fn a_long_chunk_is_split_into_blocks_and_read_back_whole() {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    let run = small_run(&store, "tiny", 300_000);
    let samples = samples_of(&store, &run, "power");
    assert_eq!(samples.len(), 300_000);
    assert!(samples.iter().enumerate().all(|(index, value)| *value == index as f64));
}

#[test]
fn a_batch_that_does_not_fit_is_refused_whole() {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    let run = store.begin_run(new_run("tiny")).unwrap();
    let series = store.add_series(&run, new_series("power", SampleEncoding::F64)).unwrap();
    store.record(&run, chunk(series, 0, 5, &[5.0, 6.0])).unwrap();
    let refused = |batch: Batch, what: &str| {
        let error = store.record(&run, batch).unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
    };
    refused(chunk(series, 0, 6, &[6.0]), "again or too late");
    refused(chunk(store::SeriesId(1), 0, 7, &[7.0]), "does not belong");
    refused(chunk(series, 0, u64::MAX, &[7.0]), "2^63");
    let mut half_good = chunk(series, 0, 7, &[7.0]);
    half_good.chunks.extend(chunk(series, 0, 0, &[0.0]).chunks);
    refused(half_good, "again or too late");
    store.record(&run, chunk(series, 0, 7, &[7.0])).unwrap();
    let again = store.add_series(&run, new_series("power", SampleEncoding::F64)).unwrap_err();
    assert!(again.to_string().contains("choose another name"));
    store.finish_run(&run, RunStatus::Complete, None, None, &[]).unwrap();
    assert_eq!(samples_of(&store, &run, "power"), [5.0, 6.0, 7.0]);
    let late = store.record(&run, chunk(series, 0, 8, &[8.0])).unwrap_err();
    assert!(matches!(late, StoreError::NotRecording { status: RunStatus::Complete, .. }), "{late}");
}

#[test]
fn what_was_recorded_is_on_the_disk_a_moment_later_without_asking() {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    let run = store.begin_run(new_run("tiny")).unwrap();
    let batch = Batch { repetitions: vec![repetition(0, &[("a", 1.0)])], chunks: vec![] };
    store.record(&run, batch).unwrap();
    for _ in 0..200 {
        std::thread::sleep(std::time::Duration::from_millis(50));
        if !store.repetitions(&run).unwrap().is_empty() {
            return;
        }
    }
    panic!("ten seconds later there is nothing");
}

#[test]
fn closing_the_store_keeps_the_data_and_marks_the_run_lost() {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    let run = store.begin_run(new_run("tiny")).unwrap();
    let batch = Batch { repetitions: vec![repetition(0, &[("a", 1.0)])], chunks: vec![] };
    store.record(&run, batch.clone()).unwrap();
    let clone = store.clone();
    store.close().unwrap();
    let late = clone.record(&run, batch).unwrap_err();
    assert!(matches!(late, StoreError::NotRecording { status: RunStatus::Lost, .. }), "{late}");
    assert_eq!(clone.flush(), Err(StoreError::Closed));
    drop(clone);
    let store = open(folder.path());
    assert_eq!(store.get_run(&run).unwrap().status, RunStatus::Lost);
    assert_eq!(store.repetitions(&run).unwrap().len(), 1);
    assert_eq!(std::fs::read_dir(folder.path().join("recording")).unwrap().count(), 0);
}

#[test]
fn a_run_that_is_being_recorded_cannot_be_deleted() {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    let run = store.begin_run(new_run("tiny")).unwrap();
    let elsewhere = open(folder.path());
    for store in [&store, &elsewhere] {
        let refused = store.delete(&run).unwrap_err().to_string();
        assert!(refused.contains("stop it first"), "{refused}");
    }
    store.finish_run(&run, RunStatus::Complete, None, None, &[]).unwrap();
    elsewhere.delete(&run).unwrap();
}

#[test]
fn lists_are_newest_first_and_filtered() {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    let a = small_run(&store, "tiny 100%", 1);
    let b = small_run(&store, "large", 1);
    let c = store.begin_run(NewRun { kind: RunKind::FitFull, ..new_run("tiny") }).unwrap();
    store.set_tag(&b, "bench", "left").unwrap();
    store.set_note(&a, Some("on the Balcony")).unwrap();
    store.set_linked(&a, Some("group")).unwrap();
    let text = |text: &str| RunFilter { text: Some(text.into()), ..RunFilter::default() };

    check_list(&store, &RunFilter::default(), &[&c, &b, &a]);
    check_list(&store, &text("TINY"), &[&c, &a]);
    check_list(&store, &text("100% tiny"), &[&a]);
    check_list(&store, &text("balcony"), &[&a]);
    check_list(&store, &text("left"), &[&b]);
    check_list(&store, &text("bench large"), &[&b]);
    check_list(&store, &text("bench tiny"), &[]);
    check_list(&store, &text(c.as_str()), &[&c]);
    let kind = RunFilter { kind: Some(RunKind::FitFull), ..RunFilter::default() };
    check_list(&store, &kind, &[&c]);
    let status = RunFilter { status: Some(RunStatus::Complete), ..RunFilter::default() };
    check_list(&store, &status, &[&b, &a]);
    let linked = RunFilter { linked: Some("group".into()), ..RunFilter::default() };
    check_list(&store, &linked, &[&a]);

    store.delete(&b).unwrap();
    let with = |deleted| RunFilter { deleted, ..RunFilter::default() };
    check_list(&store, &with(Deleted::Without), &[&c, &a]);
    check_list(&store, &with(Deleted::With), &[&c, &b, &a]);
    check_list(&store, &with(Deleted::Only), &[&b]);
    store.undelete(&b).unwrap();
    check_list(&store, &with(Deleted::Without), &[&c, &b, &a]);

    let second = store.list_runs(&RunFilter::default(), Page { limit: 1, offset: 1 }).unwrap();
    assert_eq!((second.runs[0].id.clone(), second.total), (b, 3));
}

#[test]
fn selectors_find_runs_and_say_why_they_do_not() {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    let runs: Vec<RunId> = (0..8).map(|_| small_run(&store, "tiny", 1)).collect();
    store.set_tag(&runs[1], "bench", "left").unwrap();
    store.set_tag(&runs[3], "bench", "left").unwrap();
    let found = |selector: &str, expect: &[&RunId]| {
        let found = store.resolve(selector).unwrap();
        assert_eq!(found.iter().collect::<Vec<_>>(), expect, "{selector}");
    };
    found("latest", &[&runs[7]]);
    found("latest~2", &[&runs[5]]);
    found(runs[4].as_str(), &[&runs[4]]);
    found(&runs[4].as_str()[..25], &[&runs[4]]);
    found(&runs[4].as_str().to_uppercase(), &[&runs[4]]);
    found("tag:bench=left", &[&runs[3], &runs[1]]);
    found("latest, tag:bench=left,latest~4", &[&runs[7], &runs[3], &runs[1]]);

    store.delete(&runs[7]).unwrap();
    found("latest", &[&runs[6]]);
    found(runs[7].as_str(), &[&runs[7]]);

    let fails = |selector: &str, what: &str| {
        let error = store.resolve(selector).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    };
    fails("latest~7", "no run is named by \"latest~7\"");
    fails("tag:bench=right", "no run is named");
    fails("zzzz", "no run is named");
    fails("latest,zzzz", "\"zzzz\"");
    fails("nonsense!", "is not an id");
    let Err(StoreError::Ambiguous { candidates, more, .. }) = store.resolve("0") else {
        panic!("all ids of this century begin with 0");
    };
    assert_eq!((candidates.as_slice(), more), (&runs[..5], true));
    assert_eq!(store.resolve_one("latest").unwrap(), runs[6]);
    assert!(matches!(store.resolve_one("tag:bench=left"), Err(StoreError::Ambiguous { .. })));
}

#[test]
fn tags_and_notes_change_and_unknown_runs_are_named() {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    let run = small_run(&store, "tiny", 1);
    store.set_tag(&run, "a", "1").unwrap();
    store.set_tag(&run, "a", "2").unwrap();
    store.set_tag(&run, "b", "").unwrap();
    store.remove_tag(&run, "b").unwrap();
    store.remove_tag(&run, "b").unwrap();
    store.set_note(&run, Some("x")).unwrap();
    store.set_note(&run, None).unwrap();
    let read = store.get_run(&run).unwrap();
    assert_eq!(read.tags, BTreeMap::from([("a".to_owned(), "2".to_owned())]));
    assert_eq!(read.note, None);
    for (key, value) in [("", "x"), ("a=b", "x"), ("a b", "x"), ("a,b", "x"), ("a", "x,y")] {
        assert!(matches!(store.set_tag(&run, key, value), Err(StoreError::Refused(_))), "{key}");
    }
    let nobody = RunId("0".repeat(26));
    let missing = Err(StoreError::NoSuchRun { selector: nobody.to_string() });
    assert_eq!(store.set_tag(&nobody, "a", "1"), missing);
    assert_eq!(store.remove_tag(&nobody, "a"), missing);
    assert_eq!(store.set_note(&nobody, None), missing);
    assert_eq!(store.delete(&nobody), missing);
    assert_eq!(store.get_run(&nobody).map(drop), missing);
}
