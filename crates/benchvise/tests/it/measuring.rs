//! What documents are like, what compressions leave of them, and rules for what stays.

use serde_json::Value;

use crate::support::{Bench, prose, text};

fn rows<'v>(answer: &'v Value, method: &str) -> Vec<&'v Value> {
    let rows = answer["rows"].as_array().unwrap();
    rows.iter().filter(|row| row["method"] == method).collect()
}

fn share(row: &Value, of: &str) -> f64 {
    row[of]["share"].as_f64().unwrap()
}

#[test]
fn the_curve_falls_and_stands_beside_what_knows_nothing() {
    let bench = Bench::new();
    let file =
        bench.file("notes.md", format!("# Pumps\n\n{}\n# Doors\n\n{}", prose(60), prose(40)));
    let qa = bench.file("qa.jsonl", "{\"question\": \"x\", \"answers\": [\"pump\"]}\n");
    let answer = bench.json(
        "eval",
        &[
            "eval",
            "compression",
            &file,
            "--ratios",
            "8,2",
            "--strategy",
            "automatic,sentences",
            "--qa",
            &qa,
        ],
    );
    assert_eq!(answer["documents"], 1);
    for method in ["automatic", "sentences", "random", "lead"] {
        let rows = rows(&answer, method);
        assert_eq!(rows.len(), 2, "{method}");
        assert!(share(rows[0], "phrases") >= share(rows[1], "phrases"), "{method}");
        for row in rows {
            let ratio = row["ratio"].as_f64().unwrap();
            assert!(ratio >= row["asked"].as_f64().unwrap() * 0.99, "{row}");
            for of in ["numbers", "sections", "phrases", "answers"] {
                let one = &row[of];
                let value = |key: &str| one[key].as_f64().unwrap();
                assert!(value("lo") <= value("share") && value("share") <= value("hi"), "{one}");
            }
        }
    }
    let shown = bench.run(&["eval", "compression", &file, "--ratios", "4"]).ok().out;
    assert!(
        shown.contains("METHOD") && shown.contains("random") && shown.contains("lead"),
        "{shown}"
    );
}

#[test]
fn stages_are_left_out_and_the_slider_is_drawn() {
    let bench = Bench::new();
    let file = bench.file("notes.txt", prose(50));
    let args = ["eval", "compression", &file, "--ratios", "4", "--ablate"];
    let answer = bench.json("eval", &args);
    for stage in ["sentences", "syntax", "lossless", "guard", "packing", "repeats"]
        .map(|s| format!("automatic without {s}"))
    {
        assert_eq!(rows(&answer, &stage).len(), 1, "{stage}");
    }
    for stage in ["automatic without focus", "automatic without encoder"] {
        assert!(rows(&answer, stage).is_empty(), "{stage} was not there");
    }
    let (before, lossless) = (&answer["tokens"], &answer["tokens_lossless"]);
    assert!(lossless.as_u64().unwrap() <= before.as_u64().unwrap(), "{lossless} of {before}");
    let asked = [&args[..], &["--focus", "the harbour"]].concat();
    let answer = bench.json("eval", &asked);
    assert_eq!(rows(&answer, "automatic without focus").len(), 1);
    let args = ["eval", "compression", &file, "--ratios", "4", "--slider", "2"];
    let answer = bench.json("eval", &args);
    for step in ["automatic 0", "automatic 0.5", "automatic 1"] {
        assert_eq!(rows(&answer, step).len(), 1, "{step}");
    }
}

#[test]
fn a_ratio_is_recommended_with_its_interval() {
    let bench = Bench::new();
    let file = bench.file("notes.txt", prose(60));
    let answer = bench.json("recommend", &["recommend", "ratio", &file, "--loss", "10%"]);
    let advice = answer["advice"].as_array().unwrap();
    let numbers = advice.iter().find(|one| one["of"] == "numbers").unwrap();
    let value = |key: &str| numbers[key].as_f64().unwrap();
    assert!(1.0 <= value("lo") && value("lo") <= value("ratio") && value("ratio") <= value("hi"));
    let more = bench.json("recommend", &["recommend", "ratio", &file, "--loss", "0.5"]);
    let of = |answer: &Value| {
        let advice = answer["advice"].as_array().unwrap();
        advice.iter().find(|one| one["of"] == "phrases").unwrap()["ratio"].as_f64().unwrap()
    };
    assert!(of(&more) >= of(&answer), "who may lose more goes further");
    let said = bench.run(&["recommend", "ratio", &file, "--loss", "120%"]).code(2);
    assert!(said.err.contains("above 0 and below 1"), "{}", said.err);
}

