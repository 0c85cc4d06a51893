//! Which models are loaded when, counted with models that are none.

use std::sync::atomic::Ordering;

use protocol::NeuralSpec;

use super::*;
use crate::lent::fake::{Fake, Seen};

struct Bench {
    folder: tempfile::TempDir,
    seen: Arc<Seen>,
    shelf: Shelf,
}

impl Bench {
    fn idle_after(idle: Duration) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let seen = Arc::new(Seen::default());
        let shelf = Shelf::idle_after(Box::new(Fake(Arc::clone(&seen))), idle);
        let bench = Bench { folder, seen, shelf };
        ["mini", "other", "judge"].iter().for_each(|name| bench.put(name, "weights"));
        bench
    }

    fn new() -> Bench {
        Bench::idle_after(IDLE)
    }

    fn put(&self, model: &str, weights: &str) {
        let folder = self.folder.path().join(model);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("config.json"), model).unwrap();
        std::fs::write(folder.join("model.safetensors"), weights).unwrap();
    }

    fn asked(&self, encoder: Option<&str>, scorer: Option<&str>, device: &str) -> Asked {
        let spec = NeuralSpec {
            encoder: encoder.map(str::to_owned),
            scorer: scorer.map(str::to_owned),
            device: Some(device.to_owned()),
            vectors: None,
        };
        let asked = Asked::find(&spec, self.folder.path(), self.shelf.source()).unwrap();
        asked.printed().unwrap()
    }

    fn lend_on(&self, encoder: Option<&str>, scorer: Option<&str>, device: &str) -> Lent {
        let asked = self.asked(encoder, scorer, device);
        self.shelf.lend(&asked, &Arc::default(), &|_| {}).unwrap()
    }

    fn lend(&self, encoder: Option<&str>, scorer: Option<&str>) -> Lent {
        self.lend_on(encoder, scorer, "auto")
    }
}

#[test]
fn a_model_is_loaded_once_for_jobs_one_after_the_other_and_side_by_side() {
    let bench = Bench::new();
    let first = bench.lend(Some("mini"), Some("judge"));
    let beside = bench.lend(Some("mini"), None);
    drop((first, beside));
    drop(bench.lend(Some("mini"), Some("judge")));
    assert_eq!(bench.seen.loads(), ["mini", "judge"]);
    assert_eq!(bench.seen.alive(), 2);
}

#[test]
fn two_jobs_at_once_load_it_once() {
    let bench = Bench::new();
    thread::scope(|scope| {
        for _ in 0..4 {
            let work = || drop(bench.lend(Some("mini"), None));
            thread::Builder::new().name("lending".into()).spawn_scoped(scope, work).unwrap();
        }
    });
    assert_eq!(bench.seen.loads(), ["mini"]);
}

#[test]
fn what_is_loading_is_said_and_what_is_here_is_not() {
    let bench = Bench::new();
    let said = Mutex::new(Vec::new());
    for _ in 0..2 {
        let asked = bench.asked(Some("mini"), Some("judge"), "auto");
        let loading = |doing: &str| said.lock().unwrap().push(doing.to_owned());
        bench.shelf.lend(&asked, &Arc::default(), &loading).unwrap();
    }
    assert_eq!(*said.lock().unwrap(), ["loading mini", "loading judge"]);
}

#[test]
fn another_model_another_device_and_changed_files_are_loaded_anew_and_one_is_kept() {
    let bench = Bench::new();
    drop(bench.lend(Some("mini"), None));
    drop(bench.lend(Some("other"), None));
    drop(bench.lend_on(Some("other"), None, "cpu"));
    bench.put("other", "weights of another training");
    drop(bench.lend_on(Some("other"), None, "cpu"));
    drop(bench.lend_on(Some("other"), None, "cpu"));
    assert_eq!(bench.seen.loads(), ["mini", "other", "other", "other"]);
    assert_eq!(bench.seen.alive(), 1);
}

#[test]
fn where_memory_is_short_what_nobody_uses_goes_and_what_is_in_use_stays() {
    let bench = Bench::new();
    bench.seen.room.store(1, Ordering::SeqCst);
    drop(bench.lend(None, Some("judge")));
    // There is room for one: the scorer goes, and is tried with again.
    let encoder = bench.lend(Some("mini"), None);
    assert_eq!(bench.seen.loads(), ["judge", "mini", "mini"]);
    let asked = bench.asked(None, Some("judge"), "auto");
    let refused = bench.shelf.lend(&asked, &Arc::default(), &|_| {}).unwrap_err();
    assert!(matches!(refused, EngineError::Busy), "{refused}");
    drop(encoder);
    drop(bench.lend(None, Some("judge")));
    assert_eq!(bench.seen.alive(), 1);
}

#[test]
fn a_model_that_fell_back_is_tried_again_with_the_room_there_is_and_by_the_next_job() {
    let bench = Bench::new();
    bench.seen.room.store(1, Ordering::SeqCst);
    bench.seen.falls_back.store(true, Ordering::SeqCst);
    drop(bench.lend(None, Some("judge")));
    let lent = bench.lend(Some("mini"), None);
    assert_eq!(lent.news(), [""; 0], "there was room after all");
    // Now the encoder is in use, and there is none.
    let crowded = bench.lend(None, Some("judge"));
    assert_eq!(crowded.news(), ["on the processor instead"]);
    assert_eq!(crowded.news(), [""; 0], "said once");
    drop((crowded, lent));
    assert_eq!(bench.lend(None, Some("judge")).news(), [""; 0]);
}

#[test]
fn a_model_goes_when_nobody_used_it_for_a_while_and_not_while_somebody_does() {
    let bench = Bench::idle_after(Duration::from_millis(40));
    let lent = bench.lend(Some("mini"), None);
    thread::sleep(Duration::from_millis(200));
    assert_eq!(bench.seen.alive(), 1);
    drop(lent);
    let until = Instant::now() + Duration::from_secs(60);
    while bench.seen.alive() > 0 {
        assert!(Instant::now() < until, "it stays");
        thread::sleep(Duration::from_millis(5));
    }
    // The thread that freed it may have ended: the next one is freed all the same.
    drop(bench.lend(Some("mini"), Some("judge")));
    while bench.seen.alive() > 0 {
        assert!(Instant::now() < until, "they stay");
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(bench.seen.loads(), ["mini", "mini", "judge"]);
}

#[test]
fn a_load_that_fails_keeps_nothing() {
    let bench = Bench::new();
    bench.seen.room.store(1, Ordering::SeqCst);
    let held = bench.lend(Some("mini"), None);
    let asked = bench.asked(Some("other"), None, "auto");
    assert!(bench.shelf.lend(&asked, &Arc::default(), &|_| {}).is_err());
    drop(held);
    drop(bench.lend(Some("other"), None));
    assert_eq!(bench.seen.loads(), ["mini", "other", "other"]);
}
