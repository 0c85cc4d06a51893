//! Bench: boards that do not run our agent.

use egui::Vec2;
use egui::accesskit::Role;
use protocol::{
    CaptureView, Code, Command, DriverSpec, Event, Failure, HeardLine, JobId, JobOutcome,
    ModelChoice, Reply,
};
use ui::asks::{Go, Place};
use ui::shell::Chosen;

use super::bench::{press, write};
use super::support::Rig;

/// A port of the samples that a driver may open.
const PORT: &str = "/dev/ttyACM0";

fn rig(size: Vec2, theme: &'static str) -> Rig {
    Rig::with(size, theme, |wire, _| {
        wire.instead.insert("Listen", Ok(Reply::JobStarted { job: JobId(9) }));
        wire.silent.push("TryPatterns");
    })
}

fn choose(rig: &mut Rig, driver: &str) {
    press(rig, Role::ComboBox, "Spoken to as");
    press(rig, Role::Button, driver);
}

fn line(text: &str, value: f64) -> HeardLine {
    let found = text.find(&value.to_string());
    let captures = found.map(|from| CaptureView {
        name: "tokens_per_s".into(),
        unit: "tok/s".into(),
        value,
        from: from as u32,
        to: (from + value.to_string().len()) as u32,
    });
    HeardLine { text: text.into(), captures: captures.into_iter().collect() }
}

fn heard(lines: Vec<HeardLine>) -> Event {
    Event::LinesHeard { job: JobId(9), lines, left_out: 0 }
}

fn talk() -> Vec<HeardLine> {
    vec![
        line("I (31) main_task: Started on CPU0", 0.5),
        line("I (42) llm: loaded stories260K, 1 056 540 bytes in PSRAM", 0.5),
        line("Once upon a time, there was a little girl named Lily.", 0.5),
        line("I (3214) llm: achieved tok/s: 19.13", 19.13),
    ]
}

fn spec(rig: &mut Rig) -> Option<protocol::RunSpec> {
    rig.sent().into_iter().find_map(|command| match command {
        Command::StartRun { spec } => Some(spec),
        _ => None,
    })
}

#[test]
fn a_pattern_is_written_while_the_board_prints() {
    let mut rig = rig(Vec2::new(1280.0, 800.0), "light");
    rig.click("Raspberry Pi Pico, free");
    choose(&mut rig, "Log pattern");
    rig.click("Listen");
    let sent = rig.sent();
    assert!(
        sent.iter().any(|c| matches!(c, Command::Listen { spec } if spec.board == PORT)),
        "{sent:?}"
    );
    rig.event(heard(talk()));
    assert!(rig.tells("tokens_per_s = 19.1 tok/s"));
    write(&mut rig, "Patterns", "(?<warmth>[0-9]+) C");
    let tried = rig.sent();
    let tried = tried.iter().find_map(|command| match command {
        Command::TryPatterns { patterns, lines } => Some((patterns.clone(), lines.len())),
        _ => None,
    });
    assert_eq!(tried, Some((vec!["(?<warmth>[0-9]+) C".to_owned()], 4)));
    // Starting lets go of the port first.
    rig.click("Start run");
    let sent = rig.sent();
    let place = |wanted: fn(&Command) -> bool| sent.iter().position(wanted);
    let cancelled = place(|c| matches!(c, Command::Cancel { job: JobId(9) }));
    let started = place(|c| matches!(c, Command::StartRun { .. }));
    assert!(cancelled.is_some() && cancelled < started, "{sent:?}");
    let Some(Command::StartRun { spec }) = started.and_then(|at| sent.get(at)) else { panic!() };
    assert_eq!(spec.model, ModelChoice::OnBoard);
    assert_eq!((spec.repetitions, spec.warmup), (10, 0));
    assert!(
        matches!(&spec.driver, DriverSpec::Log { patterns, .. } if patterns == &["(?<warmth>[0-9]+) C"])
    );
}

