//! The three or four facts that matter, in plain words, from the given views alone.

use protocol::{ComparisonView, CompressedDocument, FitView, MetricVerdict, Verdict};

use crate::report::Report;
use crate::report::escape::escape;
use crate::report::figure::{NONE, change, change_span, count, interval, share, significant};
use crate::report::parts::{counted, labels, missing, raw_title, scope, side_title, verdict};

/// Facts shown at most.
const FACTS: usize = 4;

/// The section; never empty.
pub(crate) fn section(report: &Report) -> String {
    let mut facts: Vec<String> = report
        .comparisons
        .iter()
        .map(|(question, view)| compared(report, question, view))
        .collect();
    facts.extend(report.fit.as_ref().map(fitted));
    facts.extend(report.documents.iter().map(|(_, made)| compressed(made)));
    if facts.is_empty() {
        facts.extend(report.runs.iter().map(|(title, run)| {
            let rate = run.median("tokens_per_s").filter(|rate| rate.is_finite());
            fact(
                "Profile",
                "",
                &rate.map_or_else(
                    || NONE.to_owned(),
                    |rate| format!("{}&nbsp;tok/s", significant(rate)),
                ),
                &match rate {
                    Some(_) => format!("is the token rate of {}.", escape(title)),
                    None => format!("{} recorded no token rate.", escape(title)),
                },
                &[],
                &labels(run.summary.synthetic, run.summary.emulated),
            )
        }));
    }
    facts.truncate(FACTS);
    let body = if facts.is_empty() {
        missing(
            "This report holds no run, no comparison and no document; there is nothing to say yet.",
        )
    } else {
        format!("<div class=\"facts\">{}</div>", facts.concat())
    };
    format!("<section id=\"facts\"><h2>In short</h2>{body}</section>\n")
}

/// One fact. All but `kind` is HTML.
fn fact(
    kind: &str,
    badge: &str,
    figure: &str,
    sentence: &str,
    small: &[String],
    labels: &str,
) -> String {
    let small: Vec<String> = small
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| format!("<p class=\"small\">{line}</p>"))
        .collect();
    format!(
        "<article class=\"fact\"><h3>{kind}{labels}</h3><p class=\"big\">{figure}</p>{badge}<p class=\"claim\">{sentence}</p>{}</article>",
        small.concat()
    )
}

/// A metric's change in words; `None` where its verdict does not allow a claim.
fn claim(metric: &MetricVerdict) -> Option<String> {
    if !matches!(metric.verdict, Verdict::Improved | Verdict::Regressed) {
        return None;
    }
    let value = metric.change.filter(|value| value.is_finite())?;
    let by = share(value.abs());
    let more = |up: &'static str, down: &'static str| if value < 0.0 { down } else { up };
    Some(match metric.name.as_str() {
        "tokens_per_s" => format!("{by} {}", more("faster", "slower")),
        "heap_peak_bytes" => format!("peak heap {by} {}", more("larger", "smaller")),
        "ttft_ms" => format!("first token {by} {}", more("later", "sooner")),
        "total_ms" => format!("the whole run {by} {}", more("longer", "shorter")),
        "inter_token_p50_ms" => format!("{by} {} time between tokens", more("more", "less")),
        "energy_mj" => format!("{by} {} energy", more("more", "less")),
        "energy_mj_per_token" => format!("{by} {} energy per token", more("more", "less")),
        name => format!("{} {by} {}", escape(raw_title(name)), more("higher", "lower")),
    })
}

fn compared(report: &Report, question: &str, view: &ComparisonView) -> String {
    let find = |name: &str| view.metrics.iter().find(|metric| metric.name == name);
    let speed =
        ["tokens_per_s", "inter_token_p50_ms", "total_ms", "ttft_ms"].into_iter().find_map(find);
    let space = find("heap_peak_bytes");
    let energy = find("energy_mj_per_token").or_else(|| find("energy_mj"));
    let told: Vec<&MetricVerdict> = [speed, space, energy].into_iter().flatten().collect();
    // Where none of these can be claimed, another metric's change still has to be told.
    let told = match told.iter().any(|metric| claim(metric).is_some()) {
        true => told,
        false => {
            view.metrics.iter().find(|metric| claim(metric).is_some()).map_or(told, |one| vec![one])
        }
    };
    let claims: Vec<String> = told.iter().filter_map(|metric| claim(metric)).collect();
    let (base, candidate) = (side_title(report, &view.base), side_title(report, &view.candidate));
    let lead = told.iter().find(|metric| claim(metric).is_some()).or(told.first());
    let figure = lead.and_then(|metric| metric.change).map_or_else(|| NONE.to_owned(), change);
    let sentence = match claims.as_slice() {
        [] => match view.verdict {
            Verdict::Unchanged => format!(
                "Nothing changed by more than ±{} from <b>{base}</b> to <b>{candidate}</b>.",
                share(
                    view.metrics
                        .iter()
                        .map(|metric| metric.threshold)
                        .fold(view.min_effect, f64::max)
                )
            ),
            _ => format!(
                "The data do not say whether <b>{candidate}</b> differs from <b>{base}</b>."
            ),
        },
        [one] => format!("<b>{candidate}</b> against <b>{base}</b>: {one}."),
        [one, rest @ ..] => {
            format!("<b>{candidate}</b> against <b>{base}</b>: {one}, {}.", rest.join(", "))
        }
    };
    let intervals: Vec<String> = told
        .iter()
        .filter_map(|metric| {
            Some(format!(
                "{} {}",
                crate::report::parts::title(&metric.name),
                change_span(metric.ci95?)
            ))
        })
        .collect();
    let intervals = match intervals.as_slice() {
        [] => "No 95 % interval: too few values.".to_owned(),
        some => format!("95&nbsp;% intervals: {}.", some.join("; ")),
    };
    let n = lead.map_or_else(String::new, |metric| {
        format!(", {} against {}", metric.base.n, metric.candidate.n)
    });
    let of = match view.scope {
        protocol::Scope::WithinSession => "repetitions",
        protocol::Scope::BetweenRuns => "runs",
    };
    fact(
        &escape(question),
        &verdict(view.verdict),
        &figure_with(lead.map_or("", |metric| &metric.name), &figure),
        &sentence,
        &[intervals, format!("Scope: {}{n} {of}.", scope(view.scope))],
        &labels(view.synthetic, view.emulated),
    )
}

