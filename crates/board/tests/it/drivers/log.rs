//! Programs that print.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use board::{
    BoardError, Driver, LogDriver, LogListener, LogOptions, LogPattern, Pty, RunEvent, StopReason,
    Transport,
};

use super::{Told, play, port, run};
use crate::behave::GO;

fn options(patterns: &[&str], start: &str) -> LogOptions {
    LogOptions {
        patterns: patterns.iter().map(|pattern| LogPattern::new(pattern).unwrap()).collect(),
        start: start.into(),
        baud: None,
        wait: Duration::from_secs(2),
    }
}

/// Listens to a board that says `lines` once it heard something, or at once where nothing is sent.
fn listen(options: LogOptions, lines: &'static str, times: usize) -> Vec<Told> {
    let (mut pty, path) = Pty::pair().unwrap();
    let waits = !options.start.is_empty();
    // Somebody who never speaks is not seen to hang up.
    let over = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&over);
    let board = play(move || {
        let mut read = [0; 64];
        while let Ok(n) = pty.read(&mut read, Duration::from_millis(20)) {
            if heard.load(Ordering::Relaxed) {
                return;
            }
            if (n > 0 || !waits) && pty.write(lines.as_bytes()).is_err() {
                return;
            }
        }
    });
    let mut driver = LogDriver::on_port(&port(&path), options).unwrap();
    let told = (0..times).map(|_| run(&mut driver, &GO)).collect();
    drop(driver);
    over.store(true, Ordering::Relaxed);
    board.join().unwrap();
    told
}

#[test]
fn a_demo_that_prints_its_rate_is_measured_as_it_is() {
    let told = listen(options(&[], ""), "I (31) main: boot\r\nachieved tok/s: 19.125000\r\n", 3);
    for told in told {
        assert_eq!(told.values(), [("tokens_per_s", 19.125)]);
        let totals = told.totals.unwrap();
        // Nobody knows when it began.
        assert_eq!(totals.began, totals.ended);
    }
}

#[test]
fn a_repetition_is_over_when_each_pattern_has_met_a_line() {
    let wanted = options(
        &[r"encode (?<encode_ms>\d+)", r"(?<tokens>\d+) tokens in (?<decode_s>[\d.]+)"],
        "go\n",
    );
    let told = listen(wanted, "64 tokens in 2.5 s\nnoise\nencode 12 ms\nencode 99 ms\n", 2);
    for told in told {
        assert_eq!(told.values(), [("decode_s", 2.5), ("encode_ms", 12.0)]);
        let totals = told.totals.as_ref().unwrap();
        assert_eq!((totals.tokens, totals.reason), (Some(64), StopReason::Count));
        assert!(totals.ended > totals.began);
        assert!(told.events.contains(&RunEvent::Log("noise".into())));
    }
}

#[test]
fn what_was_not_found_is_said_with_the_last_line() {
    let told = listen(options(&["(?<x>[0-9]+) apples"], ""), "5 pears\r\n", 1);
    let error = told.into_iter().next().unwrap().totals.unwrap_err();
    assert!(
        matches!(&error, BoardError::PatternUnmet { said, .. } if said == "5 pears"),
        "{error}"
    );
    let (_silent, path) = Pty::pair().unwrap();
    let mut driver = LogDriver::on_port(&port(&path), options(&[], "")).unwrap();
    let error = run(&mut driver, &GO).totals.unwrap_err();
    assert!(matches!(error, BoardError::AgentSilent { .. }), "{error}");
}

#[test]
fn it_stops_when_told_and_says_when_the_board_is_gone() {
    let (pty, path) = Pty::pair().unwrap();
    let mut driver = LogDriver::on_port(&port(&path), options(&[], "")).unwrap();
    let stopped = run(&mut driver, &AtomicBool::new(true)).totals.unwrap();
    assert_eq!(stopped.reason, StopReason::Stopped);
    assert_eq!(driver.clock().unwrap().ticks_at_zero, 0);
    drop(pty);
    let error = run(&mut driver, &GO).totals.unwrap_err();
    assert!(matches!(error, BoardError::Unplugged { .. }), "{error}");
}

#[test]
fn a_listener_hears_lines_as_they_come() {
    let (mut pty, path) = Pty::pair().unwrap();
    let mut listener = LogListener::open(&port(&path), Some(9600)).unwrap();
    listener.say(b"go\n").unwrap();
    let mut read = [0; 16];
    assert_eq!(pty.read(&mut read, Duration::from_secs(5)).unwrap(), 3);
    pty.write(b"one\r\ntw").unwrap();
    assert_eq!(listener.line(Duration::from_secs(5)).unwrap().as_deref(), Some("one"));
    assert_eq!(listener.line(Duration::from_millis(100)).unwrap(), None);
    pty.write(b"o\n").unwrap();
    assert_eq!(listener.line(Duration::from_secs(5)).unwrap().as_deref(), Some("two"));
}
