//! A comparison in plain words: what came out, what that can claim, how much of it is undecided.

use std::collections::BTreeMap;

use protocol::numbers::percent;
use protocol::{ComparisonView, Direction, MetricVerdict, Scope, Verdict};

use super::effect::share;

/// Metrics that are read out.
const ALOUD: usize = 6;

/// What a person reads for a metric.
pub(super) fn title(name: &str) -> &str {
    protocol::metric(name).map_or(name, |metric| metric.title)
}

/// Which way is better, in words.
pub(super) fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::LowerIsBetter => "lower is better",
        Direction::HigherIsBetter => "higher is better",
        Direction::Neither => "neither way is better",
    }
}

/// How many metrics got each verdict: improved, unchanged, regressed, inconclusive.
pub(super) fn counts(metrics: &[MetricVerdict]) -> [(Verdict, usize); 4] {
    let verdicts =
        [Verdict::Improved, Verdict::Unchanged, Verdict::Regressed, Verdict::Inconclusive];
    verdicts.map(|verdict| (verdict, with(metrics, verdict).count()))
}

/// The metrics, worst first: regressed, undecided, unchanged, improved, and among each the one that
/// went furthest the wrong way.
pub(super) fn worst_first(metrics: &[MetricVerdict]) -> Vec<&MetricVerdict> {
    let rank = |metric: &MetricVerdict| match metric.verdict {
        Verdict::Regressed => 0,
        Verdict::Inconclusive => 1,
        Verdict::Unchanged => 2,
        Verdict::Improved => 3,
    };
    let mut sorted: Vec<&MetricVerdict> = metrics.iter().collect();
    sorted.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| worse_by(b).total_cmp(&worse_by(a))));
    sorted
}

/// How far a metric went the wrong way, as a fraction; less than zero is better.
fn worse_by(metric: &MetricVerdict) -> f64 {
    let change = metric.change.unwrap_or(0.0);
    match metric.direction {
        Direction::LowerIsBetter => change,
        Direction::HigherIsBetter => -change,
        Direction::Neither => change.abs(),
    }
}

/// What came out, as a sentence.
pub(super) fn sentence(view: &ComparisonView) -> String {
    let worse = list(&view.metrics, Verdict::Regressed);
    let better = list(&view.metrics, Verdict::Improved);
    match view.verdict {
        Verdict::Regressed => match with(&view.metrics, Verdict::Improved).count() {
            0 => format!("The candidate is worse in {worse}"),
            1 => format!("The candidate is worse in {worse}, and better in {better}"),
            more => format!("The candidate is worse in {worse}, and better in {more} others"),
        },
        Verdict::Improved => format!("The candidate is better in {better}, and worse in nothing"),
        Verdict::Unchanged => {
            let plain = view.metrics.iter().all(|metric| metric.threshold <= view.min_effect);
            match plain {
                true => format!("Nothing changed by as much as {}", share(view.min_effect)),
                false => "Nothing changed by more than runs of the same thing do".into(),
            }
        }
        Verdict::Inconclusive => match common_reason(&view.metrics) {
            Some(why) => format!("The measurements do not decide: {why}"),
            None => "The measurements do not decide".into(),
        },
    }
}

/// The whole answer in sentences, for who does not see it: of the metrics those that went worst.
pub(super) fn aloud(view: &ComparisonView) -> Vec<String> {
    let count = |(verdict, n): (Verdict, usize)| {
        let word = match verdict {
            Verdict::Improved => "improved",
            Verdict::Unchanged => "unchanged",
            Verdict::Regressed => "regressed",
            Verdict::Inconclusive => "inconclusive",
        };
        format!("{n} {word}")
    };
    let counts = counts(&view.metrics).map(count).join(", ");
    let worst = worst_first(&view.metrics).into_iter().take(ALOUD).map(|metric| {
        let change = metric.change.map_or("no percentage".into(), percent);
        format!("{}: {change}, {}", title(&metric.name), direction(metric.direction))
    });
    let made = [(view.synthetic, "SYNTHETIC"), (view.emulated, "EMULATED")];
    let made = made.into_iter().filter(|(is, _)| *is).map(|(_, word)| word.to_owned());
    [sentence(view), scope(view), counts].into_iter().chain(made).chain(worst).collect()
}

