//! What is left behind after many conversations.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use board::meter::{METERS, MeterModel, Readings, open_meter};
use board::{AgentDriver, Bits, BoardError, PortWatch, Pty, RunEvent, Serial, list_ports};

use crate::behave::{GO, model, request};
use crate::faults::line::Fault;
use crate::faults::meters::{played_until_over, setup};
use crate::faults::players;
use crate::pipe::{KINDS, PATIENCE, start};
use crate::real::quick;

/// Entries of a folder under /proc/self.
fn count(folder: &str) -> Option<usize> {
    Some(std::fs::read_dir(format!("/proc/self/{folder}")).ok()?.count())
}

/// Descriptors, threads, and resident pages of this process.
fn held() -> Option<[usize; 3]> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages = pages.split(' ').nth(1)?.parse().ok()?;
    Some([count("fd")?, count("task")?, pages])
}

/// Plugs a board in, connects, runs; every other time it is pulled out while the host connects.
fn serial_cycle(cycle: usize) {
    let (pty, path) = Pty::pair().unwrap();
    let (pulled, unplug) = (cycle % 2 == 1, AtomicBool::new(false));
    std::thread::scope(|scope| {
        let (say, pull) = std::sync::mpsc::sync_channel::<()>(0);
        let board = std::thread::Builder::new().name("test-board".into());
        let play = move || {
            if pulled {
                drop((pull.recv(), pty));
            } else {
                quick(Box::new(pty));
            }
        };
        board.spawn_scoped(scope, play).unwrap();
        let port = Serial::open(&path, 115_200).unwrap();
        if pulled {
            drop(say);
            let error = AgentDriver::connect(Box::new(port), PATIENCE).map(drop).unwrap_err();
            assert!(matches!(error, BoardError::Unplugged { .. }), "{error}");
            return;
        }
        let mut driver = AgentDriver::connect(Box::new(port), PATIENCE).unwrap();
        driver.load_model(&model(300), Bits::Int8, &GO, &mut |_| {}).unwrap();
        let told = driver.run(&request(2, 3), &GO, &mut |event| {
            unplug.fetch_or(matches!(event, RunEvent::Token { .. }), Ordering::Relaxed);
        });
        assert!(told.is_ok() && unplug.load(Ordering::Relaxed), "{told:?}");
    });
}

/// The other ways to speak to a board, with the thread and the process that each has.
fn other_cycle(cycle: usize) {
    let fault = if cycle % 2 == 1 { Fault::Unplug } else { Fault::None };
    let outcomes = [players::agent(fault), players::mlperf(fault), players::log(fault)];
    let process = players::process(fault);
    for outcome in outcomes.iter().chain(&process) {
        assert_eq!(outcome.error.is_some(), fault == Fault::Unplug, "{outcome:?}");
    }
}

/// Every meter is plugged in, opened, started, and let go of; every other time after a few samples.
fn meter_cycle(cycle: usize) {
    std::thread::scope(|scope| {
        for row in METERS {
            let meter = std::thread::Builder::new().name("test-host".into());
            meter.spawn_scoped(scope, move || meter_once(row.model, cycle)).unwrap();
        }
    });
}

fn meter_once(model: MeterModel, cycle: usize) {
    let (path, over, played) = played_until_over(model);
    let mut meter = open_meter(&path, Some(model), &setup(model)).unwrap();
    meter.start().unwrap();
    let mut readings = Readings::default();
    let until = Instant::now() + Duration::from_secs(20);
    while cycle % 2 == 1 && readings.amps.is_empty() {
        meter.read(&mut readings, Duration::from_millis(50)).unwrap();
        assert!(Instant::now() < until, "{model:?} says nothing");
    }
    drop(meter);
    over.store(true, Ordering::Relaxed);
    played.join().unwrap();
}

#[test]
#[ignore = "started by the next test in a process of its own, where nothing else opens anything"]
fn counts_what_a_thousand_connections_leave() {
    // What is made once is there then: the allocator's arenas, the tables of a library.
    (0..100).for_each(serial_cycle);
    (0..4).for_each(other_cycle);
    (0..20).for_each(meter_cycle);
    let Some(before) = held() else { return };
    (0..1000).for_each(serial_cycle);
    (0..20).for_each(other_cycle);
    (0..100).for_each(meter_cycle);
    // A port that is closed aside has its thread for a moment yet.
    let until = Instant::now() + Duration::from_secs(10);
    let after = loop {
        let after = held().unwrap();
        if after[1] <= before[1] || Instant::now() > until {
            break after;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    println!("descriptors, threads and pages before {before:?}, after {after:?}");
    // A port that is closed aside may still have its thread in the first look: fewer are no leak.
    assert_eq!(after[0], before[0], "descriptors");
    assert!(after[1] <= before[1], "{} threads before, {} after", before[1], after[1]);
    // A kilobyte a connection would be 250 pages.
    assert!(after[2] < before[2] + 200, "{} pages before, {} after", before[2], after[2]);
}

#[test]
fn a_thousand_connections_leave_no_descriptor_no_thread_and_no_memory() {
    if held().is_none() {
        println!("skipped: this system has no /proc to count in");
        return;
    }
    let mut alone = Command::new(std::env::current_exe().unwrap());
    alone.args(["leaks::counts_what_a_thousand_connections_leave", "--exact", "--ignored"]);
    let said = alone.args(["--nocapture", "--test-threads=1"]).output().unwrap();
    let out = String::from_utf8_lossy(&said.stdout);
    println!("{out}");
    assert!(said.status.success(), "{out}{}", String::from_utf8_lossy(&said.stderr));
    assert!(out.contains("1 passed"), "{out}");
}

#[test]
fn conversations_over_either_pipe_leave_no_descriptor_and_no_thread() {
    let (Some(fds), Some(threads)) = (count("fd"), count("task")) else {
        println!("skipped: this system has no /proc to count in");
        return;
    };
    for cycle in 0..300 {
        let (pipe, board) = start(KINDS[cycle % 2], quick);
        let driver = AgentDriver::connect(pipe, PATIENCE).unwrap();
        drop(driver);
        board.join().unwrap();
        drop(Pty::pair().unwrap());
        Pty::open("/nonexistent").map(drop).unwrap_err();
    }
    // Other tests of this program may be running: only growth of the size of a leak counts.
    assert!(count("fd").unwrap() < fds + 100, "{fds} open before");
    assert!(count("task").unwrap() < threads + 100, "{threads} threads before");
}

#[test]
fn a_thousand_openings_of_a_port_and_many_looks_leave_no_descriptor() {
    let Some(fds) = count("fd") else {
        println!("skipped: this system has no /proc to count in");
        return;
    };
    let (pty, path) = Pty::pair().unwrap();
    for cycle in 0..1000 {
        drop(Serial::open(&path, 115_200).unwrap());
        Serial::open("/nonexistent", 115_200).map(drop).unwrap_err();
        if cycle % 10 == 0 {
            drop(PortWatch::begin(&list_ports()));
        }
    }
    drop(pty);
    assert!(count("fd").unwrap() < fds + 100, "{fds} open before");
}
