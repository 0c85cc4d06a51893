//! What people hand to `compress`.

use std::fs;

use serde_json::Value;

use crate::support::{Bench, prose, text};

/// Compresses to a budget and returns the one document of the answer.
fn compressed(bench: &Bench, file: &str, more: &[&str]) -> Value {
    let mut args = vec!["compress", file];
    args.extend(more);
    bench.json("compress", &args)["documents"][0].take()
}

#[track_caller]
fn refused(bytes: &[u8], words: &[&str]) {
    let bench = Bench::new();
    let file = bench.file("odd.dat", bytes);
    let mut all = vec!["odd.dat"];
    all.extend(words);
    bench.run(&["compress", &file, "--budget", "10"]).refused(&all);
}

#[test]
fn what_is_no_text_is_called_by_its_name() {
    let padded = |magic: &[u8]| [magic, &[0; 64], &[0xee; 3000]].concat();
    refused(b"", &["empty"]);
    refused(b" \n\r\n\t", &["empty"]);
    refused("\u{feff}".as_bytes(), &["empty"]);
    refused(&padded(b"\x7fELF\x02\x01\x01"), &["ELF"]);
    refused(&padded(b"\x89PNG\r\n\x1a\n"), &["PNG"]);
    refused(&padded(b"%PDF-1.7\n"), &["a PDF that cannot be read"]);
    refused(&padded(b"PK\x03\x04"), &["zip"]);
    refused(&[0, 159, 146, 150, 1, 2, 3, 4, 0, 255, 0, 7].repeat(50), &["binary"]);
    let bench = Bench::new();
    bench.run(&["compress", "nowhere.txt", "--budget", "9"]).refused(&["nowhere.txt"]);
    fs::create_dir(bench.path("none")).unwrap();
    bench.run(&["compress", "none", "--budget", "9"]).refused(&["no document in this folder"]);
    bench.run(&["fit", "none", "--tokens", "2"]).refused(&["a folder"]);
}

#[test]
fn every_encoding_and_script_keeps_its_letters() {
    let utf16 = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    };
    let german =
        "Die Pumpe läuft mit vier Bar. Sie ist nicht undicht. Grüße aus Köln.\n".repeat(20);
    let latin: Vec<u8> = german.chars().map(|c| c as u8).collect();
    let rtl = "המשאבה פועלת בארבעה בר. היא אינה דולפת. שלום.\n".repeat(20);
    let cjk = "泵以四巴运行。它没有泄漏。检查第七号阀门。\n".repeat(20);
    let emoji = "👩🏽‍🚀 checks 🔧 pump 4. 🇳🇿 says no leak 💧.\n".repeat(20);
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("utf16le", utf16(&german, u16::to_le_bytes), &german),
        ("utf16be", utf16(&german, u16::to_be_bytes), &german),
        ("latin1", latin, &german),
        ("rtl", rtl.clone().into_bytes(), &rtl),
        ("cjk", cjk.clone().into_bytes(), &cjk),
        ("emoji", emoji.clone().into_bytes(), &emoji),
        ("crlf", prose(30).replace('\n', "\r\n").into_bytes(), ""),
    ];
    let bench = Bench::new();
    for (name, bytes, letters) in cases {
        let file = bench.file(name, bytes);
        let document = compressed(&bench, &file, &["--budget", "60"]);
        assert!(document["tokens_out"].as_u64().unwrap() <= 60, "{name}: {document}");
        let out = text(&document["text"]);
        assert!(!out.is_empty() && !out.contains('\u{fffd}'), "{name}: {out:?}");
        if !letters.is_empty() {
            assert!(out.chars().all(|c| c == '…' || letters.contains(c)), "{name}: {out:?}");
        }
    }
}

