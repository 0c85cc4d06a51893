//! Runs.

use std::collections::BTreeMap;

use protocol::{
    Bits, DriverSpec, METRICS, MetricView, ModelChoice, RepetitionView, RunDetail, RunId, RunKind,
    RunSpec, RunStatus, RunSummary, TokenView,
};

use crate::support::NOW_MS;

/// A run of the list, so many hours old, at so many tokens per second.
pub(crate) fn summary(id: &str, hours: i64, tokens_per_s: f64) -> RunSummary {
    let headline = [
        ("ttft_ms", 2800.0 / tokens_per_s * 10.0),
        ("tokens_per_s", tokens_per_s),
        ("inter_token_p50_ms", 1000.0 / tokens_per_s),
        ("total_ms", 128_000.0 / tokens_per_s),
        ("heap_peak_bytes", 1_400_000.0),
    ];
    RunSummary {
        run: RunId::from(id),
        kind: RunKind::Profile,
        status: RunStatus::Complete,
        reason: None,
        created_ms: NOW_MS - hours * 3_600_000,
        finished_ms: Some(NOW_MS - hours * 3_600_000 + 42_000),
        board: "This computer".into(),
        board_identity: "machine-4f2a".into(),
        model: "stories260K".into(),
        bits: Some(Bits::F32),
        synthetic: false,
        emulated: false,
        note: None,
        tags: BTreeMap::new(),
        deleted_ms: None,
        headline: headline.map(|(name, value)| (name.to_owned(), value)).into(),
    }
}

/// A history: steady, then faster, one lost, one synthetic, one emulated.
pub(crate) fn summaries() -> Vec<RunSummary> {
    let mut runs: Vec<RunSummary> = (0..24)
        .map(|at: i64| {
            let wobble = ((at * 37) % 11) as f64 / 11.0 - 0.5;
            let rate = if at < 9 { 690.0 } else { 610.0 };
            summary(&format!("01k9run{at}"), at * 7, rate + 18.0 * wobble)
        })
        .collect();
    runs[0].tags = [("branch".to_owned(), "simd".to_owned())].into();
    runs[1].note = Some("after the new matmul kernel, plugged in, governor performance".into());
    runs[3].status = RunStatus::Lost;
    runs[3].reason = Some("its recorder died".into());
    runs[4].synthetic = true;
    runs[4].model = "synthetic, seed 1".into();
    runs[6].emulated = true;
    runs[6].board = "Emulated Cortex-M4F (QEMU)".into();
    runs[7].kind = RunKind::FitFull;
    runs[8].status = RunStatus::Aborted;
    runs[8].reason = Some("stopped by the user".into());
    runs
}

/// All of the first run.
pub(crate) fn detail() -> RunDetail {
    let summary = summaries().remove(0);
    let metrics = METRICS
        .iter()
        .filter_map(|metric| {
            let median = *summary.headline.get(metric.name)?;
            Some(MetricView {
                name: metric.name.into(),
                unit: metric.unit.into(),
                median,
                n: 10,
                mean: median * 1.002,
                sd: Some(median * 0.012),
                min: median * 0.98,
                max: median * 1.03,
            })
        })
        .collect();
    let repetition = |index: u32| RepetitionView {
        index,
        warmup: index < 2,
        whole: true,
        values: summary.headline.clone(),
        tokens: (0..64)
            .map(|at| TokenView {
                index: at,
                id: Some(300 + at),
                latency_ms: Some(1.4 + f64::from(at) * 0.004 + f64::from(index % 3) * 0.02),
                phases_ms: Some([0.01, 0.5 + f64::from(at) * 0.004, 0.6, 0.25, 0.04]),
            })
            .collect(),
    };
    RunDetail {
        spec: RunSpec {
            board: "host".into(),
            model: ModelChoice::Files {
                model: "/data/ada/models/stories260K.bin".into(),
                tokenizer: "/data/ada/models/tok512.bin".into(),
            },
            driver: DriverSpec::Agent,
            bits: Bits::F32,
            prompt: "Once upon a time".into(),
            tokens: 64,
            repetitions: 10,
            warmup: 2,
            seed: 1,
            temperature: 0.0,
            top_p: 1.0,
            stream: true,
            tags: summary.tags.clone(),
            meter: None,
        },
        fingerprint: [
            ("board.name", "This computer"),
            ("commit", "9764dfd97f47"),
            ("cpu", "AMD EPYC 9R14"),
            ("governor", "performance"),
            ("model_sha256", "b0a507e7ad0f6266"),
            ("os", "Debian GNU/Linux 12"),
            ("power", "mains"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into(),
        text: Some(
            "Once upon a time, there was a little girl named Lily. She loved to play outside in \
             the park. One day, she saw a big, red ball."
                .into(),
        ),
        metrics,
        repetitions: (0..12).map(repetition).collect(),
        fit: None,
        summary,
    }
}
