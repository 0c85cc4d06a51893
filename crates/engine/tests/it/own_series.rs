//! Series that a board declares itself: kept with their unit, judged by their direction, with what was lost
//! counted; and its own power, which becomes energy.

use std::path::Path;
use std::time::Duration;

use engine::settings::Settings;
use engine::{Engine, Next, Options};
use protocol::{
    Command, ComparisonView, Direction, Event, ExportFormat, Reply, RunDetail, RunId, RunSpec,
    RunStatus, Verdict,
};
use serde_json::Value;
use store::{OpenMode, Store};

use crate::boards::spec;
use crate::played::{OwnScore, PLAIN, SUPPLY_TICKS, Score, TOKEN_TICKS, program};

const TOKENS: u32 = 100;
const REPETITIONS: u32 = 3;
const COOL: OwnScore = OwnScore::Both { warmer: 0 };

fn engine(folder: &Path, own: OwnScore) -> Engine {
    let store = folder.join("store").display().to_string();
    Engine::start(Options {
        program: Some(program(folder, Score { own, ..PLAIN })),
        settings: Settings::resolve(None, &|_| None, &[("store", store)]).unwrap(),
        ..Options::default()
    })
    .unwrap()
}

/// Records a run to its end; gives what was told of it, too.
fn record(engine: &Engine) -> (RunId, Vec<String>) {
    let events = engine.subscribe();
    let spec = RunSpec { tokens: TOKENS, repetitions: REPETITIONS, ..spec("host") };
    let Reply::RunStarted { run } = engine.send(Command::StartRun { spec }).unwrap() else {
        panic!("it did not start");
    };
    let mut notices = Vec::new();
    loop {
        match events.next(Duration::from_secs(30)) {
            Next::Event(Event::Notice { text, .. }) => notices.push(text),
            Next::Event(Event::RunFinished { status, failure, .. }) => {
                assert_eq!((status, failure), (RunStatus::Complete, None));
                return (run, notices);
            }
            Next::Event(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

fn show(engine: &Engine, run: &RunId) -> RunDetail {
    match engine.send(Command::ShowRun { selector: run.0.clone() }).unwrap() {
        Reply::Run(run) => *run,
        other => panic!("{other:?}"),
    }
}

/// Samples that a repetition takes of the die, and of the supply.
fn each() -> [u64; 2] {
    let ticks = u64::from(TOKENS) * TOKEN_TICKS + 100;
    [u64::from(TOKENS) / 5 + 2, ticks / SUPPLY_TICKS + 1]
}

/// How many samples of a series are stored, and its unit.
fn stored(folder: &Path, run: &RunId, name: &str) -> (usize, String) {
    let store = Store::open(&folder.join("store"), OpenMode::ReadOnly).unwrap();
    let id = store.resolve(&run.0).unwrap().remove(0);
    let series = store.series(&id).unwrap().into_iter().find(|one| one.name == name).unwrap();
    let parts = store.read_samples(series.id, 0..u64::MAX).unwrap();
    let there = parts.iter().flat_map(|part| &part.values).filter(|value| value.is_finite());
    (there.count(), series.unit)
}

#[test]
fn a_run_keeps_what_its_board_declares_and_sums_it_up() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), COOL);
    let (run, notices) = record(&engine);
    assert!(!notices.iter().any(|notice| notice.contains("series")), "{notices:?}");
    let run = show(&engine, &run);
    let [warm, supplied] = each();
    let metric = |name: &str| run.metrics.iter().find(|metric| metric.name == name).unwrap();
    let mean = metric("die_temperature_mean");
    assert_eq!((mean.unit.as_str(), mean.n), ("°C", REPETITIONS));
    // A degree every 25 ms: it holds until the next one.
    let steps = f64::from(TOKENS / 5);
    let total = steps * 25.0 + 0.1;
    let expect = ((0..TOKENS / 5).map(f64::from).map(|step| (30.0 + step) * 25.0).sum::<f64>()
        + (30.0 + steps) * 0.1)
        / total;
    assert!((mean.median - expect).abs() < 1e-3, "{} is not {expect}", mean.median);
    let [least, most] =
        ["die_temperature_min", "die_temperature_max"].map(|name| metric(name).median);
    assert_eq!([least, most], [30.0, 29.0 + warm as f64]);
    for (name, count) in [("die_temperature", warm), ("supply", supplied)] {
        let fact = |what: &str| run.fingerprint[&format!("series.{name}.{what}")].as_str();
        assert_eq!(fact("direction"), "lower is better");
        assert_eq!(fact("samples"), (u64::from(REPETITIONS) * count).to_string());
        assert_eq!(fact("lost_samples"), "0");
    }
    let id = run.summary.run;
    let all = |count: u64| (u64::from(REPETITIONS) * count) as usize;
    assert_eq!(stored(folder.path(), &id, "die_temperature"), (all(warm), "°C".into()));
    assert_eq!(stored(folder.path(), &id, "power"), (all(supplied), "mW".into()));
}

#[test]
fn a_power_that_the_board_measures_itself_becomes_energy() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), COOL);
    let run = show(&engine, &record(&engine).0);
    assert_eq!(run.fingerprint["meter.name"], "the board's own, supply");
    assert_eq!(run.fingerprint["meter.aligned_by"], "the board's own clock");
    assert_eq!(run.fingerprint["meter.uncertainty_ms"], "1.000");
    assert!(!run.fingerprint.contains_key("meter.without_energy"), "{:?}", run.fingerprint);
    // 100 and 300 mW in turn for a millisecond each, and a tenth of one more.
    let whole = f64::from(TOKENS) * 5.0;
    let expect_mj = (whole * 200.0 + 0.1 * 100.0) / 1e3;
    for repetition in &run.repetitions {
        let mj = repetition.values["energy_mj"];
        assert!((mj / expect_mj - 1.0).abs() < 1e-4, "{mj} is not {expect_mj}");
        let each = repetition.values["energy_mj_per_token"];
        assert!((each - mj / f64::from(TOKENS)).abs() < 1e-9);
        assert!(!repetition.values.contains_key("net_energy_mj"), "the idle board is not known");
        assert!((repetition.values["supply_mean"] - 0.2).abs() < 1e-3);
    }
    // Each token has its own: five samples, the first of which is low or high.
    let (tokens, unit) = stored(folder.path(), &run.summary.run, "token_energy");
    assert_eq!((tokens as u32, unit.as_str()), (REPETITIONS * TOKENS, "mJ"));
}