#[test]
fn what_cannot_be_measured_says_what_to_do() {
    let bench = Bench::new();
    let file = bench.file("notes.txt", prose(5));
    let eval = |more: &[&str]| {
        let mut args = vec!["eval", "compression", &file];
        args.extend(more);
        bench.run(&args)
    };
    eval(&["--ratios", "0.5"]).refused(&["ask for more than 1"]);
    eval(&["--strategy", "magic"]).refused(&["magic", "automatic, phrases"]);
    if cfg!(not(feature = "neural")) {
        let said = ["built without models that read text", "--features neural"];
        eval(&["--encoder", "all-MiniLM-L6-v2"]).refused(&said);
        let page = bench.path("page.html").display().to_string();
        let args = ["compress", &file, "--ratio", "2", "--explain", &page, "--scorer", "nothing"];
        bench.run(&args).refused(&said);
    }
    eval(&["--qa", "nowhere.jsonl"]).refused(&["nowhere.jsonl"]);
    let bad = bench.file("qa.jsonl", "{}\n");
    eval(&["--qa", &bad]).refused(&["line 1", "write"]);
    let other =
        bench.file("qa2.jsonl", "{\"document\": \"other.txt\", \"q\": \"?\", \"answer\": \"a\"}\n");
    eval(&["--qa", &other]).refused(&["other.txt", "none of the documents"]);
}

#[test]
fn a_document_that_cannot_be_read_is_left_out_by_name() {
    let bench = Bench::new();
    bench.file("in/a.txt", prose(12));
    let picture = bench.file("in/b.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let qa = bench.file(
        "qa.jsonl",
        "{\"document\": \"a.txt\", \"question\": \"?\", \"answers\": [\"Pump 7\"]}\n\
         {\"document\": \"b.png\", \"question\": \"?\", \"answers\": [\"x\"]}\n",
    );
    let folder = bench.path("in").display().to_string();
    let said = bench.run(&["eval", "compression", &folder, "--ratios", "2", "--qa", &qa]).ok();
    assert!(said.out.starts_with("1 document, "), "{}", said.out);
    assert!(said.err.contains("left out: b.png: ") && said.err.contains("PNG"), "{}", said.err);
    bench.run(&["eval", "compression", &picture, "--ratios", "2"]).refused(&["PNG"]);
}

#[test]
fn every_strategy_is_measured_with_each_stage_left_out() {
    let bench = Bench::new();
    let file = bench.file("notes.txt", prose(4));
    let args = ["eval", "compression", &file, "--ratios", "2", "--strategy", "all", "--ablate"];
    let answer = bench.json("eval", &args);
    assert!(answer["rows"].as_array().unwrap().len() > 60, "{answer}");
}

#[test]
fn documents_are_looked_at_without_being_compressed() {
    let bench = Bench::new();
    let file = bench.file("notes.txt", prose(30));
    let answer = bench.json("analyse", &["compress", "--analyse", &file]);
    let content = &answer["documents"][0]["content"];
    assert_eq!(content["language"], "en");
    assert!(content["words_per_sentence"].as_f64().unwrap() > 1.0, "{content}");
    let shown = bench.run(&["compress", "--analyse", &file]).ok().out;
    assert!(shown.contains("English") && shown.contains("repetition"), "{shown}");
    let document = &bench.json("compress", &["compress", &file, "--ratio", "4"])["documents"][0];
    assert_eq!(document["content"]["language"], "en");
    bench.run(&["compress", "--analyse", "nowhere.txt"]).refused(&["nowhere.txt"]);
}

#[test]
fn rules_and_patterns_hold_on_the_command_line_and_in_json_lines() {
    let bench = Bench::new();
    let notes = format!("# A\n\n{}\n## Code\n\n```\nkeep_this(1);\n```\n", prose(30));
    let file = bench.file("notes.md", &notes);
    let args = ["compress", &file, "--ratio", "8", "--rule", "code=keep", "--readable", "1"];
    let document = &bench.json("compress", &args)["documents"][0];
    assert!(text(&document["text"]).contains("```\nkeep_this(1);\n```"), "{document}");
    let said = bench.run(&["compress", &file, "--ratio", "50", "--rule", "prose=keep"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.contains("cannot reach 50x without dropping protected items"), "{}", said.err);
    bench.run(&["compress", &file, "--ratio", "4", "--rule", "poetry=keep"]).refused(&["poetry"]);
    bench.run(&["compress", &file, "--ratio", "4", "--keep", "("]).refused(&["regular expression"]);
    let said = bench.run(&["compress", &file, "--ratio", "4", "--readable", "2"]).code(2);
    assert!(said.err.contains("from 0 to 1"), "{}", said.err);
    let lines = [
        serde_json::json!({"id": 1, "text": notes, "ratio": 8, "rules": ["code=keep"], "keep": ["# A"]}),
        serde_json::json!({"id": 2, "text": notes, "ratio": 8, "rules": ["code=never"]}),
        serde_json::json!({"id": 3, "text": notes, "ratio": 8, "readable": 7}),
    ];
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let said = bench.run_with_input(&["compress", "--jsonl"], input.as_bytes());
    let answers: Vec<Value> =
        said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let first = text(&answers[0]["compressed"]);
    assert!(first.contains("keep_this(1);") && first.starts_with("# A"), "{first}");
    assert!(text(&answers[1]["error"]).contains("keep, drop or a ratio"), "{}", answers[1]);
    assert!(text(&answers[2]["error"]).contains("readable"), "{}", answers[2]);
}
