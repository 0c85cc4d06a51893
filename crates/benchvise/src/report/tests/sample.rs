//! A made-up report with everything a real one has. The figures are invented, by a small generator
//! with a fixed seed, so that the page is the same each time.

use std::collections::BTreeMap;
use std::path::PathBuf;

use protocol::{
    Bits, ComparisonView, CompressedDocument, Difference, Direction, DriverSpec, DroppedView,
    FitSide, FitView, GapView, Interval, MetricVerdict, MetricView, ModelChoice, RepetitionView,
    RunDetail, RunId, RunKind, RunSpec, RunStatus, RunSummary, SavedView, Scope, SideView,
    SpanView, TokenView, Verdict,
};

use crate::report::Report;

/// Marsaglia's xorshift, as numbers around zero.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % 10_000) as f64 / 10_000.0 - 0.5
    }
}

/// Everything, as after a tour.
pub(super) fn report() -> Report {
    let source = document();
    let made = compressed(&source);
    Report {
        created_ms: 1_795_384_800_000,
        version: "0.1.0".into(),
        commit: Some("3adcccb41f0e".into()),
        model_note:
            "stories15M was fetched once and checked against its hash; nothing else was fetched."
                .into(),
        runs: vec![
            ("32-bit weights".into(), run("01k9aaaa", Bits::F32, 9.4, 62.0e6, 11)),
            ("8-bit weights".into(), run("01k9bbbb", Bits::Int8, 5.9, 19.4e6, 23)),
            ("32-bit weights again".into(), run("01k9cccc", Bits::F32, 9.45, 62.0e6, 37)),
        ],
        comparisons: vec![
            ("What do 8-bit weights change?".into(), faster()),
            ("Is the same run the same again?".into(), same()),
        ],
        documents: vec![(source.clone(), made.clone())],
        fit: Some(fit(made)),
        warnings: vec![
            "this computer is busy: load 1.6 on 2 cores".into(),
            "the processor's governor is powersave, which lowers its clock".into(),
        ],
    }
}

pub(super) fn run(id: &str, bits: Bits, token_ms: f64, heap: f64, seed: u64) -> RunDetail {
    let mut noise = Noise(seed * 7919 + 1);
    let repetitions: Vec<RepetitionView> =
        (0..11).map(|index| repetition(index, token_ms, heap, &mut noise)).collect();
    let prompt = "Once upon a time, a small robot found a door";
    RunDetail {
        summary: RunSummary {
            run: RunId::from(id),
            kind: RunKind::Profile,
            status: RunStatus::Complete,
            reason: None,
            created_ms: 1_795_384_000_000,
            finished_ms: Some(1_795_384_020_000),
            board: "this computer".into(),
            board_identity: "host-1".into(),
            model: "stories15M".into(),
            bits: Some(bits),
            synthetic: false,
            emulated: false,
            note: None,
            tags: BTreeMap::new(),
            deleted_ms: None,
            headline: BTreeMap::new(),
        },
        spec: RunSpec {
            board: "host".into(),
            model: ModelChoice::Files {
                model: PathBuf::from("stories15M.bin"),
                tokenizer: PathBuf::from("tokenizer.bin"),
            },
            driver: DriverSpec::Agent,
            bits,
            prompt: prompt.into(),
            tokens: 128,
            repetitions: 10,
            warmup: 1,
            seed: 1,
            temperature: 0.0,
            top_p: 1.0,
            stream: true,
            tags: BTreeMap::new(),
            meter: None,
        },
        fingerprint: BTreeMap::from(
            [
                ("board.core", "x86_64".to_owned()),
                ("host.cores", "2".to_owned()),
                ("host.load_before", format!("{:.2}", 0.4 + noise.next().abs())),
                ("host.os", "Debian GNU/Linux 12".to_owned()),
                ("model.bits", bits.count().to_string()),
                (
                    "model.sha256",
                    "cd590644d963867a2b6e5a1107f51fad663c41d79c149fbecbbb1f95fa81f49a".to_owned(),
                ),
                ("program.version", "0.1.0".to_owned()),
                ("wire.lost_frames", "0".to_owned()),
            ]
            .map(|(key, value)| (key.to_owned(), value)),
        ),
        text: Some(format!(
            "{prompt}. The robot pushed it, but the door did not open. \"I need a key,\" he said.\nA little bird came and gave him one. The robot was happy, and he said thank you."
        )),
        metrics: metrics(&repetitions),
        repetitions,
        fit: None,
    }
}