#[test]
fn what_another_pattern_finds_in_the_lines_is_shown_and_what_is_wrong_with_one_too() {
    let mut rig = rig(Vec2::new(1280.0, 800.0), "light");
    rig.wire.borrow_mut().silent.clear();
    let tries = |rig: &mut Rig, reply: Result<Reply, Failure>, pattern: &str| {
        rig.wire.borrow_mut().instead.insert("TryPatterns", reply);
        write(rig, "Patterns", pattern);
    };
    rig.click("Raspberry Pi Pico, free");
    choose(&mut rig, "Log pattern");
    rig.click("Listen");
    rig.event(heard(talk()));
    assert!(rig.tells("tokens_per_s = 19.1 tok/s"));
    // The engine's answer: the same lines, and in one of them another figure.
    let mut lines = talk();
    lines[3].captures.clear();
    let started =
        CaptureView { name: "main_task".into(), unit: String::new(), value: 31.0, from: 3, to: 5 };
    lines[0].captures = vec![started];
    tries(&mut rig, Ok(Reply::Lines(lines)), r"\((?<main_task>\d+)\) main");
    assert!(rig.tells("main_task = 31") && !rig.tells("tokens_per_s = "));
    let wrong = "the pattern cannot be used (unclosed group): (?<a>";
    tries(&mut rig, Err(Failure::new(Code::BadRequest, wrong)), "(?<a>");
    assert!(rig.tells(wrong), "it stands beside the lines");
    // What was found before stays until something else is.
    assert!(rig.tells("main_task = 31"));
    let nothing = talk().into_iter().map(|line| HeardLine { captures: vec![], ..line }).collect();
    tries(&mut rig, Ok(Reply::Lines(nothing)), r"(?<pears>\d+) pears");
    assert!(rig.tells("No line meets a pattern yet") && !rig.tells(wrong));
}

#[test]
fn listening_that_ends_by_itself_says_why() {
    let mut rig = rig(Vec2::new(1280.0, 800.0), "light");
    rig.click("Raspberry Pi Pico, free");
    choose(&mut rig, "Log pattern");
    rig.click("Listen");
    rig.event(heard(talk()));
    let failure = Failure::new(Code::Board, "the board was unplugged");
    rig.event(Event::JobFinished { job: JobId(9), outcome: JobOutcome::Failed(failure) });
    assert!(rig.tells("the board was unplugged"));
    assert!(rig.shows("Listen"));
}

#[test]
fn the_benchmark_has_its_own_fields_and_counts() {
    let mut rig = rig(Vec2::new(1280.0, 800.0), "light");
    rig.click("Raspberry Pi Pico, free");
    choose(&mut rig, "MLPerf Tiny");
    rig.click("Choose inputs");
    rig.choose(Chosen::Paths(vec!["/x/a.bin".into(), "/x/b.bin".into()]));
    rig.click("Start run");
    let spec = spec(&mut rig).expect("it started");
    assert_eq!((spec.repetitions, spec.warmup), (5, 0));
    assert_eq!(
        spec.driver,
        DriverSpec::MlperfTiny {
            inputs: vec!["/x/a.bin".into(), "/x/b.bin".into()],
            window_s: 10,
            iterations: 10,
            baud: None,
        }
    );
}

#[test]
fn this_computer_has_no_serial_port_and_a_driver_needs_its_program() {
    let mut rig = rig(Vec2::new(1280.0, 800.0), "light");
    choose(&mut rig, "MLPerf Tiny");
    rig.click("Start run");
    assert!(rig.tells("choose a board that is on one"));
    choose(&mut rig, "Other program");
    rig.click("Start run");
    assert!(rig.tells("Name the program that is the driver"));
    write(&mut rig, "Driver", "/x/driver.py");
    rig.click("Start run");
    let spec = spec(&mut rig).expect("it started");
    assert!(
        matches!(spec.driver, DriverSpec::Process { program, .. } if program.ends_with("driver.py"))
    );
    // Back with the agent, everything is as it was.
    rig.harness.state_mut().as_mut().expect("it was drawn").go(Go::To(Place::Bench));
    rig.run();
    choose(&mut rig, "Benchvise agent");
    assert!(rig.shows("Weights"));
}

#[test]
fn pictures_of_every_driver() {
    for (size, theme, name) in [
        (Vec2::new(1280.0, 800.0), "light", "light"),
        (Vec2::new(1280.0, 800.0), "dark", "dark"),
        (Vec2::new(1024.0, 700.0), "dark", "small"),
    ] {
        for (driver, word) in
            [("Log pattern", "log"), ("MLPerf Tiny", "mlperf"), ("Other program", "process")]
        {
            let mut rig = rig(size, theme);
            rig.click("Raspberry Pi Pico, free");
            choose(&mut rig, driver);
            if word == "log" {
                rig.click("Listen");
                rig.event(heard(talk()));
            }
            rig.picture(&format!("bench-{word}-{name}"));
        }
    }
}
