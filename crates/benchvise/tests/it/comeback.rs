//! Boards that go away in the middle of a run and come back.

use std::io::Read;
use std::os::unix::fs::symlink;
use std::process::{Child, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::cable::{Agent, end};
use crate::line_listener::LineListener;
use crate::mock_usb::PICO;
use crate::support::{Bench, ended, signal, text};
use crate::usb_tree::{Plugged, Tree};

/// Tokens of a repetition, repetitions, and the token with which the cable breaks: the sixth of the
/// third repetition.
const TOKENS: u32 = 40;
const REPETITIONS: u32 = 5;
const LAST: u32 = 2 * TOKENS + 6;

/// Starts a profile of [`REPETITIONS`] repetitions on that board.
fn begin(bench: &Bench, board: &str, more: &[&str]) -> Child {
    let (tokens, repetitions) = (TOKENS.to_string(), REPETITIONS.to_string());
    let mut args = vec!["profile", "--board", board, "--warmup", "0"];
    args.extend(["--tokens", &tokens, "--repeat", &repetitions]);
    let model = bench.model();
    args.extend(model.iter().map(String::as_str).chain(more.iter().copied()));
    bench.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// A name for the board's terminal that is nobody else's: the system gives the number of one that is
/// gone to the next.
fn link(bench: &Bench, agent: &Agent) -> String {
    let port = bench.path("port");
    symlink(&agent.path, &port).unwrap();
    port.display().to_string()
}

fn unlink(bench: &Bench) {
    std::fs::remove_file(bench.path("port")).unwrap();
}

/// Waits until the program has said that; the words may come after others.
fn hear(child: &mut Child, words: &str) {
    let stderr = child.stderr.as_mut().unwrap();
    let (mut said, mut byte) = (Vec::new(), [0]);
    while !String::from_utf8_lossy(&said).contains(words) {
        assert_eq!(stderr.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&said));
        said.push(byte[0]);
    }
}

/// The run is whole, and says where it was interrupted.
fn check(bench: &Bench, run: &str, why: &str) -> Value {
    let run = bench.show(run);
    assert_eq!(run["summary"]["status"], "complete", "{run}");
    let reason = text(&run["summary"]["reason"]);
    assert!(reason.starts_with("interrupted once: ") && reason.contains(why), "{reason}");
    assert_eq!(run["fingerprint"]["run.interruptions"], "1");
    let repetitions = run["repetitions"].as_array().unwrap();
    let of = |one: &Value| (one["whole"] == true, one["tokens"].as_array().unwrap().len() as u32);
    let all: Vec<(bool, u32)> = repetitions.iter().map(of).collect();
    let whole: Vec<u32> = all.iter().filter(|(whole, _)| *whole).map(|(_, n)| *n).collect();
    assert_eq!(whole, [TOKENS; REPETITIONS as usize], "{all:?}");
    let failed: Vec<u32> = all.iter().filter(|(whole, _)| !whole).map(|(_, n)| *n).collect();
    assert_eq!(failed.len(), 1, "{all:?}");
    // What was heard of it is kept.
    assert!(failed[0] > 0 && failed[0] < TOKENS, "{all:?}");
    let rate = &run["metrics"].as_array().unwrap().iter().find(|m| m["name"] == "tokens_per_s");
    assert_eq!(rate.unwrap()["n"], REPETITIONS);
    bench.check_store();
    run
}

#[test]
fn a_board_that_comes_back_on_another_port_goes_on_with_the_run() {
    let Some(tree) = Tree::new() else { return };
    let _lines = LineListener::start(&tree);
    let bench = Bench::within(tree.environment());
    let agent = Agent::behind(LAST);
    tree.plug(PICO, Some(&agent.path));
    let mut child = begin(&bench, "E6601", &["--json"]);
    agent.broken();
    tree.pull(PICO);
    hear(&mut child, "the board was unplugged");
    let back = Agent::start();
    let plugged = Instant::now();
    tree.plug(Plugged { place: "4.2", tty: "ttyACM5", ..PICO }, Some(&back.path));
    let after = back.first_token() - plugged;
    println!("a token {:.0} ms after the board was plugged in again", after.as_secs_f64() * 1e3);
    let document = ended(child).ok().document("profile");
    let run = check(&bench, &text(&document["run"]), "the board was unplugged");
    assert_eq!(back.tokens(), 3 * TOKENS, "what is whole is not done again");
    assert_eq!(run["fingerprint"]["wire.lost_frames"], "0");
    let warnings = document["warnings"].to_string();
    for words in ["the run waits 30 s for it", "the board is back after"] {
        assert!(warnings.contains(words), "{words:?} is not in {warnings}");
    }
}

/// A bridge without a serial number is told apart by its socket alone. In another one its board is known
/// by its chip's number, and the board beside it is left alone.
#[test]
fn a_board_without_a_serial_number_that_comes_back_in_another_socket_goes_on_with_the_run() {
    let Some(tree) = Tree::new() else { return };
    let lines = LineListener::start(&tree);
    let bridge = Plugged {
        place: "4.2",
        vid: "1a86",
        pid: "7523",
        product: "USB Serial",
        serial: "",
        tty: "ttyUSB0",
    };
    let (mut beside, terminal) = end();
    tree.plug(Plugged { place: "4.3", tty: "ttyUSB1", ..bridge }, Some(&terminal));
    let bench = Bench::within(tree.environment());
    let agent = Agent::behind(LAST);
    tree.plug(bridge, Some(&agent.path));
    let mut child = begin(&bench, "1a86:7523@1-4.2", &["--json"]);
    agent.broken();
    tree.pull(bridge);
    hear(&mut child, "the board was unplugged");
    let back = Agent::start();
    tree.plug(Plugged { place: "2", tty: "ttyUSB5", ..bridge }, Some(&back.path));
    let document = ended(child).ok().document("profile");
    check(&bench, &text(&document["run"]), "the board was unplugged");
    assert_eq!(back.tokens(), 3 * TOKENS, "what is whole is not done again");
    assert_eq!(lines.heard(), [""; 0], "nobody touches the lines of a bridge");
    assert_eq!(beside.read(&mut [0; 64]).unwrap_or(0), 0, "the board beside it was spoken to");
}

/// A terminal has no identity; its name is all there is.
#[test]
fn a_port_without_an_identity_is_waited_for_under_its_name() {
    let bench = Bench::new();
    let agent = Agent::behind(LAST);
    let mut child = begin(&bench, &link(&bench, &agent), &["--json"]);
    agent.broken();
    unlink(&bench);
    hear(&mut child, "the board was unplugged");
    let back = Agent::start();
    link(&bench, &back);
    let document = ended(child).ok().document("profile");
    check(&bench, &text(&document["run"]), "the board was unplugged");
}

/// A dip of the supply behind a USB bridge: the port stays, the board begins anew and says nothing.
#[test]
fn a_board_that_restarts_behind_its_port_is_loaded_again() {
    let bench = Bench::new();
    let mut agent = Agent::start();
    let port = agent.path.clone();
    let (mut child, id) = bench.endless(&["--board", &port]);
    agent.restart();
    let before = agent.tokens();
    hear(&mut child, "the board restarted during the run");
    hear(&mut child, "the board is back");
    crate::support::wait_until("tokens after the restart", || agent.tokens() > before + 100);
    signal(child.id() as i32, libc::SIGINT);
    ended(child).ok();
    let run = bench.show(&id);
    assert_eq!(run["fingerprint"]["run.interruptions"], "1", "{}", run["fingerprint"]);
    bench.check_store();
}

/// No error, no unplugging, no more bytes.
#[test]
fn a_board_that_only_falls_silent_is_waited_for_and_done_again() {
    let bench = Bench::new();
    let agent = Agent::swallowed_behind(LAST);
    let mut child = begin(&bench, &agent.path, &["--json"]);
    hear(&mut child, "the board has said nothing for");
    agent.mended();
    let document = ended(child).ok().document("profile");
    let run = check(&bench, &text(&document["run"]), "the board has said nothing for");
    assert!(run["fingerprint"]["run.away_s"].is_string(), "{}", run["fingerprint"]);
    let warnings = document["warnings"].to_string();
    for words in ["while it was running", "the run waits 30 s for it", "the board is back after"] {
        assert!(warnings.contains(words), "{words:?} is not in {warnings}");
    }
}

#[test]
fn a_board_that_stands_still_goes_on_with_the_run_when_it_does() {
    let bench = Bench::new();
    let agent = Agent::start();
    let (mut child, id) = bench.endless(&["--board", &agent.path]);
    agent.stop();
    hear(&mut child, "the board has said nothing for");
    agent.go_on();
    hear(&mut child, "the board is back");
    let before = agent.tokens();
    crate::support::wait_until("tokens after the silence", || agent.tokens() > before + 100);
    signal(child.id() as i32, libc::SIGINT);
    ended(child).ok();
    let run = bench.show(&id);
    assert_eq!(run["fingerprint"]["run.interruptions"], "1", "{}", run["fingerprint"]);
    bench.check_store();
}

#[test]
fn a_board_that_stays_silent_ends_the_run_and_says_so() {
    let bench = Bench::new();
    bench.file("settings.toml", "board_wait_s = 1\n");
    let agent = Agent::swallowed_behind(LAST);
    let child = begin(&bench, &agent.path, &[]);
    ended(child).refused(&[
        "the board has said nothing for",
        "and not heard again within 1 s",
        "reset it and start again",
        "what was recorded is kept as run",
    ]);
    drop(agent);
    assert_eq!(bench.runs()[0]["status"], "aborted");
}

#[test]
fn a_board_that_stays_away_ends_the_run_and_says_how_long_it_was_waited_for() {
    let bench = Bench::new();
    bench.file("settings.toml", "board_wait_s = 1\n");
    let agent = Agent::behind(LAST);
    let child = begin(&bench, &link(&bench, &agent), &[]);
    agent.broken();
    unlink(&bench);
    ended(child).refused(&[
        "the board was unplugged",
        "and not back within 1 s",
        "plug it in and start again",
        "what was recorded is kept as run",
    ]);
    let run = &bench.runs()[0];
    assert_eq!(run["status"], "aborted");
    assert!(text(&run["reason"]).contains("not back within 1 s"), "{run}");
    assert!(bench.tokens(&text(&run["run"])) as u32 > 2 * TOKENS);
}

#[test]
fn whoever_stops_a_run_does_not_wait_for_its_board() {
    let bench = Bench::new();
    bench.file("settings.toml", "board_wait_s = 3600\n");
    let agent = Agent::behind(LAST);
    let mut child = begin(&bench, &link(&bench, &agent), &[]);
    agent.broken();
    unlink(&bench);
    hear(&mut child, "the board was unplugged");
    signal(child.id() as i32, libc::SIGINT);
    ended(child).ok();
    assert_eq!(bench.runs()[0]["reason"], "stopped by the user");
}

/// The system gives each byte to one of the two, and nobody can say which.
#[test]
fn a_second_program_on_the_port_is_named_when_the_board_cannot_be_understood() {
    let bench = Bench::new();
    let agent = Agent::start();
    let (child, id) = bench.endless(&["--board", &agent.path]);
    let mut thief = std::process::Command::new("cat");
    let thief = thief.arg(&agent.path).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut thief = thief.stderr(Stdio::null()).spawn().unwrap();
    let mut stolen = thief.stdout.take().unwrap();
    let reading = std::thread::Builder::new().name("thief".into());
    let reading = reading.spawn(move || std::io::copy(&mut stolen, &mut std::io::sink()).unwrap());
    // A port is opened for us alone, which holds for all but those who may do everything.
    std::thread::sleep(std::time::Duration::from_millis(300));
    if thief.try_wait().unwrap().is_some() {
        println!("skipped: this user cannot open a port that is in use");
        signal(child.id() as i32, libc::SIGINT);
        ended(child).ok();
        return;
    }
    ended(child).refused(&["cat (process ", "has the port open too", "close it and start again"]);
    thief.kill().unwrap();
    thief.wait().unwrap();
    assert!(reading.unwrap().join().unwrap() > 0, "nothing was stolen");
    let run = bench.show(&id);
    assert_eq!(run["summary"]["status"], "aborted");
    assert!(bench.tokens(&id) as u32 <= agent.tokens());
    bench.check_store();
}

/// One that falls off its port with every repetition has a fault of its own.
#[test]
fn a_board_that_never_gets_through_a_repetition_ends_the_run() {
    let bench = Bench::new();
    let mut agent = Agent::behind(6);
    let child = begin(&bench, &link(&bench, &agent), &[]);
    for _ in 0..3 {
        agent.broken();
        unlink(&bench);
        agent = Agent::behind(6);
        link(&bench, &agent);
    }
    agent.broken();
    ended(child).refused(&["the board was unplugged", "plug it in and start again"]);
    let run = bench.show(&text(&bench.runs()[0]["run"]));
    assert_eq!(run["fingerprint"]["run.interruptions"], "3");
    assert_eq!(run["repetitions"].as_array().unwrap().len(), 4);
}
