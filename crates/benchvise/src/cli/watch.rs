//! `benchvise watch`

use std::time::Duration;

use protocol::{Command, Reply, RunDetail, RunStatus};

use super::out::{self, Answer, Trouble};
use super::runs::{describe, status};
use super::start::Context;
use protocol::numbers::short;

/// What is handed over is on the disk after about 400 ms; looking about as often misses nothing.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Follows a run through the store, so that it may be recorded by another program.
pub(crate) fn watch(context: &Context, selector: &str) -> Result<Answer, Trouble> {
    let mut run = look(context, selector)?;
    let id = run.summary.run.0.clone();
    let mut said = String::new();
    while run.summary.status == RunStatus::Recording {
        let line = line(&run);
        if line != said {
            // With --json, standard output is for the one document.
            match context.json {
                true => out::remark(&line),
                false => out::text(&line)?,
            }
            said = line;
        }
        std::thread::sleep(LOOK_EVERY);
        run = look(context, &id)?;
    }
    if context.json {
        out::document("run", serde_json::json!({ "run": out::value(&run)? }))?;
    } else {
        out::text(&describe(&run))?;
    }
    Ok(Answer::Done)
}

fn look(context: &Context, selector: &str) -> Result<Box<RunDetail>, Trouble> {
    match context.send(Command::ShowRun { selector: selector.to_owned() })? {
        Reply::Run(run) => Ok(run),
        _ => Err(Trouble::unexpected()),
    }
}

fn line(run: &RunDetail) -> String {
    let done = run.repetitions.iter().filter(|repetition| repetition.counts()).count();
    let last = run.repetitions.iter().rev().find(|repetition| !repetition.values.is_empty());
    let figure = |name: &str, unit: &str| {
        let value = last.and_then(|repetition| repetition.values.get(name));
        value.map(|value| format!(", {} {unit}", short(*value))).unwrap_or_default()
    };
    let tokens = run.repetitions.last().map_or(0, |repetition| repetition.tokens.len());
    format!(
        "{} {}: {done} of {} repetitions, {tokens} tokens of this one{}{}",
        run.summary.run,
        status(run.summary.status),
        run.spec.repetitions,
        figure("ttft_ms", "ms to the first token"),
        figure("tokens_per_s", "tok/s"),
    )
}
