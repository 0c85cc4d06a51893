//! A comparison.

use protocol::{
    ComparisonView, Difference, METRICS, MetricVerdict, RunId, Scope, SideView, Verdict,
};

/// Two runs: some metrics better, one worse, one the same, one nobody can tell.
pub(crate) fn comparison() -> ComparisonView {
    let metric = |name: &str, base: f64, change: f64, ci: [f64; 2], verdict: Verdict| {
        let spec = METRICS.iter().find(|metric| metric.name == name).expect("a known metric");
        let values = |median: f64, seed: u32| -> Vec<f64> {
            (0..12u32)
                .map(|at| median * (1.0 + (f64::from((at * 7 + seed) % 12) / 12.0 - 0.45) * 0.03))
                .collect()
        };
        let candidate = base * (1.0 + change);
        MetricVerdict {
            name: name.into(),
            unit: spec.unit.into(),
            direction: spec.direction,
            base: SideView { n: 12, median: Some(base) },
            candidate: SideView { n: 12, median: Some(candidate) },
            change: Some(change),
            ci95: Some(ci),
            p: Some(0.0003),
            noise_floor: None,
            threshold: 0.05,
            verdict,
            why: "the whole interval lies beyond ±5 %".into(),
            base_values: values(base, 3),
            candidate_values: values(candidate, 8),
        }
    };
    ComparisonView {
        scope: Scope::WithinSession,
        verdict: Verdict::Regressed,
        base: vec![RunId::from("01k9run9")],
        candidate: vec![RunId::from("01k9run0")],
        min_effect: 0.05,
        metrics: vec![
            metric("ttft_ms", 46.2, -0.121, [-0.134, -0.108], Verdict::Improved),
            metric("tokens_per_s", 608.0, 0.131, [0.118, 0.143], Verdict::Improved),
            metric("inter_token_p50_ms", 1.64, -0.115, [-0.127, -0.104], Verdict::Improved),
            metric("total_ms", 210.0, -0.021, [-0.083, 0.041], Verdict::Inconclusive),
            metric("heap_peak_bytes", 1_200_000.0, 0.167, [0.166, 0.168], Verdict::Regressed),
            metric("energy_mj", 840.0, 0.004, [-0.012, 0.021], Verdict::Unchanged),
        ],
        differences: vec![
            Difference {
                key: "commit".into(),
                base: Some("1b22c0ffee01".into()),
                candidate: Some("9764dfd97f47".into()),
            },
            Difference {
                key: "load_before".into(),
                base: Some("0.12".into()),
                candidate: Some("0.48".into()),
            },
            Difference {
                key: "governor".into(),
                base: None,
                candidate: Some("performance".into()),
            },
        ],
        synthetic: false,
        emulated: false,
    }
}