#[test]
fn a_budget_larger_than_the_document_changes_nothing() {
    let bench = Bench::new();
    for document in [prose(10), "no line end".into(), "  spaces \r\n\n\n\ttabs\n\n".into()] {
        let file = bench.file("a.txt", &document);
        let out = bench.path("out.txt");
        let args = ["compress", &file, "--budget", "100000", "-o", out.to_str().unwrap()];
        bench.run(&args).ok();
        assert_eq!(fs::read_to_string(out).unwrap(), document);
        bench.run(&["compress", &file, "--ratio", "1"]).ok();
    }
}

#[test]
fn the_map_leads_from_every_kept_byte_to_its_place() {
    let bench = Bench::new();
    let source = format!("{}\nGrüße 🧪 aus Köln, 漢字 auch.\n{}", prose(30), prose(30));
    let file = bench.file("a.txt", &source);
    let (out, map) = (bench.path("out.txt"), bench.path("map.json"));
    let (out, map) = (out.to_str().unwrap(), map.to_str().unwrap());
    for focus in ["Köln", "Pump 7"] {
        bench
            .run(&["compress", &file, "--budget", "90", "--focus", focus, "-o", out, "--map", map])
            .ok();
        let made = fs::read(out).unwrap();
        let map: Value = serde_json::from_str(&fs::read_to_string(map).unwrap()).unwrap();
        assert_eq!(map["schema"], "benchvise.map/1");
        let range = |value: &Value| {
            let at = |n: usize| value[n].as_u64().unwrap() as usize;
            at(0)..at(1)
        };
        let mut kept = 0;
        let mut last = 0;
        for span in map["spans"].as_array().unwrap() {
            let (to, from) = (range(&span["out"]), range(&span["src"]));
            assert_eq!(&made[to.clone()], &source.as_bytes()[from.clone()], "{span}");
            assert!(from.start >= last, "in the document's order: {span}");
            last = from.end;
            kept += to.len();
        }
        assert!(kept > 50 && kept <= made.len(), "{kept} of {}", made.len());
        for gap in map["gaps"].as_array().unwrap() {
            assert!(range(&gap["src"]).end <= source.len(), "{gap}");
        }
    }
}

#[test]
fn the_map_of_what_was_taken_out_of_a_file_holds_the_text_it_points_into() {
    let bench = Bench::new();
    let page = format!("<html><body><h1>Pump</h1><p>{}</p></body></html>", prose(30));
    let (file, map) = (bench.file("a.html", page), bench.path("map.json"));
    let map = map.to_str().unwrap();
    let out = bench.run(&["compress", &file, "--budget", "60", "--map", map]).ok().out;
    let map: Value = serde_json::from_str(&fs::read_to_string(map).unwrap()).unwrap();
    assert_eq!(map["format"], "html");
    let source = map["source"].as_str().unwrap();
    let spans = map["spans"].as_array().unwrap();
    assert!(!spans.is_empty());
    for span in spans {
        let at = |what: &str, n: usize| span[what][n].as_u64().unwrap() as usize;
        assert_eq!(source[at("src", 0)..at("src", 1)], out[at("out", 0)..at("out", 1)], "{span}");
    }
}

