//! Requests at the edges of what makes sense.

use serde_json::Value;

use crate::support::{Bench, Said, prose};

fn profile(bench: &Bench, more: &[&str]) -> Said {
    let model = bench.model();
    let mut args = vec!["profile", "-q", "--warmup", "0", "--json"];
    args.extend(model.iter().map(String::as_str));
    args.extend(more);
    bench.run(&args)
}

#[track_caller]
fn refused(more: &[&str], words: &[&str]) {
    let bench = Bench::new();
    let mut args = vec!["profile", "-q"];
    args.extend(more);
    bench.run(&args).refused(words);
    assert_eq!(bench.runs().len(), 0);
}

#[test]
fn no_tokens_complete_and_have_no_time_to_the_first() {
    let bench = Bench::new();
    let said = profile(&bench, &["--tokens", "0", "--repeat", "2", "--prompt", "the pump"]);
    let document = said.ok().document("profile");
    assert_eq!(document["status"], "complete");
    assert_eq!(document["metrics"]["ttft_ms"], Value::Null);
    assert_eq!(document["metrics"]["tokens"]["median"], 0.0);
    assert_eq!(document["text"], "the pump");
    bench.check_store();
}

#[test]
fn numbers_that_make_no_sense_are_refused_before_anything_is_recorded() {
    refused(&["--repeat", "0"], &["0 repetitions"]);
    refused(&["--temperature", "nan"], &["temperature"]);
    refused(&["--temperature=-1"], &["temperature"]);
    refused(&["--temperature", "inf"], &["temperature"]);
    refused(&["--top-p", "nan"], &["nucleus"]);
    refused(&["--top-p", "inf"], &["nucleus"]);
    refused(&["--top-p=-0.5"], &["nucleus"]);
    refused(&["--board", "/dev/nothing-here"], &["/dev/nothing-here", "benchvise boards"]);
    refused(&["--board", ""], &[]);
    refused(&["--prompt-file", "nowhere.txt"], &["nowhere.txt"]);
}

#[test]
fn a_run_ends_where_the_context_does() {
    let bench = Bench::new();
    for tokens in ["96", "97", "4294967295"] {
        let said = profile(&bench, &["--tokens", tokens, "--repeat", "1"]);
        let document = said.ok().document("profile");
        assert_eq!(document["status"], "complete");
        let made = document["metrics"]["tokens"]["median"].as_f64().unwrap();
        assert!((90.0..=96.0).contains(&made), "{made} tokens in a context of 96");
        let shown = bench.show(document["run"].as_str().unwrap());
        assert_eq!(shown["repetitions"][0]["tokens"].as_array().unwrap().len(), made as usize);
    }
    bench.check_store();
}

#[test]
fn a_prompt_that_fills_the_context_leaves_no_token_and_one_more_is_refused() {
    let bench = Bench::new();
    let said = profile(&bench, &["--prompt", &prose(3), "--tokens", "2"]).code(2);
    let words: Vec<&str> = said.err.split(|c: char| !c.is_ascii_digit()).collect();
    assert!(words.contains(&"96"), "the context's size: {}", said.err);
    assert!(said.err.contains("prompt takes"), "{}", said.err);
    assert_eq!(bench.runs().len(), 0);
    // Letters that never merge: the context less the begin-of-text token fits exactly.
    let letters = "\u{1}".repeat(95);
    let fits = |letters: &str| {
        let file = bench.file("prompt.txt", letters);
        profile(&bench, &["--prompt-file", &file, "--tokens", "5", "--repeat", "1"])
    };
    fits(&format!("{letters}\u{1}")).code(2);
    let mut longest = letters.clone();
    while fits(&longest).code == 2 {
        longest.pop();
        assert!(longest.len() > 80, "the prompt holds nearly the whole context");
    }
    bench.check_store();
}

#[test]
fn any_text_can_be_a_prompt() {
    let bench = Bench::new();
    for prompt in
        ["", " ", "\n", "naïve Ωμέγα", "漢字", "👩🏽‍🚀 🇳🇿", "a\u{202e}b", "<s></s><unk>", "<0x00>"]
    {
        let file = bench.file("prompt.txt", prompt);
        let said = profile(&bench, &["--prompt-file", &file, "--tokens", "3", "--repeat", "1"]);
        let document = said.ok().document("profile");
        let written = document["text"].as_str().unwrap();
        assert!(written.starts_with(prompt), "{prompt:?}: {written:?}");
    }
    let nul = bench.file("nul.txt", b"a\0b");
    let said = profile(&bench, &["--prompt-file", &nul, "--tokens", "3", "--repeat", "1"]).ok();
    assert_eq!(said.document("profile")["status"], "complete");
    let broken = bench.file("broken.txt", b"a\xffb");
    bench.run(&["profile", "-q", "--prompt-file", &broken]).refused(&["broken.txt"]);
    let id = said.document("profile")["run"].as_str().unwrap().to_owned();
    // What would move a terminal's cursor is not printed raw.
    let shown = bench.run(&["show", &id]).ok();
    assert!(!shown.out.contains('\0'));
}

#[test]
fn a_prompt_of_a_megabyte_is_counted_and_refused_quickly() {
    let bench = Bench::new();
    for (name, text) in [("a.txt", "word ".repeat(200_000)), ("b.txt", "a".repeat(1_000_000))] {
        let file = bench.file(name, text);
        profile(&bench, &["--prompt-file", &file]).code(2);
    }
    assert_eq!(bench.runs().len(), 0);
}

#[test]
fn a_prompt_from_standard_input_is_read() {
    let bench = Bench::new();
    let model = bench.model();
    let mut args = vec!["profile", "-q", "--json", "--repeat", "1", "--tokens", "2"];
    args.extend(model.iter().map(String::as_str));
    args.extend(["--prompt-file", "-"]);
    let said = bench.run_with_input(&args, b"from a pipe").ok();
    let document = said.document("profile");
    assert!(document["text"].as_str().unwrap().starts_with("from a pipe"));
}
