//! The JSON that other programs rely on, and the labels nobody may lose.

use serde_json::Value;

use crate::support::{Bench, prose, text};

/// Every key is there; a value may be null, never NaN (which JSON has not, so it would be null).
#[track_caller]
fn has(value: &Value, keys: &[&str]) {
    let object = value.as_object().unwrap_or_else(|| panic!("not an object: {value}"));
    for key in keys {
        assert!(object.contains_key(*key), "{key} is not in {value}");
    }
}

fn each<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("{key} is no list in {value}"))
}

#[test]
fn boards_says_what_is_on_each_port() {
    let boards = Bench::new().json("boards", &["boards"]);
    for port in each(&boards, "ports") {
        has(port, &["path", "kind", "state", "board", "driver", "usb", "hint"]);
    }
    let host = &each(&boards, "ports")[0];
    assert_eq!(host["path"], "host");
    has(&host["board"], &["name", "kind", "identity", "emulated"]);
    assert_eq!(host["usb"], Value::Null);
}

#[test]
fn profile_has_every_promised_metric_and_null_where_one_is_absent() {
    let bench = Bench::new();
    let profile = bench.profile(&[]);
    has(&profile, &["run", "status", "text", "synthetic", "emulated", "metrics"]);
    let metrics = &profile["metrics"];
    let promised = [
        "ttft_ms",
        "tokens_per_s",
        "inter_token_ms",
        "heap_peak_bytes",
        "stack_peak_bytes",
        "energy_mj_per_token",
    ];
    has(metrics, &promised);
    has(&metrics["inter_token_ms"], &["p50", "p90", "p95", "p99"]);
    assert_eq!(metrics["ttft_ms"]["n"], 2);
    assert!(metrics["ttft_ms"]["median"].as_f64().unwrap() > 0.0);

    // One token has no time between tokens.
    let one = bench.profile(&["--tokens", "1"]);
    has(&one["metrics"], &promised);
    has(&one["metrics"]["inter_token_ms"], &["p50", "p90", "p95", "p99"]);
    assert_eq!(one["metrics"]["tokens_per_s"], Value::Null);
    assert_eq!(one["metrics"]["inter_token_ms"]["p50"], Value::Null);
}

#[test]
fn runs_and_show_agree_about_a_run() {
    let bench = Bench::new();
    let id = bench.profiled(&["--tag", "host=a b"]);
    let listed = &bench.runs()[0];
    has(
        listed,
        &[
            "run",
            "kind",
            "status",
            "reason",
            "created_ms",
            "finished_ms",
            "board",
            "model",
            "synthetic",
            "emulated",
            "note",
            "tags",
            "deleted_ms",
            "headline",
        ],
    );
    let shown = bench.show(&id);
    assert_eq!(shown["summary"], *listed);
    has(&shown, &["spec", "fingerprint", "text", "metrics", "repetitions", "fit"]);
    assert_eq!(shown["summary"]["tags"]["host"], "a b");
    assert_eq!(each(&shown, "repetitions").len(), 2);
    for repetition in each(&shown, "repetitions") {
        assert_eq!(each(repetition, "tokens").len(), 12);
    }
}

#[test]
fn compare_gives_a_verdict_a_metric() {
    let bench = Bench::new();
    let (a, b) = (bench.profiled(&["--repeat", "5"]), bench.profiled(&["--repeat", "5"]));
    let comparison = bench.json("compare", &["compare", &a, &b]);
    has(&comparison, &["scope", "verdict", "metrics", "differences", "synthetic", "emulated"]);
    assert_eq!(comparison["scope"], "within-session");
    for metric in each(&comparison, "metrics") {
        has(
            metric,
            &[
                "name",
                "unit",
                "direction",
                "base",
                "candidate",
                "change",
                "ci95",
                "p",
                "noise_floor",
                "verdict",
            ],
        );
        has(&metric["base"], &["n", "median"]);
        assert_eq!(metric["base"]["n"], 5);
    }
}

