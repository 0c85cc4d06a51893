//! Views through a connection, of runs that a scripted board plays and of stored ones.

use std::path::Path;
use std::time::{Duration, Instant};

use engine::settings::Settings;
use engine::{Connection, Engine, Next, Options};
use protocol::{
    Bits, Code, Command, DriverSpec, Event, ModelChoice, Reply, RunId, RunSpec, RunStatus,
    SignalFrame, Trace, ViewFrame, ViewId, ViewSpec, ViewWindow,
};
use store::{
    Batch, Chunk, NewRun, NewSeries, OpenMode, Repetition, SampleEncoding, Store, StoreError,
};

use crate::played::{OwnScore, PLAIN, REPETITION_TICKS, Score, TOKEN_TICKS, program};

const VIEW: ViewId = ViewId(7);

fn engine(folder: &Path, score: Score) -> Engine {
    let store = folder.join("store").display().to_string();
    Engine::start(Options {
        program: Some(program(folder, score)),
        settings: Settings::resolve(None, &|_| None, &[("store", store)]).unwrap(),
        ..Options::default()
    })
    .unwrap()
}

fn spec(tokens: u32, repetitions: u32) -> RunSpec {
    RunSpec {
        board: "host".into(),
        model: ModelChoice::Synthetic { seed: 1 },
        driver: DriverSpec::Agent,
        bits: Bits::F32,
        prompt: String::new(),
        tokens,
        repetitions,
        warmup: 1,
        seed: 1,
        temperature: 0.0,
        top_p: 1.0,
        stream: true,
        tags: Default::default(),
        meter: None,
    }
}

fn start(connection: &Connection, spec: RunSpec) -> RunId {
    match connection.send(Command::StartRun { spec }).unwrap() {
        Reply::RunStarted { run } => run,
        other => panic!("{other:?}"),
    }
}

fn open(connection: &Connection, run: &RunId, window: ViewWindow, width_px: u32) {
    let spec = ViewSpec { run: run.clone(), signals: vec![], window, width_px };
    connection.send(Command::OpenView { view: VIEW, spec }).unwrap();
}

fn acknowledge(connection: &Connection, seq: u64) {
    connection.send(Command::AckView { view: VIEW, seq }).unwrap();
}

/// The next frame within `timeout`; everything else that happens meanwhile is passed over.
fn frame(connection: &Connection, timeout: Duration) -> Option<ViewFrame> {
    let until = Instant::now() + timeout;
    loop {
        match connection.next(until.saturating_duration_since(Instant::now())) {
            Next::Event(Event::ViewFrame(frame)) => return Some(*frame),
            Next::Event(_) => {}
            Next::Quiet => return None,
            Next::Behind(_) => panic!("it listens"),
        }
    }
}

fn finish(connection: &Connection, run: &RunId) {
    loop {
        match connection.next(Duration::from_secs(20)) {
            Next::Event(Event::RunFinished { run: of, status, failure }) if of == *run => {
                assert_eq!((status, failure), (RunStatus::Complete, None));
                return;
            }
            Next::Event(_) => {}
            other => panic!("the run did not end: {other:?}"),
        }
    }
}

/// A frame that shows all that a run has, acknowledged.
fn last(connection: &Connection) -> ViewFrame {
    let mut last = None;
    while let Some(frame) = frame(connection, Duration::from_millis(500)) {
        acknowledge(connection, frame.seq);
        last = Some(frame);
    }
    last.unwrap()
}

fn signal<'a>(frame: &'a ViewFrame, name: &str) -> &'a SignalFrame {
    frame.signals.iter().find(|signal| signal.name == name).unwrap()
}

fn values(signal: &SignalFrame) -> Vec<(f64, f32)> {
    let Trace::Points(points) = &signal.trace else { panic!("{} in columns", signal.name) };
    points.iter().map(|point| (point.at_ms, point.value)).collect()
}

