//! `benchvise runs`, `show`, `note`, `tag`, `untag`, `delete`, `undelete`

use protocol::{Command, Reply, RunDetail, RunFilter, RunKind, RunStatus, RunSummary};
use serde_json::json;

use super::args::RunsArgs;
use super::out::{self, Answer, Trouble, printable};
use super::start::Context;
use super::table::{Align, Table};
use protocol::moment::moment;
use protocol::numbers::{short, with_unit};

pub(crate) fn list(context: &Context, args: RunsArgs) -> Result<Answer, Trouble> {
    let text = Some(args.filter.join(" ")).filter(|text| !text.is_empty());
    let filter = RunFilter {
        text,
        deleted: args.deleted,
        limit: args.limit,
        offset: args.offset,
        ..RunFilter::default()
    };
    let Reply::Runs { runs, total } = context.send(Command::ListRuns { filter })? else {
        return Err(Trouble::unexpected());
    };
    if context.json {
        out::document("runs", json!({ "runs": out::value(&runs)?, "total": total }))?;
        return Ok(Answer::Done);
    }
    if runs.is_empty() {
        out::text(match (args.deleted, args.filter.is_empty()) {
            (true, _) => "nothing is deleted",
            (false, false) => "no run fits that; `benchvise runs` lists all of them",
            (false, true) => "no runs yet; `benchvise profile` records one",
        })?;
        return Ok(Answer::Done);
    }
    let mut table = Table::new(&[
        ("RUN", Align::Left),
        ("WHEN", Align::Left),
        ("KIND", Align::Left),
        ("STATUS", Align::Left),
        ("BOARD", Align::Left),
        ("MODEL", Align::Left),
        ("TTFT ms", Align::Right),
        ("TOK/S", Align::Right),
        ("NOTE", Align::Left),
    ]);
    for run in &runs {
        table.row(row(run));
    }
    let mut text = table.text();
    if total > runs.len() as u64 {
        text += &format!("{} of {total}; --limit and --offset show the others\n", runs.len());
    }
    out::text(&text)?;
    Ok(Answer::Done)
}

fn row(run: &RunSummary) -> Vec<String> {
    let number = |name: &str| run.headline.get(name).map_or("–".into(), |value| short(*value));
    let tags = run.tags.iter().map(|(key, value)| format!("{key}={value}"));
    let notes: Vec<String> = tags.chain(run.note.clone()).collect();
    vec![
        run.run.to_string(),
        moment(run.created_ms),
        kind(run.kind).into(),
        status(run.status).into(),
        format!("{}{}", run.board, if run.emulated { " (emulated)" } else { "" }),
        run.model.clone(),
        number("ttft_ms"),
        match run.rate() {
            Some((metric, rate)) if metric.name != "tokens_per_s" => with_unit(rate, metric.unit),
            _ => number("tokens_per_s"),
        },
        notes.join(" "),
    ]
}

fn kind(kind: RunKind) -> &'static str {
    match kind {
        RunKind::Profile => "profile",
        RunKind::FitFull => "fit, in full",
        RunKind::FitCompressed => "fit, compressed",
    }
}

pub(crate) fn status(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Recording => "recording",
        RunStatus::Complete => "complete",
        RunStatus::Aborted => "aborted",
        RunStatus::Lost => "lost",
    }
}

pub(crate) fn show(context: &Context, selector: String) -> Result<Answer, Trouble> {
    let Reply::Run(run) = context.send(Command::ShowRun { selector })? else {
        return Err(Trouble::unexpected());
    };
    if context.json {
        out::document("run", json!({ "run": out::value(&run)? }))?;
    } else {
        let mut text = describe(&run);
        text += "\ncircumstances\n";
        for (key, value) in &run.fingerprint {
            text += &format!("  {key}: {value}\n");
        }
        out::text(&printable(&text))?;
    }
    Ok(Answer::Done)
}

