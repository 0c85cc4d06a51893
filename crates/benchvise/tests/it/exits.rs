//! 0 done, 1 what the user asked to be told about, 2 error, and a reader that goes away.

use std::io::Read;
use std::process::Stdio;

use crate::support::{Bench, Said, prose};

#[track_caller]
fn usage(args: &[&str]) {
    let said = Bench::new().run(args).code(2);
    assert!(!said.err.is_empty() && said.out.is_empty(), "{args:?}: {}", said.out);
}

#[test]
fn wrong_usage_is_an_error_with_words() {
    usage(&[]);
    usage(&["nonsense"]);
    usage(&["profile", "--nonsense"]);
    usage(&["profile", "--tokens", "many"]);
    usage(&["profile", "--tokens", "-1"]);
    usage(&["profile", "--tokens", "4294967296"]);
    usage(&["profile", "--bits", "16"]);
    usage(&["profile", "--model", "only.bin"]);
    usage(&["profile", "--tag", "novalue"]);
    usage(&["profile", "--prompt", "a", "--prompt-file", "b"]);
    usage(&["compress"]);
    usage(&["compress", "a.txt"]);
    usage(&["compress", "a.txt", "--budget", "5", "--ratio", "2"]);
    usage(&["compress", "a.txt", "--ratio", "nan"]);
    usage(&["compress", "a.txt", "--ratio", "0.5"]);
    usage(&["compress", "--jsonl", "a.txt"]);
    usage(&["compare", "latest"]);
    usage(&["compare", "a", "b", "--min-effect", "200%"]);
    usage(&["compare", "a", "b", "--min-effect", "nan"]);
    usage(&["compare", "a", "b", "--fail-on", "monday"]);
    usage(&["export", "latest", "--format", "xml", "-o", "x"]);
    usage(&["store"]);
}

#[test]
fn help_version_completions_and_man_need_no_store() {
    let bench = Bench::new();
    for args in
        [&["--help"][..], &["--version"], &["help", "profile"], &["completions", "bash"], &["man"]]
    {
        let said = bench.run(args).ok();
        assert!(said.out.contains("benchvise"), "{args:?}: {}", said.out);
    }
    assert!(!bench.store().exists());
}

#[test]
fn compare_tells_only_what_was_asked_for() {
    let bench = Bench::new();
    // 2 tokens against 60: the total time is longer beyond any doubt, tokens made are no verdict.
    let few = bench.profiled(&["--tokens", "2", "--repeat", "8"]);
    let many = bench.profiled(&["--tokens", "60", "--repeat", "8"]);
    let total = ["--metric", "total_ms"];
    let compare = |base: &str, candidate: &str, more: &[&str]| {
        let mut args = vec!["compare", base, candidate];
        args.extend(total);
        args.extend(more);
        bench.run(&args)
    };
    let said = compare(&few, &many, &[]).ok();
    assert!(said.out.contains("REGRESSED"), "{}", said.out);
    compare(&few, &many, &["--fail-on", "regressed"]).code(1);
    compare(&few, &many, &["--fail-on", "inconclusive"]).code(1);
    compare(&many, &few, &["--fail-on", "regressed"]).ok();
    compare(&many, &few, &["--fail-on", "inconclusive"]).ok();
    let once = bench.profiled(&["--repeat", "1"]);
    compare(&once, &few, &["--fail-on", "regressed"]).ok();
    compare(&once, &few, &["--fail-on", "inconclusive"]).code(1);
}

#[test]
fn a_budget_that_cannot_be_met_is_told_and_one_that_makes_no_sense_is_an_error() {
    let bench = Bench::new();
    let file = bench.file("a.txt", prose(50));
    let said = bench.run(&["compress", &file, "--budget", "1"]).code(1);
    assert!(said.err.contains("ask for more"), "{}", said.err);
    let json = bench.run(&["compress", &file, "--budget", "1", "--json"]).code(1);
    let document = json.document("compress");
    assert!(document["documents"][0]["refused"].is_string(), "{document}");
    bench.run(&["compress", &file, "--budget", "0"]).refused(&["budget", "at least 1 token"]);
    bench.run(&["compress", &file, "--budget", "200"]).ok();
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let bench = Bench::new();
    let file = bench.file("a.txt", prose(20_000));
    let wide = ["compress", &file, "--budget", "9000000"];
    for args in [&wide[..], &["man"], &["completions", "zsh"], &["runs"], &["boards", "--json"]] {
        let mut command = bench.command(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        if args == wide {
            out.read_exact(&mut [0; 10]).unwrap();
        }
        drop(out);
        let said = Said::of(child.wait_with_output().unwrap()).ok();
        assert!(!said.err.contains("benchvise:"), "{args:?}: {}", said.err);
    }
    let mut command = bench.command(["compress", "--jsonl"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    let line = b"{\"id\":1,\"text\":\"one two three\",\"budget\":2}\n".repeat(5000);
    // It may stop reading: its answers have no reader.
    drop(std::io::Write::write_all(&mut stdin, &line));
    drop(stdin);
    let said = Said::of(child.wait_with_output().unwrap()).ok();
    assert_eq!(said.err, "");
}
