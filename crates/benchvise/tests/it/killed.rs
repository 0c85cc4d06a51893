//! Programs and boards that end in the middle.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::FromRawFd;
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::support::{Bench, board_of, end_if_alive, ended, signal, wait_until};

#[test]
fn a_board_that_dies_leaves_an_aborted_run_with_what_was_recorded() {
    let bench = Bench::new();
    let (child, id) = bench.endless(&[]);
    signal(board_of(&child), libc::SIGKILL);
    let said = ended(child).refused(&["the board's process ended", "signal: 9", &id]);
    assert!(!said.err.is_empty());
    let run = bench.show(&id);
    assert_eq!(run["summary"]["status"], "aborted");
    assert!(run["summary"]["reason"].as_str().unwrap().contains("process ended"));
    assert!(bench.tokens(&id) > 0);
    // Whole repetitions still count.
    assert!(run["metrics"].as_array().unwrap().iter().any(|m| m["name"] == "ttft_ms"));
    bench.check_store();
    bench.profiled(&[]);
}

#[test]
fn a_killed_program_leaves_a_lost_run_and_a_sound_store() {
    let bench = Bench::new();
    let (mut child, id) = bench.endless(&[]);
    let board = board_of(&child);
    let before = bench.tokens(&id);
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until("the board's own end", || {
        let stat = std::fs::read_to_string(format!("/proc/{board}/stat")).unwrap_or_default();
        stat.is_empty() || stat.contains(") Z ")
    });
    let run = bench.show(&id);
    assert_eq!(run["summary"]["status"], "lost");
    assert!(bench.tokens(&id) >= before, "what was on the disk stays");
    bench.check_store();
    let next = bench.profiled(&[]);
    assert_eq!(bench.show(&next)["summary"]["status"], "complete");
    assert_eq!(bench.runs().len(), 2);
    // A lost run can be compared and exported as far as it goes, and deleted.
    bench.run(&["export", &id, "--format", "csv", "-o", "-"]).ok();
    bench.run(&["delete", &id]).ok();
}

/// Both ends of a pseudo-terminal: ours and the program's.
#[expect(unsafe_code, reason = "there is no safe openpty")]
fn terminal() -> (File, File) {
    let (mut ours, mut theirs) = (-1, -1);
    let (name, mode, size) = (std::ptr::null_mut(), std::ptr::null(), std::ptr::null());
    // SAFETY: the two numbers live long enough; the other pointers may be null.
    let opened = unsafe { libc::openpty(&raw mut ours, &raw mut theirs, name, mode, size) };
    assert_eq!(opened, 0);
    // SAFETY: both were opened just now and belong to nobody else.
    unsafe { (File::from_raw_fd(ours), File::from_raw_fd(theirs)) }
}

/// Reads what the program shows on its terminal until it ends. Keeps how many repetitions it said
/// were done, each with the moment at which that was known at the latest.
fn follow(mut terminal: File, done: Arc<Mutex<Vec<(Instant, usize)>>>) {
    let mut shown = String::new();
    let mut bytes = [0; 4096];
    // At the program's end reading fails.
    while let Ok(count @ 1..) = terminal.read(&mut bytes) {
        let now = Instant::now();
        shown.push_str(&String::from_utf8_lossy(&bytes[..count]));
        while let Some((line, rest)) = shown.split_once('\r') {
            if let Some((_, line)) = line.split_once(": repetition ") {
                let of: usize = line.split(' ').next().unwrap().parse().unwrap();
                done.lock().unwrap().push((now, of - 1));
            }
            shown = rest.to_owned();
        }
    }
}

