//! What a panic in the compressor costs.

use protocol::{DocumentSource, Event, Outputs};

use super::*;
use crate::Options;
use crate::events::Next;
use crate::settings::Settings;

/// A tokenizer that trips over one word.
pub(crate) struct Trips;

impl TokenCounter for Trips {
    fn name(&self) -> &str {
        "trips"
    }

    fn count(&self, text: &str) -> usize {
        assert!(!text.contains("stumble"), "tripped on purpose");
        text.split_whitespace().count()
    }
}

/// What becomes of a job, with its tokenizer tripping.
#[track_caller]
pub(crate) fn outcome(
    work: impl FnOnce(&Job) -> Result<JobOutcome, EngineError> + Send + 'static,
) -> JobOutcome {
    let flags = [("store", "/dev/null/store".to_owned())];
    let settings = Settings::resolve(None, &|_| None, &flags).unwrap();
    let engine = Engine::start(Options { settings, ..Options::default() }).unwrap();
    let events = engine.subscribe();
    jobs::begin(&engine, JobKind::Compress, "tripping".into(), work).unwrap();
    loop {
        match events.next(Duration::from_secs(60)) {
            Next::Event(Event::JobFinished { outcome, .. }) => return outcome,
            Next::Event(_) => {}
            _ => panic!("the job does not end"),
        }
    }
}

#[test]
fn a_panic_loses_one_document_and_not_the_job() {
    for total in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let text =
            "The pump was checked in 1987 by the harbour office. Nobody said why.\n".repeat(9);
        for (name, text) in
            [("a.txt", &*text), ("b.txt", "They stumble over it."), ("c.txt", &*text)]
        {
            std::fs::write(path(name), text.to_owned() + name).unwrap();
        }
        let names = ["a.txt", "b.txt", "c.txt"];
        let spec = CompressSpec {
            documents: names.iter().map(|name| DocumentSource::File(path(name))).collect(),
            budget: if total { BudgetSpec::Tokens(60) } else { BudgetSpec::Ratio(3.0) },
            total,
            tokenizer: "trips".into(),
            strategy: "automatic".into(),
            focus: None,
            shaping: Shaping::default(),
            source: SourceText::Left,
            into: Some(Outputs {
                manifest: path("m.jsonl"),
                files: names.iter().map(|name| path("out").join(name)).collect(),
            }),
            neural: NeuralSpec::default(),
            cache: CacheSpec::Left,
            lossless: false,
        };
        let way = Way::of("automatic", None, &spec.shaping).unwrap();
        let made = outcome(move |job| {
            let nothing = Lending::new(|| Ok(Lent::default()));
            run(job, &spec, (&Trips, "trips"), &way, (&nothing, &[]))
        });
        let JobOutcome::Compressed(made) = made else { panic!("{made:?}") };
        let failed: Vec<bool> = made.iter().map(|one| one.result.is_err()).collect();
        assert_eq!(failed, [false, true, false]);
        let problem = made[1].result.as_ref().unwrap_err();
        assert!(problem.message.contains("tripped on purpose"), "{problem:?}");
        // And the manifest says so.
        let lines = std::fs::read_to_string(path("m.jsonl")).unwrap();
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[1].contains("tripped on purpose") && lines[2].contains("c.txt"), "{lines:?}");
    }
}

#[test]
fn an_edit_of_a_text_costs_an_engine_the_blocks_of_the_edit() {
    let flags = [("store", "/dev/null/store".to_owned())];
    let settings = Settings::resolve(None, &|_| None, &flags).unwrap();
    let engine = Engine::start(Options { settings, ..Options::default() }).unwrap();
    let events = engine.subscribe();
    let text: String = (0..4000)
        .map(|day| format!("On day {day} the keeper noted {} barrels at the quay.\n\n", day * 7))
        .collect();
    let document = DocumentSource::Bytes { name: "a.txt".into(), bytes: text.clone().into() };
    let spec = CompressSpec {
        documents: vec![document],
        budget: BudgetSpec::Ratio(4.0),
        total: false,
        tokenizer: "o200k".into(),
        strategy: "incremental".into(),
        focus: None,
        shaping: Shaping::default(),
        source: SourceText::Left,
        into: None,
        cache: CacheSpec::Left,
        lossless: false,
        neural: NeuralSpec::default(),
    };
    start(&engine, spec).unwrap();
    while !matches!(events.next(Duration::from_secs(60)), Next::Event(Event::JobFinished { .. })) {}
    let edited = text.replace("On day 2000 the keeper", "On day 2000 nobody");
    let way = Way::of("incremental", None, &Shaping::default()).unwrap();
    let way = way.remembering(|| engine.inner.blocks.of(&tokenizer_words("o200k")));
    let document = compress::document::from_bytes("a.txt", edited.as_bytes()).unwrap();
    let request = way.request(&document, Budget::Ratio(4.0));
    let counter = counter("o200k").unwrap();
    let (_, work) = way.blocks().unwrap().compress(&request, &*counter).unwrap();
    assert!(work.blocks > 10 && (1..=2).contains(&work.done), "{work:?}");
}
