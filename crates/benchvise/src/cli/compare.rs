//! `benchvise compare`

use protocol::{Command, ComparisonView, MetricVerdict, Reply, Scope, Verdict};

use super::args::{CompareArgs, FailOn};
use super::out::{self, Answer, Trouble};
use super::start::Context;
use super::table::{Align, Table};
use protocol::numbers::{percent, with_unit};

pub(crate) fn compare(context: &Context, args: CompareArgs) -> Result<Answer, Trouble> {
    let CompareArgs { base, candidate, min_effect, fail_on, metrics } = args;
    let command = Command::Compare { base, candidate, min_effect, metrics };
    let Reply::Comparison(comparison) = context.send(command)? else {
        return Err(Trouble::unexpected());
    };
    if context.json {
        out::document("compare", out::value(&comparison)?)?;
    } else {
        out::text(&describe(&comparison))?;
    }
    let verdicts = || comparison.metrics.iter().map(|metric| metric.verdict);
    let told = match fail_on {
        None => false,
        Some(FailOn::Regressed) => verdicts().any(|v| v == Verdict::Regressed),
        Some(FailOn::Inconclusive) => {
            verdicts().any(|v| matches!(v, Verdict::Regressed | Verdict::Inconclusive))
        }
    };
    Ok(if told { Answer::ToldYou } else { Answer::Done })
}

pub(crate) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Improved => "improved",
        Verdict::Unchanged => "unchanged",
        Verdict::Regressed => "REGRESSED",
        Verdict::Inconclusive => "inconclusive",
    }
}

pub(crate) fn describe(comparison: &ComparisonView) -> String {
    let scope = match comparison.scope {
        Scope::WithinSession => {
            "within-session: repetitions of one run a side; another day may differ"
        }
        Scope::BetweenRuns => "between-runs: one value per run",
    };
    let mut text = format!("{}  ({scope})\n", word(comparison.verdict));
    if comparison.synthetic {
        text += "SYNTHETIC model on at least one side\n";
    }
    if comparison.emulated {
        text += "EMULATED board on at least one side\n";
    }
    let mut table = Table::new(&[
        ("METRIC", Align::Left),
        ("BASE", Align::Right),
        ("CANDIDATE", Align::Right),
        ("CHANGE", Align::Right),
        ("95 % INTERVAL", Align::Left),
        ("P", Align::Right),
        ("N", Align::Right),
        ("VERDICT", Align::Left),
    ]);
    for metric in &comparison.metrics {
        table.row(row(metric));
    }
    text += &table.text();
    let unclear = comparison.metrics.iter().filter(|m| m.verdict == Verdict::Inconclusive);
    for metric in unclear {
        text += &format!("{}: {}\n", title(metric), metric.why);
    }
    if comparison.differences.is_empty() {
        text += "nothing else differed between the two sides\n";
    } else {
        text += "what differed\n";
    }
    for difference in &comparison.differences {
        let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".into());
        text += &format!(
            "  {}: {} → {}\n",
            difference.key,
            side(&difference.base),
            side(&difference.candidate)
        );
    }
    out::printable(&text)
}

fn title(metric: &MetricVerdict) -> &str {
    protocol::metric(&metric.name).map_or(metric.name.as_str(), |spec| spec.title)
}

fn row(metric: &MetricVerdict) -> Vec<String> {
    let median = |value: Option<f64>| value.map_or("–".into(), |v| with_unit(v, &metric.unit));
    vec![
        title(metric).into(),
        median(metric.base.median),
        median(metric.candidate.median),
        metric.change.map_or("–".into(), percent),
        metric
            .ci95
            .map_or("–".into(), |[low, high]| format!("{} … {}", percent(low), percent(high))),
        metric.p.map_or("–".into(), |p| format!("{p:.3}")),
        format!("{}/{}", metric.base.n, metric.candidate.n),
        word(metric.verdict).into(),
    ]
}