#[test]
fn a_killed_program_loses_at_most_its_last_second() {
    let bench = Bench::new();
    let (ours, theirs) = terminal();
    let model = bench.model();
    let mut args = vec!["profile", "--tokens", "90", "--repeat", "1000000", "--warmup", "0"];
    args.extend(model.iter().map(String::as_str));
    let mut command = bench.command(args);
    command.stdout(Stdio::null()).stderr(theirs);
    let mut child = command.spawn().unwrap();
    drop(command);
    let done = Arc::new(Mutex::new(Vec::new()));
    let following = {
        let done = Arc::clone(&done);
        std::thread::Builder::new().name("terminal".into()).spawn(move || follow(ours, done))
    };
    wait_until("repetitions", || done.lock().unwrap().iter().any(|(_, done)| *done > 0));

    // Meanwhile the longest time is measured for which the disk or the machine did nothing.
    let mut pulse = File::create(bench.path("pulse")).unwrap();
    let pause = Duration::from_millis(50);
    let mut stood_still = Duration::ZERO;
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(3) {
        let last = Instant::now();
        std::thread::sleep(pause);
        pulse.write_all(b"pulse").and_then(|()| pulse.sync_all()).unwrap();
        stood_still = stood_still.max(last.elapsed().saturating_sub(pause));
    }
    let killed = Instant::now();
    child.kill().unwrap();
    child.wait().unwrap();
    following.unwrap().join().unwrap();

    let safe = killed - Duration::from_secs(1) - stood_still;
    let done = done.lock().unwrap();
    let expect = done.iter().filter(|(when, _)| *when <= safe).map(|(_, done)| *done).max();
    let expect = expect.expect("three seconds of repetitions");
    let id = bench.runs()[0]["run"].as_str().unwrap().to_owned();
    let run = bench.show(&id);
    let kept = run["repetitions"].as_array().unwrap().iter();
    let kept =
        kept.filter(|one| one["values"].as_object().is_some_and(|values| !values.is_empty()));
    let kept = kept.count();
    let all = done.last().unwrap().1;
    println!("{kept} of {all} repetitions kept, {expect} expected; stood still {stood_still:?}");
    assert!(kept >= expect, "{kept} of {expect}");
}

#[test]
fn one_interrupt_stops_the_run_and_keeps_it() {
    let bench = Bench::new();
    let (child, id) = bench.endless(&["--json"]);
    signal(child.id() as i32, libc::SIGINT);
    let said = ended(child).ok();
    let document = said.document("profile");
    assert_eq!(document["status"], "aborted");
    assert_eq!(document["run"], id.as_str());
    assert!(document["metrics"]["ttft_ms"]["median"].as_f64().unwrap() > 0.0);
    let run = bench.show(&id);
    assert_eq!(run["summary"]["reason"], "stopped by the user");
    assert!(bench.tokens(&id) > 0);
    bench.check_store();
}

#[test]
fn a_terminals_interrupt_reaches_the_board_too_and_does_not_end_it() {
    // Ctrl-C goes to every process of the terminal's group.
    let bench = Bench::new();
    let model = bench.model();
    let mut args = vec!["profile", "-q", "--tokens", "90", "--repeat", "1000000"];
    args.extend(model.iter().map(String::as_str));
    let mut command = bench.command(args);
    command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    wait_until("tokens", || {
        let runs = bench.runs();
        runs.first().is_some_and(|run| bench.tokens(run["run"].as_str().unwrap()) > 0)
    });
    signal(-(child.id() as i32), libc::SIGINT);
    ended(child).ok();
    let run = &bench.runs()[0];
    assert_eq!(run["status"], "aborted");
    assert_eq!(run["reason"], "stopped by the user");
}

#[test]
fn a_second_interrupt_ends_the_program_at_once() {
    let bench = Bench::new();
    let (mut child, id) = bench.endless(&[]);
    let board = board_of(&child);
    // The board does not answer any more, so that the first interrupt cannot end the run.
    signal(board, libc::SIGSTOP);
    // What it said before is heard meanwhile: were that the end of a repetition, the first interrupt
    // would end the run between two of them.
    let moment = std::time::Duration::from_millis(300);
    std::thread::sleep(moment);
    signal(child.id() as i32, libc::SIGINT);
    std::thread::sleep(moment);
    signal(child.id() as i32, libc::SIGINT);
    let status = child.wait().unwrap();
    // The stopped board may hold the pipes that the program had, or have ended with its terminal.
    end_if_alive(board);
    ended(child);
    assert_eq!(status.code(), Some(130));
    let run = bench.show(&id);
    assert_eq!(run["summary"]["status"], "lost");
    bench.check_store();
}

#[test]
fn a_request_to_terminate_is_an_interrupt() {
    let bench = Bench::new();
    let (child, id) = bench.endless(&[]);
    signal(child.id() as i32, libc::SIGTERM);
    ended(child).ok();
    assert_eq!(bench.show(&id)["summary"]["status"], "aborted");
}
