//! A board that dies in the middle of a run, and another start of it on the same port: what is on the
//! time axis, while it is recorded and from the store.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;

use board::Pty;
use engine::settings::Settings;
use engine::{Connection, Engine, Next, Options};
use protocol::{
    Command, Event, Reply, RunId, RunSpec, RunStatus, Severity, SignalFrame, Trace, ViewFrame,
    ViewId, ViewSpec, ViewWindow,
};

use crate::boards::spec;
use crate::played::{OwnScore, REPETITION_TICKS, Score, TOKEN_TICKS, play_until};

const TOKENS: u32 = 20;
const SCORE: Score =
    Score { pace: Duration::from_millis(2), lose: 0, vitals: true, own: OwnScore::Nothing };

/// A board on the port `port` of that folder, in place of the one before.
fn plug(folder: &Path, last: u32) -> JoinHandle<()> {
    let (pty, path) = Pty::pair().unwrap();
    let port = folder.join("port");
    std::fs::remove_file(&port).ok();
    symlink(path, &port).unwrap();
    let board = std::thread::Builder::new().name("test-board".into());
    board.spawn(move || play_until(Box::new(pty), SCORE, last)).unwrap()
}

fn start(folder: &Path, wait_s: u32) -> (Engine, Connection, RunId, JoinHandle<()>) {
    let store = folder.join("store").display().to_string();
    let flags = [("store", store), ("board_wait_s", wait_s.to_string())];
    let settings = Settings::resolve(None, &|_| None, &flags).unwrap();
    let engine = Engine::start(Options { settings, ..Options::default() }).unwrap();
    let board = plug(folder, TOKENS + 7);
    let port = folder.join("port").display().to_string();
    let connection = engine.connect();
    let spec = RunSpec { tokens: TOKENS, repetitions: 3, warmup: 0, ..spec(&port) };
    let Reply::RunStarted { run } = connection.send(Command::StartRun { spec }).unwrap() else {
        panic!("it did not start");
    };
    (engine, connection, run, board)
}

/// Waits for the run's end; gives what was told of it, and what it was said to be doing.
fn ended(connection: &Connection, expect: RunStatus) -> (Vec<(Severity, String)>, Vec<String>) {
    let (mut notices, mut doings) = (Vec::new(), Vec::new());
    loop {
        match connection.next(Duration::from_secs(30)) {
            Next::Event(Event::Notice { severity, text, .. }) => notices.push((severity, text)),
            Next::Event(Event::RunProgressed { doing, repetitions_done, repetitions, .. }) => {
                assert!(repetitions_done <= repetitions);
                doings.push(doing);
            }
            Next::Event(Event::RunFinished { status, .. }) => {
                assert_eq!(status, expect);
                return (notices, doings);
            }
            Next::Event(_) => {}
            other => panic!("the run did not end: {other:?}"),
        }
    }
}

/// All of a run that is over.
fn whole(connection: &Connection, run: &RunId) -> ViewFrame {
    let view = ViewId(1);
    let spec =
        ViewSpec { run: run.clone(), signals: vec![], window: ViewWindow::Whole, width_px: 4000 };
    connection.send(Command::OpenView { view, spec }).unwrap();
    loop {
        match connection.next(Duration::from_secs(5)) {
            Next::Event(Event::ViewFrame(frame)) if frame.recording => {
                // The run's end is told a moment before its signals end.
                connection.send(Command::AckView { view, seq: frame.seq }).unwrap();
            }
            Next::Event(Event::ViewFrame(frame)) => return ViewFrame { seq: 0, ..*frame },
            Next::Event(_) => {}
            other => panic!("no frame: {other:?}"),
        }
    }
}

fn signal<'a>(frame: &'a ViewFrame, name: &str) -> &'a SignalFrame {
    frame.signals.iter().find(|signal| signal.name == name).unwrap()
}

/// The first sample of a signal that lies behind `ms`, and whether it is joined to the one before.
fn first_behind(frame: &ViewFrame, name: &str, ms: f64) -> (f64, bool) {
    let Trace::Points(points) = &signal(frame, name).trace else { panic!("few samples") };
    let point = points.iter().find(|point| point.at_ms > ms).unwrap();
    (point.at_ms, !point.after_gap)
}

#[test]
fn an_absence_is_a_hole_of_its_length_on_the_axis_live_and_stored() {
    let folder = tempfile::tempdir().unwrap();
    let (_engine, connection, run, board) = start(folder.path(), 30);
    board.join().unwrap();
    let away = Duration::from_millis(700);
    std::thread::sleep(away);
    let back = plug(folder.path(), u32::MAX);
    let (notices, doings) = ended(&connection, RunStatus::Complete);
    assert!(notices.iter().any(|(severity, text)| {
        *severity == Severity::Warning && text.contains("the board was unplugged")
    }));
    assert!(notices.iter().any(|(severity, text)| {
        *severity == Severity::Info && text.contains("the board is back after")
    }));
    assert!(doings.iter().any(|doing| doing.contains("waiting for it, 30 s more")), "{doings:?}");

    let shown = whole(&connection, &run);
    // The second repetition failed and the third is the same again.
    assert_eq!(shown.repetitions.len(), 4);
    let ms = |ticks: u64| ticks as f64 / 1e3;
    let [first, failed, again, last] = shown.repetitions[..] else { panic!() };
    assert_eq!((first.from_ms, failed.from_ms), (0.0, ms(REPETITION_TICKS)));
    let broke_ms = failed.to_ms.unwrap();
    assert!((broke_ms - ms(REPETITION_TICKS + 7 * TOKEN_TICKS)).abs() < 1.0, "{broke_ms}");
    // A sleep may last longer, and never less; how long the rest took is no matter of this test.
    assert!(again.from_ms - broke_ms >= away.as_secs_f64() * 1e3, "{again:?} after {broke_ms}");
    // From there on the board's clock counts again.
    assert!((last.from_ms - again.from_ms - ms(REPETITION_TICKS)).abs() < 1e-6);
    assert_eq!(again.first_token_ms, Some(again.from_ms + ms(TOKEN_TICKS)));
    assert_eq!(shown.token_count, u64::from(3 * TOKENS + 7));
    for name in ["token_latency", "attention", "heap_used"] {
        let (at_ms, joined) = first_behind(&shown, name, broke_ms);
        assert!(at_ms >= again.from_ms && !joined, "{name} at {at_ms}");
    }
    let note = shown.note.as_ref().unwrap();
    assert!(note.contains("the board was away once, for "), "{note}");
    assert!(note.contains("by this computer's clock"), "{note}");

    // Another program sees the same.
    let store = folder.path().join("store").display().to_string();
    let settings = Settings::resolve(None, &|_| None, &[("store", store)]).unwrap();
    let other = Engine::start(Options { settings, ..Options::default() }).unwrap();
    assert_eq!(whole(&other.connect(), &run), shown);
    drop((connection, _engine));
    back.join().unwrap();
}

#[test]
fn without_patience_the_run_ends_with_the_board() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, connection, run, board) = start(folder.path(), 0);
    board.join().unwrap();
    let (notices, _) = ended(&connection, RunStatus::Aborted);
    assert!(!notices.iter().any(|(_, text)| text.contains("waits")), "{notices:?}");
    let Reply::Run(detail) = engine.send(Command::ShowRun { selector: run.0 }).unwrap() else {
        panic!("no run");
    };
    assert!(detail.summary.reason.unwrap().contains("unplugged"));
    assert!(!detail.fingerprint.contains_key("run.interruptions"));
}