#[test]
fn what_is_lost_on_the_way_is_counted_and_never_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), OwnScore::Lossy);
    let run = show(&engine, &record(&engine).0);
    let number = |name: &str, what: &str| -> u64 {
        run.fingerprint[&format!("series.{name}.{what}")].parse().unwrap()
    };
    let mut some = 0;
    for (name, series, count) in
        [("die_temperature", "die_temperature", each()[0]), ("supply", "power", each()[1])]
    {
        let [kept, lost] = ["samples", "lost_samples"].map(|what| number(name, what));
        assert_eq!(kept + lost, u64::from(REPETITIONS) * count, "{name}");
        assert_eq!(stored(folder.path(), &run.summary.run, series).0 as u64, kept, "{name}");
        some += lost;
    }
    assert!(some > 100, "{some}");
    // A repetition with a hole in its power has no energy, and says why.
    assert_eq!(run.median("energy_mj"), None);
    let why = &run.fingerprint["meter.without_energy"];
    // A lost end is a power that does not reach it.
    assert!(why.contains("samples of the meter were lost inside"), "{why}");
    assert!(run.repetitions.iter().all(|one| !one.values.contains_key("energy_mj")), "{why}");
}

#[test]
fn series_that_cannot_be_had_are_said_and_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), OwnScore::Odd);
    let (run, notices) = record(&engine);
    for words in
        ["“Rail 1”", "NaN samples a second", "heap_used, which is a name of this program's"]
    {
        assert!(notices.iter().any(|notice| notice.contains(words)), "{words}: {notices:?}");
    }
    let run = show(&engine, &run);
    assert!(run.median("die_temperature_mean").is_some());
    assert_eq!(run.median("energy_mj"), None);
    let own = run.fingerprint.keys().filter(|key| key.starts_with("series."));
    assert!(own.into_iter().all(|key| key.contains("die_temperature")));
    // The samples of the second one are said to be nobody's, once a run.
    let said = notices.iter().filter(|notice| notice.contains("left out")).count();
    assert!(said >= 1, "{notices:?}");
}

