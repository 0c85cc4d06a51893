//! An emulated board from end to end: listed, profiled, stored, shown, compared, fitted, and labelled
//! wherever it is shown. Where QEMU or the firmware is absent, that is said and nothing is tried.
#![cfg(unix)]

use std::path::Path;
use std::time::Duration;

use board::EmulatedBoard;
use engine::settings::Settings;
use engine::{Engine, Next, Options};
use protocol::{Command, Event, ModelChoice, Reply, RunId, RunSpec, RunStatus};

use crate::support::{Bench, PROGRAM, run_spec, text};

const KIND: &str = "emulated-m4f";

/// Whether the board can be played here; says why where it cannot.
fn playable() -> bool {
    let board = EmulatedBoard::of_kind(KIND).unwrap();
    let images = Path::new(PROGRAM).parent().unwrap().join("../firmware");
    if board.emulator().is_none() {
        println!("skipped: {} is not installed (tools/setup.sh firmware)", board.program);
        return false;
    }
    if board.image(&images).is_none() {
        println!("skipped: no {KIND} in {} (make firmware)", images.display());
        return false;
    }
    true
}

#[test]
fn an_emulated_board_is_listed_and_the_doctor_sees_it() {
    if !playable() {
        return;
    }
    let bench = Bench::new();
    let listed = bench.run(&["boards"]).ok().out;
    let row = listed.lines().find(|line| line.starts_with(KIND)).unwrap();
    assert!(row.contains("ready") && row.contains("Emulated Cortex-M4F (QEMU)"), "{row}");
    let boards = bench.json("boards", &["boards"]);
    let ports = boards["ports"].as_array().unwrap();
    let port = ports.iter().find(|port| port["path"] == KIND).unwrap();
    assert_eq!(port["board"]["emulated"], true);
    assert_eq!(port["board"]["kind"], KIND);
    let seen = bench.run(&["doctor"]).out;
    assert!(seen.lines().any(|line| line.contains("emulated boards") && line.contains(KIND)));
}

#[test]
fn runs_of_an_emulated_board_are_kept_shown_and_compared_with_their_label() {
    if !playable() {
        return;
    }
    let bench = Bench::new();
    let run = bench.profile(&["--board", KIND]);
    assert_eq!((run["emulated"].as_bool(), text(&run["status"])), (Some(true), "complete".into()));
    assert_eq!(run["board"], "Emulated Cortex-M4F (QEMU)");
    let fact = |key: &str| text(&run["fingerprint"][key]);
    assert_eq!(fact("board.emulated"), "true");
    assert_eq!(fact("board.core"), "Cortex-M4F");
    assert_eq!(fact("board.timer"), "peripheral");
    assert_eq!(fact("emulator.machine"), "mps2-an386");
    assert_eq!(fact("emulator.icount_shift"), "3");
    assert!(fact("emulator.version").starts_with(|c: char| c.is_ascii_digit()));
    assert_eq!(fact("firmware.sha256").len(), 64);
    for metric in ["ttft_ms", "tokens_per_s", "heap_peak_bytes", "stack_peak_bytes"] {
        assert!(run["metrics"][metric]["median"].as_f64().unwrap() > 0.0, "{metric}: {run}");
    }
    // Counted in the board's own ticks, two repetitions are the same but for a rounding.
    let kept = bench.show("latest");
    let metrics = kept["metrics"].as_array().unwrap();
    let speed = metrics.iter().find(|metric| metric["name"] == "tokens_per_s").unwrap();
    let [least, most] = ["min", "max"].map(|end| speed[end].as_f64().unwrap());
    assert!((most - least) / most < 1e-3, "{least} to {most} tokens a second");

    let other = bench.profile(&["--board", KIND, "--bits", "8"]);
    assert_eq!(other["fingerprint"]["firmware.sha256"], run["fingerprint"]["firmware.sha256"]);
    let shown = bench.run(&["show", "latest"]).ok().out;
    assert!(shown.contains("EMULATED: not a hardware figure"), "{shown}");
    assert!(shown.contains("emulator.icount_shift: 3"), "{shown}");
    assert!(bench.run(&["runs"]).ok().out.contains("Emulated Cortex-M4F (QEMU) (emulated)"));
    let compared = bench.run(&["compare", "latest~1", "latest"]).ok().out;
    assert!(compared.contains("EMULATED board on at least one side"), "{compared}");
    let compared = bench.json("compare", &["compare", "latest~1", "latest"]);
    assert_eq!(compared["emulated"], true);

    // Beside this computer only one side is emulated, and that is said too.
    bench.profile(&[]);
    let compared = bench.json("compare", &["compare", "latest~1", "latest"]);
    assert_eq!(compared["emulated"], true);
    let differences = compared["differences"].as_array().unwrap();
    assert!(differences.iter().any(|one| one["key"] == "emulator.version"), "{compared}");
    bench.check_store();
}

