//! Power meters end to end: the program, this computer as the board, and a meter that another process
//! of the program plays on a pseudo-terminal.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

use engine::settings::Settings;
use engine::{Engine, Next, Options};
use protocol::{
    Bits, Command, DriverSpec, Event, MeterSpec, ModelChoice, Reply, RunSpec, SignalFrame, Trace,
    ViewFrame, ViewId, ViewSpec, ViewWindow,
};
use serde_json::Value;

use crate::support::{Bench, PROGRAM, text};

/// A meter being played; ends with the test.
struct Played(Child, String);

impl Played {
    fn new(bench: &Bench, model: &str, more: &[&str]) -> Played {
        let mut command = bench.command(["meter-emulator", model]);
        let mut child = command.args(more).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Played(child, line.trim().to_owned())
    }

    fn port(&self) -> &str {
        &self.1
    }
}

impl Drop for Played {
    fn drop(&mut self) {
        // It may have ended by itself, when nobody listened any more.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A profile beside the meter; gives the run in full.
fn profile(bench: &Bench, meter: &Played, more: &[&str]) -> Value {
    let mut args = vec!["--meter", meter.port(), "--meter-voltage", "3300mV", "--tokens", "90"];
    args.extend(more);
    bench.show(&text(&bench.profile(&args)["run"]))
}

/// Of each repetition: its time in seconds, and these values where it has them.
fn repetitions<'a>(run: &'a Value, names: &'a [&str]) -> Vec<(f64, Vec<Option<f64>>)> {
    let one = |repetition: &'a Value| {
        let value = |name: &str| repetition["values"][name].as_f64();
        let total_s = value("total_ms").unwrap() / 1e3;
        (total_s, names.iter().map(|name| value(name)).collect())
    };
    run["repetitions"].as_array().unwrap().iter().map(one).collect()
}

fn fact<'a>(run: &'a Value, key: &str) -> &'a str {
    run["fingerprint"][key].as_str().unwrap_or_else(|| panic!("no {key}: {}", run["fingerprint"]))
}

#[track_caller]
fn close(got: f64, expect: f64, share: f64) {
    assert!((got - expect).abs() <= share * expect.abs(), "{got} is not {expect}");
}

#[test]
fn the_energy_of_a_run_is_that_of_the_meters_wave_and_is_labelled_emulated() {
    let bench = Bench::new();
    // 99 mW in the mean of every 0.04 ms; a repetition takes about a millisecond.
    let meter = Played::new(&bench, "ppk2", &["--wave", "square:20mA:40mA:25kHz"]);
    let run = profile(&bench, &meter, &["--repeat", "6", "--meter-idle", "0.5"]);
    assert_eq!(run["summary"]["emulated"], true);
    assert_eq!(fact(&run, "meter.emulated"), "true");
    assert_eq!(fact(&run, "board.emulated"), "false");
    let names = ["energy_mj", "energy_mj_per_token", "net_energy_mj"];
    for (total_s, values) in repetitions(&run, &names) {
        let [Some(gross), Some(per_token), Some(net)] = values[..] else { panic!("{run}") };
        close(gross, 99.0 * total_s, 0.02);
        close(per_token, gross / 90.0, 1e-9);
        // The idle board took the same.
        assert!(net.abs() < 0.02 * gross, "{net} of {gross}");
    }
    close(fact(&run, "meter.idle_mw").parse().unwrap(), 99.0, 0.005);
    assert_eq!(fact(&run, "meter.aligned_by"), "pings");
    let uncertainty: f64 = fact(&run, "meter.uncertainty_ms").parse().unwrap();
    assert!(uncertainty > 0.0 && uncertainty < 60.0, "{uncertainty}");
    assert_eq!(fact(&run, "meter.lost_samples"), "0");
    let id = text(&run["summary"]["run"]);
    let said = bench.run(&["show", &id]).ok().out;
    for words in ["EMULATED", "power by emulated PPK2", "idle board: 99", "energy above idle"] {
        assert!(said.contains(words), "{words:?} is not in: {said}");
    }
    bench.check_store();
}

