//! What a job with models loads, and what it does not.

use std::sync::Arc;
use std::time::Duration;

use protocol::{
    CacheSpec, Code, Command, CompressSpec, DocumentOutcome, Event, Failure, JobOutcome,
    NeuralSpec, Reply, Work,
};

use super::fake::{Fake, Seen};
use crate::events::Next;
use crate::settings::Settings;
use crate::{Engine, Options};

struct Bench {
    folder: tempfile::TempDir,
    engine: Engine,
    seen: Arc<Seen>,
}

impl Bench {
    fn new() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let flags = [("store", at("store")), ("cache", at("cache")), ("models", at("models"))];
        let settings = Settings::resolve(None, &|_| None, &flags).unwrap();
        let seen = Arc::new(Seen::default());
        let options = Options { settings, ..Options::default() };
        let engine = Engine::start_with(options, Box::new(Fake(Arc::clone(&seen)))).unwrap();
        let bench = Bench { folder, engine, seen };
        bench.put("models/judge/model.safetensors", "weights");
        bench.put("notes.txt", &"The pump was built in 1987 by the harbour office. ".repeat(30));
        bench
    }

    /// Another program with the same settings.
    fn started_again(self) -> Bench {
        let seen = Arc::new(Seen::default());
        let settings = (*self.engine.settings()).clone();
        let options = Options { settings, ..Options::default() };
        let engine = Engine::start_with(options, Box::new(Fake(Arc::clone(&seen)))).unwrap();
        Bench { engine, seen, ..self }
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn spec(&self, names: &[&str]) -> CompressSpec {
        let documents: Vec<_> = names
            .iter()
            .map(|name| serde_json::json!({"file": self.folder.path().join(name)}))
            .collect();
        serde_json::from_value(serde_json::json!({
            "documents": documents, "budget": {"ratio": 3.0}, "total": false, "tokenizer": "o200k",
            "strategy": "automatic", "focus": null,
            "neural": {"scorer": "judge"},
        }))
        .unwrap()
    }

    fn outcome(&self, spec: CompressSpec) -> JobOutcome {
        let events = self.engine.subscribe();
        let Reply::JobStarted { job } = self.engine.send(Command::Compress { spec }).unwrap()
        else {
            panic!("no job");
        };
        loop {
            match events.next(Duration::from_secs(60)) {
                Next::Event(Event::JobFinished { job: ended, outcome }) if ended == job => {
                    return outcome;
                }
                Next::Event(_) => {}
                _ => panic!("the job does not end"),
            }
        }
    }

    fn made(&self, spec: CompressSpec) -> Vec<DocumentOutcome> {
        match self.outcome(spec) {
            JobOutcome::Compressed(made) => made,
            other => panic!("{other:?}"),
        }
    }

    fn work(&self, spec: CompressSpec) -> Work {
        self.made(spec).remove(0).result.unwrap().work
    }

    fn failure(&self, spec: CompressSpec) -> Failure {
        match self.outcome(spec) {
            JobOutcome::Failed(failure) => failure,
            other => panic!("{other:?}"),
        }
    }

    fn loads(&self) -> usize {
        self.seen.loads().len()
    }
}

#[test]
fn what_is_remembered_needs_no_model_and_the_next_document_none_that_is_loaded() {
    let bench = Bench::new();
    let spec = || bench.spec(&["notes.txt"]);
    assert_eq!((bench.work(spec()), bench.loads()), (Work::Done, 1));
    assert_eq!((bench.work(spec()), bench.loads()), (Work::Cached, 1));
    let left = CompressSpec { cache: CacheSpec::Left, ..spec() };
    assert_eq!((bench.work(left), bench.loads()), (Work::Done, 1));
    // Another program finds the result on the disk, and loads nothing.
    let other = bench.started_again();
    assert_eq!((other.work(other.spec(&["notes.txt"])), other.loads()), (Work::Cached, 0));
}

#[test]
fn a_model_whose_file_changed_is_another_model() {
    let bench = Bench::new();
    let spec = || bench.spec(&["notes.txt"]);
    bench.work(spec());
    bench.put("models/judge/model.safetensors", "weights of another training");
    assert_eq!((bench.work(spec()), bench.loads()), (Work::Done, 2));
    assert_eq!((bench.work(spec()), bench.loads()), (Work::Cached, 2));
}

#[test]
fn documents_that_cannot_be_read_load_nothing() {
    let bench = Bench::new();
    let made = bench.made(bench.spec(&["absent.txt"]));
    assert!(made[0].result.is_err());
    assert_eq!(bench.loads(), 0);
}

#[test]
fn what_is_wrong_with_the_models_ends_the_job_before_anything_is_loaded() {
    let bench = Bench::new();
    let with = |neural| CompressSpec { neural, ..bench.spec(&["notes.txt"]) };
    let scorer = |name: &str| NeuralSpec { scorer: Some(name.into()), ..NeuralSpec::default() };
    assert_eq!(bench.failure(with(scorer("nobody"))).code, Code::NotFound);
    let odd = NeuralSpec { device: Some("gpu".into()), ..scorer("judge") };
    assert_eq!(bench.failure(with(odd)).code, Code::BadRequest);
    let vectors = NeuralSpec { vectors: Some("v".into()), ..scorer("judge") };
    assert_eq!(bench.failure(with(vectors)).code, Code::BadRequest);
    assert_eq!(bench.loads(), 0);
    // And one that cannot be loaded costs the job, not each document.
    bench.seen.room.store(1, std::sync::atomic::Ordering::SeqCst);
    bench.seen.alive.store(1, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(bench.failure(bench.spec(&["notes.txt"])).code, Code::Busy);
}
