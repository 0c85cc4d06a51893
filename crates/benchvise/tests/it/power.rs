//! Power meters end to end: the program, this computer as the board, and a meter that another process
//! of the program plays on a pseudo-terminal.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

use engine::settings::Settings;
use engine::{Engine, Next, Options};
use protocol::{
    Bits, Command, Event, MeterSpec, ModelChoice, Reply, RunSpec, SignalFrame, Trace, ViewFrame,
    ViewId, ViewSpec, ViewWindow,
};
use serde_json::Value;

use crate::support::{Bench, PROGRAM, alone, run_spec, text};

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
        // Nothing numbers its samples, so nobody says that none was lost.
        assert!(run["fingerprint"].get("meter.lost_samples").is_none(), "{model}");
    }
}

#[test]
fn a_fit_shares_one_meter_and_says_what_compressing_saves() {
    let bench = Bench::new();
    // 99 mW in the mean of every 0.04 ms, also of the idle board.
    let meter = Played::new(&bench, "ppk2", &["--wave", "square:20mA:40mA:25kHz"]);
    let file = bench.file("document.txt", "the pump does not leak at 4 bar. it is fine. it holds.");
    let model = bench.model();
    let mut args = vec!["fit", &file, "--tokens", "40", "--repeat", "6", "--budget", "10"];
    args.extend(["--meter", meter.port(), "--meter-voltage", "3300mV", "--meter-idle", "0.4"]);
    args.extend(model.iter().map(String::as_str));
    args.push("--json");
    let fit = bench.run(&args).ok().document("fit");
    assert_eq!((&fit["emulated"], &fit["meter"]), (&true.into(), &"emulated PPK2".into()));
    let value = |side: &str, name: &str| {
        let value = fit[side][name]["value"].as_f64();
        value.unwrap_or_else(|| panic!("no {name} of {side}: {fit}"))
    };
    for side in ["full", "compressed"] {
        close(value(side, "energy_mj"), 99.0 * value(side, "total_s"), 0.05);
        // The idle board took the same.
        assert!(value(side, "net_energy_mj").abs() < 0.05 * value(side, "energy_mj"), "{fit}");
        let run = bench.show(&text(&fit[side]["run"]));
        assert_eq!(run["summary"]["emulated"], true);
        let names = ["energy_mj", "net_energy_mj"];
        let all = repetitions(&run, &names);
        assert_eq!(all.len(), 7);
        for (total_s, values) in all {
            let [Some(gross), Some(_)] = values[..] else { panic!("{run}") };
            close(gross, 99.0 * total_s, 0.02);
        }
        close(fact(&run, "meter.idle_mw").parse().unwrap(), 99.0, 0.01);
    }
    // On a busy computer so few tokens may take any time; what they took in energy goes with it.
    let (saved, all) = (value("saved", "energy_mj"), value("full", "energy_mj"));
    assert!((saved - 99.0 * value("saved", "total_s")).abs() < 0.05 * all, "{fit}");
    assert!(value("saved", "net_energy_mj").abs() < 0.05 * all, "{fit}");
    bench.check_store();
    // One that is played is gone with who listened to it.
    let meter = Played::new(&bench, "ppk2", &[]);
    args.pop();
    let port = args.iter().position(|arg| *arg == "--meter").unwrap() + 1;
    args[port] = meter.port();
    let said = bench.run(&args).ok().out;
    for words in ["ENERGY ABOVE IDLE", "energy by emulated PPK2", "EMULATED"] {
        assert!(said.contains(words), "{words:?} is not in: {said}");
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

/// An engine over this bench's store.
fn engine(bench: &Bench) -> Engine {
    let flags = [("store", bench.store().display().to_string())];
    let settings = Settings::resolve(None, &|_| None, &flags).unwrap();
    Engine::start(Options { program: Some(PROGRAM.into()), settings, ..Options::default() })
        .unwrap()
}

/// A run of 1 + `repetitions` times 90 tokens beside that meter.
fn spec(bench: &Bench, meter: &Played, repetitions: u32) -> RunSpec {
    let [_, model, _, tokenizer] = bench.model();
    let model = ModelChoice::Files { model: model.into(), tokenizer: tokenizer.into() };
    RunSpec {
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
        ..run_spec(model, 90, repetitions)
    }
}

#[test]
fn runs_that_take_turns_share_one_meter_and_each_has_its_own_energy() {
    let _alone = alone();
    let bench = Bench::new();
    let meter = Played::new(&bench, "ppk2", &["--wave", "square:20mA:40mA:25kHz"]);
    let connection = engine(&bench).connect();
    let one = spec(&bench, &meter, 8);
    let other = RunSpec { bits: Bits::Int8, ..one.clone() };
    let elsewhere = MeterSpec { port: "/dev/another".into(), ..one.meter.clone().unwrap() };
    let refused = RunSpec { meter: Some(elsewhere), ..one.clone() };
    let wrong = Command::StartInterleaved { specs: vec![one.clone(), refused] };
    let failure = connection.send(wrong).unwrap_err();
    assert!(failure.message.contains("share one power meter"), "{failure}");
    let command = Command::StartInterleaved { specs: vec![one, other] };
    let Reply::RunsStarted { runs } = connection.send(command).unwrap() else {
        panic!("they did not start");
    };
    let mut over = 0;
    while over < 2 {
        match connection.next(Duration::from_secs(30)) {
            Next::Event(Event::RunFinished { failure, .. }) => {
                assert_eq!(failure, None);
                over += 1;
            }
            Next::Event(_) => {}
            other => panic!("{other:?}"),
        }
    }
    let mut idle = Vec::new();
    for run in runs {
        let shown = bench.show(&run.0);
        for (total_s, values) in repetitions(&shown, &["energy_mj"]) {
            close(values[0].unwrap_or_else(|| panic!("{shown}")), 99.0 * total_s, 0.02);
        }
        idle.push(fact(&shown, "meter.idle_mw").to_owned());
        // Its power has a hole where the other one had its turn; the tokens' energy has none.
        let stored = frame(&connection, &run);
        let power = signal(&stored, "power");
        let holes = match &power.trace {
            Trace::Points(points) => points.iter().filter(|point| point.after_gap).count(),
            Trace::Columns(columns) => columns.iter().filter(|column| column.missing > 0).count(),
        };
        assert!(holes > 0, "{power:?}");
        assert_eq!(samples(signal(&stored, "token_energy")), 9 * 90);
    }
    assert_eq!(idle[0], idle[1], "the idle board is measured once");
    drop(connection);
    bench.check_store();
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
    let _alone = alone();
    let bench = Bench::new();
    let meter = Played::new(&bench, "ppk2", &["--wave", "square:20mA:40mA:100Hz"]);
    let engine = engine(&bench);
    let connection = engine.connect();
    let spec = spec(&bench, &meter, 60);
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
    let connection = self::engine(&bench).connect();
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

#[test]
fn the_meters_that_a_face_lists_are_those_that_are_spoken_to() {
    let spoken = board::meter::METERS.map(|row| row.name);
    assert_eq!(protocol::METERS.map(|kind| kind.name), spoken);
}