#[test]
fn frames_come_while_a_run_is_recorded_and_none_once_all_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let slow = Score { pace: Duration::from_millis(3), ..PLAIN };
    let connection = engine(folder.path(), slow).connect();
    let run = start(&connection, spec(100, 2));
    open(&connection, &run, ViewWindow::Whole, 100);
    let (mut frames, mut seq, mut end_ms) = (0, 0, 0.0);
    let began = Instant::now();
    loop {
        let shown = frame(&connection, Duration::from_secs(20)).unwrap();
        assert_eq!(shown.seq, seq + 1);
        assert!(shown.end_ms >= end_ms, "time goes forward");
        (frames, seq, end_ms) = (frames + 1, shown.seq, shown.end_ms);
        // Nothing more before it is acknowledged.
        assert_eq!(frame(&connection, Duration::from_millis(60)), None);
        acknowledge(&connection, seq);
        if !shown.recording {
            break;
        }
    }
    assert!(frames > 5, "{frames} frames");
    assert!(frames as f64 <= 2.0 + began.elapsed().as_secs_f64() * 30.0);
    // All is acknowledged and nothing changes; telling twice changes nothing either.
    acknowledge(&connection, seq);
    if let Some(again) = frame(&connection, Duration::from_millis(200)) {
        acknowledge(&connection, again.seq);
    }
    assert_eq!(frame(&connection, Duration::from_millis(500)), None);
}

#[test]
fn a_face_that_paints_nothing_gets_one_frame_and_then_the_newest() {
    let folder = tempfile::tempdir().unwrap();
    let connection = engine(folder.path(), PLAIN).connect();
    let run = start(&connection, spec(200, 3));
    open(&connection, &run, ViewWindow::Whole, 100);
    let first = frame(&connection, Duration::from_secs(20)).unwrap();
    finish(&connection, &run);
    assert_eq!(frame(&connection, Duration::from_millis(200)), None, "nothing piled up");
    // An acknowledgement of another frame is none.
    acknowledge(&connection, first.seq + 1);
    assert_eq!(frame(&connection, Duration::from_millis(100)), None);
    acknowledge(&connection, first.seq);
    let newest = frame(&connection, Duration::from_secs(5)).unwrap();
    assert_eq!((newest.seq, newest.recording, newest.token_count), (2, false, 800));
}

#[test]
fn a_frame_shows_repetitions_tokens_and_phases_where_the_board_said_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let connection = engine(folder.path(), PLAIN).connect();
    let run = start(&connection, spec(50, 2));
    finish(&connection, &run);
    open(&connection, &run, ViewWindow::Whole, 1000);
    let shown = last(&connection);
    let ms = |ticks: u64| ticks as f64 / 1e3;
    assert_eq!(shown.end_ms, ms(2 * REPETITION_TICKS + 50 * TOKEN_TICKS + 100));
    assert_eq!((shown.from_ms, shown.to_ms, shown.recording), (0.0, shown.end_ms, false));
    let repetitions: Vec<_> = shown
        .repetitions
        .iter()
        .map(|r| (r.index, r.warmup, r.from_ms, r.first_token_ms.unwrap(), r.to_ms.unwrap()))
        .collect();
    let expect = |index: u64| {
        let began = index * REPETITION_TICKS;
        let ended = began + 50 * TOKEN_TICKS + 100;
        (index as u32, index == 0, ms(began), ms(began + TOKEN_TICKS), ms(ended))
    };
    assert_eq!(repetitions, [0, 1, 2].map(expect));
    assert_eq!((shown.token_count, shown.tokens.len()), (150, 150));
    let token = &shown.tokens[51];
    assert_eq!((token.repetition, token.index, token.latency_ms), (1, 1, Some(5.0)));
    assert_eq!(token.at_ms, ms(REPETITION_TICKS + 2 * TOKEN_TICKS));
    assert!(token.text.is_some());
    let latency = shown.latency.unwrap();
    assert_eq!((latency.n, latency.p50_ms, latency.p99_ms), (147, 5.0, 5.0));
    assert_eq!(shown.positions.len(), 49, "first tokens left out");
    assert_eq!(shown.positions[0].position, 1);
    assert!((shown.positions[0].phases_ms[1] - 2.0).abs() < 1e-6);
    // This board never says Vitals: its heap is known from the end of each repetition.
    assert_eq!(values(signal(&shown, "heap_used")).len(), 3);
    assert!(!values(signal(&shown, "process_memory")).is_empty());
    let power = signal(&shown, "power");
    assert_eq!(power.absent.as_deref(), Some("the board offers no energy counter"));
    assert_eq!(shown.note, None);
}

