//! Comparisons through the program.

use crate::support::{Bench, text};

#[test]
fn a_run_is_not_compared_with_itself() {
    let bench = Bench::new();
    let a = bench.profiled(&[]);
    let b = bench.profiled(&[]);
    bench.run(&["compare", &a, &a]).refused(&["both sides"]);
    bench.run(&["compare", "latest", &b]).refused(&["both sides"]);
    bench.run(&["compare", &a, &format!("{b},{a}")]).refused(&["both sides"]);
    bench.run(&["compare", &a, "latest~7"]).refused(&["latest~7"]);
}

#[test]
fn four_runs_a_side_are_compared_as_runs_and_fewer_do_not_tell() {
    let bench = Bench::new();
    let few: Vec<String> =
        (0..4).map(|_| bench.profiled(&["--tokens", "1", "--repeat", "5"])).collect();
    let many: Vec<String> =
        (0..4).map(|_| bench.profiled(&["--tokens", "90", "--repeat", "5"])).collect();
    let total = ["--metric", "total_ms"];
    let compare = |base: &[String], candidate: &[String]| {
        let (base, candidate) = (base.join(","), candidate.join(","));
        let mut args = vec!["compare", &base, &candidate];
        args.extend(total);
        bench.json("compare", &args)
    };
    let comparison = compare(&few, &many);
    assert_eq!(comparison["scope"], "between-runs");
    let metric = &comparison["metrics"][0];
    assert_eq!(metric["base"]["n"], 4);
    assert_eq!(metric["candidate"]["n"], 4);
    assert_eq!(metric["verdict"], "regressed", "{metric}");
    // What differed is said: the tokens that were asked for.
    let keys: Vec<String> = comparison["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|difference| text(&difference["key"]))
        .collect();
    assert!(keys.contains(&"asked.tokens".to_owned()), "{keys:?}");

    for (base, candidate) in [(&few[..1], &many[..]), (&few[..2], &many[..2])] {
        let comparison = compare(base, candidate);
        assert_eq!(comparison["scope"], "between-runs");
        assert_eq!(comparison["verdict"], "inconclusive", "{comparison}");
        assert!(!text(&comparison["metrics"][0]["why"]).is_empty());
    }
}

#[test]
fn a_metric_that_is_not_there_names_those_that_are() {
    let bench = Bench::new();
    let (a, b) = (bench.profiled(&[]), bench.profiled(&[]));
    let args = ["compare", &a, &b, "--metric", "sparkle"];
    bench.run(&args).refused(&["sparkle", "ttft_ms", "tokens_per_s"]);
    let none = bench.profiled(&["--tokens", "0"]);
    let args = ["compare", &a, &none, "--metric", "ttft_ms"];
    bench.run(&args).refused(&["candidate", "ttft_ms", "total_ms"]);
    // Without asking, what both have is compared.
    let comparison = bench.json("compare", &["compare", &a, &none]);
    let names: Vec<String> =
        comparison["metrics"].as_array().unwrap().iter().map(|m| text(&m["name"])).collect();
    assert!(names.contains(&"total_ms".to_owned()) && !names.contains(&"ttft_ms".to_owned()));
}

#[test]
fn equal_values_are_unchanged_and_zeros_divide_nothing() {
    let bench = Bench::new();
    let zero = ["--tokens", "0", "--repeat", "5"];
    let (a, b) = (bench.profiled(&zero), bench.profiled(&zero));
    let comparison = bench.json("compare", &["compare", &a, &b, "--metric", "tokens"]);
    let metric = &comparison["metrics"][0];
    assert_eq!(metric["base"]["median"], 0.0);
    assert_ne!(metric["verdict"], "regressed");
    bench.run(&["compare", &a, &b, "--metric", "tokens"]).ok();
    let some = ["--tokens", "5", "--repeat", "5"];
    let (a, b) = (bench.profiled(&some), bench.profiled(&some));
    let comparison = bench.json("compare", &["compare", &a, &b, "--metric", "tokens"]);
    assert_eq!(comparison["metrics"][0]["change"], 0.0);
}

#[test]
fn a_run_without_streams_has_its_totals_alone_and_a_comparison_says_so() {
    let bench = Bench::new();
    let aloud = bench.profiled(&[]);
    let model = bench.model();
    let mut args = vec!["profile", "--tokens", "12", "--repeat", "2", "--warmup", "0"];
    args.push("--no-stream");
    args.extend(model.iter().map(String::as_str));
    let quiet = text(&bench.json("profile", &args)["run"]);
    let run = bench.show(&quiet);
    assert_eq!(run["spec"]["stream"], false);
    let repetition = &run["repetitions"][0];
    assert_eq!(repetition["values"]["tokens"], 12.0, "{run}");
    assert!(repetition["values"]["total_ms"].is_number(), "{run}");
    assert!(repetition["values"]["ttft_ms"].is_null() && repetition["tokens"][0].is_null());
    let comparison = bench.json("compare", &["compare", &aloud, &quiet]);
    let all = comparison["differences"].as_array().unwrap();
    let streams = all.iter().find(|one| one["key"] == "run.streams").unwrap();
    assert_eq!((&streams["base"], &streams["candidate"]), (&"on".into(), &"off".into()));
}
