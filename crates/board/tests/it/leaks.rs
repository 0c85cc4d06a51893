//! What is left behind after many conversations.

use board::{AgentDriver, PortWatch, Pty, Serial, list_ports};

use crate::pipe::{KINDS, PATIENCE, start};
use crate::real::quick;

/// Entries of a folder under /proc/self.
fn count(folder: &str) -> Option<usize> {
    Some(std::fs::read_dir(format!("/proc/self/{folder}")).ok()?.count())
}

#[test]
fn three_hundred_conversations_leave_no_descriptor_and_no_thread() {
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
