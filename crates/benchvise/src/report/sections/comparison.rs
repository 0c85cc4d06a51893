//! One comparison: the verdict, the forest, the numbers, what differed.

use protocol::{ComparisonView, MetricVerdict, Scope, Verdict};

use crate::report::Report;
use crate::report::escape::escape;
use crate::report::figure::{NONE, change, change_span, probability, quantity, share};
use crate::report::parts::{
    Cells, labels, missing, raw_title, row, side_title, table, title, verdict,
};
use crate::report::svg::forest;

/// The article of one comparison.
pub(crate) fn article(report: &Report, question: &str, view: &ComparisonView) -> String {
    let labels = labels(view.synthetic, view.emulated);
    let (base, candidate) = (side_title(report, &view.base), side_title(report, &view.candidate));
    let mut out = format!(
        "<article class=\"comparison\"><h3>{}{labels}</h3><p class=\"answer\">{} <span>{}</span></p>\
         <p class=\"sub\">Base: <b>{base}</b>. Candidate: <b>{candidate}</b>. A change counts from ±{} on.</p>",
        escape(question),
        verdict(view.verdict),
        summary(view),
        share(view.min_effect),
    );
    if view.metrics.is_empty() {
        out += &missing("The two sides have no metric in common, so nothing was compared.");
    } else {
        out += &plot(view);
        out += &numbers(view, &labels);
    }
    out += &format!("<p class=\"small\">{}</p>", explained(view.scope));
    out += &differences(view);
    out + "</article>\n"
}

/// "2 improved, 1 regressed, …", over the metrics.
fn summary(view: &ComparisonView) -> String {
    let count = |wanted| view.metrics.iter().filter(|metric| metric.verdict == wanted).count();
    let parts: Vec<String> = [
        (Verdict::Improved, "improved"),
        (Verdict::Regressed, "regressed"),
        (Verdict::Unchanged, "unchanged"),
        (Verdict::Inconclusive, "inconclusive"),
    ]
    .into_iter()
    .filter(|(wanted, _)| count(*wanted) > 0)
    .map(|(wanted, word)| format!("{} {word}", count(wanted)))
    .collect();
    match view.metrics.len() {
        0 => String::new(),
        1 => "one metric compared".to_owned(),
        metrics => format!("of {metrics} metrics: {}", parts.join(", ")),
    }
}

fn explained(scope: Scope) -> &'static str {
    match scope {
        Scope::WithinSession => {
            "Scope: within one session. The repetitions of two runs made in one sitting are compared, so this says nothing about another day, another boot or another board."
        }
        Scope::BetweenRuns => {
            "Scope: between runs. Each run counts once, by its median, so this speaks for sessions like these."
        }
    }
}

fn plot(view: &ComparisonView) -> String {
    let scale = forest::scale(view);
    let mut rows = String::new();
    for metric in &view.metrics {
        let better = match metric.direction {
            protocol::Direction::LowerIsBetter => "lower is better",
            protocol::Direction::HigherIsBetter => "higher is better",
            protocol::Direction::Neither => "neither way is better",
        };
        rows += &format!(
            "<div class=\"forest-row\"><div class=\"lane-name\">{}<small>{better}</small></div>{}<div class=\"value\">{}{}</div></div>",
            title(&metric.name),
            forest::row(raw_title(&metric.name), metric, scale),
            metric.change.map_or_else(|| NONE.to_owned(), change),
            verdict(metric.verdict),
        );
    }
    format!(
        "<figure class=\"forest\">{rows}<div class=\"forest-row axis\"><div></div><div>{}<div class=\"xtitle\">change from base, %</div></div><div></div></div>\
         <figcaption><span class=\"key\"><i class=\"swatch-point\"></i>estimated change with its 95 % interval</span>\
         <span class=\"key\"><i class=\"swatch-band\"></i>within the threshold: no change that matters</span></figcaption></figure>",
        forest::axis(scale)
    )
}

fn numbers(view: &ComparisonView, labels: &str) -> String {
    let line = |metric: &MetricVerdict| {
        let median = |side: &protocol::SideView| {
            let median = side.median.map_or_else(|| NONE.to_owned(), |m| quantity(m, &metric.unit));
            escape(&median)
        };
        let ci95 = metric.ci95.map_or_else(|| NONE.to_owned(), change_span);
        row(
            &format!("{}{labels}", title(&metric.name)),
            &[
                median(&metric.base),
                median(&metric.candidate),
                metric.change.map_or_else(|| NONE.to_owned(), change),
                ci95,
                format!("{}&nbsp;/&nbsp;{}", metric.base.n, metric.candidate.n),
                metric.p.map_or_else(|| NONE.to_owned(), |p| escape(&probability(p))),
                metric.noise_floor.map_or_else(|| "not known yet".to_owned(), share),
                format!("±{}", share(metric.threshold)),
                format!("{}<small>{}</small>", verdict(metric.verdict), escape(&metric.why)),
            ],
        )
    };
    let rows: Vec<String> = view.metrics.iter().map(line).collect();
    let head = [
        "metric",
        "base",
        "candidate",
        "change",
        "95 % interval",
        "n",
        "p",
        "noise floor",
        "threshold",
        "verdict, and why",
    ];
    table(
        Cells::Figures,
        "Medians of both sides; change and interval after Hodges and Lehmann, p after Mann and Whitney, two-sided",
        &head,
        &rows.concat(),
    )
}

fn differences(view: &ComparisonView) -> String {
    let heading = "<h4>What differed</h4>";
    if view.differences.is_empty() {
        return format!(
            "{heading}<p>Nothing that is known: both sides ran under the same circumstances.</p>"
        );
    }
    let side = |value: &Option<String>| {
        value
            .as_ref()
            .map_or_else(|| NONE.to_owned(), |value| format!("<code>{}</code>", escape(value)))
    };
    let rows: Vec<String> = view
        .differences
        .iter()
        .map(|one| row(&escape(&one.key), &[side(&one.base), side(&one.candidate)]))
        .collect();
    format!(
        "{heading}{}",
        table(
            Cells::Words,
            "Facts that are not the same on both sides",
            &["fact", "base", "candidate"],
            &rows.concat()
        )
    )
}
