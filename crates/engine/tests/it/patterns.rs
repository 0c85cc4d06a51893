//! What patterns make of lines that a face has heard already.

use engine::settings::Settings;
use engine::{Engine, Options};
use protocol::{CaptureView, Code, Command, Failure, HeardLine, Reply};

const LINES: [&str; 4] =
    ["boot", "größe 12.5 ms, acc 0.93", "warm 41 C; 20 tok/s", "achieved tok/s: 19.125"];

/// The answer of an engine whose store would be a folder that cannot be made: it needs none for this.
fn tried(patterns: &[&str]) -> Result<Vec<HeardLine>, Failure> {
    let flags = [("store", "/dev/null/store".to_owned())];
    let settings = Settings::resolve(None, &|_| None, &flags).unwrap();
    let engine = Engine::start(Options { settings, ..Options::default() }).unwrap();
    let own = |words: &&str| (*words).to_owned();
    let command = Command::TryPatterns {
        patterns: patterns.iter().map(own).collect(),
        lines: LINES.iter().map(own).collect(),
    };
    match engine.send(command)? {
        Reply::Lines(lines) => Ok(lines),
        other => panic!("{other:?}"),
    }
}

/// What is found in a line: the name, the unit, the value, and what is marked.
fn found(line: &HeardLine) -> Vec<(&str, &str, f64, &str)> {
    let mut found = Vec::new();
    for CaptureView { name, unit, value, from, to } in &line.captures {
        let marked = line.text.get(*from as usize..*to as usize).unwrap();
        found.push((name.as_str(), unit.as_str(), *value, marked));
    }
    found
}

#[test]
fn every_line_comes_back_with_what_each_pattern_finds_and_where() {
    let lines = tried(&[
        r"(?<encode_ms>[\d.]+) ms, acc (?<accuracy>\S+)",
        r"warm (?<warmth>\d+) C",
        r"(?<tokens_per_s>[\d.]+) tok/s",
    ])
    .unwrap();
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, LINES);
    assert_eq!(found(&lines[0]), []);
    assert_eq!(
        found(&lines[1]),
        [("encode_ms", "ms", 12.5, "12.5"), ("accuracy", "", 0.93, "0.93")]
    );
    // In the order of the patterns.
    assert_eq!(
        found(&lines[2]),
        [("warmth", "", 41.0, "41"), ("tokens_per_s", "tok/s", 20.0, "20")]
    );
    assert_eq!(found(&lines[3]), []);
}

#[test]
fn without_a_pattern_token_rates_are_found_as_a_run_would() {
    let lines = tried(&[]).unwrap();
    let rates: Vec<f64> = lines.iter().flat_map(found).map(|(_, _, value, _)| value).collect();
    assert_eq!(rates, [20.0, 19.125]);
}

#[test]
fn a_pattern_that_cannot_be_used_is_named_and_nothing_is_found() {
    let failure = tried(&[r"(?<tokens_per_s>[\d.]+)", "(?<a>"]).unwrap_err();
    assert_eq!(failure.code, Code::BadRequest);
    let said = failure.to_string();
    assert!(said.contains("unclosed group") && said.contains("(?<a>"), "{said}");
}
