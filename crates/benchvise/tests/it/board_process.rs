//! The host board's process under an engine in this process, whose patience a test can shorten.
#![cfg(target_os = "linux")]

use std::time::Duration;

use board::Patience;
use engine::settings::Settings;
use engine::{Engine, Next, Options};
use protocol::{Command, Event, Failure, ModelChoice, Reply, RunDetail, RunId, RunSpec, RunStatus};

use crate::support::{Bench, PROGRAM, alone, run_spec, signal, wait_until};

fn engine(bench: &Bench, patience: Patience) -> Engine {
    let store = bench.store().display().to_string();
    let settings = Settings::resolve(None, &|_| None, &[("store", store)]).unwrap();
    let program = Some(PROGRAM.into());
    Engine::start(Options { program, settings, patience, ..Options::default() }).unwrap()
}

fn short() -> Patience {
    Patience { silence: Duration::from_millis(700), ..Patience::default() }
}

fn spec(bench: &Bench, tokens: u32, repetitions: u32) -> RunSpec {
    let [_, model, _, tokenizer] = bench.model();
    let model = ModelChoice::Files { model: model.into(), tokenizer: tokenizer.into() };
    RunSpec { warmup: 0, ..run_spec(model, tokens, repetitions) }
}

fn start(engine: &Engine, spec: RunSpec) -> RunId {
    match engine.send(Command::StartRun { spec }).unwrap() {
        Reply::RunStarted { run } => run,
        other => panic!("{other:?}"),
    }
}

fn finished(events: &engine::Events, run: &RunId) -> (RunStatus, Option<Failure>) {
    loop {
        match events.next(Duration::from_secs(30)) {
            Next::Event(Event::RunFinished { run: of, status, failure }) if of == *run => {
                return (status, failure);
            }
            Next::Event(_) => {}
            other => panic!("run {run} did not end: {other:?}"),
        }
    }
}

fn show(engine: &Engine, run: &RunId) -> RunDetail {
    match engine.send(Command::ShowRun { selector: run.0.clone() }).unwrap() {
        Reply::Run(run) => *run,
        other => panic!("{other:?}"),
    }
}

fn tokens(run: &RunDetail) -> usize {
    run.repetitions.iter().map(|repetition| repetition.tokens.len()).sum()
}

/// Child processes of this one whose command line speaks of `folder`'s board: with several tests
/// in one process, those that were not there before.
fn children() -> Vec<i32> {
    let parent = std::process::id().to_string();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let line = std::fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default();
        let after = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        if after.split(' ').nth(1) == Some(parent.as_str()) && line.contains("board-agent") {
            found.extend(stat.split(' ').next().and_then(|pid| pid.parse::<i32>().ok()));
        }
    }
    found
}

#[test]
fn a_board_that_hangs_is_given_up_with_what_was_recorded() {
    let _alone = alone();
    let bench = Bench::new();
    let engine = engine(&bench, short());
    let events = engine.subscribe();
    let run = start(&engine, spec(&bench, 90, 1_000_000));
    wait_until("tokens", || tokens(&show(&engine, &run)) > 0);
    let board = children();
    assert_eq!(board.len(), 1);
    signal(board[0], libc::SIGSTOP);
    let (status, failure) = finished(&events, &run);
    assert_eq!(status, RunStatus::Aborted);
    let failure = failure.unwrap();
    assert!(failure.message.contains("has said nothing for"), "{failure}");
    assert!(failure.hint.is_some(), "{failure}");
    let kept = show(&engine, &run);
    assert_eq!(kept.summary.status, RunStatus::Aborted);
    assert!(tokens(&kept) > 0 && !kept.metrics.is_empty());
    // A stopped process is ended all the same, and the next run has a fresh one.
    wait_until("the hung board's end", || children().is_empty());
    let run = start(&engine, spec(&bench, 5, 1));
    assert_eq!(finished(&events, &run).0, RunStatus::Complete);
}

#[test]
fn a_board_in_use_names_its_user_and_a_stop_frees_it() {
    let _alone = alone();
    let bench = Bench::new();
    let engine = engine(&bench, Patience::default());
    let events = engine.subscribe();
    let run = start(&engine, spec(&bench, 90, 1_000_000));
    let refused = engine.send(Command::StartRun { spec: spec(&bench, 5, 1) }).unwrap_err();
    assert!(refused.message.contains("in use by a profile"), "{refused}");
    engine.send(Command::StopRun { run: run.clone() }).unwrap();
    let (status, failure) = finished(&events, &run);
    assert_eq!((status, failure), (RunStatus::Aborted, None));
    let run = start(&engine, spec(&bench, 5, 1));
    assert_eq!(finished(&events, &run).0, RunStatus::Complete);
    assert!(engine.send(Command::StopRun { run }).is_err(), "it is over");
}

/// Open files and threads of this process.
fn open() -> (usize, usize) {
    let count = |folder: &str| std::fs::read_dir(folder).unwrap().count();
    (count("/proc/self/fd"), count("/proc/self/task"))
}

#[test]
fn fifty_runs_leave_no_file_and_no_thread_open() {
    let _alone = alone();
    let bench = Bench::new();
    let engine = engine(&bench, Patience::default());
    let events = engine.subscribe();
    let once = || {
        let run = start(&engine, spec(&bench, 2, 1));
        assert_eq!(finished(&events, &run).0, RunStatus::Complete);
    };
    once();
    wait_until("the first board's end", || children().is_empty());
    let before = open();
    for _ in 0..50 {
        once();
    }
    // Other tests of this binary come and go; a leak of one a run would be 50.
    wait_until("the last board's end", || children().is_empty());
    wait_until("files and threads to close", || {
        let (files, threads) = open();
        files < before.0 + 25 && threads < before.1 + 25
    });
    let Reply::Runs { total, .. } =
        engine.send(Command::ListRuns { filter: Default::default() }).unwrap()
    else {
        panic!("no list");
    };
    assert_eq!(total, 51);
}