#[test]
fn a_page_explains_what_became_of_one_document() {
    let bench = Bench::new();
    let source = format!("{}\n<script>alert(1)</script> & 漢字\n{}", prose(30), prose(30));
    let file = bench.file("a.txt", &source);
    let page = bench.path("why.html");
    let args = ["compress", &file, "--budget", "90", "--focus", "Pump <7>", "-o", "-"];
    bench.run(&[&args[..], &["--explain", page.to_str().unwrap()]].concat()).ok();
    let html = fs::read_to_string(&page).unwrap();
    assert!(html.contains("Pump &lt;7&gt;"), "the focus is named");
    assert!(!html.contains("<script"), "a document is no markup");
    let gaps = html.matches("<details class=\"gap\">").count();
    assert!(gaps > 3, "{gaps}");
    for part in [
        "At other ratios",
        "sentences drawn by lot",
        "curve own",
        "curve random",
        "curve lead",
        "How far each stretch survives",
        "class=\"w8\"",
        "<u class=\"here\">",
        "The first of them by name",
        "What it is like: ",
    ] {
        assert!(html.contains(part), "{part}");
    }
    // Opened, the gaps and what is left hold the whole source.
    let body = html.split("<div class=\"text open\"").nth(1).unwrap();
    let body = body.split("</div>").next().unwrap();
    let shown: String =
        body.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    let shown: String = shown.replace('⋯', "").split_whitespace().collect();
    assert!(shown.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{shown}");
    bench
        .run(&["compress", &file, &file, "--budget", "9", "--explain", "e.html"])
        .refused(&["--explain"]);
}

#[test]
fn one_bad_document_among_several_does_not_stop_the_others() {
    let bench = Bench::new();
    let good = bench.file("good.txt", prose(40));
    let also = bench.file("also.txt", prose(50));
    let bad = bench.file("bad.bin", b"\x7fELF\0\0\0\0");
    let folder = bench.path("out");
    let out = folder.to_str().unwrap();
    let said = bench.run(&["compress", &good, &bad, &also, "--budget", "50", "-o", out]).code(2);
    assert!(said.err.contains("bad.bin") && said.err.contains("not every document"));
    for name in ["good.txt", "also.txt"] {
        assert!(fs::read_to_string(folder.join(name)).unwrap().len() > 20, "{name}");
    }
    assert!(!folder.join("bad.bin").exists());
    let json = bench.run(&["compress", &good, &bad, "--budget", "50", "--json"]).code(2);
    let documents = json.document("compress");
    assert_eq!(documents["documents"].as_array().unwrap().len(), 2);
    assert!(documents["documents"][1]["failure"]["message"].is_string());
}

#[test]
fn documents_of_one_name_and_outputs_onto_their_source_lose_nothing() {
    let bench = Bench::new();
    let (a, b) = (bench.file("a/x.txt", prose(20)), bench.file("b/x.txt", prose(30)));
    bench.run(&["compress", &a, &b, "--budget", "30", "-o", "out"]).refused(&["x.txt"]);
    assert!(!bench.path("out").exists());
    bench.run(&["compress", &a, "--budget", "30", "-o", &a]).refused(&["overwrite"]);
    let other = bench.file("a/y.txt", prose(20));
    let folder = bench.path("a").display().to_string();
    bench.run(&["compress", &a, &other, "--budget", "30", "-o", &folder]).refused(&["overwrite"]);
    assert_eq!(fs::read_to_string(&a).unwrap(), prose(20));
    bench.run(&["compress", "-", "-", "--budget", "30"]).refused(&["standard input"]);
    bench.run(&["compress", &a, &b, "--budget", "30", "--map", "m.json"]).refused(&["--map"]);
    bench.run(&["compress", &a, "--budget", "30", "-o", "no/such/out.txt"]).refused(&["out.txt"]);
}

#[test]
fn a_folder_is_compressed_into_a_folder_of_the_same_shape() {
    let bench = Bench::new();
    bench.file("in/a/x.txt", prose(40));
    bench.file("in/b/x.txt", prose(50));
    bench.file("in/.secret.txt", prose(50));
    bench.run(&["compress", "in", "--ratio", "4", "-o", "out"]).ok();
    for name in ["out/a/x.txt", "out/b/x.txt"] {
        assert!(fs::read_to_string(bench.path(name)).unwrap().len() > 20, "{name}");
    }
    let written = fs::read_dir(bench.path("out")).unwrap().count();
    assert_eq!(written, 3, "two folders and the manifest: what is hidden stays so");
    let answer = bench.json("compress", &["compress", "in", "--ratio", "4"]);
    let names: Vec<&str> = answer["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["a/x.txt", "b/x.txt"]);
    // Twice into a place inside of it: what the first call wrote is no document of the second.
    for _ in 0..2 {
        bench.run(&["compress", "in", "--ratio", "4", "-o", "in/short"]).ok();
    }
    assert_eq!(fs::read_dir(bench.path("in/short")).unwrap().count(), 3);
    // Onto itself: refused, and nothing lost.
    bench.run(&["compress", "in", "--ratio", "4", "-o", "in"]).refused(&["overwrite"]);
    assert_eq!(fs::read_to_string(bench.path("in/a/x.txt")).unwrap(), prose(40));
    bench.run(&["compress", "in", "--ratio", "4", "--map", "m.json"]).refused(&["--map"]);
}

#[test]
fn a_folder_goes_on_where_it_was_and_does_nothing_twice() {
    let bench = Bench::new();
    bench.file("in/a.txt", prose(40));
    bench.file("in/b.txt", prose(50));
    bench.file("in/same/a.txt", prose(40));
    bench.file("in/page.html", format!("<html><body><h1>Pump</h1><p>{}", prose(30)));
    bench.file("in/tool", b"\x7fELF\x02\x01\x01\0\0\0\0");
    let args = ["compress", "in", "--ratio", "4", "-o", "out"];
    let said = bench.run(&args).code(2).err;
    assert!(said.contains("same/a.txt: the same as a.txt, done once"), "{said}");
    let short = |name: &str| fs::read_to_string(bench.path(name)).unwrap();
    assert_eq!(short("out/a.txt"), short("out/same/a.txt"));
    assert!(short("out/page.html.txt").starts_with("# Pump"));
    // One is not there any more, one is another document now, one was changed by somebody.
    fs::remove_file(bench.path("out/same/a.txt")).unwrap();
    bench.file("in/b.txt", prose(60));
    bench.file("out/page.html.txt", "mine");
    let said = bench.run(&args).code(2).err;
    assert!(
        said.contains("\na.txt: done before, kept") || said.starts_with("a.txt: done before"),
        "{said}"
    );
    for name in ["b.txt", "page.html", "same/a.txt"] {
        assert!(said.contains(&format!("{name}: ")), "{name}: {said}");
        assert!(!said.contains(&format!("\n{name}: done before")), "{name}: {said}");
    }
    assert!(said.contains("in/tool"), "what failed is tried again: {said}");
    assert!(short("out/page.html.txt").starts_with("# Pump"));
    let manifest = short("out/benchvise-manifest.jsonl");
    assert!(manifest.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    let other = bench.run(&["compress", "in", "--ratio", "5", "-o", "out"]).code(2).err;
    assert!(!other.contains("kept"), "other settings, other results: {other}");
}

#[test]
fn several_folders_keep_their_names_apart_and_what_is_no_document_is_named() {
    let bench = Bench::new();
    bench.file("one/x.txt", prose(40));
    bench.file("two/x.txt", prose(50));
    bench.file("two/tool", b"\x7fELF\x02\x01\x01\0\0\0\0");
    let said = bench.run(&["compress", "one", "two", "--ratio", "4", "-o", "out"]).code(2);
    assert!(said.err.contains("two/tool") && said.err.contains("an ELF program"), "{}", said.err);
    for name in ["out/one/x.txt", "out/two/x.txt"] {
        assert!(bench.path(name).exists(), "{name}");
    }
    assert!(!bench.path("out/two/tool").exists());
    let json = bench.run(&["compress", "two", "--ratio", "4", "--json"]).code(2);
    let documents = json.document("compress");
    assert_eq!(documents["documents"][0]["name"], "tool");
    assert!(documents["documents"][0]["failure"]["message"].is_string());
    assert_eq!(documents["documents"][1]["name"], "x.txt");
}

#[test]
fn standard_input_is_a_document() {
    let bench = Bench::new();
    let said = bench.run_with_input(&["compress", "-", "--budget", "40"], prose(40).as_bytes());
    assert!(said.ok().out.len() > 20);
    let good = bench.file("good.txt", prose(40));
    let args = ["compress", &good, "-", "--budget", "40", "-o", "out"];
    bench.run_with_input(&args, prose(40).as_bytes()).ok();
    assert!(bench.path("out/standard-input.txt").exists());
    bench.run_with_input(&["compress", "-", "--budget", "40"], b"").refused(&["empty"]);
}

#[test]
fn a_total_budget_is_shared_and_kept() {
    let bench = Bench::new();
    let files = [
        bench.file("a.txt", prose(100)),
        bench.file("b.txt", prose(30)),
        bench.file("c.txt", prose(10)),
    ];
    let mut args = vec!["compress"];
    args.extend(files.iter().map(String::as_str));
    args.extend(["--total-budget", "--budget", "150"]);
    let answer = bench.json("compress", &args);
    let tokens: Vec<u64> = answer["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|document| document["tokens_out"].as_u64().unwrap())
        .collect();
    assert!(tokens.iter().sum::<u64>() <= 150, "{tokens:?}");
    assert!(tokens[0] > tokens[2], "a longer document gets more: {tokens:?}");
}

#[test]
fn bad_lines_of_requests_are_answered_and_the_others_too() {
    let bench = Bench::new();
    let mut input = Vec::new();
    input
        .extend_from_slice(b"not json\n\n{\"id\":\"a\"}\n{\"id\":2,\"text\":\"x\",\"budget\":0}\n");
    input.extend_from_slice(b"{\"id\":3,\"text\":\"x\",\"ratio\":-1}\n\xff\xfe\x00\n");
    input.extend_from_slice(b"{\"id\":4,\"text\":7,\"budget\":3}\n[[[[\n");
    let request = serde_json::json!({ "id": "good", "text": prose(20), "budget": 40 });
    input.extend_from_slice(format!("{request}\n").as_bytes());
    input.extend_from_slice(b"{\"id\":5,\"text\":\"\",\"budget\":3}\n{\"id\":6,\"text\":\"a b\"}");
    let said = bench.run_with_input(&["compress", "--jsonl"], &input).ok();
    let answers: Vec<Value> =
        said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 10, "{}", said.out);
    let (good, others): (Vec<&Value>, Vec<&Value>) =
        answers.iter().partition(|answer| answer["id"] == "good");
    assert!(good[0]["compressed"].as_str().unwrap().len() > 20);
    assert!(good[0]["ms"].as_f64().unwrap() >= 0.0);
    for other in others {
        assert!(other["error"].is_string() || other["id"] == 5, "{other}");
    }
    assert!(!bench.store().exists(), "a filter needs no store");
}

#[test]
fn a_line_without_end_and_fifty_megabytes_are_only_long() {
    let bench = Bench::new();
    let line = prose(70_000).replace('\n', " ");
    assert!(line.len() > 5_000_000);
    let file = bench.file("line.txt", line);
    let document = compressed(&bench, &file, &["--budget", "500"]);
    assert!(document["tokens_out"].as_u64().unwrap() <= 500);
    let file = bench.file("letters.txt", "a".repeat(1_000_000));
    let document = bench.run(&["compress", &file, "--budget", "500", "--json"]);
    assert!(document.code < 2, "{}", document.err);
    let long = prose(720_000);
    assert!(long.len() > 50_000_000);
    let file = bench.file("long.txt", long);
    let document = compressed(&bench, &file, &["--budget", "2000"]);
    assert!(document["tokens_in"].as_u64().unwrap() > 4_000_000);
    assert!(document["tokens_out"].as_u64().unwrap() <= 2000);
    let sparse = bench.path("huge.txt");
    fs::File::create(&sparse).unwrap().set_len(1 << 40).unwrap();
    let sparse = sparse.to_str().unwrap();
    bench.run(&["compress", sparse, "--budget", "500"]).refused(&["huge.txt", "limit"]);
}

#[cfg(unix)]
#[test]
fn a_files_name_cannot_drive_the_terminal() {
    let bench = Bench::new();
    // `Said` looks for escapes in everything that is said.
    let file = bench.file("\u{1b}[31mred\u{7}.txt", prose(20));
    bench.run(&["compress", &file, "--budget", "40"]).ok();
    bench.run(&["compress", &format!("{file}x"), "--budget", "40"]).refused(&["red"]);
    bench.run(&["profile", "-q", "--model", &file, "--tokenizer", &file]).refused(&["red"]);
}