#[test]
fn what_a_run_takes_above_the_idle_board_is_net() {
    let bench = Bench::new();
    // 66 mW while the idle board is measured, 132 mW later on.
    let meter = Played::new(&bench, "ppk2", &["--wave", "step:20mA:40mA:1500ms"]);
    let wired = ["--meter-trigger", "D3"];
    let run =
        profile(&bench, &meter, &[&["--repeat", "150", "--meter-idle", "1"], &wired[..]].concat());
    // Nothing is wired to it.
    assert_eq!(fact(&run, "meter.aligned_by"), "pings");
    assert!(fact(&run, "meter.trigger").contains("no edge of D3"));
    close(fact(&run, "meter.idle_mw").parse().unwrap(), 66.0, 0.005);
    let all = repetitions(&run, &["energy_mj", "net_energy_mj"]);
    let (total_s, last) = all.last().unwrap();
    close(last[0].unwrap(), 132.0 * total_s, 0.01);
    close(last[1].unwrap(), 66.0 * total_s, 0.01);
}

#[test]
fn a_meter_that_is_pulled_out_ends_its_series_and_not_the_run() {
    let bench = Bench::new();
    let meter = Played::new(&bench, "ppk2", &["--unplug-after", "1.5"]);
    let port = meter.port().to_owned();
    let model = bench.model();
    let mut args = vec!["profile", "--repeat", "150", "--tokens", "90", "--meter", &port];
    args.extend(["--meter-voltage", "3.3V", "--meter-idle", "0.5"]);
    args.extend(model.iter().map(String::as_str));
    let said = bench.run(&args).ok();
    assert!(said.err.contains("the power meter stopped before the run did"), "{}", said.err);
    assert!(said.out.contains("without energy: "), "{}", said.out);
    let run = bench.show("latest");
    assert_eq!(run["summary"]["status"], "complete");
    assert!(!fact(&run, "meter.ended").is_empty());
    let all = repetitions(&run, &["energy_mj"]);
    assert_eq!(all.len(), 151);
    assert!(all[1].1[0].is_some() && all[150].1[0].is_none());
    bench.check_store();
}

#[test]
fn a_repetition_with_a_hole_has_no_energy_and_says_why() {
    let bench = Bench::new();
    // A repetition of some milliseconds has hundreds of samples.
    let meter = Played::new(&bench, "ppk2", &["--lose-every", "50"]);
    let run = profile(&bench, &meter, &["--repeat", "5", "--meter-idle", "0.2"]);
    assert!(repetitions(&run, &["energy_mj"]).iter().all(|(_, values)| values[0].is_none()));
    assert_eq!(
        fact(&run, "meter.without_energy"),
        "5 repetitions: samples of the meter were lost inside"
    );
    assert!(fact(&run, "meter.lost_samples").parse::<u64>().unwrap() > 100);
}

#[test]
fn other_meters_measure_the_same() {
    let bench = Bench::new();
    for (model, more) in
        [("lpm01a", &["--meter-rate", "10000", "--meter-feeds"][..]), ("lines", &[])]
    {
        let meter = Played::new(&bench, model, &["--wave", "constant:30mA"]);
        let mut args = vec!["--meter-model", model, "--repeat", "3", "--meter-idle", "0.3"];
        args.extend(more);
        // A hundred lines a second say nothing of a millisecond: what lies between two counts.
        let run = profile(&bench, &meter, &args);
        for (total_s, values) in repetitions(&run, &["energy_mj"]) {
            close(values[0].unwrap(), 99.0 * total_s, 0.01);
        }
        close(fact(&run, "meter.idle_mw").parse().unwrap(), 99.0, 0.01);
        assert_eq!(run["summary"]["emulated"], true, "{model}");
    }
}

#[test]
fn a_meter_that_cannot_be_used_is_refused_before_anything_is_recorded() {
    let bench = Bench::new();
    let meter = Played::new(&bench, "ppk2", &[]);
    let profile = |more: &[&str]| {
        let model = bench.model();
        let mut args = vec!["profile", "--meter"];
        args.extend(more);
        args.extend(model.iter().map(String::as_str));
        bench.run(&args)
    };
    profile(&[meter.port()]).refused(&["nobody said at which voltage"]);
    profile(&["/dev/no-such-meter", "--meter-voltage", "3300mV"]).refused(&["there is no port"]);
    profile(&["ppk2", "--meter-voltage", "3300mV"]).refused(&["no Nordic PPK2 is plugged in"]);
    assert!(bench.runs().is_empty());
}

const VIEW: ViewId = ViewId(1);

