//! Runs on the way out and in, their notes, and the ways to name them.

use std::fs;

use serde_json::Value;

use crate::support::{Bench, text};

#[test]
fn a_bundle_carries_a_run_whole_to_another_store() {
    let (here, there) = (Bench::new(), Bench::new());
    let id = here.profiled(&["--tag", "rack=7 🧪"]);
    here.run(&["note", &id, "läuft 🎉"]).ok();
    let bundle = there.path("run.bundle");
    let bundle = bundle.to_str().unwrap();
    here.run(&["export", &id, "-o", bundle]).ok();

    let imported = there.json("import", &["import", bundle]);
    assert_eq!(imported["imported"], serde_json::json!([id]));
    let (a, b) = (here.show(&id), there.show(&id));
    for part in ["metrics", "repetitions", "text", "spec", "fingerprint", "summary"] {
        assert_eq!(a[part], b[part], "{part}");
    }
    let again = there.json("import", &["import", bundle]);
    assert_eq!(again["present"], serde_json::json!([id]));
    assert_eq!(again["imported"], serde_json::json!([]));
    assert_eq!(there.runs().len(), 1);
    there.check_store();
}

#[test]
fn a_damaged_bundle_is_refused_and_changes_nothing() {
    let bench = Bench::new();
    let id = bench.profiled(&[]);
    let bundle = bench.path("run.bundle");
    bench.run(&["export", &id, "-o", bundle.to_str().unwrap()]).ok();
    let good = fs::read(&bundle).unwrap();
    let there = Bench::new();
    let mut damaged = vec![Vec::new(), b"not a bundle".to_vec(), good[..good.len() / 2].to_vec()];
    for at in [good.len() / 4, good.len() / 2] {
        let mut flipped = good.clone();
        // A stretch: a single byte may be the date in the header of an entry, which nobody reads.
        flipped[at..at + 200].iter_mut().for_each(|byte| *byte ^= 0x10);
        damaged.push(flipped);
    }
    for bytes in damaged {
        let file = there.file("bad.bundle", bytes);
        there.run(&["import", &file]).refused(&["bad.bundle"]);
    }
    there.run(&["import", "nowhere.bundle"]).refused(&["nowhere.bundle"]);
    assert_eq!(there.runs().len(), 0);
    there.check_store();
}

#[test]
fn csv_and_json_hold_every_token() {
    let bench = Bench::new();
    let id = bench.profiled(&[]);
    let csv = bench.run(&["export", &id, "--format", "csv", "-o", "-"]).ok().out;
    let mut lines = csv.lines();
    let columns = lines.next().unwrap().split(',').count();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 24);
    for row in &rows {
        assert_eq!(row.len(), columns);
        assert!(!row.iter().any(|cell| *cell == "NaN" || *cell == "inf"), "{row:?}");
    }
    let json = bench.run(&["export", &id, "--format", "json", "-o", "-"]).ok();
    let runs = json.document("export");
    assert_eq!(runs["runs"][0]["summary"]["run"], id.as_str());
    assert_eq!(runs["runs"][0]["metrics"], bench.show(&id)["metrics"]);
    bench.run(&["export", &id, "-o", "-"]).refused(&["binary"]);
    bench.run(&["export", &id, "--format", "csv", "-o", "no/such/folder.csv"]).refused(&["folder"]);
}

#[test]
fn a_deleted_run_comes_back_whole() {
    let bench = Bench::new();
    let id = bench.profiled(&[]);
    let before = bench.show(&id);
    bench.run(&["delete", &id]).ok();
    assert_eq!(bench.runs().len(), 0);
    let deleted = bench.json("runs", &["runs", "--deleted"]);
    assert_eq!(deleted["total"], 1);
    bench.run(&["show", "latest"]).refused(&["latest"]);
    bench.run(&["undelete", &id]).ok();
    assert_eq!(bench.show(&id), before);
}

#[test]
fn a_note_is_kept_as_written_and_goes_when_it_is_empty() {
    let bench = Bench::new();
    let id = bench.profiled(&[]);
    for note in ["🧪 naïve \"quoted\"; DROP TABLE run; --", "a\nb\tc", &"long ".repeat(10_000)] {
        bench.run(&["note", &id, note]).ok();
        assert_eq!(bench.runs()[0]["note"], note);
    }
    bench.run(&["note", &id, ""]).ok();
    assert_eq!(bench.runs()[0]["note"], Value::Null);
    // A note cannot drive the terminal.
    bench.run(&["note", &id, "\u{1b}[31mred\u{7}"]).ok();
    for args in [&["runs"][..], &["show", &id]] {
        let said = bench.run(args).ok();
        assert!(!said.out.contains('\u{7}'), "{args:?}");
    }
}

