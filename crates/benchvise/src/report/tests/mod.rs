//! The page as a whole: complete, well-formed, safe, and sensible with nothing in it.

mod sample;
mod tags;

use protocol::{
    CompressedDocument, DroppedView, Interval, ModelChoice, RunDetail, RunStatus, Verdict,
};

use super::{Maker, Measured, Report, explain, html, json};
use sample::report;

/// Where a person finds the pages to look at: beside the build, not in the repository.
fn folder() -> std::path::PathBuf {
    let program = std::env::current_exe().unwrap();
    let folder = program.parent().unwrap().join("report-pages");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Checks what must hold of every page, and keeps the page to be looked at.
fn sound(name: &str, page: &str) {
    tags::check(page);
    for (wrong, why) in [
        ("NaN", "a figure that is none"),
        (">inf", "an infinite figure"),
        ("<script", "a script"),
        ("http:", "an address"),
        ("https:", "an address"),
        ("url(", "an address"),
        ("@import", "an address"),
        (" src=", "an address"),
        ("<h4></h4>", "an empty heading"),
    ] {
        assert!(!page.contains(wrong), "{name}: {why}: {wrong}");
    }
    let hidden =
        |c: char| c.is_control() && c != '\n' && c != '\t' || "\u{202e}\u{2066}".contains(c);
    assert_eq!(page.find(hidden), None, "{name}: a character that cannot be seen");
    assert_eq!(page.matches("<h1").count(), 1);
    assert_eq!(page.matches("<table").count(), page.matches("<caption>").count(), "{name}");
    assert_eq!(page.matches("role=\"img\"").count(), page.matches("<title>").count() - 1, "{name}");
    std::fs::write(folder().join(format!("{name}.html")), page).unwrap();
}

/// Renders a report and its twin; both are whole.
fn page(name: &str, report: &Report) -> String {
    let page = html(report);
    sound(name, &page);
    // The twin is whole too: it reads back as itself.
    let twin = json(report);
    let text = serde_json::to_string_pretty(&twin).unwrap();
    std::fs::write(folder().join(format!("{name}.json")), &text).unwrap();
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read.get("schema").and_then(|schema| schema.as_str()), Some("benchvise.report/1"));
    page
}

fn empty() -> Report {
    Report {
        created_ms: 0,
        version: String::new(),
        commit: None,
        model_note: String::new(),
        runs: Vec::new(),
        comparisons: Vec::new(),
        documents: Vec::new(),
        fit: None,
        warnings: Vec::new(),
    }
}

fn assert_says(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(&part.replace("_", "\u{a0}")), "the page does not say {part:?}");
    }
}

#[test]
fn a_full_report_tells_everything_in_order() {
    let page = page("full", &report());
    let order = [
        "In short",
        "warnings given",
        "What ran",
        "Profiles",
        "Latency of each token",
        "Where a token’s time goes",
        "How the repetitions lie",
        "Memory",
        "What the model wrote",
        "Comparisons",
        "What differed",
        "Compression",
        "What was lost",
        "Fit: a document",
        "How to reproduce",
    ];
    let mut from = 0;
    for heading in order {
        let needle = format!(">{heading}");
        let at = page[from..].find(&needle).or_else(|| page[from..].find(heading));
        from += at.unwrap_or_else(|| panic!("{heading:?} is missing or out of order"));
    }
}

#[test]
fn the_headline_states_the_change_its_interval_and_its_scope() {
    assert_says(
        &page("full-headline", &report()),
        &[
            "+59.3_%",
            "59.3_% faster, peak heap 68.7_% smaller",
            "token rate +57.1_% to +61.5_%",
            "within one session, 10 against 10 repetitions",
            "saves this much time to first token, 61.5_% of it",
            "95&nbsp;% interval 5.05 to 5.29_s",
        ],
    );
}

