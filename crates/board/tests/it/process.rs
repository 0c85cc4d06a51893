//! The board's process: started, killed, stopped, orphaned. Its part is played by this very test
//! program, through a script that turns `board-agent --port PATH` into a call of one test.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use board::{AgentDriver, BoardError, Pty, Tcp, ThisComputer, Transport};
use rustix::process::{Pid, Signal, kill_process};

use crate::behave::{expected, load, model, request, run};
use crate::pipe::PATIENCE;
use crate::real::{quick, serve};

/// A script to be started as the board's program, gone when dropped.
pub(crate) struct Script(PathBuf);

impl Script {
    pub(crate) fn new(name: &str, body: &str) -> Self {
        let path = std::env::temp_dir().join(format!("board-{name}-{}", std::process::id()));
        std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        Script(path)
    }

    /// Plays a real board.
    fn board(name: &str) -> Self {
        let me = std::env::current_exe().unwrap();
        let test = "process::plays_the_board";
        Script::new(
            name,
            &format!(
                "BOARD_END=\"$2 $3\" exec '{}' {test} --exact --ignored --nocapture",
                me.display()
            ),
        )
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}

#[test]
#[ignore = "started by other tests as the board's process"]
fn plays_the_board() {
    let end = std::env::var("BOARD_END").unwrap();
    let pipe: Box<dyn Transport> = match end.split_once(' ').unwrap() {
        ("--port", path) => Box::new(Pty::open(path).unwrap()),
        ("--tcp", address) => Box::new(Tcp::connect(address).unwrap()),
        other => panic!("{other:?}"),
    };
    if std::env::var_os("BOARD_SLOW").is_some() {
        serve(pipe, Duration::from_millis(10), Duration::ZERO);
    } else {
        quick(pipe);
    }
}

fn start(program: &Script, tcp: bool) -> ThisComputer {
    if tcp {
        ThisComputer::start_over_tcp(program.path(), &PATIENCE).unwrap()
    } else {
        ThisComputer::start(program.path(), &PATIENCE).unwrap()
    }
}

/// Sends a signal itself: an empty Debian has no `kill` to call.
pub(crate) fn signal(signal: Signal, process: u32) {
    let process = Pid::from_raw(i32::try_from(process).unwrap()).unwrap();
    kill_process(process, signal).unwrap();
}

/// Whether it runs, as a zombie does not.
pub(crate) fn runs(process: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with(" Z"))
}

pub(crate) fn no_proc() -> bool {
    let absent = !Path::new("/proc/self/stat").exists();
    if absent {
        println!("skipped: this system has no /proc to look into");
    }
    absent
}

#[test]
fn this_computer_is_a_board_and_ends_with_its_owner() {
    if no_proc() {
        return;
    }
    for tcp in [false, true] {
        let script = Script::board(if tcp { "whole-tcp" } else { "whole-pty" });
        let board = start(&script, tcp);
        let process = board.process_id();
        let mut driver = AgentDriver::connect(Box::new(board), PATIENCE).unwrap();
        assert_eq!(load(&mut driver, &model(50_000)).unwrap(), 50_000);
        let request = request(200, 30);
        assert_eq!(run(&mut driver, &request).unwrap(), expected(&request));
        assert!(runs(process));
        drop(driver);
        assert!(!runs(process));
    }
}

