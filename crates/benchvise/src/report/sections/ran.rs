//! What ran, on what, under which circumstances.

use std::collections::BTreeSet;

use protocol::{RunDetail, RunStatus};

use crate::report::Report;
use crate::report::escape::escape;
use crate::report::figure::NONE;
use crate::report::parts::{Cells, missing, row, run_labels, table};
use protocol::moment::moment;

/// The section; says so where nothing ran.
pub(crate) fn section(report: &Report) -> String {
    let mut out = String::from("<section id=\"ran\"><h2>What ran</h2>");
    if !report.model_note.is_empty() {
        out += &format!("<p>{}</p>", escape(&report.model_note));
    }
    if report.runs.is_empty() {
        out += &missing("No run was recorded.");
        return out + "</section>\n";
    }
    let rows: Vec<String> = report.runs.iter().map(|(title, run)| line(title, run)).collect();
    out += &table(
        Cells::Words,
        "Runs in this report",
        &["run", "model", "weights", "board", "tokens", "repetitions", "status", "began", "id"],
        &rows.concat(),
    );
    out += &fingerprints(report);
    out + "</section>\n"
}

fn line(title: &str, run: &RunDetail) -> String {
    let (spec, summary) = (&run.spec, &run.summary);
    let counted = run.repetitions.iter().filter(|repetition| repetition.counts()).count();
    let warmups = run.repetitions.len() - counted;
    let repetitions = match counted == spec.repetitions as usize {
        true => counted.to_string(),
        false => format!("{counted} of {}", spec.repetitions),
    };
    row(
        &format!("{}{}", escape(title), run_labels(run)),
        &[
            escape(&summary.model),
            format!("{}-bit", spec.bits.count()),
            escape(&summary.board),
            spec.tokens.to_string(),
            format!("{repetitions} <span class=\"quiet\">+ {warmups} warm-up</span>"),
            status(summary.status).to_owned(),
            moment(summary.created_ms),
            format!("<code>{}</code>", escape(&summary.run.0)),
        ],
    )
}

/// A status in a word.
pub(crate) fn status(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Recording => "still recording",
        RunStatus::Complete => "complete",
        RunStatus::Aborted => "aborted",
        RunStatus::Lost => "lost",
    }
}

/// All circumstances, folded; the lines that are not the same in every run are marked.
fn fingerprints(report: &Report) -> String {
    let keys: BTreeSet<&String> =
        report.runs.iter().flat_map(|(_, run)| run.fingerprint.keys()).collect();
    if keys.is_empty() {
        return missing("No circumstances were kept with these runs.");
    }
    let mut rows = String::new();
    let mut differing = 0;
    for key in keys {
        let values: Vec<Option<&String>> =
            report.runs.iter().map(|(_, run)| run.fingerprint.get(key)).collect();
        let same = values.windows(2).all(|pair| pair.first() == pair.last());
        let key = match same {
            true => escape(key),
            false => {
                differing += 1;
                format!("{} <span class=\"differs\">differs</span>", escape(key))
            }
        };
        let cells: Vec<String> = values
            .iter()
            .map(|value| {
                value.map_or_else(
                    || NONE.to_owned(),
                    |value| format!("<code>{}</code>", escape(value)),
                )
            })
            .collect();
        rows += &row(&key, &cells);
    }
    let titles: Vec<String> = report.runs.iter().map(|(title, _)| escape(title)).collect();
    let mut head = vec!["fact"];
    head.extend(titles.iter().map(String::as_str));
    format!(
        "<details><summary>Fingerprint: the circumstances of every run{}</summary>{}</details>",
        match differing {
            0 => String::new(),
            some => format!(" ({some} not the same in all)"),
        },
        table(Cells::Words, "Circumstances of every run", &head, &rows)
    )
}
