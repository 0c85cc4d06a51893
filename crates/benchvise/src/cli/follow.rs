//! Waits for a run or a job, shows how it goes, and stops it on Ctrl-C.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use engine::Next;
use protocol::{
    Code, Command, Event, Failure, JobId, JobOutcome, Reply, RunId, RunStatus, Severity,
};

use super::bench::Listener;
use super::out::{Trouble, printable, remark};
use super::start::Context;

/// How often Ctrl-C was pressed.
static INTERRUPTS: AtomicU32 = AtomicU32::new(0);

/// From now on Ctrl-C stops what goes on; the second one ends the program.
pub(crate) fn catch_interrupts() {
    let caught = ctrlc::set_handler(|| {
        if INTERRUPTS.fetch_add(1, Ordering::Relaxed) > 0 {
            std::process::exit(130);
        }
    });
    if let Err(error) = caught {
        tracing::debug!(%error, "Ctrl-C is handled already, or cannot be");
    }
}

pub(crate) fn interrupted() -> bool {
    INTERRUPTS.load(Ordering::Relaxed) > 0
}

/// A line on a terminal that is written over; nothing where nobody watches.
pub(crate) struct Progress {
    shown: bool,
    width: usize,
}

impl Progress {
    pub(crate) fn new(context: &Context) -> Self {
        let shown = std::io::stderr().is_terminal() && !context.quiet && !context.json;
        Progress { shown, width: 0 }
    }

    fn show(&mut self, line: &str) {
        if self.shown {
            // A document's name may be in it, and the line must stay one.
            let line = printable(line).replace(['\n', '\t'], " ");
            let width = line.chars().count();
            let blank = " ".repeat(self.width.saturating_sub(width));
            self.width = width;
            let mut err = std::io::stderr().lock();
            drop(write!(err, "\r{line}{blank}").and_then(|()| err.flush()));
        }
    }

    /// Takes the line away.
    pub(crate) fn clear(&mut self) {
        if self.shown && self.width > 0 {
            self.show("");
            drop(write!(std::io::stderr().lock(), "\r"));
            self.width = 0;
        }
    }
}

/// Shows a notice, unless asked to be quiet. Returns its text.
fn notice(context: &Context, severity: Severity, text: &str, hint: Option<&str>) -> String {
    let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
    let line = format!("{text}{hint}");
    if !context.quiet {
        let word = match severity {
            Severity::Info => "note",
            Severity::Warning => "warning",
        };
        remark(&format!("{word}: {line}"));
    }
    line
}

/// How a followed run ended.
pub(crate) struct Followed {
    pub(crate) run: RunId,
    pub(crate) status: RunStatus,
    pub(crate) failure: Option<Failure>,
    pub(crate) warnings: Vec<String>,
}

/// How long the rest takes if it goes on as it went, in words; `None` where that is not known yet.
fn time_left(gone: Duration, done: u64, total: u64) -> Option<String> {
    if done < 3 || gone < Duration::from_secs(3) || total <= done {
        return None;
    }
    let seconds = gone.as_secs_f64() * (total - done) as f64 / done as f64;
    Some(match seconds {
        few if few < 90.0 => format!(", {few:.0} s left"),
        many if many < 5400.0 => format!(", {:.0} min left", many / 60.0),
        more => format!(", {:.1} h left", more / 3600.0),
    })
}

/// Starts a run and waits until it is over.
pub(crate) fn run(context: &Context, spec: protocol::RunSpec) -> Result<Followed, Trouble> {
    let mut ended = runs(context, vec![spec])?;
    ended.pop().ok_or_else(Trouble::unexpected)
}

/// Starts runs that take turns and waits until all are over; in the order they were asked for.
pub(crate) fn runs(
    context: &Context,
    specs: Vec<protocol::RunSpec>,
) -> Result<Vec<Followed>, Trouble> {
    catch_interrupts();
    let events = context.listen()?;
    let Reply::RunsStarted { runs } = context.send(Command::StartInterleaved { specs })? else {
        return Err(Trouble::unexpected());
    };
    let mut progress = Progress::new(context);
    let mut warnings = Vec::new();
    let mut ended = Vec::new();
    let mut stopping = false;
    while ended.len() < runs.len() {
        if interrupted() && !stopping {
            stopping = true;
            for run in &runs {
                // It may have ended by itself a moment ago.
                drop(context.send(Command::StopRun { run: run.clone() }));
            }
        }
        let next = events.next(Duration::from_millis(100));
        let event = match next.map_err(|failure| with_way_back(context, failure, &runs))? {
            Next::Event(event) => event,
            Next::Quiet => continue,
            Next::Behind(_) => {
                for run in &runs {
                    if ended.iter().all(|known: &Followed| known.run != *run) {
                        ended.extend(missed(context, run, &warnings)?);
                    }
                }
                continue;
            }
        };
        match event {
            Event::RunProgressed {
                run,
                doing,
                repetitions_done,
                repetitions,
                tokens,
                tokens_per_s,
            } if runs.contains(&run) => {
                let rate =
                    tokens_per_s.map(|rate| format!(", {rate:.0} tok/s")).unwrap_or_default();
                progress.show(&format!(
                    "{doing}: repetition {} of {repetitions}, {tokens} tokens{rate}",
                    (repetitions_done + 1).min(repetitions)
                ));
            }
            Event::RunFinished { run, status, failure } if runs.contains(&run) => {
                progress.clear();
                ended.push(Followed { run, status, failure, warnings: warnings.clone() });
            }
            Event::Notice { severity, text, hint } => {
                progress.clear();
                warnings.push(notice(context, severity, &text, hint.as_deref()));
            }
            _ => {}
        }
    }
    let place = |of: &Followed| runs.iter().position(|run| *run == of.run);
    ended.sort_by_key(place);
    Ok(ended)
}

