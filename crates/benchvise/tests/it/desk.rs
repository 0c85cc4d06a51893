//! Runs and fits as a face sees them that stays: an engine in this process, boards in their own.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use engine::settings::Settings;
use engine::{Engine, Events, Options};
use protocol::{
    Bits, Command, DocumentSource, Event, FitSpec, GoingRun, JobKind, JobView, ModelChoice, Reply,
    RunKind, RunSpec, RunStatus, Snapshot,
};

use crate::support::{Bench, PROGRAM, alone, run_spec};

fn engine(bench: &Bench) -> (Engine, Events) {
    let flags = [("store", bench.store().display().to_string())];
    let settings = Settings::resolve(None, &|_| None, &flags).unwrap();
    let program = Some(PathBuf::from(PROGRAM));
    let engine = Engine::start(Options { program, settings, ..Options::default() }).unwrap();
    let events = engine.subscribe();
    (engine, events)
}

fn model(bench: &Bench) -> ModelChoice {
    let [_, model, _, tokenizer] = bench.model();
    ModelChoice::Files { model: model.into(), tokenizer: tokenizer.into() }
}

fn spec(bench: &Bench, repetitions: u32) -> RunSpec {
    run_spec(model(bench), 8, repetitions)
}

/// Everything up to and with the first event that `last` takes.
fn until(events: &Events, last: impl Fn(&Event) -> bool) -> Vec<Event> {
    let began = Instant::now();
    let mut told = Vec::new();
    while began.elapsed() < Duration::from_secs(60) {
        if let engine::Next::Event(event) = events.next(Duration::from_millis(50)) {
            told.push(event);
            if told.last().is_some_and(&last) {
                return told;
            }
        }
    }
    panic!("it did not come: {told:?}");
}

fn snapshot(engine: &Engine) -> Snapshot {
    match engine.send(Command::Snapshot).unwrap() {
        Reply::Snapshot(snapshot) => *snapshot,
        other => panic!("no snapshot: {other:?}"),
    }
}

fn started(told: &[Event]) -> Vec<GoingRun> {
    let runs = told.iter().filter_map(|event| match event {
        Event::RunStarted(run) => Some((**run).clone()),
        _ => None,
    });
    runs.collect()
}

#[test]
fn a_face_that_comes_later_sees_the_run_as_far_as_it_is() {
    let _alone = alone();
    let bench = Bench::new();
    let (engine, events) = engine(&bench);
    let Reply::RunStarted { run } =
        engine.send(Command::StartRun { spec: spec(&bench, 1_000_000) }).unwrap()
    else {
        panic!("no run");
    };
    let third = |event: &Event| matches!(event, Event::RunProgressed { repetitions_done, .. } if *repetitions_done >= 3);
    let told = until(&events, third);
    let begun = started(&told);
    assert_eq!(begun.len(), 1);
    assert_eq!((&begun[0].summary.run, begun[0].summary.status), (&run, RunStatus::Recording));
    assert_eq!((begun[0].repetitions_done, begun[0].repetitions), (0, 1_000_001));
    let place = |wanted: fn(&Event) -> bool| told.iter().position(wanted);
    assert!(
        place(|event| matches!(event, Event::RunStarted(_)))
            < place(|event| matches!(event, Event::RunProgressed { .. })),
        "it begins before it goes on"
    );
    let note = Some("while it runs".to_owned());
    engine.send(Command::NoteRun { selector: run.0.clone(), note: note.clone() }).unwrap();
    let going = snapshot(&engine).going;
    assert_eq!(going.len(), 1);
    assert_eq!((&going[0].summary.run, &going[0].summary.note), (&run, &note));
    assert!(going[0].repetitions_done >= 3, "{going:?}");
    assert_eq!(going[0].doing, "measuring");
    engine.send(Command::StopRun { run: run.clone() }).unwrap();
    let over = |event: &Event| matches!(event, Event::RunFinished { run: of, .. } if *of == run);
    let told = until(&events, over);
    assert!(told.contains(&Event::RunChanged { run: run.clone() }), "{told:?}");
    let after = snapshot(&engine);
    assert!(after.going.is_empty());
    let used = after.models.iter().any(|model| model.name == "small" && model.problem.is_none());
    assert!(used, "the model of the run can be chosen again: {:?}", after.models);
}

#[test]
fn a_fit_is_a_job_that_begins_two_runs() {
    let _alone = alone();
    let bench = Bench::new();
    let (engine, events) = engine(&bench);
    let spec = FitSpec {
        document: DocumentSource::Bytes { name: "n.txt".into(), bytes: b"a leak at 4 bar.".into() },
        board: "host".into(),
        model: model(&bench),
        bits: Bits::F32,
        tokens: 4,
        reserve: 0,
        prompt: String::new(),
        focus: None,
        budget: Some(5),
        repetitions: 1_000_000,
        seed: 1,
        meter: None,
    };
    let Reply::JobStarted { job } = engine.send(Command::Fit { spec }).unwrap() else {
        panic!("no job");
    };
    let measuring = |event: &Event| matches!(event, Event::JobProgressed { doing, done, .. } if doing == "measuring" && *done > 1);
    let told = until(&events, measuring);
    let Event::JobStarted(begun) = &told[0] else { panic!("{told:?}") };
    assert_eq!((begun.job, begun.kind, begun.title.as_str()), (job, JobKind::Fit, "n.txt"));
    let kinds: Vec<RunKind> = started(&told).iter().map(|run| run.summary.kind).collect();
    assert_eq!(kinds, [RunKind::FitFull, RunKind::FitCompressed]);
    let seen = snapshot(&engine);
    assert_eq!(seen.going.len(), 2);
    let [JobView { doing, done, total, .. }] = seen.jobs.as_slice() else { panic!("{seen:?}") };
    assert_eq!((doing.as_str(), *total), ("measuring", 1_000_001));
    assert!(*done > 1);
    engine.send(Command::Cancel { job }).unwrap();
    until(&events, |event| matches!(event, Event::JobFinished { job: of, .. } if *of == job));
    let seen = snapshot(&engine);
    assert!(seen.going.is_empty() && seen.jobs.is_empty(), "{seen:?}");
}