#[test]
fn the_headline_claims_nothing_that_no_verdict_supports() {
    let mut report = report();
    for (_, view) in &mut report.comparisons {
        view.verdict = Verdict::Inconclusive;
        view.metrics.iter_mut().for_each(|metric| metric.verdict = Verdict::Inconclusive);
    }
    let page = page("inconclusive", &report);
    assert_says(&page, &["The data do not say whether"]);
    assert!(!page.contains("faster"));

    let mut fitted = self::report();
    let saved = fitted.fit.as_mut().unwrap().saved.as_mut().unwrap();
    saved.ttft_ms = Some(Interval { value: 3.0, ci95: Some([-20.0, 24.0]) });
    let page = self::page("no-saving", &fitted);
    assert_says(&page, &["The interval holds zero"]);
    assert!(!page.contains("saves this much"));
}

#[test]
fn energy_that_was_not_measured_says_so() {
    assert_says(
        &page("energy", &report()),
        &["not measured: this machine offers no readable counter"],
    );
}

#[test]
fn an_empty_report_says_what_is_missing() {
    assert_says(
        &page("empty", &empty()),
        &["there is nothing to say yet", "No run was recorded", "No document was tried on a board"],
    );
}

#[test]
fn a_run_that_was_stopped_shows_why_and_what_there_is() {
    let mut aborted = sample::run("01k9dead", protocol::Bits::F32, 9.0, 6e7, 5);
    aborted.summary.status = RunStatus::Aborted;
    aborted.summary.reason = Some("the board fell silent".into());
    let mut bare = RunDetail {
        metrics: Vec::new(),
        repetitions: Vec::new(),
        text: None,
        fingerprint: Default::default(),
        ..aborted.clone()
    };
    aborted.repetitions.truncate(1);
    aborted.metrics.clear();
    bare.summary.reason = None;
    let report =
        Report { runs: vec![("stopped".into(), aborted), ("bare".into(), bare)], ..empty() };
    assert_says(
        &page("aborted", &report),
        &[
            "This run was stopped before its end: the board fell silent.",
            "No repetition that counts was finished",
            "No repetition recorded two tokens in a row",
            "Nothing was recorded in this run",
            "No text was kept",
            "0 of 10",
        ],
    );
}

#[test]
fn figures_that_are_none_become_dashes() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, -1.0, 0.0] {
        let mut report = report();
        for (_, run) in &mut report.runs {
            for metric in &mut run.metrics {
                (metric.median, metric.mean, metric.min, metric.max) = (bad, bad, bad, bad);
                metric.sd = Some(bad);
            }
            for repetition in &mut run.repetitions {
                repetition.values.values_mut().for_each(|value| *value = bad);
                for token in &mut repetition.tokens {
                    token.latency_ms = Some(bad);
                    token.phases_ms = Some([bad; 5]);
                }
            }
        }
        for (_, view) in &mut report.comparisons {
            view.min_effect = bad;
            for metric in &mut view.metrics {
                metric.change = Some(bad);
                metric.ci95 = Some([bad, -bad]);
                metric.p = Some(bad);
                metric.noise_floor = Some(bad);
                metric.threshold = bad;
                metric.base.median = Some(bad);
            }
        }
        let value = Some(Interval { value: bad, ci95: Some([bad, bad]) });
        let fit = report.fit.as_mut().unwrap();
        (fit.full.ttft_ms, fit.compressed.total_s) = (value, value);
        let saved = fit.saved.as_mut().unwrap();
        (saved.ttft_ms, saved.energy_mj) = (value, value);
        for (_, made) in &mut report.documents {
            made.ratio = Some(bad);
            made.elapsed_ms = bad;
        }
        page("none", &report);
    }
}

