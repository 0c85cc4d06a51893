//! A meter beside a board, both played: its input wired to the board, where the wire is a file, or not; and
//! beside a board that runs the benchmark.

use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use board::Pty;
use board::meter::MeterModel;
use board::meter::emulator::{Emulation, Faults, play};
use protocol::{Command, DriverSpec, MeterSpec, ModelChoice, Reply, RunDetail, RunSpec};

use crate::boards::spec;
use crate::dut::Dut;
use crate::played::{PLAIN, Score, program};
use crate::recorded::{engine, recorded, whole};

/// A PPK2 at 99 mW whose D0 hangs on that pin, and how a run uses it.
fn meter(pin: Option<PathBuf>, trigger_pin: Option<u8>) -> (JoinHandle<()>, MeterSpec) {
    let (end, port) = Pty::pair().unwrap();
    let emulation = Emulation {
        model: MeterModel::Ppk2,
        wave: "square:20mA:40mA:5kHz".parse().unwrap(),
        faults: Faults::default(),
        gate: pin,
    };
    let meter = std::thread::Builder::new().name("test-meter".into());
    let meter = meter.spawn(move || play(Box::new(end), &emulation).unwrap()).unwrap();
    let spec = MeterSpec {
        port,
        model: None,
        millivolts: Some(3300),
        supply: Default::default(),
        trigger_pin,
        rate_hz: None,
        idle_s: 0.2,
        series: Default::default(),
    };
    (meter, spec)
}

/// One repetition of half a second beside it; with the pin at D0, or without.
fn measured(trigger_pin: Option<u8>) -> RunDetail {
    let folder = tempfile::tempdir().unwrap();
    let (meter, meter_spec) = meter(Some(folder.path().join("pin")), trigger_pin);
    // As many ticks pass as time does, so that pings are right about the first repetition.
    let score = Score { pace: Duration::from_millis(5), ..PLAIN };
    let asked = RunSpec { tokens: 100, meter: Some(meter_spec), ..spec("host") };
    let engine = engine(folder.path(), Some(program(folder.path(), score)));
    let run = whole(&engine, asked);
    // The run let go of its meter before it said that it is over: the engine is still there.
    meter.join().unwrap();
    run
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

#[test]
fn a_benchmark_beside_a_meter_has_its_energy_for_each_inference() {
    let (meter, meter_spec) = meter(None, None);
    let (pty, port) = Pty::pair().unwrap();
    // Its time is ours, as the meter's is.
    let dut = Dut { us_each: 20_000, real_since: Some(Instant::now()), ..Dut::default() };
    let board = std::thread::Builder::new().name("benchmark".into());
    let board = board.spawn(move || dut.play(pty)).unwrap();
    let run = recorded(
        None,
        RunSpec {
            model: ModelChoice::OnBoard,
            driver: DriverSpec::MlperfTiny {
                inputs: vec![],
                window_s: 1,
                iterations: 10,
                baud: None,
            },
            repetitions: 2,
            meter: Some(meter_spec),
            ..spec(&port)
        },
    );
    meter.join().unwrap();
    board.join().unwrap();
    assert_eq!(run.repetitions.len(), 2);
    assert_eq!(run.fingerprint["meter.aligned_by"], "pings");
    for repetition in &run.repetitions {
        let values = &repetition.values;
        let (energy_mj, inferences) = (values["energy_mj"], values["inferences"]);
        assert!(inferences >= 10.0 && values["total_ms"] >= 1000.0, "{values:?}");
        assert!((energy_mj / (99.0 * values["total_ms"] / 1e3) - 1.0).abs() < 0.01, "{values:?}");
        let each = values["energy_mj_per_inference"];
        assert!((each / (energy_mj / inferences) - 1.0).abs() < 1e-9, "{values:?}");
        // 20 ms at 99 mW, or a little more, as a sleep lasts longer.
        assert!((1.9..4.0).contains(&each), "{values:?}");
        // The idle board took the same.
        assert!(values["net_energy_mj_per_inference"].abs() < 0.02 * each, "{values:?}");
    }
}

#[test]
fn who_wants_a_meter_that_measures_is_told_whose_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (meter, meter_spec) = meter(None, None);
    let score = Score { pace: Duration::from_millis(5), ..PLAIN };
    let engine = engine(folder.path(), Some(program(folder.path(), score)));
    let asked =
        RunSpec { tokens: 100, repetitions: 50, meter: Some(meter_spec.clone()), ..spec("host") };
    let begun = engine.send_for("a window on lab-3", Command::StartRun { spec: asked }).unwrap();
    let Reply::RunStarted { run } = begun else { panic!("{begun:?}") };
    // Another board, so that the meter alone stands in the way.
    let port = folder.path().join("port");
    std::fs::write(&port, "").unwrap();
    let second = RunSpec { meter: Some(meter_spec), ..spec(&port.display().to_string()) };
    let refused = engine.send(Command::StartRun { spec: second }).unwrap_err();
    let words = "in use by a profile that measures with it (a window on lab-3)";
    assert!(refused.message.contains(words), "{refused}");
    engine.send(Command::StopRun { run }).unwrap();
    let began = Instant::now();
    while engine.goes_on() != (0, 0) {
        assert!(began.elapsed() < Duration::from_secs(20), "it goes on");
        std::thread::sleep(Duration::from_millis(5));
    }
    meter.join().unwrap();
}
