//! A board that dies in the middle of a run, and another start of it on the same port: what is on the
//! time axis, while it is recorded and from the store.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;

use board::{Pty, Transport};
use engine::settings::Settings;
use engine::{Connection, Engine, Next, Options};
use protocol::{
    Command, DriverSpec, Event, ModelChoice, Reply, RunDetail, RunId, RunSpec, RunStatus, Severity,
    SignalFrame, Trace, ViewFrame, ViewId, ViewSpec, ViewWindow,
};

use crate::boards::spec;
use crate::dut::Dut;
use crate::played::{OwnScore, REPETITION_TICKS, Score, TOKEN_TICKS, play_until};

const TOKENS: u32 = 20;
const SCORE: Score =
    Score { pace: Duration::from_millis(2), lose: 0, vitals: true, own: OwnScore::Nothing };

/// A board on the port `port` of that folder, in place of the one before.
fn plug(folder: &Path, last: u32) -> JoinHandle<()> {
    plug_in(folder, move |pty| play_until(Box::new(pty), SCORE, last))
}

/// The same of any board.
fn plug_in<T: Send + 'static>(
    folder: &Path,
    play: impl FnOnce(Pty) -> T + Send + 'static,
) -> JoinHandle<T> {
    let (pty, path) = Pty::pair().unwrap();
    let port = folder.join("port");
    std::fs::remove_file(&port).ok();
    symlink(path, &port).unwrap();
    let board = std::thread::Builder::new().name("test-board".into());
    board.spawn(move || play(pty)).unwrap()
}

fn start(folder: &Path, wait_s: u32) -> (Engine, Connection, RunId, JoinHandle<()>) {
    let board = plug(folder, TOKENS + 7);
    let asked = RunSpec { tokens: TOKENS, repetitions: 3, warmup: 0, ..spec("") };
    let (engine, connection, run) = begin(folder, wait_s, asked);
    (engine, connection, run, board)
}

/// Begins a run on the board of that folder.
fn begin(folder: &Path, wait_s: u32, asked: RunSpec) -> (Engine, Connection, RunId) {
    let store = folder.join("store").display().to_string();
    let flags = [("store", store), ("board_wait_s", wait_s.to_string())];
    let settings = Settings::resolve(None, &|_| None, &flags).unwrap();
    let engine = Engine::start(Options { settings, ..Options::default() }).unwrap();
    let connection = engine.connect();
    let spec = RunSpec { board: folder.join("port").display().to_string(), ..asked };
    let Reply::RunStarted { run } = connection.send(Command::StartRun { spec }).unwrap() else {
        panic!("it did not start");
    };
    (engine, connection, run)
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

/// A run on a board that is spoken to in another way than the agent's, in the end: interrupted once, and
/// whole. Gives which of its repetitions are.
fn interrupted_once(
    engine: &Engine,
    connection: &Connection,
    run: RunId,
) -> (RunDetail, Vec<bool>) {
    let (notices, _) = ended(connection, RunStatus::Complete);
    for words in ["the board was unplugged", "the board is back after"] {
        assert!(notices.iter().any(|(_, text)| text.contains(words)), "{notices:?}");
    }
    let Reply::Run(run) = engine.send(Command::ShowRun { selector: run.0 }).unwrap() else {
        panic!("no run");
    };
    assert_eq!(run.fingerprint["run.interruptions"], "1");
    let whole = run.repetitions.iter().map(|one| one.whole).collect();
    (*run, whole)
}

#[test]
fn a_benchmark_that_is_pulled_out_in_a_window_does_that_window_again() {
    const TOKENS: u32 = 5;
    let folder = tempfile::tempdir().unwrap();
    let dut = Dut { tokens: u64::from(TOKENS), ..Dut::default() };
    // The first tells how long an inference takes, the second is the first window.
    let pulled = Dut { pulled_in: 3, ..dut.clone() };
    let board = plug_in(folder.path(), |pty| pulled.play(pty));
    let driver = DriverSpec::MlperfTiny { inputs: vec![], window_s: 1, iterations: 10, baud: None };
    let asked =
        RunSpec { model: ModelChoice::OnBoard, driver, tokens: TOKENS, repetitions: 3, ..spec("") };
    let (engine, connection, run) = begin(folder.path(), 30, asked);
    board.join().unwrap();
    let back = plug_in(folder.path(), |pty| dut.play(pty));
    let (run, whole) = interrupted_once(&engine, &connection, run);
    assert_eq!(whole, [true, false, true, true]);
    for repetition in run.repetitions.iter().filter(|one| one.whole) {
        assert_eq!(repetition.tokens.len(), TOKENS as usize);
        assert!((repetition.values["inference_ms"] - 1.5).abs() < 1e-9);
    }
    assert!(run.repetitions[1].tokens.is_empty(), "a window without its end has nothing");
    drop((connection, engine));
    let asked = back.join().unwrap();
    assert_eq!(asked.iter().filter(|command| command.starts_with("infer")).count(), 3);
}

#[test]
fn a_program_that_prints_is_listened_to_again_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let print = |pty: &mut Pty| pty.write(b"achieved tok/s: 19.5\r\n").is_ok();
    let (say, go) = std::sync::mpsc::sync_channel(1);
    let board = plug_in(folder.path(), move |mut pty: Pty| {
        // Two lines for somebody who listens.
        go.recv().unwrap();
        assert!(print(&mut pty) && print(&mut pty));
        std::thread::sleep(Duration::from_millis(100));
    });
    let driver = DriverSpec::Log { patterns: vec![], start: None, baud: None, wait_s: 20 };
    let asked = RunSpec { model: ModelChoice::OnBoard, driver, repetitions: 4, ..spec("") };
    let (engine, connection, run) = begin(folder.path(), 30, asked);
    say.send(()).unwrap();
    board.join().unwrap();
    let (say, over) = std::sync::mpsc::sync_channel::<()>(0);
    let back = plug_in(folder.path(), move |mut pty: Pty| {
        use std::sync::mpsc::RecvTimeoutError;
        while over.recv_timeout(Duration::from_millis(5)) == Err(RecvTimeoutError::Timeout)
            && print(&mut pty)
        {}
    });
    let (run, whole) = interrupted_once(&engine, &connection, run);
    assert_eq!(whole, [true, true, false, true, true]);
    for repetition in run.repetitions.iter().filter(|one| one.whole) {
        assert_eq!(repetition.values["tokens_per_s"], 19.5);
    }
    drop((say, connection, engine));
    back.join().unwrap();
}