/// A host that was given up records on: how to see what becomes of it.
fn with_way_back(context: &Context, failure: Failure, runs: &[RunId]) -> Failure {
    let Some(away) = context.away() else { return failure };
    let each = runs.iter().map(|run| {
        format!("`benchvise --remote {} watch {run}` follows it", away.host().address())
    });
    let ways = each.collect::<Vec<_>>().join("; ");
    let hint = failure.hint.as_ref().map(|hint| format!("{hint}; {ways}")).unwrap_or(ways);
    Failure { hint: Some(hint), ..failure }
}

/// How a run ended whose end may have been missed; `None` while it goes on.
fn missed(
    context: &Context,
    run: &RunId,
    warnings: &[String],
) -> Result<Option<Followed>, Trouble> {
    let Reply::Run(detail) = context.send(Command::ShowRun { selector: run.0.clone() })? else {
        return Err(Trouble::unexpected());
    };
    let status = detail.summary.status;
    if status == RunStatus::Recording {
        return Ok(None);
    }
    let failure = detail
        .summary
        .reason
        .filter(|_| status != RunStatus::Complete)
        .map(|reason| Failure::new(Code::Internal, reason));
    Ok(Some(Followed { run: run.clone(), status, failure, warnings: warnings.to_vec() }))
}

/// Waits until a job that `command` begins is over.
pub(crate) fn job(
    context: &Context,
    command: Command,
) -> Result<(JobOutcome, Vec<String>), Trouble> {
    catch_interrupts();
    let events = context.listen()?;
    let Reply::JobStarted { job } = context.send(command)? else {
        return Err(Trouble::unexpected());
    };
    wait(context, &events, job, None)
}

/// The same with a deadline, after which the job is cancelled.
pub(crate) fn job_within(
    context: &Context,
    command: Command,
    limit: Duration,
) -> Result<(JobOutcome, Vec<String>), Trouble> {
    let events = context.listen()?;
    let Reply::JobStarted { job } = context.send(command)? else {
        return Err(Trouble::unexpected());
    };
    wait(context, &events, job, Some(std::time::Instant::now() + limit))
}

fn wait(
    context: &Context,
    events: &Listener<'_>,
    job: JobId,
    until: Option<std::time::Instant>,
) -> Result<(JobOutcome, Vec<String>), Trouble> {
    let began = std::time::Instant::now();
    let mut progress = Progress::new(context);
    let mut warnings = Vec::new();
    let mut stopping = false;
    loop {
        let late = until.is_some_and(|until| std::time::Instant::now() > until);
        if (interrupted() || late) && !stopping {
            stopping = true;
            // It may have ended by itself a moment ago.
            drop(context.send(Command::Cancel { job }));
        }
        let event = match events.next(Duration::from_millis(100))? {
            Next::Event(event) => event,
            Next::Quiet => continue,
            // What a job made is told once; it may have been told meanwhile.
            Next::Behind(_) if goes_on(context, job)? => continue,
            Next::Behind(_) => {
                progress.clear();
                let said = "this program could not hear it when the job ended, and what it made is told once";
                let failure = Failure::new(Code::Internal, said);
                let hint = "run it again; documents that were compressed are remembered";
                return Err(failure.with_hint(hint).into());
            }
        };
        match event {
            Event::JobProgressed { job: of, doing, done, total } if of == job => {
                let share = match total {
                    0 => String::new(),
                    total => format!(" {} %", done * 100 / total),
                };
                let left = time_left(began.elapsed(), done, total).unwrap_or_default();
                progress.show(&format!("{doing}{share}{left}"));
            }
            Event::RunProgressed { doing, tokens_per_s, .. } => {
                let rate =
                    tokens_per_s.map(|rate| format!(", {rate:.0} tok/s")).unwrap_or_default();
                progress.show(&format!("{doing}{rate}"));
            }
            Event::JobFinished { job: of, outcome } if of == job => {
                progress.clear();
                return Ok((outcome, warnings));
            }
            Event::Notice { severity, text, hint } => {
                progress.clear();
                warnings.push(notice(context, severity, &text, hint.as_deref()));
            }
            _ => {}
        }
    }
}

/// Whether a job is still at work. A host that was started anew gives no number a second time.
fn goes_on(context: &Context, job: JobId) -> Result<bool, Trouble> {
    let Reply::Snapshot(snapshot) = context.send(Command::Snapshot)? else {
        return Err(Trouble::unexpected());
    };
    Ok(snapshot.jobs.iter().any(|view| view.job == job))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_that_is_left_is_said_once_it_can_be_known() {
        let left = |gone: u64, done, total| time_left(Duration::from_secs(gone), done, total);
        assert_eq!(left(1, 5, 10), None);
        assert_eq!(left(10, 1, 10), None);
        assert_eq!(left(10, 10, 10), None);
        assert_eq!(left(10, 5, 10).as_deref(), Some(", 10 s left"));
        assert_eq!(left(60, 10, 100).as_deref(), Some(", 9 min left"));
        assert_eq!(left(600, 10, 100).as_deref(), Some(", 1.5 h left"));
    }
}
