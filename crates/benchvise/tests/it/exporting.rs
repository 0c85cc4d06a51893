//! What is left, written in every format; passages that are pinned.

use std::fs;

use serde_json::Value;

use crate::support::{Bench, prose, text};

#[test]
fn one_document_is_written_as_a_page_and_as_a_map() {
    let bench = Bench::new();
    let file = bench.file("notes.md", format!("# Pumps\n\n{}", prose(40)));
    let compress = |format: &str| {
        bench.run(&["compress", &file, "--ratio", "6", "--format", format, "-q"]).ok().out
    };
    let page = compress("markdown");
    assert!(page.starts_with("# notes.md\n\n*") && page.contains("words left out"), "{page}");
    assert!(page.contains("\nLost:\n\n- "), "{page}");
    let map: Value = serde_json::from_str(&compress("json")).unwrap();
    assert_eq!(
        (text(&map["schema"]), text(&map["text"])),
        ("benchvise.map/1".into(), compress("text"))
    );
    assert!(!map["spans"].as_array().unwrap().is_empty());
    let out = bench.path("page.md").display().to_string();
    bench.run(&["compress", &file, "--ratio", "6", "--format", "markdown", "-o", &out]).ok();
    assert_eq!(fs::read_to_string(&out).unwrap(), page);
}

#[test]
fn many_documents_are_lines_of_one_file() {
    let bench = Bench::new();
    for name in ["a.txt", "in/b.txt", "in/b/b.txt"] {
        bench.file(&format!("docs/{name}"), prose(20));
    }
    bench.file("docs/c.zip", b"PK\x05\x06");
    let (docs, out) = (bench.path("docs").display().to_string(), bench.path("out.jsonl"));
    let out = out.to_str().unwrap();
    let said = bench.run(&["compress", &docs, "--ratio", "4", "--format", "jsonl", "-o", out]);
    assert_eq!(said.code, 2, "one is no document: {}", said.err);
    let lines = fs::read_to_string(out).unwrap();
    let names: Vec<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|line| text(&line["name"]))
        .collect();
    assert_eq!(names, ["a.txt", "in/b/b.txt", "in/b.txt"]);
    bench.run(&["compress", &docs, "--ratio", "4", "--format", "markdown"]).refused(&["use jsonl"]);
    let both = bench.run(&["compress", &docs, "--ratio", "4", "--format", "jsonl", "--json"]);
    assert!(both.code(2).err.contains("give it or --format"));
}

#[test]
fn a_pinned_passage_stays_and_the_budget_grows_with_it_where_that_is_asked() {
    let bench = Bench::new();
    let passage = "nobody knew why the keeper had gone";
    let source = format!("{}\n{passage}.\n{}", prose(40), prose(40));
    let file = bench.file("notes.txt", &source);
    let at = source.find(passage).unwrap();
    let pin = format!("{at}-{}", at + passage.len());
    let made = |more: &[&str]| {
        let mut args = vec!["compress", &file, "--budget", "60"];
        args.extend(more);
        let document = bench.json("compress", &args)["documents"][0].take();
        (text(&document["text"]), document["tokens_out"].as_u64().unwrap())
    };
    assert!(!made(&[]).0.contains(passage));
    let (kept, tokens) = made(&["--pin", &pin]);
    assert!(kept.contains(passage) && tokens <= 60, "{kept}");
    let (kept, more) = made(&["--pin", &pin, "--grow"]);
    assert!(kept.contains(passage) && more > 60 && more < 80, "{more}: {kept}");
    bench.run(&["compress", &file, "--budget", "60", "--pin", "9-3"]).code(2);
    bench
        .run(&["compress", &file, &file, "--budget", "60", "--pin", &pin])
        .refused(&["--pin is about one document"]);
}
