//! Many documents from the command line, text without end, and what is remembered.

use std::fs;

use crate::support::{Bench, text};

fn note(n: usize) -> String {
    format!(
        "Station {n} at Skerry {} was opened in {} by the Northern Board. It did not burn oil after the winter \
         of {}, when keeper Olsen counted {} ships from the gallery and wrote nothing else down.\n\n",
        n * 31 % 977,
        1800 + n % 150,
        1900 + n % 70,
        n * 7
    )
}

#[test]
fn a_stream_is_compressed_as_it_comes() {
    let bench = Bench::new();
    let log: String = (0..20_000)
        .map(|n| format!("12:00:{:02} lease {n} renewed by host {}\n", n % 60, n % 7))
        .collect();
    let said = bench.run_with_input(&["compress", "--stream", "--ratio", "8"], log.as_bytes()).ok();
    assert!(
        said.out.len() * 6 < log.len() && said.out.len() * 12 > log.len(),
        "{}",
        said.out.len()
    );
    assert!(said.out.lines().all(|line| log.contains(line)));
    assert!(said.err.contains("windows") && said.err.contains("8.0×"), "{}", said.err);
    let file = bench.file("a.log", &log);
    let output = bench.path("short.log").display().to_string();
    bench
        .run(&["compress", &file, "--stream", "--ratio", "8", "-o", &output, "--threads", "1"])
        .ok();
    assert_eq!(fs::read_to_string(output).unwrap(), said.out, "however many threads");
    bench.run(&["compress", &file, &file, "--stream", "--ratio", "8"]).refused(&["one file"]);
    let json = bench.file("a.json", "[\n1,\n2\n]\n");
    bench
        .run(&["compress", &json, "--stream", "--ratio", "2"])
        .refused(&["one JSON value", "without --stream"]);
}

#[test]
fn documents_become_one_text_that_cites_them() {
    let bench = Bench::new();
    let first: String = (0..30).map(note).collect();
    bench.file("in/a.txt", &first);
    bench.file("in/b.txt", (100..130).map(note).collect::<String>() + &first);
    let folder = bench.path("in").display().to_string();
    let said = bench.run(&["compress", &folder, "--as-one", "--budget", "600"]).ok();
    assert!(said.out.contains(" [1]\n") && said.out.contains(" [2]\n"), "{}", said.out);
    assert!(said.out.trim_end().ends_with("\n[1] a.txt\n[2] b.txt"), "{}", said.out);
    assert!(said.err.contains("2 documents"), "{}", said.err);
    let map = bench.path("map.json").display().to_string();
    let args = [
        "compress",
        &folder,
        "--as-one",
        "--ratio",
        "3",
        "--cite",
        "documents",
        "--markdown",
        "--map",
        &map,
    ];
    let made = bench.json("as-one", &args);
    assert!(text(&made["text"]).starts_with("[^1]\n"), "{made}");
    assert!(text(&made["text"]).contains("\n[^2]: b.txt"));
    let map: serde_json::Value = serde_json::from_str(&fs::read_to_string(map).unwrap()).unwrap();
    assert_eq!(map["schema"], "benchvise.as-one-map/1");
    assert!(map["documents"][1]["duplicates"].as_array().unwrap().len() > 20);
    bench.run(&["compress", &folder, "--as-one", "--budget", "3"]).code(1);
}

#[test]
fn a_folder_says_how_much_there_was_and_goes_on() {
    let bench = Bench::new();
    for n in 0..50 {
        bench.file(&format!("in/{n}.txt"), note(n));
    }
    let (folder, output) =
        (bench.path("in").display().to_string(), bench.path("out").display().to_string());
    let args = ["compress", &folder, "--ratio", "3", "-o", &output, "--summary"];
    let made = bench.json("folder", &args);
    assert_eq!((&made["documents"], &made["done"]), (&50.into(), &50.into()), "{made}");
    assert_eq!(fs::read_dir(&output).unwrap().count(), 51);
    // Each way goes on with what the other has done.
    let said = bench.run(&args[..6]).ok();
    assert_eq!(said.err.matches("done before, kept").count(), 50, "{}", said.err);
    let made = bench.json("folder", &args);
    assert_eq!((&made["kept"], &made["done"]), (&50.into(), &0.into()), "{made}");
    bench.run(&["compress", &folder, "--ratio", "3", "--summary"]).refused(&["-o another"]);
}