#[test]
fn a_killed_process_is_named_with_its_signal() {
    for tcp in [false, true] {
        let script = Script::board(if tcp { "killed-tcp" } else { "killed-pty" });
        let board = start(&script, tcp);
        let process = board.process_id();
        let mut driver = AgentDriver::connect(Box::new(board), PATIENCE).unwrap();
        signal(Signal::KILL, process);
        match load(&mut driver, &model(50_000)) {
            Err(BoardError::ProcessEnded { how }) => assert!(how.contains("signal: 9"), "{how}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_stopped_process_is_silent_and_still_ends_with_its_owner() {
    if no_proc() {
        return;
    }
    let script = Script::board("stopped");
    let board = start(&script, false);
    let process = board.process_id();
    let mut driver = AgentDriver::connect(Box::new(board), PATIENCE).unwrap();
    signal(Signal::STOP, process);
    let began = Instant::now();
    let error = load(&mut driver, &model(50_000)).unwrap_err();
    assert!(matches!(error, BoardError::AgentSilent { .. }), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(12));
    drop(driver);
    assert!(!runs(process));
}

#[test]
fn two_boards_do_not_hold_each_others_ends() {
    let (first, second) = (Script::board("first"), Script::board("second"));
    let one = start(&first, false);
    let process = one.process_id();
    let mut one = AgentDriver::connect(Box::new(one), PATIENCE).unwrap();
    // A process started later inherits whatever was not closed to it.
    let two = start(&second, false);
    let mut two = AgentDriver::connect(Box::new(two), PATIENCE).unwrap();
    signal(Signal::KILL, process);
    let error = load(&mut one, &model(9000)).unwrap_err();
    assert!(matches!(error, BoardError::ProcessEnded { .. }), "{error:?}");
    assert_eq!(load(&mut two, &model(9000)).unwrap(), 9000);
}

#[test]
fn a_board_whose_owner_was_killed_ends_by_itself() {
    if no_proc() {
        return;
    }
    ends_with_a_killed_owner("process::owns_a_board", "the board", Duration::from_secs(10));
}

/// Starts `test` of this program as the owner of `what`, whose process it tells, and kills it: what it
/// owned has to end within `patience`.
pub(crate) fn ends_with_a_killed_owner(test: &str, what: &str, patience: Duration) {
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--ignored", "--nocapture"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = std::io::BufReader::new(owner.stdout.take().unwrap());
    let process: u32 = loop {
        let mut line = String::new();
        assert!(std::io::BufRead::read_line(&mut said, &mut line).unwrap() > 0, "it said nothing");
        if let Some((_, id)) = line.trim().rsplit_once(&format!("{what} is process ")) {
            break id.parse().unwrap();
        }
    };
    assert!(runs(process));
    owner.kill().unwrap();
    owner.wait().unwrap();
    let until = Instant::now() + patience;
    while runs(process) {
        assert!(Instant::now() < until, "{what} outlives its owner");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
#[ignore = "started by another test, to be killed"]
fn owns_a_board() {
    let script = Script::board("orphan");
    let board = start(&script, false);
    let process = board.process_id();
    let _driver = AgentDriver::connect(Box::new(board), PATIENCE).unwrap();
    drop(script);
    println!("the board is process {process}");
    std::thread::sleep(Duration::from_secs(30));
}

#[test]
fn a_program_that_ends_at_once_or_never_speaks_or_is_not_there() {
    let ends = Script::new("ends", "exit 3");
    for result in [
        ThisComputer::start(ends.path(), &PATIENCE),
        ThisComputer::start_over_tcp(ends.path(), &PATIENCE),
    ] {
        let result = result.and_then(|board| AgentDriver::connect(Box::new(board), PATIENCE));
        match result.map(drop) {
            Err(BoardError::ProcessEnded { how }) => {
                assert!(how.contains("exit status: 3"), "{how}")
            }
            other => panic!("{other:?}"),
        }
    }
    let mute = Script::new("mute", "exec sleep 60");
    let board = start(&mute, false);
    let result = AgentDriver::connect(Box::new(board), PATIENCE).map(drop);
    assert!(matches!(result, Err(BoardError::AgentSilent { .. })), "{result:?}");
    let result = ThisComputer::start_over_tcp(mute.path(), &PATIENCE).map(drop);
    assert!(matches!(result, Err(BoardError::AgentSilent { .. })), "{result:?}");
    for result in [
        ThisComputer::start(Path::new("/no/such/program"), &PATIENCE),
        ThisComputer::start_over_tcp(Path::new("/"), &PATIENCE),
    ] {
        let result = result.map(drop);
        assert!(matches!(result, Err(BoardError::SpawnFailed { .. })), "{result:?}");
    }
}
