//! A meter whose input is wired to the board: both are played, the wire is a file.

use std::time::Duration;

use board::Pty;
use board::meter::MeterModel;
use board::meter::emulator::{Emulation, Faults, play};
use engine::settings::Settings;
use engine::{Engine, Next, Options};
use protocol::{Command, Event, MeterSpec, Reply, RunDetail, RunSpec, RunStatus};

use crate::boards::spec;
use crate::played::{PLAIN, Score, program};

/// One repetition of half a second beside a PPK2 at 99 mW; with the pin at D0, or without.
fn measured(trigger_pin: Option<u8>) -> RunDetail {
    let folder = tempfile::tempdir().unwrap();
    let (end, port) = Pty::pair().unwrap();
    let emulation = Emulation {
        model: MeterModel::Ppk2,
        wave: "square:20mA:40mA:5kHz".parse().unwrap(),
        faults: Faults::default(),
        gate: Some(folder.path().join("pin")),
    };
    let meter = std::thread::Builder::new().name("test-meter".into());
    let meter = meter.spawn(move || play(Box::new(end), &emulation).unwrap()).unwrap();
    let store = folder.path().join("store").display().to_string();
    // As many ticks pass as time does, so that pings are right about the first repetition.
    let score = Score { pace: Duration::from_millis(5), ..PLAIN };
    let engine = Engine::start(Options {
        program: Some(program(folder.path(), score)),
        settings: Settings::resolve(None, &|_| None, &[("store", store)]).unwrap(),
        ..Options::default()
    })
    .unwrap();
    let events = engine.subscribe();
    let asked = RunSpec {
        tokens: 100,
        meter: Some(MeterSpec {
            port,
            model: None,
            millivolts: Some(3300),
            supply: Default::default(),
            trigger_pin,
            rate_hz: None,
            idle_s: 0.2,
            series: Default::default(),
        }),
        ..spec("host")
    };
    let Reply::RunStarted { run } = engine.send(Command::StartRun { spec: asked }).unwrap() else {
        panic!("it did not start");
    };
    loop {
        match events.next(Duration::from_secs(30)) {
            Next::Event(Event::RunFinished { status, failure, .. }) => {
                assert_eq!((status, failure), (RunStatus::Complete, None));
                break;
            }
            Next::Event(_) => {}
            other => panic!("{other:?}"),
        }
    }
    // The run let go of its meter before it said that it is over.
    meter.join().unwrap();
    match engine.send(Command::ShowRun { selector: run.0 }).unwrap() {
        Reply::Run(run) => *run,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check(run: &RunDetail, aligned_by: &str, within_ms: [f64; 2]) {
    assert_eq!(run.fingerprint["meter.aligned_by"], aligned_by);
    let uncertainty: f64 = run.fingerprint["meter.uncertainty_ms"].parse().unwrap();
    let [least, most] = within_ms;
    assert!((least..=most).contains(&uncertainty), "{uncertainty}");
    let values = &run.repetitions[0].values;
    let expect = 99.0 * values["total_ms"] / 1e3;
    assert!((values["energy_mj"] / expect - 1.0).abs() < 0.01, "{values:?}");
}

#[test]
fn the_edge_of_a_wired_input_puts_samples_on_the_boards_time() {
    check(&measured(Some(0)), "edges of D0", [0.01, 0.02]);
}

#[test]
fn without_a_wire_pings_do() {
    check(&measured(None), "pings", [0.02, 50.0]);
}