/// What the sentence can claim.
pub(super) fn scope(view: &ComparisonView) -> String {
    match view.scope {
        Scope::WithinSession => {
            let most = |n: fn(&MetricVerdict) -> u32| view.metrics.iter().map(n).max().unwrap_or(0);
            let (base, candidate) = (most(|m| m.base.n), most(|m| m.candidate.n));
            format!(
                "Within one session, {base} repetitions against {candidate}: says nothing about another day"
            )
        }
        Scope::BetweenRuns => {
            format!("Between runs, {} against {}", view.base.len(), view.candidate.len())
        }
    }
}

/// Why a metric has no 95 % interval; `None` where it has one.
pub(super) fn no_interval(metric: &MetricVerdict) -> Option<String> {
    if metric.ci95.is_some() {
        return None;
    }
    let few = metric.base.n.min(metric.candidate.n);
    Some(match (metric.base.median, metric.change) {
        (Some(_), None) => "no percentage of a base median of zero".into(),
        _ => match few {
            0 => "no values on a side".into(),
            1 => "1 value a side is too few for 95 %".into(),
            few => format!("{few} values a side are too few for 95 %"),
        },
    })
}

/// A probability, as far as anybody cares.
pub(super) fn probability(p: f64) -> String {
    match p {
        p if p < 0.001 => "< 0.001".into(),
        p if p < 0.1 => format!("{p:.3}"),
        p => format!("{p:.2}"),
    }
}

/// What counts as a change of a metric, and why.
pub(super) fn threshold(metric: &MetricVerdict, min_effect: f64) -> String {
    let from = format!("A change counts from ±{}", share(metric.threshold));
    match metric.noise_floor {
        Some(floor) if floor > min_effect => {
            format!("{from}: runs of the very same thing differ by that much")
        }
        Some(floor) => format!(
            "{from}, the smallest effect asked for; runs of the very same thing differ by {}",
            share(floor)
        ),
        None => format!(
            "{from}, the smallest effect asked for; how much runs of the very same thing differ is not known yet"
        ),
    }
}

fn with(metrics: &[MetricVerdict], verdict: Verdict) -> impl Iterator<Item = &MetricVerdict> {
    metrics.iter().filter(move |metric| metric.verdict == verdict)
}

/// The metrics of a verdict: one or two by name, more by number and the furthest by name.
fn list(metrics: &[MetricVerdict], verdict: Verdict) -> String {
    let mut found: Vec<&MetricVerdict> = with(metrics, verdict).collect();
    found.sort_by(|a, b| worse_by(b).abs().total_cmp(&worse_by(a).abs()));
    let name = |metric: &MetricVerdict| match metric.change {
        Some(change) => format!("{} ({})", title(&metric.name), percent(change)),
        None => title(&metric.name).to_owned(),
    };
    match found[..] {
        [] => "nothing".into(),
        [one] => name(one),
        [one, two] => format!("{} and {}", name(one), name(two)),
        [most, ..] => format!("{} metrics, most of all {}", found.len(), name(most)),
    }
}

/// The reason that most undecided metrics give.
fn common_reason(metrics: &[MetricVerdict]) -> Option<&str> {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for metric in with(metrics, Verdict::Inconclusive) {
        *reasons.entry(metric.why.as_str()).or_default() += 1;
    }
    reasons.into_iter().max_by_key(|(_, times)| *times).map(|(why, _)| why)
}

#[cfg(test)]
mod tests {
    use protocol::{RunId, SideView};

    use super::*;

    fn metric(name: &str, change: f64, verdict: Verdict) -> MetricVerdict {
        let spec = protocol::metric(name).expect("a known metric");
        MetricVerdict {
            name: name.into(),
            unit: spec.unit.into(),
            direction: spec.direction,
            base: SideView { n: 10, median: Some(100.0) },
            candidate: SideView { n: 10, median: Some(100.0 * (1.0 + change)) },
            change: Some(change),
            ci95: Some([change - 0.01, change + 0.01]),
            p: Some(0.002),
            noise_floor: None,
            threshold: 0.05,
            verdict,
            why: "the interval crosses the threshold, measure more runs".into(),
            base_values: vec![100.0; 10],
            candidate_values: vec![100.0 * (1.0 + change); 10],
        }
    }