#[test]
fn a_label_is_put_on_changed_and_taken_off() {
    let bench = Bench::new();
    let id = bench.profiled(&["--tag", "place=bench 1"]);
    let other = bench.profiled(&[]);
    bench.run(&["tag", &id, "who", "Ms Ökafor 🎉"]).ok();
    bench.run(&["tag", &id, "place", "bench 2"]).ok();
    assert_eq!(
        bench.show("tag:place=bench 2")["summary"]["tags"],
        serde_json::json!({ "place": "bench 2", "who": "Ms Ökafor 🎉" })
    );
    bench.json("untag", &["untag", &id, "who"]);
    bench.run(&["untag", &id, "who"]).ok();
    assert_eq!(bench.show(&id)["summary"]["tags"], serde_json::json!({ "place": "bench 2" }));
    bench.json("tag", &["tag", &other, "place", "bench 2"]);
    bench.run(&["tag", "tag:place=bench 2", "a", "b"]).refused(&["2 runs", "name one"]);
    bench.run(&["tag", &id, "two words", "b"]).refused(&["leave out"]);
    bench.run(&["tag", &id, "a", "b,c"]).refused(&["leave out commas"]);
    bench.run(&["tag", "nonsense!", "a", "b"]).refused(&["nonsense!"]);
}

#[test]
fn selectors_find_what_they_name_and_say_when_they_do_not() {
    let bench = Bench::new();
    let first = bench.profiled(&["--tag", "kind=first"]);
    let second = bench.profiled(&["--tag", "kind=second"]);
    let third = bench.profiled(&["--tag", "kind=second"]);
    let one = |selector: &str| text(&bench.show(selector)["summary"]["run"]);
    assert_eq!(one("latest"), third);
    assert_eq!(one("latest~1"), second);
    assert_eq!(one("latest~2"), first);
    assert_eq!(one("tag:kind=first"), first);
    assert_eq!(one(&first[..25]), first);
    assert_eq!(one(&first.to_uppercase()), first);
    let refused = |selector: &str, words: &[&str]| {
        bench.run(&["show", selector]).refused(words);
    };
    refused("latest~3", &["latest~3"]);
    refused("latest~-1", &["latest~-1"]);
    refused("latest~99999999999999999999", &["latest~"]);
    refused(&first[..2], &[&first, "write more"]);
    refused("tag:kind=second", &["2 runs", "name one"]);
    refused("tag:kind=nothing", &["tag:kind=nothing"]);
    refused("tag:", &["tag:"]);
    refused("nonsense!", &["nonsense!"]);
    refused("", &[]);
    refused(",", &[]);
    refused("🧪", &[]);
    refused(&"latest,".repeat(2000), &[]);
    refused("' OR 1=1 --", &[]);
    // Several at once, each once.
    let csv = ["export", "tag:kind=second,latest,latest~2", "--format", "json", "-o", "-"];
    let runs = bench.run(&csv).ok().document("export");
    let ids: Vec<String> =
        runs["runs"].as_array().unwrap().iter().map(|r| text(&r["summary"]["run"])).collect();
    assert_eq!(ids, [third, second, first]);
}

#[test]
fn the_list_can_be_searched_and_paged() {
    let bench = Bench::new();
    for note in ["alpha", "beta", "100% sure_"] {
        let id = bench.profiled(&["--tokens", "1", "--repeat", "1"]);
        bench.run(&["note", &id, note]).ok();
    }
    let total = |args: &[&str]| bench.json("runs", args)["total"].as_u64().unwrap();
    assert_eq!(total(&["runs", "alpha"]), 1);
    assert_eq!(total(&["runs", "100%"]), 1);
    assert_eq!(total(&["runs", "%"]), 1);
    assert_eq!(total(&["runs", "e_"]), 1);
    assert_eq!(total(&["runs", "nothing like that"]), 0);
    let page = bench.json("runs", &["runs", "--limit", "1", "--offset", "1"]);
    assert_eq!(page["total"], 3);
    assert_eq!(page["runs"][0]["note"], "beta");
    assert_eq!(bench.json("runs", &["runs", "--limit", "0"])["runs"], serde_json::json!([]));
    assert_eq!(bench.json("runs", &["runs", "--offset", "9"])["runs"], serde_json::json!([]));
}