/// The newest frame that a view of this run gets.
fn frame(connection: &engine::Connection, run: &protocol::RunId) -> ViewFrame {
    let spec =
        ViewSpec { run: run.clone(), signals: vec![], window: ViewWindow::Whole, width_px: 400 };
    connection.send(Command::OpenView { view: VIEW, spec }).unwrap();
    loop {
        match connection.next(Duration::from_secs(20)) {
            Next::Event(Event::ViewFrame(frame)) => return *frame,
            Next::Event(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

fn signal<'a>(frame: &'a ViewFrame, name: &str) -> &'a SignalFrame {
    frame.signals.iter().find(|signal| signal.name == name).unwrap()
}

#[test]
fn power_is_seen_while_it_is_measured_and_again_from_the_store() {
    let bench = Bench::new();
    let meter = Played::new(&bench, "ppk2", &["--wave", "square:20mA:40mA:100Hz"]);
    let flags = [("store", bench.store().display().to_string())];
    let settings = Settings::resolve(None, &|_| None, &flags).unwrap();
    let start = || {
        let (program, settings) = (Some(PROGRAM.into()), settings.clone());
        Engine::start(Options { program, settings, ..Options::default() }).unwrap()
    };
    let engine = start();
    let connection = engine.connect();
    let [_, model, _, tokenizer] = bench.model();
    let spec = RunSpec {
        board: "host".into(),
        model: ModelChoice::Files { model: model.into(), tokenizer: tokenizer.into() },
        driver: DriverSpec::Agent,
        bits: Bits::F32,
        prompt: String::new(),
        tokens: 90,
        repetitions: 60,
        warmup: 1,
        seed: 1,
        temperature: 0.0,
        top_p: 1.0,
        tags: Default::default(),
        meter: Some(MeterSpec {
            port: meter.port().into(),
            model: None,
            millivolts: Some(3300),
            supply: Default::default(),
            trigger_pin: None,
            rate_hz: None,
            idle_s: 0.3,
            series: protocol::MeterSeries::PowerAndCurrent,
        }),
    };
    let Reply::RunStarted { run } = connection.send(Command::StartRun { spec }).unwrap() else {
        panic!("it did not start");
    };
    // Live: some power is there before the run is over.
    let mut live = false;
    loop {
        match connection.next(Duration::from_secs(30)) {
            Next::Event(Event::RunFinished { run: of, .. }) if of == run => break,
            Next::Event(Event::RunProgressed { repetitions_done: 20, .. }) if !live => {
                let seen = frame(&connection, &run);
                let power = signal(&seen, "power");
                assert!(power.extent.is_some() && power.absent.is_none(), "{power:?}");
                let source = power.source.as_ref().unwrap();
                assert!(source.emulated && source.name == "emulated PPK2", "{source:?}");
                assert!(source.aligned.contains("pings"), "{source:?}");
                live = seen.recording;
            }
            Next::Event(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(live, "power was seen while the run went on");
    let kept = frame(&connection, &run);
    drop(connection);
    drop(engine);
    let connection = start().connect();
    let stored = frame(&connection, &run);
    for name in ["power", "current", "token_energy"] {
        let (kept, stored) = (signal(&kept, name), signal(&stored, name));
        assert_eq!(kept.extent, stored.extent, "{name}");
        assert_eq!(samples(kept), samples(stored), "{name}");
        assert_eq!(kept.source.as_ref().map(|s| &s.name), stored.source.as_ref().map(|s| &s.name));
        assert!(samples(stored) > 50, "{name}: {}", samples(stored));
    }
    let [low, high] = signal(&stored, "power").extent.unwrap();
    assert!((low - 66.0).abs() < 0.3 && (high - 132.0).abs() < 0.3, "{low} {high}");
    let [low, high] = signal(&stored, "current").extent.unwrap();
    assert!((low - 20.0).abs() < 0.1 && (high - 40.0).abs() < 0.1, "{low} {high}");
    // As many as its time has, within what is cut off at both ends.
    let expect = stored.end_ms * 100.0;
    assert!((samples(signal(&stored, "power")) as f64 / expect - 1.0).abs() < 0.02);
}

fn samples(signal: &SignalFrame) -> u64 {
    match &signal.trace {
        Trace::Points(points) => points.len() as u64,
        Trace::Columns(columns) => columns.iter().map(|column| u64::from(column.samples)).sum(),
    }
}