/// A run as a person reads it: what, what came out, what it wrote.
pub(crate) fn describe(run: &RunDetail) -> String {
    let summary = &run.summary;
    // What a board runs by itself has the precision it has.
    let bits = summary.bits.map(|bits| format!(", {} bit", bits.count())).unwrap_or_default();
    let mut text = format!(
        "run {}  {}  {}\n{} on {}{bits}",
        summary.run,
        moment(summary.created_ms),
        status(summary.status),
        summary.model,
        summary.board,
    );
    if summary.synthetic {
        text += "  SYNTHETIC: random weights, the text means nothing";
    }
    if summary.emulated {
        text += "  EMULATED: not a hardware figure";
    }
    text.push('\n');
    if let Some(reason) = &summary.reason {
        text += &format!("ended: {reason}\n");
    }
    if let Some(fit) = &run.fit {
        text += &format!("one side of fit {fit}\n");
    }
    if let Some(note) = &summary.note {
        text += &format!("note: {note}\n");
    }
    text.push('\n');
    text += &super::profile::metrics(run);
    if run.median("tokens").is_some_and(|made| made < f64::from(run.spec.tokens)) {
        text += &format!(
            "fewer than the {} tokens asked for: the text ended, or the window was full\n",
            run.spec.tokens
        );
    }
    text += &energy(run);
    if let Some(written) = run.text.as_ref().filter(|text| !text.is_empty()) {
        text += &format!("\n{written}\n");
    }
    printable(&text)
}

/// What measured the energy and how, or why there is none.
fn energy(run: &RunDetail) -> String {
    let fact = |key: &str| run.fingerprint.get(key).map(String::as_str);
    let Some(meter) = fact("meter.name") else {
        return match run.median("energy_mj") {
            Some(_) => String::new(),
            None => "energy: not measured (no counter this program can read)\n".into(),
        };
    };
    let number = |key: &str| fact(key).and_then(|text| text.parse::<f64>().ok());
    let mut text = format!("power by {meter}");
    if fact("meter.emulated") == Some("true") {
        text += ", EMULATED";
    }
    if let Some(method) = fact("meter.aligned_by") {
        text += &format!("; placed on the board's time by {method}");
        match number("meter.uncertainty_ms") {
            Some(ms) => text += &format!(", ± {}", with_unit(ms, "ms")),
            None => text += ", by how much is unknown",
        }
    }
    if let Some(unseen) = fact("meter.trigger") {
        text += &format!("; {unseen}");
    }
    text += "\n";
    match number("meter.idle_mw").zip(number("meter.idle_s")) {
        Some((mw, s)) => {
            text += &format!("idle board: {} over {}\n", with_unit(mw, "mW"), with_unit(s, "s"));
        }
        None => text += "idle board: not measured, so energy above idle is missing\n",
    }
    if let Some(lost) = number("meter.lost_samples").filter(|lost| *lost > 0.0) {
        let samples = number("meter.samples").unwrap_or(0.0);
        text += &format!("{lost:.0} of {:.0} samples of the meter were lost\n", samples + lost);
    }
    if let Some(ended) = fact("meter.ended") {
        text += &format!("the meter stopped before the run did: {ended}\n");
    }
    if let Some(without) = fact("meter.without_energy") {
        text += &format!("without energy: {without}\n");
    }
    text
}

pub(crate) fn note(context: &Context, selector: String, text: String) -> Result<Answer, Trouble> {
    let note = Some(text).filter(|text| !text.trim().is_empty());
    context.send(Command::NoteRun { selector, note })?;
    if context.json {
        out::document("note", json!({}))?;
    }
    Ok(Answer::Done)
}

/// Puts a label on a run; no value takes it off.
pub(crate) fn tag(
    context: &Context,
    selector: String,
    key: String,
    value: Option<String>,
) -> Result<Answer, Trouble> {
    let name = if value.is_some() { "tag" } else { "untag" };
    context.send(Command::TagRun { selector, key, value })?;
    if context.json {
        out::document(name, json!({}))?;
    }
    Ok(Answer::Done)
}

pub(crate) fn delete(context: &Context, selector: String) -> Result<Answer, Trouble> {
    selected(
        context,
        "delete",
        Command::DeleteRun { selector },
        "deleted for now; `benchvise undelete` brings it back within 30 days",
    )
}

pub(crate) fn undelete(context: &Context, selector: String) -> Result<Answer, Trouble> {
    selected(context, "undelete", Command::UndeleteRun { selector }, "is back")
}

fn selected(
    context: &Context,
    name: &str,
    command: Command,
    said: &str,
) -> Result<Answer, Trouble> {
    let Reply::Selected(runs) = context.send(command)? else {
        return Err(Trouble::unexpected());
    };
    if context.json {
        out::document(name, json!({ "runs": out::value(&runs)? }))?;
    } else {
        out::text(&runs.iter().map(|run| format!("{run} {said}\n")).collect::<String>())?;
    }
    Ok(Answer::Done)
}
