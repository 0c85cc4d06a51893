//! What a run's line says in words: its state, its model, its figures, and why one is absent.

use protocol::numbers::with_unit;
use protocol::{DRIVERS, DriverSpec, RunDetail, RunId, RunKind, RunStatus, RunSummary, metric};

use crate::words::{bits_word, model_words};

/// How far it got, in a word.
pub(super) fn status_word(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Recording => "recording",
        RunStatus::Complete => "complete",
        RunStatus::Aborted => "aborted",
        RunStatus::Lost => "lost",
    }
}

/// Why it got no further.
pub(super) fn status_why(run: &RunSummary) -> String {
    let said = match run.status {
        RunStatus::Recording => "It goes on",
        RunStatus::Complete => "All of it was recorded",
        RunStatus::Aborted => "It was stopped, or failed; what was recorded is kept",
        RunStatus::Lost => "Its recorder died; what was recorded is kept",
    };
    match &run.reason {
        Some(reason) => format!("{said}: {reason}"),
        None => said.to_owned(),
    }
}

/// What a run is for.
pub(super) fn kind_word(kind: RunKind) -> &'static str {
    match kind {
        RunKind::Profile => "Profile",
        RunKind::FitFull => "Fit, full text",
        RunKind::FitCompressed => "Fit, compressed",
    }
}

/// A headline figure as the list prints it, or why there is none.
pub(super) fn figure(run: &RunSummary, name: &str) -> Result<String, &'static str> {
    // What makes no tokens makes inferences; the unit says which.
    let found = match name {
        "tokens_per_s" => run.rate(),
        _ => metric(name).zip(run.headline.get(name).copied()),
    };
    let figure = found.map(|(metric, value)| with_unit(value, metric.unit));
    figure.ok_or_else(|| why_absent(run.status, name))
}

/// From where to where something went, the unit said once where it is one: `667 – 701 tok/s`.
pub(super) fn range(low: f64, high: f64, unit: &str) -> String {
    let (low, high) = (with_unit(low, unit), with_unit(high, unit));
    match (low.split_once(' '), high.split_once(' ')) {
        (Some((low, of)), Some((_, same))) if of == same => format!("{low} – {high}"),
        _ => format!("{low} – {high}"),
    }
}

/// Why a run does not have a figure.
pub(super) fn why_absent(status: RunStatus, name: &str) -> &'static str {
    match (status, name) {
        (RunStatus::Recording, _) => "Known once the run is over",
        (_, "energy_mj" | "energy_mj_per_token") => {
            "Not measured: no energy counter could be read and no meter was connected"
        }
        (RunStatus::Aborted | RunStatus::Lost, _) => {
            "Not summed up: the run ended before it was complete"
        }
        (RunStatus::Complete, _) => "Not measured: the board does not report it",
    }
}

/// What a screen reader says of a line.
pub(super) fn said(run: &RunSummary, when: &str) -> String {
    let mut said = format!(
        "Run {}, {when}, {}, {}, {}",
        run.run,
        run.board,
        model_words(run),
        status_word(run.status)
    );
    for name in ["tokens_per_s", "ttft_ms"] {
        if let Ok(figure) = figure(run, name) {
            said += ", ";
            said += &figure;
        }
    }
    for (word, labelled) in [("SYNTHETIC", run.synthetic), ("EMULATED", run.emulated)] {
        if labelled {
            said += ", ";
            said += word;
        }
    }
    said
}

/// A selector that means these runs.
pub(super) fn selector<'a>(runs: impl IntoIterator<Item = &'a RunId>) -> String {
    runs.into_iter().map(RunId::to_string).collect::<Vec<_>>().join(",")
}

/// `1 run`, `12 runs`.
pub(super) fn runs_words(count: u64) -> String {
    match count {
        1 => "1 run".into(),
        count => format!("{} runs", grouped(count)),
    }
}

/// A count with its thousands apart.
pub(super) fn grouped(count: u64) -> String {
    protocol::numbers::grouped(&count.to_string())
}

/// What was asked, as names and values.
pub(super) fn spec_rows(detail: &RunDetail) -> Vec<(&'static str, String)> {
    let spec = &detail.spec;
    let model = match &spec.model {
        protocol::ModelChoice::Files { model, .. } => model.display().to_string(),
        protocol::ModelChoice::Synthetic { seed } => format!("synthetic, seed {seed}"),
        protocol::ModelChoice::OnBoard => "what the board runs".into(),
    };
    let sampler = match spec.temperature {
        t if t <= 0.0 => "greedy".to_owned(),
        t => format!("temperature {t}, top-p {}, seed {}", spec.top_p, spec.seed),
    };
    let prompt = if spec.prompt.is_empty() { "none".into() } else { spec.prompt.clone() };
    let repetitions = format!("{} after {} to warm up", spec.repetitions, spec.warmup);
    let mut rows = vec![("Board", spec.board.clone()), ("Model", model)];
    match &spec.driver {
        DriverSpec::Agent => rows.push(("Precision", bits_word(spec.bits).into())),
        driver => rows.push(("Spoken to as", driver_words(driver))),
    }
    if matches!(spec.driver, DriverSpec::Agent | DriverSpec::Process { .. }) {
        rows.push(("Prompt", prompt));
        rows.push(("Tokens", spec.tokens.to_string()));
    }
    rows.push(("Repetitions", repetitions));
    if spec.driver.is_agent() {
        rows.push(("Sampler", sampler));
    }
    if !spec.stream {
        rows.push(("Sent while running", "nothing: totals alone".into()));
    }
    rows
}

/// A driver and what it was told.
fn driver_words(driver: &DriverSpec) -> String {
    let title = DRIVERS.iter().find(|kind| kind.name == driver.name()).map_or("", |k| k.title);
    let more = match driver {
        DriverSpec::Agent => String::new(),
        DriverSpec::MlperfTiny { inputs, window_s, iterations, .. } => format!(
            "windows of at least {window_s} s and {iterations} inferences, {}",
            match inputs.len() {
                0 => "the input that the board had".into(),
                1 => "one input".into(),
                n => format!("{n} inputs"),
            }
        ),
        DriverSpec::Log { patterns, .. } if patterns.is_empty() => "token rates".into(),
        DriverSpec::Log { patterns, .. } => patterns.join(" · "),
        DriverSpec::Process { program, arguments } => {
            format!("{} {}", program.display(), arguments.join(" ")).trim().to_owned()
        }
    };
    format!("{title}: {more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_says_its_unit_once_where_it_is_one() {
        assert_eq!(range(667.0, 701.0, "tok/s"), "667 – 701 tok/s");
        assert_eq!(range(900.0, 1200.0, "ms"), "900 ms – 1.20 s");
        assert_eq!(range(3.0, 4.0, ""), "3 – 4");
    }

    #[test]
    fn counts_read_naturally() {
        assert_eq!(runs_words(1), "1 run");
        assert_eq!(runs_words(0), "0 runs");
        assert_eq!(runs_words(9999), "9999 runs");
        assert_eq!(runs_words(10_000), "10\u{202f}000 runs");
    }

    #[test]
    fn what_is_absent_says_why() {
        let why = why_absent(RunStatus::Complete, "energy_mj");
        assert!(why.contains("energy counter"));
        assert!(why_absent(RunStatus::Recording, "energy_mj").contains("over"));
        assert!(why_absent(RunStatus::Lost, "ttft_ms").contains("before"));
    }

    #[test]
    fn a_selector_joins_ids_by_commas() {
        assert_eq!(selector(&["a".into(), "b".into()]), "a,b");
    }
}
