//! `fit`: a document that fits, one that does not, and what is left of an interrupted one.

use crate::support::{Bench, Said, prose, text};

fn fit(bench: &Bench, document: &str, more: &[&str]) -> Said {
    let file = bench.file("document.txt", document);
    let model = bench.model();
    let mut args = vec!["fit", "-q", &file, "--tokens", "6", "--repeat", "2", "--json"];
    args.extend(model.iter().map(String::as_str));
    args.extend(more);
    bench.run(&args)
}

#[test]
fn a_document_that_fits_is_run_both_ways_and_the_runs_are_linked() {
    let bench = Bench::new();
    let said = fit(&bench, "the pump does not leak at 4 bar. it is fine.", &["--budget", "10"]);
    let fit = said.ok().document("fit");
    assert_eq!(fit["full"]["fits"], true);
    assert_eq!(fit["compressed"]["fits"], true);
    let (full, compressed) = (text(&fit["full"]["run"]), text(&fit["compressed"]["run"]));
    assert!(fit["saved"]["tokens"].as_i64().unwrap() > 0, "{}", fit["saved"]);
    assert!(fit["full"]["tokens"].as_u64() > fit["compressed"]["tokens"].as_u64());
    let runs = bench.runs();
    assert_eq!(runs.len(), 2);
    for (id, kind) in [(full, "fit_full"), (compressed, "fit_compressed")] {
        let run = bench.show(&id);
        assert_eq!(run["summary"]["kind"], kind);
        assert_eq!(run["summary"]["status"], "complete");
        assert_eq!(run["fit"], fit["fit"]);
        // Both sides make as many tokens, or their times say nothing.
        for repetition in run["repetitions"].as_array().unwrap() {
            assert_eq!(repetition["values"]["tokens"], 6.0);
        }
    }
    bench.check_store();
}

#[test]
fn a_document_that_does_not_fit_is_run_compressed_only() {
    let bench = Bench::new();
    let fit = fit(&bench, &prose(40), &["--prompt", "does it leak"]).ok().document("fit");
    assert_eq!(fit["full"]["fits"], false);
    assert!(fit["full"]["run"].is_null() && fit["full"]["ttft_ms"].is_null());
    assert!(fit["saved"].is_null(), "nothing is extrapolated");
    assert_eq!(fit["compressed"]["fits"], true);
    assert!(fit["compressed"]["tokens"].as_u64().unwrap() + 6 <= 96);
    let notes = fit["notes"].to_string();
    assert!(notes.contains("of 96 tokens"), "{notes}");
    let runs = bench.runs();
    assert_eq!(runs.len(), 1);
    let run = bench.show(&text(&runs[0]["run"]));
    assert!(text(&run["spec"]["prompt"]).ends_with("\ndoes it leak"));
}

#[test]
fn what_the_window_cannot_hold_is_refused_with_the_numbers() {
    let bench = Bench::new();
    fit(&bench, "words", &["--reserve", "95"]).code(2);
    fit(&bench, "words", &["--reserve", "4294967295"]).code(2);
    let said = fit(&bench, "words", &["--prompt", &prose(5)]).code(2);
    assert!(said.err.contains("of the model's 96 tokens"), "{}", said.err);
    fit(&bench, "words", &["--budget", "0"]).code(2);
    fit(&bench, "words", &["--repeat", "0"]).code(2);
    fit(&bench, "", &[]).code(2);
    fit(&bench, " \n\t ", &[]).code(2);
    fit(&bench, "\u{7f}ELF\0\0\u{1}\u{2}\u{3}", &[]).code(2);
    assert_eq!(bench.runs().len(), 0);
}

#[test]
fn focus_decides_what_is_kept() {
    let bench = Bench::new();
    let document = format!(
        "{}The override key hangs in cabinet nine.\n{}",
        "Nothing was seen in the north wing today.\n".repeat(12),
        "Nothing was seen in the south wing today.\n".repeat(12)
    );
    let fit = fit(&bench, &document, &["--focus", "override key cabinet"]).ok().document("fit");
    let kept = text(&fit["compression"]["text"]);
    assert!(kept.contains("cabinet"), "{kept}");
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_fit_keeps_both_runs_as_aborted() {
    use crate::support::{ended, signal, wait_until};
    let bench = Bench::new();
    let file = bench.file("document.txt", "the pump does not leak at 4 bar. it is fine.");
    let model = bench.model();
    let mut args = vec!["fit", &file, "--tokens", "30", "--repeat", "1000000", "--budget", "10"];
    args.extend(model.iter().map(String::as_str));
    let mut command = bench.command(args);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let child = command.spawn().unwrap();
    wait_until("tokens on both sides", || {
        let runs = bench.runs();
        runs.len() == 2 && runs.iter().all(|run| bench.tokens(&text(&run["run"])) > 0)
    });
    signal(child.id() as i32, libc::SIGINT);
    let said = ended(child).code(2);
    assert!(said.err.contains("cancelled"), "{}", said.err);
    for run in bench.runs() {
        assert_eq!(run["status"], "aborted");
        assert_eq!(run["reason"], "stopped by the user");
        assert!(bench.tokens(&text(&run["run"])) > 0);
    }
    bench.check_store();
}