#[test]
fn a_document_without_a_byte_gives_a_section_all_the_same() {
    let made = CompressedDocument {
        name: "empty.txt".into(),
        tokens_in: 0,
        tokens_out: 0,
        ratio: None,
        text: String::new(),
        spans: Vec::new(),
        gaps: Vec::new(),
        dropped: DroppedView::default(),
        refused: Some("the document is empty".into()),
        ..report().documents[0].1.clone()
    };
    let report = Report { documents: vec![(String::new(), made)], ..empty() };
    assert_says(
        &page("empty-document", &report),
        &["the document has no token", "The budget was not kept to.", "nothing had to go"],
    );
}

#[test]
fn a_fit_beside_a_meter_says_what_it_saves_in_energy_and_who_measured_it() {
    let mut report = report();
    let without = page("fit-without-meter", &report);
    assert!(!without.contains("energy above idle</th>"));
    let fit = report.fit.as_mut().unwrap();
    let value = |value: f64| Some(Interval { value, ci95: Some([value * 0.9, value * 1.1]) });
    fit.meter = Some("Nordic PPK2 <beside>".into());
    (fit.full.energy_mj, fit.full.net_energy_mj) = (value(910.0), value(410.0));
    (fit.compressed.energy_mj, fit.compressed.net_energy_mj) = (value(380.0), value(171.0));
    let saved = fit.saved.as_mut().unwrap();
    (saved.energy_mj, saved.net_energy_mj) = (value(530.0), value(239.0));
    let page = page("fit-with-meter", &report);
    for words in ["energy above idle", "530", "239", "Energy by Nordic PPK2 &lt;beside&gt;."] {
        assert!(page.contains(words), "{words}");
    }
    let twin = json(&report);
    assert_eq!(twin["fit"]["saved"]["net_energy_mj"]["value"], 239.0, "{}", twin["fit"]);
}

#[test]
fn a_fit_of_one_side_extrapolates_nothing() {
    let mut report = report();
    let fit = report.fit.as_mut().unwrap();
    (fit.full.fits, fit.full.tokens) = (false, 5000);
    (fit.full.run, fit.full.ttft_ms, fit.full.total_s) = (None, None, None);
    fit.saved = None;
    let page = page("one-side", &report);
    assert_says(&page, &["In full the document does not fit", "does not fit", "not run"]);
}

#[test]
fn what_outsiders_wrote_stays_text() {
    let evil = "</pre><script>alert(1)</script>\" onload='x' \u{0}\u{1b}[2J\u{202e}\u{2066}&amp;";
    let mut report = report();
    report.version = evil.into();
    report.commit = Some(evil.into());
    report.model_note = evil.into();
    report.warnings = vec![evil.into()];
    for (title, run) in &mut report.runs {
        *title = evil.into();
        run.summary.board = evil.into();
        run.summary.model = evil.into();
        run.summary.run = protocol::RunId::from(evil);
        run.summary.reason = Some(evil.into());
        run.summary.status = RunStatus::Lost;
        run.spec.prompt = evil.into();
        run.spec.board = evil.into();
        run.spec.model = ModelChoice::Files { model: evil.into(), tokenizer: evil.into() };
        run.text = Some(format!("{evil}{evil}"));
        run.fingerprint.insert(evil.into(), evil.into());
        for metric in &mut run.metrics {
            metric.unit = evil.into();
        }
        let mut own = run.metrics[0].clone();
        own.name = evil.into();
        run.metrics.push(own);
    }
    for (question, view) in &mut report.comparisons {
        *question = evil.into();
        view.base = vec![protocol::RunId::from(evil), protocol::RunId::from("<b>")];
        for metric in &mut view.metrics {
            (metric.name, metric.unit, metric.why) = (evil.into(), evil.into(), evil.into());
        }
        view.differences = vec![protocol::Difference {
            key: evil.into(),
            base: Some(evil.into()),
            candidate: None,
        }];
    }
    for (source, made) in &mut report.documents {
        *source = evil.repeat(40);
        wicked(made, evil);
    }
    let fit = report.fit.as_mut().unwrap();
    (fit.board, fit.model, fit.fit) = (evil.into(), evil.into(), evil.into());
    fit.notes = vec![evil.into()];
    wicked(&mut fit.compression, evil);
    page("hostile", &report);
}