#[test]
fn vitals_become_heap_and_power() {
    let folder = tempfile::tempdir().unwrap();
    let connection = engine(folder.path(), Score { vitals: true, ..PLAIN }).connect();
    let run = start(&connection, spec(20, 1));
    finish(&connection, &run);
    open(&connection, &run, ViewWindow::Whole, 1000);
    let shown = last(&connection);
    // Four looks a repetition and the reading at its end.
    assert_eq!(values(signal(&shown, "heap_used")).len(), 2 * 5);
    let power = values(signal(&shown, "power"));
    // 1 mJ every five tokens of 5 ms; the first look of a repetition has none before it.
    assert_eq!(power.len(), 2 * 3);
    assert!(power.iter().all(|(_, mw)| (mw - 40.0).abs() < 1e-3), "{power:?}");
    let between = Command::MeasureBetween { run, from_ms: 1e9, to_ms: 0.0 };
    let Reply::Between(between) = connection.send(between).unwrap() else { panic!("no answer") };
    let power = between.signals.iter().find(|signal| signal.name == "power").unwrap();
    assert!((power.integral.unwrap() - 6.0).abs() < 1e-6, "{power:?}");
    assert_eq!((power.integral_unit.as_str(), power.missing), ("mJ", 2));
    let latency = between.signals.iter().find(|signal| signal.name == "token_latency").unwrap();
    assert_eq!((latency.samples, latency.integral), (40, Some(200.0)));
}

#[test]
fn a_stored_run_shows_what_the_live_one_showed() {
    let both = OwnScore::Both { warmer: 0 };
    for score in [
        PLAIN,
        Score { vitals: true, lose: 7, ..PLAIN },
        Score { own: both, ..PLAIN },
        Score { own: OwnScore::Lossy, lose: 7, ..PLAIN },
    ] {
        let folder = tempfile::tempdir().unwrap();
        let first = engine(folder.path(), score);
        let connection = first.connect();
        let run = start(&connection, spec(40, 2));
        finish(&connection, &run);
        let again = engine(folder.path(), score).connect();
        for (window, width) in [
            (ViewWindow::Whole, 800),
            (ViewWindow::Whole, 10),
            (ViewWindow::Last { span_ms: 120.0 }, 300),
            (ViewWindow::Between { from_ms: 40.0, to_ms: 10_100.0 }, 50),
        ] {
            open(&connection, &run, window, width);
            open(&again, &run, window, width);
            let (live, stored) = (last(&connection), last(&again));
            assert_eq!(ViewFrame { seq: 0, ..stored }, ViewFrame { seq: 0, ..live });
        }
    }
}

#[test]
fn a_lost_token_is_a_gap_in_a_frame() {
    let folder = tempfile::tempdir().unwrap();
    let connection = engine(folder.path(), Score { lose: 10, ..PLAIN }).connect();
    let run = start(&connection, spec(25, 1));
    finish(&connection, &run);
    open(&connection, &run, ViewWindow::Between { from_ms: 0.0, to_ms: 200.0 }, 1000);
    let shown = last(&connection);
    let Trace::Points(points) = &signal(&shown, "attention").trace else { panic!("few samples") };
    let gaps: Vec<f64> = points.iter().filter(|p| p.after_gap).map(|p| p.at_ms).collect();
    assert_eq!(gaps, [55.0, 105.0]);
    assert_eq!(shown.token_count, 23);
    assert_eq!(shown.tokens[9].latency_ms, None);
}

