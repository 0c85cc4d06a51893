//! Board programs that are not what they should be. Each is a shell script that gets `board-agent
//! --port PATH` and does something wrong there; the engine must say what, and record nothing.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot prepare has failed")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use engine::settings::Settings;
use engine::{Engine, Options};
use protocol::{Bits, Code, DriverSpec, Failure, ModelChoice, Reply, RunSpec};

/// Long enough for a script to start on a busy machine, far from a person's patience.
const HELLO: Duration = Duration::from_millis(1500);

/// A program that does `script`; `$3` is the port.
pub(crate) fn program(folder: &Path, script: &str) -> PathBuf {
    let path = folder.join("board.sh");
    // Written by another process: a file that this one has just had open for writing cannot be
    // run while another test starts a process of its own.
    let text = format!("#!/bin/sh\n{script}\n");
    let written = Command::new("/bin/sh")
        .args(["-c", "printf %s \"$1\" > \"$2\" && chmod +x \"$2\"", "sh", &text])
        .arg(&path)
        .status()
        .unwrap();
    assert!(written.success());
    path
}

pub(crate) fn spec(board: &str) -> RunSpec {
    RunSpec {
        board: board.into(),
        model: ModelChoice::Synthetic { seed: 1 },
        driver: DriverSpec::Agent,
        bits: Bits::F32,
        prompt: String::new(),
        tokens: 2,
        repetitions: 1,
        warmup: 0,
        seed: 1,
        temperature: 0.0,
        top_p: 1.0,
        stream: true,
        tags: Default::default(),
        meter: None,
    }
}

/// What a profile on that program says, and that it says so in time and records nothing.
fn profile(folder: &Path, program: PathBuf) -> Failure {
    let store = folder.join("store").display().to_string();
    let engine = Engine::start(Options {
        program: Some(program),
        settings: Settings::resolve(None, &|_| None, &[("store", store)]).unwrap(),
        patience: board::Patience { hello: HELLO, silence: HELLO, ..Default::default() },
        ..Options::default()
    })
    .unwrap();
    let began = Instant::now();
    let failure = engine.send(protocol::Command::StartRun { spec: spec("host") }).unwrap_err();
    assert!(began.elapsed() < 20 * HELLO, "it gives up");
    // The board is free again: the same failure, not "in use".
    let again = engine.send(protocol::Command::StartRun { spec: spec("host") }).unwrap_err();
    assert!(!again.message.contains("in use"), "{again}");
    let filter = Default::default();
    let Reply::Runs { total, .. } = engine.send(protocol::Command::ListRuns { filter }).unwrap()
    else {
        panic!("no list");
    };
    assert_eq!(total, 0);
    failure
}

#[track_caller]
fn check(script: &str, words: &str) {
    let folder = tempfile::tempdir().unwrap();
    let failure = profile(folder.path(), program(folder.path(), script));
    assert_eq!(failure.code, Code::Board, "{failure}");
    assert!(failure.to_string().contains(words), "{words:?} is not in: {failure}");
}

#[test]
fn a_program_that_ends_at_once_is_gone_and_its_exit_status_is_said() {
    check("exit 3", "the board's process ended (exit status: 3)");
    check("kill -9 $$", "signal: 9");
    check("echo hello > \"$3\"; exit 4", "exit status: 4");
}

#[test]
fn a_program_that_is_no_program_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let missing = profile(folder.path(), folder.path().join("nowhere"));
    assert!(missing.message.contains("did not start"), "{missing}");
    let text = folder.path().join("text");
    std::fs::write(&text, "just text").unwrap();
    let text = profile(folder.path(), text);
    assert!(text.message.contains("did not start"), "{text}");
}

#[test]
fn a_program_that_says_nothing_is_not_waited_for_without_end() {
    check("exec sleep 60", "has said nothing");
    check("exec 3<>\"$3\"; exec sleep 60", "has said nothing");
}

#[test]
fn a_program_that_talks_rubbish_does_not_speak_the_language() {
    let rubbish = "exec 3<>\"$3\"; head -c 20000 /dev/urandom >&3; exec sleep 60";
    check(rubbish, "not this program's language");
    check(
        "exec yes 'Linux version 6.1, booting' > \"$3\"",
        "answers nothing; put the Benchvise agent on it",
    );
}

#[test]
fn a_flood_is_read_and_given_up() {
    check("exec cat /dev/zero > \"$3\"", "not this program's language");
    check("exec tr '\\000' '\\001' < /dev/zero > \"$3\"", "not this program's language");
}

/// `0x00 COBS(header | body | CRC-32) 0x00`, as `agent::wire` documents it.
fn frame(major: u8, kind: u8, body: &[u8]) -> Vec<u8> {
    let mut plain = vec![major, kind, 0, 0];
    plain.extend_from_slice(body);
    plain.extend_from_slice(&crc32fast::hash(&plain).to_le_bytes());
    let mut frame = vec![0];
    // Shorter than 254 bytes, so every run of bytes without a zero has one length byte before it.
    for run in plain.split(|&byte| byte == 0) {
        frame.push(run.len() as u8 + 1);
        frame.extend_from_slice(run);
    }
    frame.push(0);
    frame
}

#[test]
fn an_agent_of_another_major_version_is_named_with_both() {
    let folder = tempfile::tempdir().unwrap();
    let hello = folder.path().join("hello");
    std::fs::write(&hello, frame(2, 0x81, b"whatever a later Hello holds")).unwrap();
    let script = format!("exec 3<>\"$3\"; cat '{}' >&3; exec sleep 60", hello.display());
    let failure = profile(folder.path(), program(folder.path(), &script));
    assert!(failure.message.contains("speaks version 2 of the wire"), "{failure}");
    assert!(failure.message.contains("this program version 1"), "{failure}");
}

#[test]
fn ports_that_are_no_boards_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store").display().to_string();
    let engine = Engine::start(Options {
        settings: Settings::resolve(None, &|_| None, &[("store", store)]).unwrap(),
        ..Options::default()
    })
    .unwrap();
    for board in ["", "/dev/null", "/dev/zero", "/nowhere", "host ", "/", "-", "\0"] {
        let command = protocol::Command::StartRun { spec: spec(board) };
        let failure = engine.send(command).unwrap_err();
        assert_eq!(failure.code, Code::Board, "{board:?}: {failure}");
    }
}