#[test]
fn compress_says_what_was_kept_and_dropped() {
    let bench = Bench::new();
    let file = bench.file("pumps.txt", prose(20));
    let answer = bench.json("compress", &["compress", &file, "--budget", "60"]);
    let document = &each(&answer, "documents")[0];
    has(
        document,
        &["name", "tokenizer", "tokens_in", "tokens_out", "ratio", "refused", "dropped", "text"],
    );
    has(&document["dropped"], &["numbers", "entities", "negations", "sections"]);
    let first = ["first_numbers", "first_entities", "first_negations", "first_sections"];
    has(&document["dropped"], &first);
    assert!(document["dropped"]["first_numbers"][0].is_string(), "{document}");
    assert_eq!(document["name"], "pumps.txt");
    assert_eq!(document["tokenizer"], "o200k");
    assert!(document["tokens_out"].as_u64().unwrap() <= 60);
}

#[test]
fn fit_says_what_was_saved() {
    let bench = Bench::new();
    let file = bench.file("short.txt", "the pump does not leak at 4 bar.");
    let model = bench.model();
    let mut args = vec!["fit", &file, "--tokens", "4", "--repeat", "6", "--budget", "8"];
    args.extend(model.iter().map(String::as_str));
    let fit = bench.json("fit", &args);
    has(&fit, &["window_tokens", "full", "compressed", "saved", "synthetic", "emulated"]);
    for side in ["full", "compressed"] {
        has(&fit[side], &["tokens", "fits", "ttft_ms", "total_s", "energy_mj"]);
    }
    has(&fit["saved"], &["tokens", "ttft_ms", "total_s", "energy_mj"]);
    assert_eq!(fit["window_tokens"], 96);
}

#[test]
fn the_other_commands_have_their_documents() {
    let bench = Bench::new();
    has(&bench.json("store", &["store", "check"]), &["sound", "lines"]);
    let usage = &bench.json("usage", &["store", "usage"])["usage"];
    has(usage, &["folder", "runs", "app_bytes", "samples_bytes", "free_bytes"]);
    let settings = bench.json("config", &["config", "show"]);
    for setting in each(&settings, "settings") {
        let keys = ["key", "value", "origin", "meaning", "kind", "default", "after_restart"];
        has(setting, &keys);
    }
    let models = bench.json("models", &["model", "list"]);
    for model in each(&models, "models") {
        has(model, &["name", "about", "model", "tokenizer"]);
        assert_eq!(model["model"], Value::Null, "nothing was fetched here");
    }
    let doctor = bench.run(&["doctor", "--json"]);
    assert!(doctor.code < 2, "{}", doctor.err);
    for finding in each(&doctor.document("doctor"), "findings") {
        has(finding, &["what", "health", "seen", "hint"]);
    }
}

#[test]
fn an_error_is_one_document_too() {
    let said = Bench::new().run(&["show", "latest", "--json"]).code(2);
    assert_eq!(said.out, "");
    let failure: Value = serde_json::from_str(&said.err).unwrap();
    assert_eq!(failure["schema"], "benchvise.failure/1");
    has(&failure["failure"], &["code", "message", "hint"]);
}

#[test]
fn a_synthetic_model_is_labelled_wherever_it_shows() {
    let bench = Bench::new();
    let short = ["profile", "--tokens", "3", "--repeat", "2", "--warmup", "0"];
    let said = bench.run(&short).ok();
    assert!(said.out.contains("SYNTHETIC"), "{}", said.out);
    let document = bench.json("profile", &short);
    assert_eq!(document["synthetic"], true);
    let id = text(&document["run"]);
    assert_eq!(bench.show(&id)["summary"]["synthetic"], true);
    for run in bench.runs() {
        assert_eq!(run["synthetic"], true);
    }
    assert!(bench.run(&["show", &id]).ok().out.contains("SYNTHETIC"));
    assert!(bench.run(&["runs"]).ok().out.contains("synthetic"));
    let real = bench.profiled(&[]);
    for pair in [[&id, &real], [&real, &id]] {
        let args = ["compare", pair[0], pair[1], "--metric", "ttft_ms"];
        assert_eq!(bench.json("compare", &args)["synthetic"], true);
        assert!(bench.run(&args).ok().out.contains("SYNTHETIC"));
    }
    let file = bench.file("a.txt", "the pump does not leak.");
    let fit = ["fit", &file, "--tokens", "3", "--repeat", "1"];
    assert!(bench.run(&fit).ok().out.contains("SYNTHETIC"));
    assert_eq!(bench.json("fit", &fit)["synthetic"], true);
    for run in bench.runs().iter().filter(|run| run["run"] != real.as_str()) {
        assert_eq!(run["synthetic"], true);
    }
}