fn wicked(made: &mut CompressedDocument, evil: &str) {
    made.name = evil.into();
    made.source_sha256 = evil.into();
    made.tokenizer = evil.into();
    made.kind = evil.into();
    made.text = evil.into();
    made.refused = Some(evil.into());
}

#[test]
fn what_is_synthetic_or_emulated_is_labelled_everywhere() {
    let plain = page("full-labels", &report());
    assert!(!plain.contains("SYNTHETIC") && !plain.contains("EMULATED"));
    let mut report = report();
    for (_, run) in &mut report.runs {
        run.summary.synthetic = true;
        run.summary.emulated = true;
        run.spec.model = ModelChoice::Synthetic { seed: 1 };
    }
    for (_, view) in &mut report.comparisons {
        view.synthetic = true;
        view.emulated = true;
    }
    let fit = report.fit.as_mut().unwrap();
    (fit.synthetic, fit.emulated) = (true, true);
    let page = page("synthetic", &report);
    // The banner; three facts; per run a row, a heading, the figures, the text; per comparison a
    // heading and every metric; the fit's heading and three measured rows.
    let metrics: usize = report.comparisons.iter().map(|(_, view)| view.metrics.len()).sum();
    for label in [">SYNTHETIC<", ">EMULATED<"] {
        let expected = 1 + 3 + 4 * 3 + 2 + metrics + 4;
        assert_eq!(page.matches(label).count(), expected, "{label}");
    }
}

#[test]
fn the_twin_carries_units_in_its_keys_and_null_for_what_is_absent() {
    let twin = json(&report());
    let at =
        |pointer: &str| twin.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is missing"));
    assert!(at("/fit/full/energy_mj").is_null());
    assert_eq!(at("/fit/saved/ttft_ms/value").as_f64(), Some(5170.0));
    assert_eq!(at("/fit/window_tokens").as_u64(), Some(1024));
    assert_eq!(at("/runs/1/metrics/heap_peak_bytes/median").as_f64(), Some(19.4e6));
    assert_eq!(at("/comparisons/0/scope").as_str(), Some("within-session"));
    assert_eq!(at("/comparisons/0/verdict").as_str(), Some("improved"));
    assert!(at("/comparisons/1/metrics/3/ci95").is_null());
    assert_eq!(at("/documents/0/tokens_out").as_u64(), Some(388));
    assert!(at("/runs/0/repetitions/4/tokens/60/latency_ms").is_null());
}

const MAKER: Maker<'_> = Maker { version: "0.1.0", created_ms: 0, focus: Some("\u{202e}<why>") };

#[test]
fn a_document_is_explained_with_its_gaps_where_they_are() {
    let report = report();
    let (source, made) = report.documents.first().unwrap();
    let page = explain(source, made, &Measured::default(), &MAKER);
    sound("explained", &page);
    assert_eq!(page.matches("<details class=\"gap\">").count(), made.gaps.len());
    let gap = made.gaps.first().unwrap();
    let [from, to] = gap.src.map(|at| at as usize);
    let dropped = source.get(from..to).unwrap().trim();
    assert!(page.contains(&format!(
        "<span class=\"dropped\">{}</span></details>",
        super::escape::escape(dropped)
    )));
    assert!(page.contains("5 pieces dropped"));
}

