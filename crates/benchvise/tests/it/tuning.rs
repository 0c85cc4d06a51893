//! Weights fitted to one's own questions, and used.

use std::fs;

use serde_json::json;

use crate::support::{Bench, prose};

/// Who the paragraphs of a document are about: what is said twice, or nearly, goes whatever the weights are.
const NAMES: [&str; 10] = [
    "Harbour",
    "Westerland",
    "Okafor",
    "Lindqvist",
    "Marrow",
    "Tamsin",
    "Oldcastle",
    "Ferrand",
    "Quill",
    "Brook",
];
const THINGS: [&str; 6] = ["copper", "lantern", "anchor", "barrel", "ladder", "kettle"];

/// Documents whose answers stand at the end of every paragraph, behind names; and the questions.
fn answered_last(bench: &Bench) -> String {
    let mut questions = String::new();
    for number in 0..24 {
        let mut text = String::new();
        for paragraph in 0..10 {
            let thing = THINGS[(number + paragraph) % THINGS.len()];
            let name = |at: usize| NAMES[(number + paragraph * 3 + at * 7) % NAMES.len()];
            let [a, b, c, d, e, f, g] = [0, 1, 2, 3, 4, 5, 6].map(name);
            text += &format!(
                "{a} and {b} of {c} Street wrote to {d} that day. {e} {f} of the {g} Board met {c} in {b} Hall. \
                 {g} {a} took the papers of {f} to {d} Castle. somebody had left a {thing} behind the shed.\n\n"
            );
            let answer = format!("a {thing} behind the shed");
            let line = json!({
                "document": format!("docs/{number}.txt"), "question": "What was there?", "answers": [answer],
            });
            questions += &format!("{line}\n");
        }
        bench.file(&format!("docs/{number}.txt"), text);
    }
    bench.file("qa.jsonl", questions)
}

#[test]
fn weights_that_gain_are_written_and_used() {
    let bench = Bench::new();
    let qa = answered_last(&bench);
    let out = bench.path("mine.json").display().to_string();
    let tune = ["tune", "--qa", &qa, "-o", &out, "--ratios", "3"];
    let answer = bench.json("tune", &tune);
    assert_eq!(answer["gains"], true, "{answer}");
    assert!(answer["gain"]["ci95"][0].as_f64().unwrap() > 0.0, "{answer}");
    assert_eq!(answer["held_documents"], 8);
    let written = fs::read_to_string(&out).unwrap();
    assert!(written.contains("benchvise.weights/1"), "{written}");
    // The same again, to the byte.
    bench.json("tune", &tune);
    assert_eq!(fs::read_to_string(&out).unwrap(), written);
    let text = bench.run(&tune).ok().out;
    assert!(text.contains("gain") && text.contains("config set weights"), "{text}");

    let document = bench.path("docs/3.txt").display().to_string();
    let left = |more: &[&str]| {
        let mut args = vec!["compress", &document, "--ratio", "3"];
        args.extend(more);
        bench.run(&args).ok().out.matches("behind").count()
    };
    let (plain, with) = (left(&[]), left(&["--weights", &out]));
    assert!(with > plain, "{plain} {with}");
    // Or always, by the setting; the request of a line too.
    bench.run(&["config", "set", "weights", &out]).ok();
    assert_eq!(left(&[]), with);
    let text = fs::read_to_string(&document).unwrap();
    let line = format!("{}\n", json!({ "id": 1, "text": text, "ratio": 3.0 }));
    let said = bench.run_with_input(&["compress", "--jsonl"], line.as_bytes()).ok().out;
    assert_eq!(said.matches("behind").count(), with, "{said}");
}

#[test]
fn where_nothing_is_gained_nothing_is_written() {
    let bench = Bench::new();
    let mut questions = String::new();
    for number in 0..6 {
        bench.file(&format!("docs/{number}.txt"), prose(20));
        let line = json!({ "document": format!("{number}.txt"), "answers": "1987" });
        questions += &format!("{line}\n");
    }
    let qa = bench.file("qa.jsonl", questions);
    let docs = bench.path("docs").display().to_string();
    let out = bench.path("none.json").display().to_string();
    // Where no answer is in any document, that is said.
    let said = bench.run(&["tune", &docs, "--qa", &qa, "-o", &out]);
    if said.code == 0 {
        assert!(said.out.contains("the defaults stay"), "{}", said.out);
    } else {
        said.refused(&["at least 4"]);
    }
    assert!(!bench.path("none.json").exists());
}

#[test]
fn a_document_that_cannot_be_read_is_left_out_by_name() {
    let bench = Bench::new();
    let qa = answered_last(&bench);
    bench.file("docs/3.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let out = bench.path("mine.json").display().to_string();
    let said = bench.run(&["tune", "--qa", &qa, "-o", &out, "--ratios", "3"]).ok();
    assert!(said.err.contains("left out: 3.txt: "), "{}", said.err);
    let documents = bench.file("one.jsonl", "{\"question\": \"x\", \"answers\": [\"a\"]}\n");
    let picture = bench.path("docs/3.txt").display().to_string();
    bench.run(&["tune", &picture, "--qa", &documents, "-o", &out]).refused(&["PNG"]);
}

#[test]
fn what_is_no_file_of_weights_or_questions_says_so() {
    let bench = Bench::new();
    let file = bench.file("notes.txt", prose(10));
    let bad = bench.file("bad.json", "{\"weights\": 3}");
    bench
        .run(&["compress", &file, "--ratio", "4", "--weights", &bad])
        .refused(&["no file of weights", "bad.json"]);
    bench
        .run(&["compress", &file, "--ratio", "4", "--weights", "nowhere.json"])
        .refused(&["nowhere.json"]);
    bench.run(&["config", "set", "weights", &bad]).ok();
    bench.run(&["compress", &file, "--ratio", "4"]).refused(&["no file of weights", "bad.json"]);
    bench.run(&["config", "unset", "weights"]).ok();
    let odd = bench.file("odd.jsonl", "{\"question\": \"x\"}\n");
    bench.run(&["tune", "--qa", &odd]).refused(&["line 1", "odd.jsonl"]);
    let nowhere = "{\"document\": \"gone.txt\", \"question\": \"x\", \"answers\": [\"a\"]}\n";
    let nowhere = bench.file("nowhere.jsonl", nowhere);
    bench.run(&["tune", "--qa", &nowhere]).refused(&["not there", "gone.txt"]);
    let unnamed = bench.file("unnamed.jsonl", "{\"question\": \"x\", \"answers\": [\"a\"]}\n");
    bench.run(&["tune", "--qa", &unnamed]).refused(&["names no document"]);
    bench.run(&["tune", &file, "--qa", &unnamed]).refused(&["at least 4"]);
}
