//! A comparison as Markdown, for an issue or a merge request.

use protocol::numbers::percent;
use protocol::{ComparisonView, Verdict};

use super::effect::share;
use super::{differences, words};
use crate::plot::Notation;

/// The whole comparison: the verdict, its scope, a table, what differed.
pub(super) fn markdown(view: &ComparisonView) -> String {
    let mut out = format!("**{}**\n\n{}. ", words::sentence(view), words::scope(view));
    out.push_str(&format!("Changes count from ±{}.\n", share(view.min_effect)));
    for (label, holds) in [
        ("SYNTHETIC: the model was made from a seed", view.synthetic),
        ("EMULATED: no figure is a hardware figure", view.emulated),
    ] {
        if holds {
            out.push_str(&format!("\n**{label}**\n"));
        }
    }
    let ids = |runs: &[protocol::RunId]| {
        runs.iter().map(|run| format!("`{run}`")).collect::<Vec<_>>().join(", ")
    };
    out.push_str(&format!(
        "\nBase: {}  \nCandidate: {}\n\n",
        ids(&view.base),
        ids(&view.candidate)
    ));
    out.push_str("| Verdict | Metric | Base | Candidate | Change | 95 % interval | p | n |\n");
    out.push_str("|---|---|--:|--:|--:|--:|--:|--:|\n");
    for metric in words::worst_first(&view.metrics) {
        let medians: Vec<f64> =
            [metric.base.median, metric.candidate.median].into_iter().flatten().collect();
        let notation = Notation::of(&medians, &metric.unit);
        let median = |median: Option<f64>| match median {
            Some(median) => notation.with_unit(median),
            None => "—".into(),
        };
        let interval = match metric.ci95 {
            Some([low, high]) => format!("{} to {}", percent(low), percent(high)),
            None => words::no_interval(metric).unwrap_or_else(|| "—".into()),
        };
        let row = [
            verdict(metric.verdict).to_owned(),
            escaped(words::title(&metric.name)),
            median(metric.base.median),
            median(metric.candidate.median),
            metric.change.map_or_else(|| "—".into(), percent),
            interval,
            metric.p.map_or_else(|| "—".into(), words::probability),
            format!("{} / {}", metric.base.n, metric.candidate.n),
        ];
        out.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    out.push_str("\nWhat differed:\n\n");
    if view.differences.is_empty() {
        out.push_str("nothing that was recorded\n");
    } else {
        out.push_str("| Fact | Base | Candidate |\n|---|---|---|\n");
    }
    for difference in &view.differences {
        let value =
            |value: &Option<String>| value.as_deref().map_or("not recorded".into(), escaped);
        out.push_str(&format!(
            "| {} | {} | {} |\n",
            escaped(&differences::name(&difference.key)),
            value(&difference.base),
            value(&difference.candidate),
        ));
    }
    out
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Improved => "improved",
        Verdict::Unchanged => "unchanged",
        Verdict::Regressed => "**regressed**",
        Verdict::Inconclusive => "inconclusive",
    }
}

/// A cell may hold neither a bar nor a line break.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use protocol::{Difference, Direction, MetricVerdict, RunId, Scope, SideView};

    use super::*;

    #[test]
    fn a_comparison_can_be_pasted() {
        let view = ComparisonView {
            scope: Scope::BetweenRuns,
            verdict: Verdict::Regressed,
            base: vec![RunId::from("a"), RunId::from("b")],
            candidate: vec![RunId::from("c")],
            min_effect: 0.05,
            metrics: vec![MetricVerdict {
                name: "total_ms".into(),
                unit: "ms".into(),
                direction: Direction::LowerIsBetter,
                base: SideView { n: 2, median: Some(900.0) },
                candidate: SideView { n: 1, median: Some(1100.0) },
                change: Some(0.222),
                ci95: None,
                p: Some(0.2),
                noise_floor: None,
                threshold: 0.05,
                verdict: Verdict::Regressed,
                why: "made up".into(),
                base_values: vec![900.0; 2],
                candidate_values: vec![1100.0],
            }],
            differences: vec![Difference {
                key: "host.kernel".into(),
                base: Some("6|1".into()),
                candidate: None,
            }],
            synthetic: true,
            emulated: false,
        };
        let expect = "**The candidate is worse in total time (+22.2 %)**\n\n\
            Between runs, 2 against 1. Changes count from ±5 %.\n\n\
            **SYNTHETIC: the model was made from a seed**\n\n\
            Base: `a`, `b`  \nCandidate: `c`\n\n\
            | Verdict | Metric | Base | Candidate | Change | 95 % interval | p | n |\n\
            |---|---|--:|--:|--:|--:|--:|--:|\n\
            | **regressed** | total time | 0.90 s | 1.10 s | +22.2 % | 1 value a side is too few for 95 % | 0.20 | 2 / 1 |\n\n\
            What differed:\n\n\
            | Fact | Base | Candidate |\n|---|---|---|\n\
            | Kernel | 6\\|1 | not recorded |\n";
        assert_eq!(markdown(&view), expect);
    }
}