fn compare(engine: &Engine, [base, candidate]: [&RunId; 2], metrics: &[&str]) -> ComparisonView {
    let reply = engine.send(Command::Compare {
        base: base.0.clone(),
        candidate: candidate.0.clone(),
        min_effect: None,
        metrics: metrics.iter().map(|name| (*name).to_owned()).collect(),
    });
    match reply.unwrap() {
        Reply::Comparison(view) => *view,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_comparison_judges_a_declared_series_by_its_direction() {
    let folder = tempfile::tempdir().unwrap();
    let runs: Vec<RunId> = [0, 20]
        .into_iter()
        .map(|warmer| record(&engine(folder.path(), OwnScore::Both { warmer })).0)
        .collect();
    let engine = engine(folder.path(), COOL);
    let view = compare(&engine, [&runs[0], &runs[1]], &[]);
    let die = view.metrics.iter().find(|metric| metric.name == "die_temperature_mean").unwrap();
    assert_eq!((die.direction, die.unit.as_str()), (Direction::LowerIsBetter, "°C"));
    assert!((die.change.unwrap() - 0.5).abs() < 0.02, "{die:?}");
    let view =
        compare(&engine, [&runs[0], &runs[1]], &["die_temperature_max", "die_temperature_mean"]);
    assert_eq!(view.metrics.len(), 2);
    assert!(view.metrics.iter().all(|metric| metric.direction == Direction::LowerIsBetter));
    assert!(view.metrics.iter().all(|metric| metric.verdict != Verdict::Improved), "{view:?}");
    let mirrored = compare(&engine, [&runs[1], &runs[0]], &["die_temperature_mean"]);
    assert!(mirrored.metrics[0].verdict != Verdict::Regressed, "{mirrored:?}");
}

#[test]
fn an_export_as_json_carries_the_samples() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), COOL);
    let (run, _) = record(&engine);
    let path = folder.path().join("runs.json");
    let format = ExportFormat::Json;
    let command = Command::ExportRuns { selector: run.0, format, path: path.clone() };
    engine.send(command).unwrap();
    let written: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let series = written["runs"][0]["series"].as_array().unwrap();
    let die = series.iter().find(|one| one["name"] == "die_temperature").unwrap();
    assert_eq!((die["unit"].as_str(), die["rate_hz"].as_f64()), (Some("°C"), None));
    let numbers = |part: &Value, what: &str| -> Vec<f64> {
        part[what].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
    };
    let parts = die["parts"].as_array().unwrap();
    let values: Vec<f64> = parts.iter().flat_map(|part| numbers(part, "values")).collect();
    let moments: Vec<f64> = parts.iter().flat_map(|part| numbers(part, "at_ms")).collect();
    assert_eq!(values.len() as u64, u64::from(REPETITIONS) * each()[0]);
    assert_eq!((values[1], moments[1], moments.len()), (31.0, 25.0, values.len()));
    assert_eq!(
        (parts[0]["repetition"].as_u64(), parts[0]["first_index"].as_u64()),
        (Some(0), Some(0))
    );
    let power = series.iter().find(|one| one["name"] == "power").unwrap();
    assert_eq!((power["unit"].as_str(), power["rate_hz"].as_f64()), (Some("mW"), Some(1000.0)));
    assert_eq!(power["anchors"][0].as_array().unwrap().len(), 2, "a place and its moment");
}
