//! What is lost on the way is counted: what is stored and what was lost are what the board made. Where
//! nothing is numbered nobody counts, and the run does not say that nothing was lost.

use std::thread::JoinHandle;
use std::time::Duration;

use board::{Pty, Transport};
use protocol::{DriverSpec, ModelChoice, RunDetail, RunSpec};

use crate::boards::spec;
use crate::dut::Dut;
use crate::played::{PLAIN, Score, program};
use crate::recorded::recorded;

/// Tokens that each board makes in a repetition, and the repetitions.
const TOKENS: u32 = 12;
const REPETITIONS: u32 = 3;

/// A run on that board.
fn asked(board: &str) -> RunSpec {
    RunSpec { tokens: TOKENS, repetitions: REPETITIONS, ..spec(board) }
}

/// The same, spoken to in another way than the agent's.
fn spoken(port: &str, driver: DriverSpec) -> RunSpec {
    RunSpec { model: ModelChoice::OnBoard, driver, ..asked(port) }
}

/// Every repetition has so many tokens, and the rest is known to be lost.
#[track_caller]
fn check(run: &RunDetail, stored: u32) {
    for repetition in &run.repetitions {
        assert_eq!(repetition.tokens.len(), stored as usize);
        assert_eq!(repetition.values["tokens"], f64::from(TOKENS));
    }
    let stored: usize = run.repetitions.iter().map(|one| one.tokens.len()).sum();
    let lost: usize = run.fingerprint["wire.lost_frames"].parse().unwrap();
    assert_eq!(stored + lost, (TOKENS * REPETITIONS) as usize);
}

#[test]
fn frames_of_the_agent_that_are_lost_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let lossy = Score { lose: 5, ..PLAIN };
    check(&recorded(Some(program(folder.path(), lossy)), asked("host")), 10);
    let folder = tempfile::tempdir().unwrap();
    check(&recorded(Some(program(folder.path(), PLAIN)), asked("host")), TOKENS);
}

#[test]
fn tokens_of_a_benchmark_that_are_lost_are_counted_and_none_where_it_tells_of_none() {
    let benchmark = |dut: Dut| {
        let (pty, port) = Pty::pair().unwrap();
        let played = std::thread::Builder::new().name("benchmark".into());
        let played: JoinHandle<_> = played.spawn(move || dut.play(pty)).unwrap();
        let driver =
            DriverSpec::MlperfTiny { inputs: vec![], window_s: 1, iterations: 10, baud: None };
        let run = recorded(None, spoken(&port, driver));
        played.join().unwrap();
        run
    };
    let tokens = u64::from(TOKENS);
    check(&benchmark(Dut { tokens, loses_token: 5, ..Dut::default() }), 10);
    check(&benchmark(Dut { tokens, ..Dut::default() }), TOKENS);
    let silent = benchmark(Dut::default());
    assert_eq!(silent.fingerprint.get("wire.lost_frames"), None);
}

/// The sixth, which leaves a hole, and the last one, which only the total tells of.
#[test]
fn tokens_of_a_driver_of_ones_own_that_are_lost_are_counted() {
    let script = r#"read -r hello
        echo '{"board":{"version":1,"name":"Shell","identity":"sh-1","model":"counting","driver":"sh 1","timer_hz":1000,"emulated":true}}'
        while read -r line; do case "$line" in
          *ping*) echo "{\"pong\":{\"id\":$(echo "$line" | tr -dc 0-9),\"ticks\":0}}";;
          *run*) for n in 0 1 2 3 4 6 7 8 9 10; do echo "{\"token\":{\"index\":$n,\"ticks\":$n}}"; done
            echo '{"done":{"began":0,"ended":20,"tokens":12}}';;
        esac; done"#;
    let arguments = vec!["-c".into(), script.into()];
    let driver = DriverSpec::Process { program: "/bin/sh".into(), arguments };
    check(&recorded(None, spoken("host", driver)), 10);
}

#[test]
fn of_a_program_that_prints_nobody_says_that_nothing_was_lost() {
    let (mut pty, port) = Pty::pair().unwrap();
    let printing = std::thread::Builder::new().name("printing".into());
    let printing = printing.spawn(move || {
        // Until the host has hung up.
        while pty.read(&mut [0; 64], Duration::from_millis(20)).is_ok()
            && pty.write(b"achieved tok/s: 19.5\r\n").is_ok()
        {}
    });
    let driver = DriverSpec::Log { patterns: vec![], start: None, baud: None, wait_s: 10 };
    let run = recorded(None, spoken(&port, driver));
    assert_eq!(run.repetitions[0].values["tokens_per_s"], 19.5);
    assert_eq!(run.fingerprint.get("wire.lost_frames"), None);
    drop(printing);
}
