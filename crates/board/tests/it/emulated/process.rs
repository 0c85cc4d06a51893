//! The emulator's process: it ends with its owner, however that ends, and its death has a name.

use std::path::Path;
use std::time::Duration;

use board::{AgentDriver, Bits, BoardError, Emulated, EmulatedBoard};
use rustix::process::Signal;

use super::{PATIENCE, board, images, start};
use crate::behave::{GO, model};
use crate::process::{ends_with_a_killed_owner, no_proc, runs, signal};

#[test]
fn it_ends_with_its_owner() {
    let Some(board) = board("emulated-m4f") else { return };
    if no_proc() {
        return;
    }
    let emulated = Emulated::start(board, &images(), None, &PATIENCE).unwrap();
    let process = emulated.process_id();
    let driver = AgentDriver::connect(Box::new(emulated), PATIENCE).unwrap();
    assert!(runs(process));
    drop(driver);
    assert!(!runs(process));
}

#[test]
fn it_does_not_outlive_an_owner_that_was_killed() {
    if cfg!(not(target_os = "linux")) || board("emulated-m4f").is_none() {
        return;
    }
    let owner = "emulated::process::owns_an_emulator";
    ends_with_a_killed_owner(owner, "the emulator", Duration::from_secs(20));
}

#[test]
#[ignore = "started by another test, to be killed"]
fn owns_an_emulator() {
    let board = board("emulated-m4f").unwrap();
    // On a thread that ends at once, as a command's does: the board stays.
    let began = std::thread::Builder::new().name("short-lived".into()).spawn(|| {
        let emulated = Emulated::start(board, &images(), None, &PATIENCE).unwrap();
        let process = emulated.process_id();
        (AgentDriver::connect(Box::new(emulated), PATIENCE).unwrap(), process)
    });
    let (mut driver, process) = began.unwrap().join().unwrap();
    driver.clock().unwrap();
    println!("the emulator is process {process}");
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn a_killed_emulator_is_named_with_its_signal() {
    let Some(board) = board("emulated-m4f") else { return };
    let emulated = Emulated::start(board, &images(), None, &PATIENCE).unwrap();
    let process = emulated.process_id();
    let mut driver = AgentDriver::connect(Box::new(emulated), PATIENCE).unwrap();
    signal(Signal::KILL, process);
    match driver.load_model(&model(9000), Bits::F32, &GO, &mut |_| {}) {
        Err(BoardError::ProcessEnded { how }) => {
            assert!(how.contains("signal: 9") && !how.contains("warning"), "{how}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_the_emulator_complains_of_is_said() {
    let Some(real) = board("emulated-m4f") else { return };
    let broken = EmulatedBoard { machine: "no-such-machine", ..copy(real) };
    let emulated = Emulated::start(&broken, &images(), None, &PATIENCE).unwrap();
    match AgentDriver::connect(Box::new(emulated), PATIENCE).map(drop) {
        Err(BoardError::ProcessEnded { how }) => assert!(how.contains("machine"), "{how}"),
        other => panic!("{other:?}"),
    }
}

fn copy(board: &EmulatedBoard) -> EmulatedBoard {
    EmulatedBoard { ..*board }
}

#[test]
fn a_missing_emulator_or_image_says_what_to_do() {
    let board = EmulatedBoard::of_kind("emulated-m4f").unwrap();
    let absent = EmulatedBoard { program: "no-such-emulator", ..copy(board) };
    let error = Emulated::start(&absent, Path::new("."), None, &PATIENCE).map(drop).unwrap_err();
    assert!(error.to_string().contains("apt-get install qemu-system-arm"), "{error}");
    if board.emulator().is_some() {
        let none = Path::new("no-such-folder");
        let error = Emulated::start(board, none, None, &PATIENCE).map(drop).unwrap_err();
        assert!(error.to_string().contains("make firmware"), "{error}");
    }
}

#[test]
fn no_file_of_a_model_stays_behind() {
    let Some(board) = board("emulated-m4f") else { return };
    let ours = format!("benchvise-{}-", std::process::id());
    // Other tests of this process put theirs there for a moment; only one of this size is ours.
    let file = model(123_456);
    let left = || {
        let entries = std::fs::read_dir(std::env::temp_dir()).unwrap().flatten();
        let mine = |entry: &std::fs::DirEntry| {
            entry.file_name().to_string_lossy().starts_with(&ours)
                && entry.metadata().is_ok_and(|found| found.len() == 123_456 + 32)
        };
        entries.filter(mine).count()
    };
    // Nonsense is no model, and the board comes up without one.
    let driver = start(board, Some((&file, Bits::F32)));
    assert_eq!(driver.info().model, None);
    assert_eq!(left(), 0);
    drop(Emulated::start(board, &images(), Some((&file, Bits::F32)), &PATIENCE).unwrap());
    assert_eq!(left(), 0);
}
