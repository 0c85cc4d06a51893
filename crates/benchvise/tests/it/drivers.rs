//! Boards that are not spoken to by the agent's wire, end to end: the program, and something on a
//! pseudo-terminal or in another process.
#![cfg(unix)]

use std::thread;
use std::time::Duration;

use board::{Pty, Transport};
use serde_json::Value;

use crate::support::{Bench, text};

#[path = "../../../board/tests/it/drivers/dut.rs"]
mod dut;

use dut::Dut;

/// Prints lines on a terminal, over and over, until the test ends or the other side is gone.
fn printing(lines: &'static str) -> String {
    let (mut pty, path) = Pty::pair().unwrap();
    thread::Builder::new()
        .name("printing".into())
        .spawn(move || {
            let mut read = [0; 256];
            while pty.read(&mut read, Duration::from_millis(20)).is_ok()
                && pty.write(lines.as_bytes()).is_ok()
            {}
        })
        .unwrap();
    path
}

fn metric<'a>(run: &'a Value, name: &str) -> &'a Value {
    let metrics = run["metrics"].as_array().unwrap();
    metrics
        .iter()
        .find(|metric| metric["name"] == name)
        .unwrap_or_else(|| panic!("no {name}: {run}"))
}

#[test]
fn an_unmodified_demo_is_recorded_by_a_pattern() {
    let bench = Bench::new();
    let port = printing("boot\r\nrun 64 tokens, 19.5 tok/s, warm 41.5 C\r\n");
    let pattern = r"(?<tokens>\d+) tokens, (?<tokens_per_s>[\d.]+) tok/s, warm (?<warmth>[\d.]+) C";
    let args =
        ["profile", "--board", &port, "--driver", "log", "--pattern", pattern, "--repeat", "3"];
    let document = bench.json("profile", &args);
    let run = bench.show(&text(&document["run"]));
    assert_eq!(metric(&run, "tokens_per_s")["median"], 19.5);
    assert_eq!(metric(&run, "tokens_per_s")["unit"], "tok/s");
    assert_eq!(metric(&run, "tokens")["median"], 64.0);
    assert_eq!(metric(&run, "warmth")["median"], 41.5);
    assert_eq!(run["repetitions"].as_array().unwrap().len(), 3);
    assert_eq!(run["summary"]["emulated"], false);
    assert_eq!(run["summary"]["bits"], Value::Null);
    assert_eq!(run["fingerprint"]["driver.name"], "log");
    assert!(run["fingerprint"].get("model.sha256").is_none());
    // Nobody knows when a repetition began.
    assert!(!run["metrics"].to_string().contains("total_ms"), "{run}");
    // And the rest of the program can do with it what it does with runs.
    bench.json("profile", &args);
    let said = bench.run(&["compare", "latest~1", "latest"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("token rate"), "{}", said.out);
    for format in ["csv", "json"] {
        let said = bench.run(&["export", "latest", "--format", format, "-o", "-"]);
        assert_eq!(said.code, 0, "{}", said.err);
    }
}

#[test]
fn the_default_pattern_finds_token_rates_and_a_preview_shows_them() {
    let bench = Bench::new();
    let port = printing("\x1b[32mI (31) main: achieved tok/s: 33.25\x1b[0m\r\n");
    let said = bench.run(&["listen", "--board", &port, "--seconds", "1"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let line = said.out.lines().next().unwrap();
    assert_eq!(line, "I (31) main: achieved tok/s: 33.25    tokens_per_s = 33.2 tok/s");
    let said = bench.run(&["listen", "--board", &port, "--seconds", "1", "--json"]);
    let line: Value = serde_json::from_str(said.out.lines().next().unwrap()).unwrap();
    assert_eq!(line["captures"][0]["value"], 33.25);
    let args = ["profile", "--board", &port, "--driver", "log", "--repeat", "1"];
    let document = bench.json("profile", &args);
    assert_eq!(document["metrics"]["tokens_per_s"]["median"], 33.25);
}

#[test]
fn a_driver_of_another_program_gives_a_run_like_any_other() {
    let bench = Bench::new();
    let script = bench.file(
        "driver.sh",
        r#"read -r hello
        echo '{"board":{"version":1,"name":"Shell","identity":"sh-1","model":"counting","driver":"sh 1","timer_hz":1000,"emulated":true}}'
        at=0
        while read -r line; do case "$line" in
          *ping*) echo "{\"pong\":{\"id\":$(echo "$line" | tr -dc 0-9),\"ticks\":$at}}";;
          *run*) began=$at; echo "{\"started\":{\"ticks\":$at}}"
            for n in 0 1 2 3; do at=$((at + 10)); echo "{\"token\":{\"index\":$n,\"ticks\":$at,\"text\":\"w$n \"}}"; done
            echo "{\"value\":{\"name\":\"score\",\"value\":0.5,\"unit\":\"pt\"}}"
            echo "{\"done\":{\"began\":$began,\"ended\":$at,\"tokens\":4}}";;
        esac; done"#,
    );
    let run = |more: &[&str]| {
        let mut args =
            vec!["profile", "--driver", "process", "--program", "/bin/sh", "--argument", &script];
        args.extend(more);
        bench.json("profile", &args)
    };
    let document = run(&["--repeat", "8", "--tokens", "4"]);
    let shown = bench.show(&text(&document["run"]));
    assert_eq!(metric(&shown, "tokens_per_s")["median"], 100.0);
    assert_eq!(metric(&shown, "ttft_ms")["median"], 10.0);
    assert_eq!(metric(&shown, "score")["unit"], "pt");
    assert_eq!(shown["text"], "w0 w1 w2 w3 ");
    assert_eq!(shown["summary"]["emulated"], true);
    assert_eq!(shown["summary"]["model"], "counting");
    let token = &shown["repetitions"][1]["tokens"][2];
    assert_eq!(
        (&token["latency_ms"], &token["id"], &token["phases_ms"]),
        (&Value::from(10.0), &Value::Null, &Value::Null)
    );
    run(&["--repeat", "8", "--tokens", "4"]);
    let said = bench.run(&["compare", "latest~1", "latest"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("unchanged"), "{}", said.out);
}

#[test]
fn what_does_not_go_together_is_said() {
    let bench = Bench::new();
    let check = |args: &[&str], words: &str| {
        let said = bench.run(args);
        assert_eq!(said.code, 2, "{args:?}");
        assert!(said.err.contains(words), "{}", said.err);
    };
    check(&["profile", "--pattern", "x"], "--pattern is for the driver log");
    check(&["profile", "--driver", "process"], "name it: --program");
    check(&["profile", "--driver", "log"], "name the board's: --board");
    check(&["profile", "--driver", "mlperf-tiny", "--board", "emulated-m4f"], "name the board's");
    check(&["profile", "--driver", "log", "--synthetic-seed", "1"], "a model of its own");
    check(
        &["profile", "--driver", "log", "--pattern", "(?<a>", "--board", "/dev/x"],
        "unclosed group",
    );
    check(
        &["profile", "--driver", "log", "--start", "\\q", "--board", "/dev/x"],
        "\\q means nothing",
    );
    check(
        &["profile", "--driver", "mlperf-tiny", "--window", "0", "--board", "/dev/x"],
        "ask for 1",
    );
    check(&["listen", "--board", "host"], "name the board's");
    check(&["listen", "--board", "/dev/nowhere"], "there is no port");
    let input = bench.file("empty.bin", "");
    check(
        &["profile", "--driver", "mlperf-tiny", "--board", "/dev/nowhere", "--input", &input],
        "is empty",
    );
}

#[test]
fn a_board_that_runs_mlperf_tiny_gets_the_benchmarks_score() {
    let bench = Bench::new();
    let (pty, path) = Pty::pair().unwrap();
    let board = thread::Builder::new().name("benchmark".into());
    // Its windows take no time of ours.
    let board = board.spawn(move || Dut { us_each: 15_000, ..Dut::default() }.play(pty)).unwrap();
    let inputs = ["a", "b"].map(|name| bench.file(&format!("{name}.bin"), name));
    let [a, b] = &inputs;
    let args = ["--driver", "mlperf-tiny", "--board", &path, "--input", a, "--input", b];
    let document = bench.json("profile", &[&["profile"][..], &args].concat());
    let asked = board.join().unwrap();
    let run = bench.show(&text(&document["run"]));
    // Five windows, of which the median counts.
    let rate = metric(&run, "inferences_per_s");
    assert_eq!((&rate["median"], &rate["n"]), (&Value::from(1e6 / 15_000.0), &Value::from(5)));
    assert_eq!(metric(&run, "inference_ms")["median"], 15.0);
    assert_eq!(metric(&run, "inferences")["median"], 734.0);
    assert!(metric(&run, "total_ms")["min"].as_f64().unwrap() >= 10_000.0);
    assert_eq!(run["summary"]["board"], "Unit 7");
    assert_eq!(run["summary"]["model"], "kws01 (MLPerf Tiny)");
    assert_eq!(run["fingerprint"]["mlperf.rules"], "kept");
    assert_eq!(run["fingerprint"]["mlperf.inputs"], "2");
    assert!(!run["metrics"].to_string().contains("tokens"), "{run}");
    assert_eq!(asked.iter().filter(|command| command.starts_with("db load")).count(), 5);
    let listed = bench.run(&["runs"]);
    assert!(listed.out.contains("66.7 inf/s"), "{}", listed.out);
}
