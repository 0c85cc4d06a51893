//! The circumstances of a run, kept from the first release on: "what differed" cannot be filled in
//! later.

use std::collections::BTreeSet;

use board::{BoardInfo, Clock, EmulatedBoard};
use protocol::{Event, Fingerprint, Severity};

use crate::Engine;
use crate::comeback::Absence;
use crate::emulated::Circumstances;
use crate::facts::{Facts, PowerSource};
use crate::model::RunModel;

/// Whether the board sent its tokens as it made them. Before it could be chosen every run did.
pub(crate) const STREAMS: &str = "run.streams";
pub(crate) const STREAMED: &str = "on";

/// A fact, also of a run from before it was recorded.
pub(crate) fn fact<'a>(print: &'a Fingerprint, key: &str) -> Option<&'a str> {
    let found = print.get(key).map(String::as_str);
    found.or((key == STREAMS).then_some(STREAMED))
}

/// Key/value facts, stable keys, absent where unknown.
pub(crate) fn fingerprint(
    commit: Option<&str>,
    (board, circumstances): (&BoardInfo, &Circumstances),
    model: &RunModel,
    prompt_hash: String,
    facts: &Facts,
) -> Fingerprint {
    let mut print = Fingerprint::new();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            print.insert(key.to_owned(), value);
        }
    };
    put("program.version", Some(env!("CARGO_PKG_VERSION").into()));
    put("program.commit", commit.map(Into::into));
    put("program.profile", Some(if cfg!(debug_assertions) { "debug" } else { "optimised" }.into()));
    put("agent.version", Some(board.agent.clone()));
    put("board.name", Some(board.name.clone()));
    put("board.identity", Some(board.chip_id.clone()));
    put("board.core", Some(board.core.clone()).filter(|core| !core.is_empty()));
    put("board.clock_hz", board.clock_hz.map(|hz| hz.to_string()));
    put("board.timer", Some(board.timer.clone()));
    put("board.timer_hz", Some(board.timer_hz.to_string()));
    put("board.emulated", Some(board.emulated.to_string()));
    for (key, value) in circumstances.iter().chain(&model.facts) {
        put(key, Some(value.clone()));
    }
    put("prompt.sha256", Some(prompt_hash));
    put("host.cpu", facts.cpu.clone());
    put("host.cores", facts.cores.map(|cores| cores.to_string()));
    put("host.governor", facts.governor.clone());
    put("host.power", facts.power_source.map(|source| source.name().into()));
    put("host.temperature_c", facts.temperature_c.map(|c| format!("{c:.1}")));
    put("host.load_before", facts.load.map(|load| format!("{load:.2}")));
    put("host.os", facts.os.clone());
    put("host.kernel", facts.kernel.clone());
    print
}

/// What is only known at the end.
pub(crate) fn finish(print: &mut Fingerprint, clock: Option<Clock>, lost_frames: Option<u64>) {
    if let Some(load) = crate::facts::load() {
        print.insert("host.load_after".into(), format!("{load:.2}"));
    }
    if let Some(clock) = clock {
        print.insert("wire.round_trip_us".into(), clock.round_trip_us.to_string());
    }
    if let Some(lost_frames) = lost_frames {
        print.insert("wire.lost_frames".into(), lost_frames.to_string());
    }
}

/// How often the board was away, and for how long; nothing where it never was.
pub(crate) fn interrupted(print: &mut Fingerprint, absences: &[Absence]) {
    if absences.is_empty() {
        return;
    }
    let secs: f64 = absences.iter().map(|absence| absence.lasted.as_secs_f64()).sum();
    print.insert("run.interruptions".into(), absences.len().to_string());
    print.insert("run.away_s".into(), format!("{secs:.1}"));
}

/// Keys that differ between any two runs and explain nothing.
pub(crate) fn explains(key: &str) -> bool {
    let counts = key.ends_with(".samples") || key.ends_with(".lost_samples");
    if key.starts_with("series.") && counts {
        return false;
    }
    !matches!(
        key,
        "host.load_before"
            | "host.load_after"
            | "host.temperature_c"
            | "wire.round_trip_us"
            | "wire.lost_frames"
            | "run.away_s"
            | "meter.port"
            | "meter.uncertainty_ms"
            | "meter.idle_mw"
            | "meter.samples"
            | "meter.lost_samples"
            | "meter.noise_bytes"
    )
}

/// Tells of circumstances under which a person should not trust the figures of these boards.
/// Emulated ones count instructions, which this computer's state does not change.
pub(crate) fn warn(engine: &Engine, facts: &Facts, boards: &BTreeSet<&str>) {
    if !only_emulated(boards) {
        warnings(facts).into_iter().for_each(|warning| engine.tell(warning));
    }
}

fn only_emulated(boards: &BTreeSet<&str>) -> bool {
    boards.iter().all(|board| EmulatedBoard::of_kind(board).is_some())
}

pub(crate) fn warnings(facts: &Facts) -> Vec<Event> {
    let mut warnings = Vec::new();
    let mut warn = |text: String, hint: &str| {
        warnings.push(Event::Notice {
            severity: Severity::Warning,
            text,
            hint: Some(hint.to_owned()),
        });
    };
    if facts.power_source == Some(PowerSource::Battery) {
        warn("this computer runs on battery, which slows it at will".into(), "plug it in");
    }
    if let Some(governor) = &facts.governor
        && matches!(governor.as_str(), "powersave" | "conservative")
    {
        warn(
            format!("the processor's governor is {governor}, which lowers its clock"),
            "choose the performance governor (`sudo cpupower frequency-set -g performance`)",
        );
    }
    if let (Some(load), Some(cores)) = (facts.load, facts.cores)
        && load > 0.5 * cores as f64
    {
        warn(
            format!("this computer is busy: load {load:.1} on {cores} cores"),
            "close other programs, or measure later",
        );
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(facts: Facts) -> usize {
        warnings(&facts).len()
    }

    #[test]
    fn a_busy_computer_is_no_matter_for_emulated_boards_alone() {
        assert!(only_emulated(&BTreeSet::from(["emulated-m4f", "emulated-rv32"])));
        assert!(!only_emulated(&BTreeSet::from(["emulated-m4f", "host"])));
        assert!(!only_emulated(&BTreeSet::from(["/dev/ttyACM0"])));
    }

    #[test]
    fn a_calm_plugged_in_computer_needs_no_warning() {
        let calm = Facts {
            cores: Some(4),
            load: Some(1.9),
            governor: Some("performance".into()),
            power_source: Some(PowerSource::Mains),
            ..Facts::default()
        };
        assert_eq!(count(calm.clone()), 0);
        assert_eq!(count(Facts { load: Some(2.1), ..calm.clone() }), 1);
        assert_eq!(count(Facts { governor: Some("powersave".into()), ..calm.clone() }), 1);
        assert_eq!(count(Facts { power_source: Some(PowerSource::Battery), ..calm }), 1);
        assert_eq!(count(Facts::default()), 0);
    }
}
