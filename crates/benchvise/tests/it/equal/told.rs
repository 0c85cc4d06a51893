//! What was heard, without what differs from run to run.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Event, JobId, JobOutcome, Reply, RunId};
use serde_json::Value;

use super::face::Heard;
use crate::support::Bench;

/// Names for the runs that are asked for, in their order.
const RUNS: [&str; 3] = ["killed", "first", "second"];
/// Counts that are the same whenever the same is done; every other number is a figure.
const COUNTED: &[&str] = &[
    "tokens_in",
    "tokens_out",
    "window_tokens",
    "document_budget",
    "budget",
    "repetitions",
    "tokens",
    "warmup",
    "seed",
    "index",
    "id",
    "n",
    "total",
    "runs",
    "line",
    "src",
    "out",
    "at",
    "units",
    "numbers",
    "entities",
    "negations",
    "sections",
    "min_effect",
    "board_wait_s",
    "bits",
];
/// What follows from figures, or from how a program was built and started: whether it is there, and what it
/// says.
const JUDGED: &[&str] = &[
    "verdict",
    "why",
    "change",
    "ci95",
    "p",
    "noise_floor",
    "threshold",
    "commit",
    "default",
    "ttft_ms",
];
/// What begins a notice that other programs may cause at any moment.
const BUSY: &str = "this computer is busy";
/// Circumstances: which are known is compared, not what they are.
const CIRCUMSTANCES: &str = "fingerprint";
/// What can be run on, in a snapshot.
const PORTS: &str = "ports";
/// The one of them that says how a program was built.
const COMMIT: &str = "program.commit";

/// A scenario, to be compared with another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// Answers, in the order of the questions.
    pub(super) answers: Vec<String>,
    /// What happened to each thing, in its order; what repeats itself once.
    pub(super) events: BTreeMap<String, Vec<String>>,
}

impl Told {
    pub(super) fn of(heard: Heard, bench: &Bench) -> Told {
        let names = Names::of(&heard, bench);
        let said = |value: Result<Reply, protocol::Failure>| {
            names.plain(serde_json::to_value(value).unwrap(), "").to_string()
        };
        let answers =
            heard.answers.into_iter().map(|(name, answer)| format!("{name}: {}", said(answer)));
        let answers = answers.collect();
        let mut events = BTreeMap::<String, Vec<String>>::new();
        let mut ports = Vec::new();
        for event in heard.events {
            if let Event::PortsChanged(all) = &event {
                let host = all.iter().filter(|port| port.path == "host");
                ports.extend(host.map(|port| port.state.word().to_owned()));
                continue;
            }
            let Some((subject, line)) = names.line(event) else { continue };
            let lines = events.entry(subject).or_default();
            if lines.last() != Some(&line) {
                lines.push(line);
            }
        }
        // Ports are looked at now and then: what came between two looks is told by nobody.
        ports.sort();
        ports.dedup();
        events.insert("ports".into(), ports);
        Told { answers, events }
    }
}

/// What this scenario's ids and folders are called in every one.
struct Names {
    texts: Vec<(String, String)>,
    /// In their order: the numbers themselves are others in every engine.
    jobs: Vec<JobId>,
}

impl Names {
    fn of(heard: &Heard, bench: &Bench) -> Names {
        let started = heard.answers.iter().filter_map(|(_, answer)| match answer {
            Ok(Reply::RunStarted { run }) => Some(run),
            _ => None,
        });
        let jobs = heard.events.iter().filter_map(|event| match event {
            Event::JobStarted(view) => Some(view.job),
            _ => None,
        });
        let jobs = jobs.collect::<BTreeSet<_>>().into_iter().collect();
        let mut texts: Vec<(String, String)> =
            started.zip(RUNS).map(|(run, name)| (run.0.clone(), name.to_owned())).collect();
        for event in &heard.events {
            if let Event::JobFinished { outcome: JobOutcome::Fitted(view), .. } = event {
                texts.push((view.fit.clone(), "fit".into()));
                let mut side = |run: &Option<RunId>, name: &str| {
                    texts.extend(run.iter().map(|run| (run.0.clone(), name.to_owned())));
                };
                side(&view.full.run, "full");
                side(&view.compressed.run, "compressed");
            }
        }
        texts.push((
            bench.path("").display().to_string().trim_end_matches('/').into(),
            "bench".into(),
        ));
        Names { texts, jobs }
    }

    fn job(&self, job: JobId) -> String {
        let place = self.jobs.iter().position(|known| *known == job);
        format!("job {}", place.map_or(0, |place| place + 1))
    }

    fn text(&self, text: &str) -> String {
        self.texts.iter().fold(text.to_owned(), |text, (id, name)| text.replace(id, name))
    }

    /// Which thing an event is about, and what it says of it.
    fn line(&self, event: Event) -> Option<(String, String)> {
        let run = |run: &RunId| format!("run {}", self.text(&run.0));
        Some(match event {
            Event::RunStarted(going) => {
                (run(&going.summary.run), self.said("started", &going.summary))
            }
            Event::RunProgressed { run: of, .. } => (run(&of), "goes on".into()),
            Event::RunChanged { run: of } => (run(&of), "changed".into()),
            Event::RunFinished { run: of, status, failure } => {
                (run(&of), self.said("finished", &(status, failure)))
            }
            Event::JobStarted(view) => {
                (self.job(view.job), self.said("started", &(view.kind, view.title)))
            }
            // A quick job says nothing between.
            Event::JobProgressed { .. } => return None,
            Event::JobFinished { job, outcome } => (self.job(job), self.said("finished", &outcome)),
            Event::SettingsChanged(settings) => {
                ("settings".into(), self.said("changed", &settings))
            }
            Event::ViewFrame(frame) => {
                let word = if frame.recording { "recording" } else { "over" };
                (format!("view {}", frame.view.0), word.into())
            }
            // How busy the computer is says nothing of the way.
            Event::Notice { text, .. } if text.starts_with(BUSY) => return None,
            Event::Notice { severity, text, hint } => {
                ("notices".into(), self.said("told", &(severity, text, hint)))
            }
            Event::LinesHeard { .. } | Event::PortsChanged(_) => return None,
        })
    }

    fn said(&self, word: &str, what: &impl serde::Serialize) -> String {
        format!("{word} {}", self.plain(serde_json::to_value(what).unwrap(), ""))
    }

    /// A value with names for ids, and without figures.
    fn plain(&self, value: Value, key: &str) -> Value {
        match value {
            _ if JUDGED.contains(&key) => "…".into(),
            Value::Number(_) if !COUNTED.contains(&key) => "#".into(),
            Value::String(text) => self.text(&text).into(),
            // Emulated boards are looked for aside, and ports come and go: in whose time is not the way's.
            Value::Array(all) if key == PORTS => {
                let host = all.into_iter().filter(|port| port["path"] == "host");
                host.map(|port| self.plain(port, "")).collect()
            }
            Value::Array(all) => all.into_iter().map(|one| self.plain(one, key)).collect(),
            Value::Object(all) if key == CIRCUMSTANCES => {
                let known = all.into_iter().map(|(key, _)| key).filter(|key| key != COMMIT);
                known.map(Value::String).collect()
            }
            Value::Object(all) => {
                let plain = |(key, value): (String, Value)| {
                    let plain = self.plain(value, &key);
                    (key, plain)
                };
                Value::Object(all.into_iter().map(plain).collect())
            }
            other => other,
        }
    }
}