#[test]
fn a_view_opened_again_shows_the_other_stretch_and_a_closed_one_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), PLAIN);
    let connection = engine.connect();
    let run = start(&connection, spec(50, 1));
    finish(&connection, &run);
    open(&connection, &run, ViewWindow::Whole, 100);
    let first = frame(&connection, Duration::from_secs(5)).unwrap();
    // Not acknowledged: it is void with the view that it was of.
    open(&connection, &run, ViewWindow::Between { from_ms: 0.0, to_ms: 50.0 }, 100);
    let second = frame(&connection, Duration::from_secs(5)).unwrap();
    assert_eq!((first.to_ms, second.to_ms), (first.end_ms, 50.0));
    assert!(second.seq > first.seq);
    assert_eq!(second.token_count, 10);
    connection.send(Command::CloseView { view: VIEW }).unwrap();
    acknowledge(&connection, second.seq);
    connection.send(Command::CloseView { view: VIEW }).unwrap();
    assert_eq!(frame(&connection, Duration::from_millis(200)), None);
    // Views of two faces have nothing to do with each other.
    let other = engine.connect();
    open(&other, &run, ViewWindow::Whole, 10);
    assert!(frame(&other, Duration::from_secs(5)).is_some());
    assert_eq!(frame(&connection, Duration::from_millis(200)), None);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), PLAIN);
    let connection = engine.connect();
    let view = |run: &str, window| Command::OpenView {
        view: VIEW,
        spec: ViewSpec { run: RunId::from(run), signals: vec![], window, width_px: 9 },
    };
    let refused = |command| connection.send(command).unwrap_err().code;
    assert_eq!(refused(view("01k9", ViewWindow::Whole)), Code::NotFound);
    let run = start(&connection, spec(5, 1));
    finish(&connection, &run);
    let between = |from_ms, to_ms| ViewWindow::Between { from_ms, to_ms };
    for window in [
        between(f64::NAN, 1.0),
        between(0.0, f64::INFINITY),
        between(-1e300, 1e300),
        ViewWindow::Last { span_ms: f64::NAN },
    ] {
        assert_eq!(refused(view(&run.0, window)), Code::BadRequest, "{window:?}");
    }
    let nobody = engine.send(view(&run.0, ViewWindow::Whole)).unwrap_err();
    assert_eq!(nobody.code, Code::BadRequest, "{nobody}");
    assert!(nobody.hint.is_some(), "{nobody}");
    // No width and no length are made the smallest that can be shown.
    let spec = ViewSpec {
        run,
        signals: vec!["power".into(), "nonsense".into()],
        window: between(5.0, 5.0),
        width_px: 0,
    };
    connection.send(Command::OpenView { view: VIEW, spec }).unwrap();
    let shown = frame(&connection, Duration::from_secs(5)).unwrap();
    assert!(shown.to_ms > shown.from_ms);
    assert_eq!(shown.signals[1].absent.as_deref(), Some("this run has no signal of that name"));
}

#[test]
fn curves_are_percentiles_at_each_place_over_what_counts() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), PLAIN);
    let connection = engine.connect();
    let run = start(&connection, spec(31, 3));
    finish(&connection, &run);
    let curves = |points| {
        let command = Command::ShowCurves { selector: run.0.clone(), points };
        match engine.send(command).unwrap() {
            Reply::Curves(curves) => curves.into_iter().next().unwrap(),
            other => panic!("{other:?}"),
        }
    };
    let whole = curves(100);
    assert_eq!(whole.run, run);
    let positions: Vec<u32> = whole.points.iter().map(|point| point.position).collect();
    assert_eq!(positions, (1..=30).collect::<Vec<_>>());
    assert!(whole.points.iter().all(|p| (p.median_ms, p.p10_ms, p.p90_ms) == (5.0, 5.0, 5.0)));
    let few: Vec<u32> = curves(4).points.iter().map(|point| point.position).collect();
    assert_eq!(few, [1, 9, 17, 25]);
    assert_eq!(curves(0).points.len(), 1);
}