fn repetition(index: u32, token_ms: f64, heap: f64, noise: &mut Noise) -> RepetitionView {
    let pace = 1.0 + 0.03 * noise.next();
    let mut tokens = Vec::new();
    for place in 0..128 {
        // A frame lost on the wire, in one repetition.
        if index == 4 && (60..63).contains(&place) {
            continue;
        }
        let attention = token_ms * (0.12 + 0.0022 * f64::from(place)) * pace;
        let phases_ms = [
            token_ms * 0.01,
            attention,
            token_ms * 0.46 * pace * (1.0 + 0.05 * noise.next()),
            token_ms * 0.23 * pace * (1.0 + 0.05 * noise.next()),
            token_ms * 0.02,
        ];
        let spike = if noise.next() > 0.4965 { token_ms * 3.0 } else { 0.0 };
        let sum: f64 = phases_ms.iter().sum();
        let latency = match place {
            0 => Some(token_ms * 13.0),
            63 if index == 4 => None,
            _ => Some(sum * (1.02 + 0.06 * noise.next().abs()) + spike),
        };
        let (id, phases_ms) = (Some(300 + place), Some(phases_ms));
        tokens.push(TokenView { index: place, id, latency_ms: latency, phases_ms });
    }
    let latencies: Vec<f64> = tokens.iter().skip(1).filter_map(|token| token.latency_ms).collect();
    let sum: f64 = latencies.iter().sum();
    let mut sorted = latencies.clone();
    sorted.sort_by(f64::total_cmp);
    let values = BTreeMap::from(
        [
            ("ttft_ms", token_ms * 13.0 * pace),
            ("tokens_per_s", latencies.len() as f64 / sum * 1e3),
            ("inter_token_p50_ms", sorted[sorted.len() / 2]),
            ("inter_token_p99_ms", sorted[sorted.len() * 99 / 100]),
            ("total_ms", sum + token_ms * 13.0),
            ("heap_peak_bytes", heap),
            ("heap_used_bytes", heap * 0.97),
            ("process_bytes", heap * 1.2 + 6e6 + 1e5 * noise.next()),
            ("tokens", 128.0),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    RepetitionView { index, warmup: index == 0, whole: true, values, tokens }
}

fn metrics(repetitions: &[RepetitionView]) -> Vec<MetricView> {
    let counted: Vec<&RepetitionView> = repetitions.iter().filter(|one| one.counts()).collect();
    let names: Vec<&String> = counted[0].values.keys().collect();
    names
        .into_iter()
        .map(|name| {
            let mut values: Vec<f64> = counted.iter().map(|one| one.values[name]).collect();
            values.sort_by(f64::total_cmp);
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
            MetricView {
                name: name.clone(),
                unit: protocol::metric(name).map_or("", |spec| spec.unit).into(),
                median: (values[4] + values[5]) / 2.0,
                n: values.len() as u32,
                mean,
                sd: Some((squares / 9.0).sqrt()),
                min: values[0],
                max: values[9],
            }
        })
        .collect()
}

#[expect(clippy::too_many_arguments, reason = "a row of a table")]
fn verdict(
    name: &str,
    base: f64,
    candidate: f64,
    change: f64,
    half: f64,
    p: f64,
    verdict: Verdict,
    why: &str,
) -> MetricVerdict {
    let spec = protocol::metric(name).unwrap();
    let side = |median| SideView { n: 10, median: Some(median) };
    MetricVerdict {
        name: name.into(),
        unit: spec.unit.into(),
        direction: spec.direction,
        base: side(base),
        candidate: side(candidate),
        change: Some(change),
        ci95: Some([change - half, change + half]),
        p: Some(p),
        noise_floor: (name != "heap_peak_bytes").then_some(0.021),
        threshold: if name == "heap_peak_bytes" { 0.05 } else { 0.0631 },
        verdict,
        why: why.into(),
        base_values: vec![base; 10],
        candidate_values: vec![candidate; 10],
    }
}

fn faster() -> ComparisonView {
    let beyond = "the whole interval lies beyond the threshold";
    ComparisonView {
        scope: Scope::WithinSession,
        verdict: Verdict::Improved,
        base: vec![RunId::from("01k9aaaa")],
        candidate: vec![RunId::from("01k9bbbb")],
        min_effect: 0.05,
        metrics: vec![
            verdict("ttft_ms", 122.0, 76.9, -0.371, 0.014, 0.0002, Verdict::Improved, beyond),
            verdict("tokens_per_s", 108.0, 172.0, 0.593, 0.022, 0.0002, Verdict::Improved, beyond),
            verdict(
                "inter_token_p50_ms",
                9.2,
                5.77,
                -0.373,
                0.016,
                0.0002,
                Verdict::Improved,
                beyond,
            ),
            verdict(
                "heap_peak_bytes",
                62.0e6,
                19.4e6,
                -0.687,
                0.0,
                0.0002,
                Verdict::Improved,
                beyond,
            ),
        ],
        differences: vec![Difference {
            key: "model.bits".into(),
            base: Some("32".into()),
            candidate: Some("8".into()),
        }],
        synthetic: false,
        emulated: false,
    }
}

fn same() -> ComparisonView {
    let within = "the whole interval lies within the threshold";
    let across = "the interval crosses the threshold, measure more runs";
    ComparisonView {
        verdict: Verdict::Inconclusive,
        candidate: vec![RunId::from("01k9cccc")],
        metrics: vec![
            verdict("ttft_ms", 122.0, 123.1, 0.009, 0.021, 0.42, Verdict::Unchanged, within),
            verdict(
                "tokens_per_s",
                108.0,
                105.0,
                -0.028,
                0.041,
                0.09,
                Verdict::Inconclusive,
                across,
            ),
            verdict(
                "total_ms",
                1300.0,
                1420.0,
                0.09,
                0.02,
                0.003,
                Verdict::Regressed,
                "the whole interval lies beyond the threshold",
            ),
            MetricVerdict {
                change: None,
                ci95: None,
                p: None,
                noise_floor: None,
                direction: Direction::Neither,
                ..verdict(
                    "tokens",
                    0.0,
                    0.0,
                    0.0,
                    0.0,
                    1.0,
                    Verdict::Inconclusive,
                    "the base median is zero, so read the absolute shift instead",
                )
            },
        ],
        differences: Vec::new(),
        ..faster()
    }
}

fn document() -> String {
    let mut text = String::from("# Field notes: water pump 7\n\n");
    let lines = [
        "The pump was serviced on 14 March 2026 by R. Okafor, who replaced two of the four seals. ",
        "It must not be run dry: at 38 °C the bearing seized within 90 seconds during the test. ",
        "As a general matter, and in keeping with what was said in earlier notes, it is perhaps worth observing that the housing is painted green. ",
        "Flow was 4.2 litres per minute at 12 V and 1.1 A. ",
        "There was, at the time of writing, no particular reason to think that anything else about the installation deserved a further remark. ",
    ];
    for part in 1..=6 {
        text += &format!("## Section {part}\n\n");
        for line in lines {
            text += line;
        }
        text += "\n\n";
    }
    text
}

/// Keeps the lines that hold a figure.
fn compressed(source: &str) -> CompressedDocument {
    let mut text = String::new();
    let (mut spans, mut gaps) = (Vec::new(), Vec::new());
    let mut at = 0u64;
    for sentence in source.split_inclusive(". ") {
        let end = at + sentence.len() as u64;
        if sentence.contains(char::is_numeric) && !sentence.contains("general") {
            let out = text.len() as u64;
            text += sentence;
            spans.push(SpanView { out: [out, text.len() as u64], src: [at, end] });
        } else {
            gaps.push(GapView { at: text.len() as u64, src: [at, end], units: 5 });
        }
        at = end;
    }
    CompressedDocument {
        name: "pump-7.md".into(),
        source_sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        tokenizer: "stories15M".into(),
        tokens_in: 1012,
        tokens_out: 388,
        tokens_lossless: None,
        ratio: Some(2.608),
        kind: "prose".into(),
        content: None,
        refused: None,
        dropped: DroppedView { numbers: 2, entities: 3, negations: 1, ..DroppedView::default() },
        text,
        spans,
        gaps,
        folds: Vec::new(),
        elapsed_ms: 14.2,
        work: protocol::Work::Done,
        extraction: protocol::Extraction::default(),
        source: None,
        retention: None,
    }
}

fn fit(compression: CompressedDocument) -> FitView {
    let about =
        |value: f64, half: f64| Some(Interval { value, ci95: Some([value - half, value + half]) });
    FitView {
        fit: "01k9ffff".into(),
        board: "this computer".into(),
        model: "stories15M".into(),
        synthetic: false,
        emulated: false,
        meter: None,
        window_tokens: 1024,
        document_budget: 400,
        budget: 140,
        full: FitSide {
            tokens: 902,
            fits: true,
            run: Some(RunId::from("01k9dddd")),
            ttft_ms: about(8412.0, 130.0),
            total_s: about(9.21, 0.15),
            energy_mj: None,
            net_energy_mj: None,
        },
        compressed: FitSide {
            tokens: 402,
            fits: true,
            run: Some(RunId::from("01k9eeee")),
            ttft_ms: about(3240.0, 60.0),
            total_s: about(3.88, 0.07),
            energy_mj: None,
            net_energy_mj: None,
        },
        saved: Some(SavedView {
            tokens: 500,
            ttft_ms: about(5170.0, 120.0),
            total_s: about(5.33, 0.13),
            energy_mj: None,
            net_energy_mj: None,
        }),
        compression,
        notes: vec!["the budget gave way by 2 tokens where document and question meet".into()],
    }
}
