//! Small pieces of the page that several sections use.

use protocol::{RunDetail, RunId, Scope, Verdict, metric};

use super::Report;
use super::escape::escape;

/// What a figure must never be read without.
pub(crate) fn labels(synthetic: bool, emulated: bool) -> String {
    let mut labels = String::new();
    if synthetic {
        labels.push_str(
            " <strong class=\"label\" title=\"The model was made from a seed: real computation, meaningless text\">SYNTHETIC</strong>",
        );
    }
    if emulated {
        labels.push_str(
            " <strong class=\"label\" title=\"The board or its meter is emulated: this is no figure of hardware\">EMULATED</strong>",
        );
    }
    labels
}

/// The same for a run.
pub(crate) fn run_labels(run: &RunDetail) -> String {
    labels(run.summary.synthetic, run.summary.emulated)
}

/// A verdict as icon and word.
pub(crate) fn verdict(verdict: Verdict) -> String {
    // Paths in a box of 16: a tick, an exclamation mark, an equals sign, a wave.
    let (class, word, path) = match verdict {
        Verdict::Improved => ("improved", "improved", "M3.5 8.5 6.5 11.5 12.5 4.5"),
        Verdict::Regressed => ("regressed", "regressed", "M8 3V9M8 12.4V12.6"),
        Verdict::Unchanged => ("unchanged", "unchanged", "M4 6.2H12M4 9.8H12"),
        Verdict::Inconclusive => ("inconclusive", "inconclusive", "M3 9C5 5 7 5 8 8S11 11 13 7"),
    };
    format!(
        "<span class=\"verdict {class}\"><svg class=\"icon\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"{path}\"/></svg>{word}</span>"
    )
}

/// What a person calls a metric.
pub(crate) fn title(name: &str) -> String {
    metric(name).map_or_else(|| escape(name), |spec| spec.title.to_owned())
}

/// The same without escaping, for places that escape themselves.
pub(crate) fn raw_title(name: &str) -> &str {
    metric(name).map_or(name, |spec| spec.title)
}

/// What a run shows, escaped; its id where the report does not hold it.
pub(crate) fn run_title(report: &Report, run: &RunId) -> String {
    let known = report.runs.iter().find(|(_, detail)| detail.summary.run == *run);
    known.map_or_else(|| format!("run {}", escape(&run.0)), |(title, _)| escape(title))
}

/// Several runs: their titles, joined.
pub(crate) fn side_title(report: &Report, runs: &[RunId]) -> String {
    let titles: Vec<String> = runs.iter().map(|run| run_title(report, run)).collect();
    if titles.is_empty() { "no run".to_owned() } else { titles.join(", ") }
}

/// A scope in a word or two.
pub(crate) fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::WithinSession => "within one session",
        Scope::BetweenRuns => "between runs",
    }
}

/// What stands in a table's cells.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Cells {
    /// Figures, set to the right.
    Figures,
    /// Words, set to the left.
    Words,
}

/// A table that scrolls sideways in its own box. `caption` is plain text, `head` and `rows` HTML.
pub(crate) fn table(cells: Cells, caption: &str, head: &[&str], rows: &str) -> String {
    let class = if cells == Cells::Words { " class=\"words\"" } else { "" };
    let caption = escape(caption);
    let head: Vec<String> =
        head.iter().map(|cell| format!("<th scope=\"col\">{cell}</th>")).collect();
    format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{caption}\"><table{class}><caption><span>{caption}</span></caption><thead><tr>{}</tr></thead><tbody>{rows}</tbody></table></div>",
        head.concat()
    )
}

/// One row of a table: its heading, then its cells, which are HTML already.
pub(crate) fn row(heading: &str, cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
    format!("<tr><th scope=\"row\">{heading}</th>{}</tr>", cells.concat())
}

/// Says what is missing and why.
pub(crate) fn missing(text: &str) -> String {
    format!("<p class=\"missing\">{}</p>", escape(text))
}

/// "1 repetition", "10 repetitions".
pub(crate) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