#[test]
fn a_document_is_fitted_on_an_emulated_board() {
    if !playable() {
        return;
    }
    let bench = Bench::new();
    let model = bench.model();
    let note =
        bench.file("note.txt", "The pump stood still. Ada mended it. Then it rained. ".repeat(2));
    let mut args = vec!["fit", &note, "--board", KIND, "--tokens", "4", "--repeat", "2"];
    args.extend(model.iter().map(String::as_str));
    let fit = bench.json("fit", &args);
    assert_eq!(fit["emulated"], true);
    assert!(bench.run(&["runs"]).ok().out.contains("(emulated)"));
}

#[test]
fn without_its_firmware_an_emulated_board_is_not_listed_and_says_what_to_do() {
    let bench = Bench::new();
    let empty = bench.path("no-firmware").display().to_string();
    let with = |args: &[&str]| {
        let mut command = bench.command(args);
        command.env("BENCHVISE_FIRMWARE", &empty);
        crate::support::Said::of(command.output().unwrap())
    };
    assert!(!with(&["boards"]).ok().out.contains("emulated"));
    let model = bench.model();
    let mut args = vec!["profile", "--board", KIND, "--tokens", "2"];
    args.extend(model.iter().map(String::as_str));
    let said = with(&args).code(2).err;
    assert!(said.contains("make firmware") || said.contains("apt-get install"), "{said}");
}

/// One engine records two emulated boards at once. Their ticks are counted in instructions, so that
/// neither sees the other.
#[test]
fn two_boards_at_once_measure_what_each_does_alone() {
    let kinds = [KIND, "emulated-rv32"];
    let images = Path::new(PROGRAM).parent().unwrap().join("../firmware");
    let there = |kind: &&str| {
        let board = EmulatedBoard::of_kind(kind).unwrap();
        board.emulator().is_some() && board.image(&images).is_some()
    };
    if !kinds.iter().all(there) {
        println!("skipped: QEMU or the firmware of {kinds:?} is absent (make firmware)");
        return;
    }
    let bench = Bench::new();
    let values = [("store", bench.store()), ("firmware", images)];
    let flags = values.map(|(key, path)| (key, path.display().to_string()));
    let settings = Settings::resolve(None, &|_| None, &flags).unwrap();
    let program = Some(PROGRAM.into());
    let engine = Engine::start(Options { program, settings, ..Options::default() }).unwrap();
    let events = engine.subscribe();
    let [_, model, _, tokenizer] = bench.model();
    let start = |kind: &str| {
        let files =
            ModelChoice::Files { model: model.clone().into(), tokenizer: tokenizer.clone().into() };
        let spec = RunSpec { board: kind.into(), warmup: 0, ..run_spec(files, 40, 3) };
        match engine.send(Command::StartRun { spec }).unwrap() {
            Reply::RunStarted { run } => run,
            other => panic!("{other:?}"),
        }
    };
    // Every value of every repetition that the board's own clock told, and the text.
    let measured = |runs: Vec<RunId>| -> Vec<(Vec<f64>, Option<String>)> {
        let mut left = runs.len();
        while left > 0 {
            match events.next(Duration::from_secs(120)) {
                Next::Event(Event::RunFinished { run, status, failure }) if runs.contains(&run) => {
                    assert_eq!((status, failure), (RunStatus::Complete, None));
                    left -= 1;
                }
                Next::Event(_) => {}
                other => panic!("{other:?}"),
            }
        }
        let of = |run: RunId| {
            let Reply::Run(run) = engine.send(Command::ShowRun { selector: run.0 }).unwrap() else {
                panic!("no run");
            };
            assert_eq!(run.repetitions.len(), 3);
            let total = |one: &protocol::RepetitionView| one.values["total_ms"];
            (run.repetitions.iter().map(total).collect(), run.text)
        };
        runs.into_iter().map(of).collect()
    };
    let alone: Vec<_> = kinds.iter().flat_map(|kind| measured(vec![start(kind)])).collect();
    let at_once = measured(kinds.iter().map(|kind| start(kind)).collect());
    for ((alone, text), (beside, same)) in alone.iter().zip(&at_once) {
        assert_eq!(text, same);
        for (alone, beside) in alone.iter().zip(beside) {
            assert!((alone - beside).abs() <= alone * 1e-3, "{alone} ms alone, {beside} ms beside");
        }
    }
    // Two cores are not one.
    assert_ne!(alone[0].0, alone[1].0);
}
