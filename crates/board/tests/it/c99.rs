//! The agent in C (`firmware/c99`) with its stand-in model, as a program of this computer on a
//! pseudo-terminal: the driver talks to it as it does to the agent in Rust.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use board::{AgentDriver, BoardError, RunEvent, ThisComputer, Transport};

use crate::behave::{
    GO, expected, load, model, request, run, talk_of_loads_and_runs, talk_of_loads_given_up,
    talk_of_refusals, talk_of_stop,
};
use crate::c_compiler::compile;
use crate::pipe::PATIENCE;
use crate::process::{Script, no_proc, runs};
use crate::quiet::talk_of_quiet_runs;

/// The program, compiled once.
static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();

fn program() -> Option<PathBuf> {
    let sources = ["benchvise_agent.c", "stand_in/stand_in_model.c", "host/stand_in_board.c"];
    // As long a prompt as the board of these tests in Rust holds.
    let compiled = || compile("c99-stand-in-board", &sources, &["-DBV_PROMPT_TOKENS=1024"]);
    PROGRAM.get_or_init(compiled).clone()
}

/// Talks to the board, which finds `environment` in its own.
fn talk(name: &str, environment: &str, talk: impl FnOnce(&mut AgentDriver)) {
    let Some(program) = program() else { return };
    let body = format!("{environment} exec '{}' \"$@\"", program.display());
    let script = Script::new(&format!("c99-{name}"), &body);
    let board = ThisComputer::start(script.path(), &PATIENCE).unwrap();
    let mut driver = AgentDriver::connect(Box::new(board), PATIENCE).unwrap();
    assert_eq!(driver.info().name, "Stand-in board (C99 agent)");
    talk(&mut driver);
    assert_eq!((driver.counts().missing, driver.counts().noise), (0, 0), "{name}");
}

/// Writes garbage around everything that is written.
pub(crate) struct Noisy<T>(pub(crate) T, pub(crate) &'static [u8]);

impl<T: Transport> Transport for Noisy<T> {
    fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
        self.0.read(into, timeout)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        self.0.write(self.1)?;
        self.0.write(bytes)?;
        self.0.write(self.1)
    }
}

/// What a line delivers beside frames.
pub(crate) const GARBAGE: [&[u8]; 4] =
    [b"login: \r\n", &[0xff; 1100], &[0, 0, 1, 2, 3, 0, 4], &[0xfe, 0x80, 0x13, 0, 9, 9]];

#[test]
fn it_says_who_it_is_and_which_version() {
    talk("hello", "", |driver| {
        let info = driver.info();
        assert_eq!((info.chip_id.as_str(), info.core.as_str()), ("c99-stand-in", "none"));
        assert_eq!((info.timer.as_str(), info.timer_hz), ("monotonic", 1_000_000));
        assert_eq!((info.clock_hz, info.ram_bytes, info.flash_bytes), (None, 1 << 20, 0));
        assert_eq!(info.agent, concat!(env!("CARGO_PKG_VERSION"), "-c99"));
        assert!(info.model.is_none() && !info.emulated);
    });
}

#[test]
fn it_loads_and_runs_and_again() {
    talk("runs", "", |driver| talk_of_loads_and_runs(driver, &[1, 256, 100_000, 100_000]));
}

#[test]
fn it_declares_a_series_and_every_sample_of_it_is_heard() {
    talk("series", "STAND_IN_STEP_US=4000", |driver| {
        let series = driver.info().series.clone();
        let known: Vec<_> =
            series.iter().map(|one| (one.name.as_str(), one.unit.as_str())).collect();
        assert_eq!((known, driver.info().complaints.len()), (vec![("cpu_time", "ms")], 0));
        load(driver, &model(100)).unwrap();
        let (mut heard, mut taken) = (Vec::new(), None);
        let told = driver.run(&request(2, 20), &GO, &mut |event| match event {
            RunEvent::Samples { index, values, .. } => heard.extend((index..).zip(values)),
            RunEvent::Sampled { taken: said, .. } => taken = said,
            _ => {}
        });
        assert_eq!(told.unwrap().tokens, Some(20));
        assert!((0..).zip(&heard).all(|(at, (index, _))| at == *index), "{heard:?}");
        assert!(heard.is_sorted_by(|(_, a), (_, b)| a <= b), "{heard:?}");
        assert!(heard.len() > 3 && taken == Some(heard.len() as u64), "{heard:?} {taken:?}");
    });
}

#[test]
fn it_runs_without_streams() {
    talk("quiet", "", talk_of_quiet_runs);
}

#[test]
fn it_refuses_what_it_must_and_goes_on() {
    talk("refusals", "", talk_of_refusals);
}

#[test]
fn it_stops_when_it_is_told_to() {
    talk("stop", "STAND_IN_STEP_US=5000", talk_of_stop);
}

#[test]
fn it_survives_loads_that_are_given_up() {
    talk("given-up", "", |driver| talk_of_loads_given_up(driver, 5));
}

#[test]
fn its_long_check_of_a_model_is_waited_for() {
    talk("check", "STAND_IN_CHECK_US=800000", |driver| {
        assert_eq!(load(driver, &model(3000)).unwrap(), 3000);
        let request = request(4, 20);
        assert_eq!(run(driver, &request).unwrap(), expected(&request));
    });
}

#[test]
fn it_says_progress_while_it_reads_a_long_prompt() {
    // Reading takes twice the silence that is allowed.
    talk("progress", "STAND_IN_STEP_US=25000", |driver| {
        load(driver, &model(100)).unwrap();
        let request = request(80, 2);
        assert_eq!(run(driver, &request).unwrap(), expected(&request));
    });
}

#[test]
fn garbage_around_every_frame_costs_no_frame() {
    let Some(program) = program() else { return };
    for garbage in GARBAGE {
        let board = ThisComputer::start(&program, &PATIENCE).unwrap();
        let board = Noisy(board, garbage);
        let mut driver = AgentDriver::connect(Box::new(board), PATIENCE).unwrap();
        talk_of_loads_and_runs(&mut driver, &[1, 5000]);
    }
}

#[test]
fn it_ends_with_its_owner() {
    let Some(program) = program() else { return };
    if no_proc() {
        return;
    }
    let board = ThisComputer::start(&program, &PATIENCE).unwrap();
    let process = board.process_id();
    let driver = AgentDriver::connect(Box::new(board), PATIENCE).unwrap();
    assert!(runs(process));
    drop(driver);
    assert!(!runs(process));
}