/// A run as a program without exact times recorded it: two repetitions of three tokens.
fn old_run(folder: &Path) -> Result<RunId, StoreError> {
    let store = Store::open(&folder.join("store"), OpenMode::ReadWrite)?;
    let spec_json = serde_json::to_string(&spec(4, 1)).unwrap();
    let run = store.begin_run(NewRun { spec_json, ..NewRun::default() })?;
    let columns =
        ["token_id", "token_latency", "embed", "attention", "feed_forward", "classifier", "sample"];
    let mut chunks = Vec::new();
    for name in columns {
        let encoding = SampleEncoding::F64;
        let new = NewSeries { name: name.into(), unit: "ms".into(), rate_hz: None, encoding };
        let series = store.add_series(&run, new)?;
        for repetition in 0..2 {
            let values = match name {
                "token_id" => vec![5.0, 6.0, 7.0],
                "token_latency" => vec![20.0, 10.0, 12.0],
                _ => vec![2.0, 2.0, 2.0],
            };
            let first_index = u64::from(repetition) * 4;
            chunks.push(Chunk { series, repetition, first_index, values });
        }
    }
    let mut repetitions = vec![Repetition::new(0), Repetition::new(1)];
    repetitions[0].warmup = true;
    repetitions[0].values.insert("total_ms".into(), 50.0);
    store.record(&run, Batch { repetitions, chunks })?;
    store.finish_run(&run, store::RunStatus::Complete, None, None, &[])?;
    Ok(RunId(run.to_string()))
}

#[test]
fn a_run_without_exact_times_is_laid_end_to_end_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let run = old_run(folder.path()).unwrap();
    let connection = engine(folder.path(), PLAIN).connect();
    open(&connection, &run, ViewWindow::Whole, 100);
    let shown = last(&connection);
    let at: Vec<f64> = shown.tokens.iter().map(|token| token.at_ms).collect();
    assert_eq!(at, [20.0, 30.0, 42.0, 70.0, 80.0, 92.0]);
    let repetitions: Vec<_> =
        shown.repetitions.iter().map(|r| (r.warmup, r.from_ms, r.to_ms)).collect();
    assert_eq!(repetitions, [(true, 0.0, Some(50.0)), (false, 50.0, Some(92.0))]);
    assert!(shown.note.unwrap().contains("laid end to end"));
    let heap = shown.signals.iter().find(|signal| signal.name == "heap_used").unwrap();
    assert!(heap.absent.as_deref().unwrap().contains("recorded before"), "{heap:?}");
    // What else is told of it is as it was.
    let Reply::Run(detail) = connection.send(Command::ShowRun { selector: run.0.clone() }).unwrap()
    else {
        panic!("no run")
    };
    assert_eq!(detail.repetitions.iter().map(|r| r.tokens.len()).sum::<usize>(), 6);
}

#[test]
fn a_run_whose_samples_are_gone_says_why_there_is_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let run = old_run(folder.path()).unwrap();
    std::fs::write(folder.path().join("store/samples.sqlite"), "no database at all").unwrap();
    let connection = engine(folder.path(), PLAIN).connect();
    open(&connection, &run, ViewWindow::Whole, 100);
    let shown = last(&connection);
    assert!(shown.signals.iter().all(|signal| {
        signal.absent.as_deref().is_some_and(|why| why.contains("samples of this run are gone"))
    }));
    assert!(!shown.recording && shown.tokens.is_empty());
}