/// A figure and what it is of.
fn figure_with(name: &str, figure: &str) -> String {
    if name.is_empty() {
        return figure.to_owned();
    }
    format!("{figure} <span class=\"of\">{}</span>", crate::report::parts::title(name))
}

fn fitted(view: &FitView) -> String {
    let labels = labels(view.synthetic, view.emulated);
    let kind = "What does compressing the document save?";
    let tokens = format!(
        "{} tokens in full, {} compressed, window {}.",
        count(view.full.tokens),
        count(view.compressed.tokens),
        count(view.window_tokens)
    );
    let Some(saved) = &view.saved else {
        let (figure, sentence) = match (view.full.fits, view.compressed.fits) {
            (false, true) => (
                "it fits",
                "In full the document does not fit the model's window; compressed it does.",
            ),
            (false, false) => {
                ("no fit", "The document does not fit the model's window, not even compressed.")
            }
            _ => (NONE, "The two sides were not both run, so nothing is claimed."),
        };
        return fact(kind, "", figure, sentence, &[tokens], &labels);
    };
    let times = [
        ("time to first token", "ms", saved.ttft_ms, view.full.ttft_ms),
        ("of the whole run", "s", saved.total_s, view.full.total_s),
    ];
    let time =
        times.iter().find_map(|(what, unit, saved, full)| Some((what, unit, (*saved)?, full)));
    let Some((what, unit, value, full)) = time else {
        return fact(kind, "", NONE, "No time was measured on both sides.", &[tokens], &labels);
    };
    let part = full
        .filter(|full| full.value > 0.0)
        .map_or_else(String::new, |full| format!(", {} of it", share(value.value / full.value)));
    let sentence = match value.ci95 {
        Some([low, _]) if low > 0.0 => {
            format!("Compressing the document saves this much {what}{part}.")
        }
        Some([_, high]) if high < 0.0 => {
            format!("Compressing the document costs this much {what}.")
        }
        Some(_) => format!("The interval holds zero: no saving of {what} is shown."),
        None => format!("Measured saving of {what}{part}; too few repetitions for an interval."),
    };
    let bounds = value.ci95.map_or_else(
        || "No 95 % interval.".to_owned(),
        |range| format!("95&nbsp;% interval {}.", crate::report::figure::span(range, unit)),
    );
    fact(
        kind,
        "",
        &interval(value.value, None, unit),
        &sentence,
        &[bounds, tokens, "Scope: one session, repetitions in pairs.".to_owned()],
        &labels,
    )
}

fn compressed(made: &CompressedDocument) -> String {
    let name = escape(&made.name);
    let figure = format!("{} → {}", count(made.tokens_in), count(made.tokens_out));
    let dropped = &made.dropped;
    let losses = format!(
        "Lost: {}, {}, {}, {}.",
        counted(dropped.numbers as usize, "number"),
        counted(dropped.entities as usize, "name"),
        counted(dropped.negations as usize, "negation"),
        counted(dropped.sections as usize, "section"),
    );
    let sentence = match (made.tokens_out < made.tokens_in, made.ratio) {
        (true, Some(ratio)) => {
            format!("tokens of <b>{name}</b>: {} times fewer.", significant(ratio))
        }
        (true, None) => format!("tokens of <b>{name}</b>: nothing is left."),
        (false, _) => format!("tokens of <b>{name}</b>: nothing had to go."),
    };
    let refused =
        if made.refused.is_some() { "The budget was not kept to; see below." } else { "" };
    fact(
        "What does compression leave?",
        "",
        &figure,
        &sentence,
        &[losses, refused.to_owned(), format!("Counted by {}.", escape(&made.tokenizer))],
        "",
    )
}
