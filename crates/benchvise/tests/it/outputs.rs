//! Where compressions are written: over no document, over no other output, under names that say what they are.

use std::fs;

use serde_json::json;

use crate::support::{Bench, prose};

#[test]
fn no_document_is_lost_to_its_own_abstract() {
    let bench = Bench::new();
    let text = prose(60);
    let file = bench.file("in/log.txt", &text);
    let other = bench.file("in/other.txt", prose(20));
    let onto = |args: &[&str]| {
        let all: Vec<&str> = ["compress"].iter().chain(args).copied().collect();
        bench.run(&all).refused(&["would overwrite the document", "log.txt"]);
        assert_eq!(fs::read_to_string(&file).unwrap(), text, "{args:?}");
    };
    onto(&[&file, "--stream", "--ratio", "4", "-o", &file]);
    onto(&[&file, "--ratio", "4", "-o", &file]);
    onto(&[&other, &file, "--as-one", "--ratio", "4", "-o", &file]);
    onto(&[&other, &file, "--as-one", "--ratio", "4", "--map", &file]);
    onto(&[&file, "--ratio", "4", "--map", &file]);
    onto(&[&file, "--ratio", "4", "--explain", &file]);
    onto(&[&other, &file, "--ratio", "4", "--format", "jsonl", "-o", &file]);
    let folder = bench.path("in").display().to_string();
    onto(&[&folder, "--as-one", "--ratio", "4", "-o", &file]);
    #[cfg(unix)]
    {
        let link = bench.path("link.txt");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let link = link.display().to_string();
        bench
            .run(&["compress", &file, "--stream", "--ratio", "4", "-o", &link])
            .refused(&["would overwrite the document"]);
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
    let out = bench.path("out.txt").display().to_string();
    bench
        .run(&["compress", &file, "--ratio", "4", "-o", &out, "--map", &out])
        .refused(&["two outputs would be one file"]);
    bench.run(&["compress", &file, "--ratio", "4", "-o", &out]).ok();
    // What is there already may be written anew.
    bench.run(&["compress", &file, "--ratio", "4", "-o", &out]).ok();
    let qa = bench.file(
        "qa.jsonl",
        "{\"document\": \"in/log.txt\", \"question\": \"?\", \"answers\": [\"x\"]}\n",
    );
    bench.run(&["tune", "--qa", &qa, "-o", &qa]).refused(&["would overwrite the document"]);
}

#[test]
fn each_output_has_a_name_of_its_own_by_either_call() {
    let bench = Bench::new();
    let chat = json!({"name": "Harbour", "type": "personal_chat", "messages": [
        {"id": 1, "type": "message", "date": "2024-01-02T10:00:01", "from": "Ann", "text": prose(9)},
        {"id": 2, "type": "message", "date": "2024-01-02T10:00:02", "from": "Bob", "text": prose(7)},
    ]});
    bench.file("in/result.json", chat.to_string());
    bench.file("in/result.json.txt", prose(11));
    bench.file("in/data.json", json!((0..90).collect::<Vec<u32>>()).to_string());
    bench.file("in/page.html", format!("<html><body><p>{}</p></body></html>", prose(12)));
    bench.file("in/page.html.txt", prose(13));
    bench.file("in/sub/talk.srt", format!("1\n00:00:01,000 --> 00:00:02,000\n{}\n", prose(8)));
    bench.file("in/benchvise-manifest.jsonl", "{\"schema\":\"benchvise.done/1\"}\n");
    let folder = bench.path("in").display().to_string();
    let expect = [
        "benchvise-manifest.jsonl",
        "data.json",
        "page.html.txt",
        "page.html.txt.txt",
        "result.json.txt",
        "result.json.txt.txt",
        "sub",
    ];
    for [first, second] in [["one", "--summary"], ["two", ""]] {
        let output = bench.path(first).display().to_string();
        let call = |flag: &str| {
            let mut args = vec!["compress", &folder, "--ratio", "2", "-o", &output];
            args.extend(Some(flag).filter(|flag| !flag.is_empty()));
            bench.run(&args).ok()
        };
        call(second);
        let names = || {
            let entries = fs::read_dir(&output).unwrap();
            let mut names: Vec<String> = entries
                .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
                .collect();
            names.sort();
            names
        };
        assert_eq!(names(), expect);
        let read = |name: &str| fs::read_to_string(bench.path(first).join(name)).unwrap();
        assert!(read("result.json.txt.txt").contains("Ann: "), "the conversation");
        assert!(!read("result.json.txt").contains("Ann: "), "the text of that name");
        assert!(!read("sub/talk.srt.txt").contains("-->"));
        assert!(serde_json::from_str::<serde_json::Value>(&read("data.json")).is_ok());
        // The names are the same when either goes on.
        let made = bench
            .json("folder", &["compress", &folder, "--ratio", "2", "-o", &output, "--summary"]);
        assert_eq!((&made["kept"], &made["done"]), (&6.into(), &0.into()), "{made}");
        assert_eq!(call("").err.matches("done before, kept").count(), 6);
        assert_eq!(names(), expect);
    }
}

#[test]
fn an_ending_that_is_found_late_costs_no_document() {
    let bench = Bench::new();
    let chat = json!({"name": "Harbour", "type": "personal_chat", "messages": [
        {"id": 1, "type": "message", "date": "2024-01-02T10:00:01", "from": "Ann", "text": prose(9)},
        {"id": 2, "type": "message", "date": "2024-01-02T10:00:02", "from": "Bob", "text": prose(7)},
    ]});
    let file = bench.file("in/chat.json", chat.to_string());
    let text = prose(11);
    let other = bench.file("in/sub/chat.json.txt", &text);
    let folder = bench.path("in").display().to_string();
    let sub = bench.path("in/sub").display().to_string();
    // Where it is read it is refused before anything is done.
    bench
        .run(&["compress", &file, &sub, "--ratio", "2", "-o", &sub])
        .refused(&["would overwrite the document", "chat.json.txt"]);
    assert_eq!(fs::read_to_string(&other).unwrap(), text);
    // Where the output's folder is left out of what is read, what is in it is still somebody's.
    for kept in [0, 1] {
        let said = bench.run(&["compress", &folder, "--ratio", "2", "-o", &sub]).ok();
        assert_eq!(said.err.matches("done before, kept").count(), kept, "{}", said.err);
        assert_eq!(fs::read_to_string(&other).unwrap(), text);
        let left = fs::read_to_string(bench.path("in/sub/chat.json.txt.txt")).unwrap();
        assert!(left.contains("Ann: "), "{left}");
        assert!(!bench.path("in/sub/chat.json.txt.txt.txt").exists());
    }
}

#[test]
fn outputs_of_an_earlier_call_are_documents_and_its_manifest_is_none() {
    let bench = Bench::new();
    bench.file("in/a.txt", prose(30));
    let path = |name: &str| bench.path(name).display().to_string();
    for flag in ["--summary", "--quiet"] {
        let (first, second) = (path(&format!("first{flag}")), path(&format!("second{flag}")));
        bench.run(&["compress", &path("in"), "--ratio", "2", "-o", &first, flag]).ok();
        bench.run(&["compress", &first, "--ratio", "2", "-o", &second, flag]).ok();
        let manifest =
            fs::read_to_string(bench.path(&format!("second{flag}/benchvise-manifest.jsonl")));
        let manifest = manifest.unwrap();
        assert_eq!(manifest.lines().count(), 1, "{manifest}");
        assert!(manifest.contains("\"file\":\"a.txt\""), "{manifest}");
    }
    // Into the folder around it, what lies in a folder of the same name would be written over.
    bench.file("x/x/a.txt", prose(9));
    bench.file("x/a.txt", prose(9));
    bench
        .run(&["compress", &path("x"), "--ratio", "2", "-o", &path("."), "--summary"])
        .refused(&["would overwrite the documents"]);
}