#[test]
fn a_gap_says_on_which_page_it_is_and_a_map_that_lies_does_no_harm() {
    let report = report();
    let (source, made) = report.documents.first().unwrap();
    let anchor = |at, name: &str| protocol::AnchorView { at, name: name.into() };
    let gap = |at, src| protocol::GapView { at, src, units: 1 };
    let made = CompressedDocument {
        text: "äö".into(),
        gaps: vec![gap(1, [3, 9]), gap(2, [9, 3]), gap(4, [0, u64::MAX]), gap(u64::MAX, [0, 1])],
        extraction: protocol::Extraction {
            anchors: vec![anchor(2, "page 1"), anchor(200, "page <2>")],
            ..Default::default()
        },
        ..made.clone()
    };
    let page = explain(source, &made, &Measured::default(), &MAKER);
    sound("explained-lies", &page);
    assert_eq!(page.matches("1 piece dropped, page 1\" ").count(), 2);
    assert_eq!(page.matches("<details").count(), 3, "what points past the text is left out");
    // Nothing in, nothing left.
    let none = CompressedDocument { text: String::new(), gaps: Vec::new(), ..made };
    let page = explain("", &none, &Measured::default(), &MAKER);
    sound("explained-nothing", &page);
    assert!(page.contains("Nothing is left"));
}

/// A document that is explained, with this for its text.
pub(crate) fn made(text: &str) -> CompressedDocument {
    let mut report = report();
    let (_, made) = report.documents.remove(0);
    CompressedDocument { text: text.into(), spans: Vec::new(), gaps: Vec::new(), ..made }
}

/// What is left at three ratios, by three methods.
fn measured(source: &str) -> Measured {
    let left =
        |share: f64| protocol::ShareLeft { of: 40, share, lo: share - 0.1, hi: share + 0.08 };
    let row = |method: &str, asked: f64, share: f64| protocol::FidelityRow {
        method: method.into(),
        asked,
        ratio: Some(asked),
        numbers: Some(left(share)),
        names: Some(left(share * 0.8)),
        sections: None,
        phrases: Some(left(share * 0.4)),
        answers: None,
    };
    let mut rows = Vec::new();
    for (method, shares) in
        [("this", [0.9, 0.7, 0.4]), ("random", [0.6, 0.4, 0.2]), ("lead", [0.5, 0.3, 0.15])]
    {
        rows.extend([2.0, 4.0, 8.0].iter().zip(shares).map(|(at, share)| row(method, *at, share)));
    }
    let third = source.len() as u64 / 3;
    let span = |from, to, survived| protocol::HeatSpan { src: [from, to], survived };
    Measured {
        fidelity: Some(protocol::FidelityView {
            documents: 1,
            tokens: 1000,
            tokens_lossless: None,
            tokenizer: "o200k".into(),
            rows,
            advice: Vec::new(),
        }),
        heat: Some(protocol::HeatView {
            source_sha256: String::new(),
            ratios: vec![2.0, 4.0, 8.0],
            spans: vec![
                span(0, third, 3),
                span(third, 2 * third, 1),
                span(2 * third, source.len() as u64, 0),
            ],
        }),
        absent: None,
    }
}

#[test]
fn what_was_measured_stands_beside_methods_that_know_nothing() {
    let report = report();
    let (source, made) = report.documents.first().unwrap();
    let made = CompressedDocument {
        dropped: DroppedView {
            numbers: 3,
            first_numbers: vec!["<1911>".into(), "37".into()],
            ..made.dropped.clone()
        },
        ..made.clone()
    };
    let page = explain(source, &made, &measured(source), &MAKER);
    sound("explained-measured", &page);
    assert_eq!(page.matches("class=\"curve own\"").count(), 3, "of sections there are none");
    let [own, random, lead] = [0.7, 0.4, 0.3].map(super::figure::share);
    assert!(
        page.contains(&format!("<td>{own} <span class=\"quiet\">{random} · {lead}</span></td>"))
    );
    assert!(page.contains("<bdi>&lt;1911&gt;</bdi> · <bdi>37</bdi> and 1 more"));
    assert!(page.contains("class=\"w8\"") && page.contains("class=\"w2\""));
    // Where it was not measured, why.
    let absent = Measured { absent: Some("too long <b>".into()), ..Measured::default() };
    let page = explain(source, &made, &absent, &MAKER);
    sound("explained-unmeasured", &page);
    assert!(page.contains("too long &lt;b&gt;") && !page.contains("At other ratios"));
}
