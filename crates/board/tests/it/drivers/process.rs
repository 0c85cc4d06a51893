//! Drivers that are other programs: what they say, and what becomes of them.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use board::{BoardError, Driver, ProcessDriver, ProcessOptions, RunEvent, StopReason};

use super::{request, run};
use crate::behave::GO;
use crate::pipe::PATIENCE;

const HELLO: &str = r#"echo '{"board":{"version":1,"name":"Shell","identity":"sh-1","model":"counting","driver":"sh 1","timer_hz":1000,"emulated":true}}'"#;

/// A shell that is the driver.
fn start(script: &str) -> Result<ProcessDriver, BoardError> {
    let options = ProcessOptions {
        program: "/bin/sh".into(),
        arguments: vec!["-c".into(), script.into()],
        port: Some("/dev/ttyX".into()),
    };
    ProcessDriver::start(&options, &PATIENCE)
}

/// A driver that says hello, then does this with what it is asked.
fn polite(after: &str) -> ProcessDriver {
    start(&format!("read hello; {HELLO}; {after}")).unwrap()
}

#[test]
fn a_run_is_told_as_it_happens() {
    let script = r#"read -r run; case "$run" in *'"prompt":"Once \"upon\" a time","tokens":4'*) ;; *) exit 9;; esac
        echo '{"started":{"ticks":100}}'
        echo '{"token":{"index":0,"ticks":110,"text":"a"}}'
        echo '{"token":{"index":2,"ticks":130,"id":7,"text":"b"}}'
        echo '{"heap":{"ticks":131,"used_bytes":4096}}'
        echo '{"value":{"name":"accuracy","value":0.5,"unit":""}}'
        echo '{"log":{"text":"hot"}}'
        echo '{"done":{"began":100,"ended":140,"tokens":3,"heap_peak_bytes":5000}}'
        read more"#;
    let mut driver = polite(script);
    let info = driver.info().clone();
    assert_eq!((&*info.name, &*info.chip_id, info.emulated), ("Shell", "sh-1", true));
    assert_eq!((info.runs.as_deref(), info.timer_hz), (Some("counting"), 1000));
    let told = run(&mut driver, &GO);
    assert_eq!(told.values(), [("accuracy", 0.5)]);
    let totals = told.totals.unwrap();
    assert_eq!((totals.tokens, totals.began, totals.ended), (Some(3), 100, 140));
    assert_eq!(totals.memory.heap_peak, Some(5000));
    let id = |event: &RunEvent| {
        matches!(event, RunEvent::Token { index: 2, id: Some(7), ticks: 130, .. })
    };
    assert!(told.events.iter().any(id));
    assert!(told.events.contains(&RunEvent::Text("b".into())));
    assert!(told.events.contains(&RunEvent::Log("hot".into())));
}

#[test]
fn it_is_stopped_and_asked_the_time() {
    let script = r#"while read line; do case "$line" in
        *ping*) echo "{\"pong\":{\"id\":$(echo "$line" | tr -dc 0-9),\"ticks\":5000}}";;
        *run*) echo '{"started":{"ticks":1}}';;
        *stop*) echo '{"done":{"began":1,"ended":2,"stopped":true}}';;
        esac; done"#;
    let mut driver = polite(script);
    assert!(driver.clock().unwrap().ticks_at_zero <= 5000);
    let stop = AtomicBool::new(false);
    let totals = driver.run(&request(), &stop, &mut |event| {
        stop.fetch_or(matches!(event, RunEvent::Started { .. }), Ordering::Relaxed);
    });
    assert_eq!(totals.unwrap().reason, StopReason::Stopped);
}

#[test]
fn a_crash_a_hang_and_nonsense_stay_its_own() {
    let fails = |after: &str| run(&mut polite(after), &GO).totals.unwrap_err();
    let check = |error: BoardError, words: &str| {
        assert!(error.to_string().contains(words), "{error}");
    };
    let ended = fails("read run; echo oh dear >&2; exit 3");
    assert!(
        matches!(&ended, BoardError::DriverEnded { how, .. } if how.contains('3') && how.contains("oh dear")),
        "{ended}"
    );
    let began = Instant::now();
    let silent = fails("read run; sleep 1000");
    assert!(matches!(silent, BoardError::DriverSilent { .. }), "{silent}");
    assert!(began.elapsed() < Duration::from_secs(20));
    // Talk is no sign of life.
    check(
        fails(r#"read run; while sleep 0.1; do echo '{"log":{"text":"x"}}'; done"#),
        "said nothing for",
    );
    check(fails("read run; echo nonsense; read x"), "is no message of it");
    check(fails(r#"read run; echo '{"error":{"text":"no coin"}}'; read x"#), "no coin");
    check(
        fails(r#"read run; echo '{"done":{"began":2,"ended":1}}'; read x"#),
        "ended before it began",
    );
    check(
        fails(
            r#"read run; echo '{"token":{"index":1,"ticks":1}}'; echo '{"token":{"index":0,"ticks":1}}'; read x"#,
        ),
        "a second time",
    );
    check(fails(r#"read run; echo '{"value":{"name":"x","value":1e999}}'; read x"#), "no message");
    check(fails("read run; head -c 200000 /dev/zero | tr '\\0' x; read x"), "has no end");
}

#[test]
fn a_program_that_is_no_driver_is_told_apart() {
    let fails = |script: &str| start(script).map(drop).unwrap_err();
    assert!(matches!(fails("exit 0"), BoardError::DriverEnded { .. }));
    assert!(matches!(fails("sleep 1000"), BoardError::DriverSilent { .. }));
    let old =
        fails(&format!("read hello; {}; read x", HELLO.replace("\"version\":1", "\"version\":9")));
    assert!(old.to_string().contains("version 9"), "{old}");
    let nobody = fails(&format!("read hello; {}; read x", HELLO.replace("sh-1", "")));
    assert!(nobody.to_string().contains("no identity"), "{nobody}");
    let timeless = fails(&format!("read hello; {}; read x", HELLO.replace("1000", "0")));
    assert!(timeless.to_string().contains("timer_hz"), "{timeless}");
    let options =
        ProcessOptions { program: "/nonexistent".into(), arguments: Vec::new(), port: None };
    let none = ProcessDriver::start(&options, &PATIENCE).map(drop).unwrap_err();
    assert!(matches!(none, BoardError::SpawnFailed { .. }), "{none}");
}

#[test]
fn what_it_started_ends_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("pid");
    let driver = polite(&format!("sleep 1000 & echo $! > {}; wait", mark.display()));
    let pid = loop {
        match std::fs::read_to_string(&mark) {
            Ok(pid) if pid.ends_with('\n') => break pid.trim().to_owned(),
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    drop(driver);
    let gone = || !PathBuf::from(format!("/proc/{pid}/stat")).exists() || zombie(&pid);
    let until = Instant::now() + Duration::from_secs(10);
    while !gone() {
        assert!(Instant::now() < until, "process {pid} goes on");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Ended, and nobody has asked how.
fn zombie(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z"))
}

#[test]
fn the_example_of_the_page_is_a_driver() {
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: no python3 to run the example");
        return;
    }
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/examples/driver.py");
    let options =
        ProcessOptions { program: "python3".into(), arguments: vec![example.into()], port: None };
    let mut driver = ProcessDriver::start(&options, &board::Patience::default()).unwrap();
    assert!(driver.info().emulated);
    driver.clock().unwrap();
    for _ in 0..2 {
        let told = run(&mut driver, &GO);
        assert_eq!(told.totals.unwrap().tokens, Some(4));
    }
}