    fn view(verdict: Verdict, metrics: Vec<MetricVerdict>) -> ComparisonView {
        ComparisonView {
            scope: Scope::WithinSession,
            verdict,
            base: vec![RunId::from("a")],
            candidate: vec![RunId::from("b")],
            min_effect: 0.05,
            metrics,
            differences: Vec::new(),
            synthetic: false,
            emulated: false,
        }
    }

    fn check(verdict: Verdict, metrics: Vec<MetricVerdict>, expect: &str) {
        assert_eq!(sentence(&view(verdict, metrics)), expect);
    }

    #[test]
    fn the_verdict_is_a_sentence() {
        use Verdict::{Improved, Inconclusive, Regressed, Unchanged};
        let heap = || metric("heap_peak_bytes", 0.167, Regressed);
        let rate = || metric("tokens_per_s", 0.131, Improved);
        let total = || metric("total_ms", 0.004, Unchanged);
        check(Regressed, vec![total(), heap()], "The candidate is worse in heap peak (+16.7 %)");
        check(
            Regressed,
            vec![rate(), heap()],
            "The candidate is worse in heap peak (+16.7 %), and better in token rate (+13.1 %)",
        );
        check(
            Improved,
            vec![rate(), total()],
            "The candidate is better in token rate (+13.1 %), and worse in nothing",
        );
        check(Unchanged, vec![total()], "Nothing changed by as much as 5 %");
        let noisy = MetricVerdict { threshold: 0.09, noise_floor: Some(0.09), ..total() };
        check(Unchanged, vec![noisy], "Nothing changed by more than runs of the same thing do");
        check(
            Inconclusive,
            vec![metric("total_ms", 0.04, Inconclusive)],
            "The measurements do not decide: the interval crosses the threshold, measure more runs",
        );
        check(Inconclusive, Vec::new(), "The measurements do not decide");
    }

    #[test]
    fn the_scope_is_said_honestly() {
        let one = view(Verdict::Unchanged, vec![metric("total_ms", 0.0, Verdict::Unchanged)]);
        assert_eq!(
            scope(&one),
            "Within one session, 10 repetitions against 10: says nothing about another day"
        );
        let many = ComparisonView {
            scope: Scope::BetweenRuns,
            base: ["a", "b", "c"].map(RunId::from).to_vec(),
            ..one
        };
        assert_eq!(scope(&many), "Between runs, 3 against 1");
    }

    #[test]
    fn the_worst_comes_first_whichever_way_is_better() {
        use Verdict::{Improved, Inconclusive, Regressed, Unchanged};
        let metrics = [
            metric("ttft_ms", -0.2, Improved),
            metric("total_ms", 0.01, Unchanged),
            metric("tokens_per_s", -0.3, Regressed),
            metric("heap_peak_bytes", 0.1, Regressed),
            metric("energy_mj", 0.05, Inconclusive),
        ];
        let names: Vec<&str> = worst_first(&metrics).iter().map(|m| m.name.as_str()).collect();
        assert_eq!(names, ["tokens_per_s", "heap_peak_bytes", "energy_mj", "total_ms", "ttft_ms"]);
    }

    #[test]
    fn an_absent_interval_says_why() {
        let whole = metric("total_ms", 0.1, Verdict::Regressed);
        assert_eq!(no_interval(&whole), None);
        let few = MetricVerdict { ci95: None, base: SideView { n: 3, ..whole.base }, ..whole };
        assert_eq!(no_interval(&few).unwrap(), "3 values a side are too few for 95 %");
        let zero = MetricVerdict { change: None, ..few };
        assert_eq!(no_interval(&zero).unwrap(), "no percentage of a base median of zero");
    }

    #[test]
    fn probabilities_stop_where_nobody_cares() {
        for (p, expect) in [(0.0003, "< 0.001"), (0.0123, "0.012"), (0.41, "0.41")] {
            assert_eq!(probability(p), expect);
        }
    }
}