#[test]
fn results_are_remembered_listed_and_forgotten() {
    let bench = Bench::new();
    let file = bench.file("a.txt", (0..200).map(note).collect::<String>());
    let args = ["compress", file.as_str(), "--ratio", "4", "--cache-tag", "draft"];
    let first = bench.run(&args).ok();
    let second = bench.run(&args).ok();
    assert_eq!(first.out, second.out);
    assert!(second.err.contains("cached") && !first.err.contains("cached"), "{}", second.err);
    let plain = bench.run(&["compress", &file, "--ratio", "4", "--no-cache"]).ok();
    assert!(!plain.err.contains("cached") && plain.out == first.out);
    let listed = bench.json("cache", &["cache", "ls"]);
    assert_eq!((&listed["results"], &listed["newest"][0]["tag"]), (&1.into(), &"draft".into()));
    let forgotten = bench.json("cache", &["cache", "prune", "--tag", "draft"]);
    assert_eq!((&forgotten["forgotten"], &forgotten["results"]), (&1.into(), &0.into()));
    assert!(bench.run(&["cache", "ls"]).ok().out.contains("results  0"));
    // By the tokenizer's file, whatever it is called by then.
    let [.., tokenizer] = bench.model();
    bench.run(&["compress", &file, "--ratio", "4", "--tokenizer", &tokenizer]).ok();
    bench.run(&["compress", &file, "--ratio", "4"]).ok();
    let moved = bench.file("models/tokenizer.bin", fs::read(&tokenizer).unwrap());
    let folder = bench.path("models").display().to_string();
    let other = bench.json("cache", &["cache", "prune", "--model", "nothing-of-the-kind"]);
    assert_eq!(other["forgotten"], 0, "{other}");
    let forgotten = bench.json("cache", &["cache", "prune", "--model", &folder]);
    assert_eq!((&forgotten["forgotten"], &forgotten["results"]), (&1.into(), &1.into()), "{moved}");
    assert_eq!(forgotten["newest"][0]["tokenizer"], "o200k");
}

#[test]
fn what_is_said_twice_is_counted_where_that_is_asked() {
    let bench = Bench::new();
    let twice = (0..60).map(note).collect::<String>().repeat(2);
    let file = bench.file("in/a.txt", &twice);
    bench.file("in/b.txt", "Nothing is said twice.");
    let plain = bench.json("compress", &["compress", &file, "--ratio", "8"]);
    assert_eq!(plain["documents"][0]["tokens_lossless"], serde_json::Value::Null);
    let asked = bench.json("compress", &["compress", &file, "--ratio", "8", "--lossless"]);
    let (plain, asked) = (&plain["documents"][0], &asked["documents"][0]);
    assert_eq!(plain["text"], asked["text"]);
    let tokens = |key: &str| asked[key].as_u64().unwrap();
    assert!(tokens("tokens_out") < tokens("tokens_lossless"), "{asked}");
    assert!(tokens("tokens_lossless") * 19 < tokens("tokens_in") * 10, "half of it is there twice");
    let said = bench.run(&["compress", &file, "--ratio", "8", "--lossless"]).ok().err;
    assert!(said.contains(&format!(" → {} without loss → ", tokens("tokens_lossless"))), "{said}");
    let output = bench.path("out").display().to_string();
    let folder = bench.path("in").display().to_string();
    let args = ["compress", &folder, "--ratio", "8", "-o", &output, "--summary", "--lossless"];
    let shown = bench.run(&args).code(1).out;
    assert!(shown.contains(" without loss → "), "{shown}");
    let page = bench.run(&["compress", &file, "--ratio", "8", "--format", "markdown"]).ok().out;
    assert!(page.contains(" without loss → "), "{page}");
}
