//! What settings are called, how they are grouped, and where their values come from.

use crate::words::capital;
use protocol::{SettingKind, SettingOrigin, SettingView};

/// Groups, each with its keys in the order they are shown, and what they are called.
const GROUPS: &[(&str, &[(&str, &str)])] = &[
    (
        "Window",
        &[("theme", "Colours"), ("text_size", "Text size"), ("reduced_motion", "Less motion")],
    ),
    (
        "Measuring",
        &[
            ("min_effect", "Smallest change that counts"),
            ("board_wait_s", "Seconds a run waits for its board"),
            ("model", "Model"),
            ("model_tokenizer", "The model's tokenizer"),
        ],
    ),
    ("Compressing", &[("tokenizer", "Tokenizer")]),
    (
        "Files",
        &[
            ("store", "Store"),
            ("models", "Models"),
            ("cache", "Remembered results"),
            ("firmware", "Firmware of emulated boards"),
            ("log", "Log"),
            ("log_level", "Log level"),
        ],
    ),
];

/// Where settings stand that this window has no group for.
const REST: &str = "More";

/// The settings by group; every one is in one group.
pub(super) fn groups(settings: &[SettingView]) -> Vec<(&'static str, Vec<&SettingView>)> {
    let find = |key: &str| settings.iter().find(|setting| setting.key == key);
    let known = |key: &str| GROUPS.iter().any(|(_, keys)| keys.iter().any(|(of, _)| *of == key));
    let mut groups: Vec<(&'static str, Vec<&SettingView>)> = GROUPS
        .iter()
        .map(|(group, keys)| (*group, keys.iter().filter_map(|(key, _)| find(key)).collect()))
        .collect();
    groups.push((REST, settings.iter().filter(|setting| !known(&setting.key)).collect()));
    groups.retain(|(_, settings)| !settings.is_empty());
    groups
}

/// What a person calls a setting.
pub(super) fn name(key: &str) -> String {
    let known = GROUPS.iter().flat_map(|(_, keys)| *keys).find(|(of, _)| *of == key);
    known.map_or_else(|| capital(&key.replace('_', " ")), |(_, name)| (*name).to_owned())
}

/// Where a value comes from.
pub(super) fn origin(origin: &SettingOrigin) -> String {
    match origin {
        SettingOrigin::Default => "default".into(),
        SettingOrigin::File { path, line } => {
            let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
            format!("{file}, line {line}")
        }
        SettingOrigin::Environment { variable } => {
            format!("environment: {variable} — it wins over the file")
        }
        SettingOrigin::Flag => "a flag of this start — it wins over the file".into(),
    }
}

/// What is written into the file has no effect while this holds.
pub(super) fn wins_over_the_file(origin: &SettingOrigin) -> bool {
    matches!(origin, SettingOrigin::Environment { .. } | SettingOrigin::Flag)
}

/// What to call a choice.
pub(super) fn choice(key: &str, word: &str) -> String {
    match (key, word) {
        ("theme", "system") => "As the system".into(),
        (_, word) => capital(word),
    }
}

/// The next fraction up or down, as a setting says it; `None` where the text is none.
pub(super) fn stepped(key: &str, text: &str, up: Step) -> Option<String> {
    let percent = percent(text)?;
    let next = match key {
        "text_size" => {
            let sizes = [75.0, 85.0, 100.0, 115.0, 130.0, 150.0, 175.0, 200.0];
            match up {
                Step::Up => sizes.into_iter().find(|size| *size > percent + 0.01),
                Step::Down => sizes.into_iter().rev().find(|size| *size < percent - 0.01),
            }
            .unwrap_or(percent)
        }
        _ => {
            let by = match (percent, up) {
                (p, Step::Up) if p < 5.0 => 0.5,
                (p, Step::Down) if p <= 5.0 => 0.5,
                _ => 1.0,
            };
            let moved = if up == Step::Up { percent + by } else { percent - by };
            moved.clamp(0.0, 100.0)
        }
    };
    Some(format!("{}%", trimmed(next)))
}

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Up,
    Down,
}

/// `5%` and `0.05` are 5.
fn percent(text: &str) -> Option<f64> {
    let text = text.trim();
    let value = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok()?,
        None => text.parse::<f64>().ok()? * 100.0,
    };
    value.is_finite().then_some(value)
}

fn trimmed(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leads {
    Folder,
    File,
}

/// What the dialog of a setting should choose; `None` for settings without a path.
pub(super) fn leads(setting: &SettingView) -> Option<Leads> {
    match (&setting.kind, setting.key.as_str()) {
        (SettingKind::Path, "model" | "model_tokenizer" | "weights")
        | (SettingKind::Text, "tokenizer") => Some(Leads::File),
        (SettingKind::Path, _) => Some(Leads::Folder),
        (SettingKind::Fraction | SettingKind::Choice(_) | SettingKind::Text, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(key: &str, text: &str, up: Step, expect: Option<&str>) {
        assert_eq!(stepped(key, text, up).as_deref(), expect, "{text} {up:?}");
    }

    #[test]
    fn fractions_step_as_finely_as_they_are_small() {
        check("min_effect", "5%", Step::Up, Some("6%"));
        check("min_effect", "5%", Step::Down, Some("4.5%"));
        check("min_effect", "0.02", Step::Up, Some("2.5%"));
        check("min_effect", "0%", Step::Down, Some("0%"));
        check("min_effect", "much", Step::Up, None);
        check("text_size", "100%", Step::Up, Some("115%"));
        check("text_size", "1.0", Step::Down, Some("85%"));
        check("text_size", "200%", Step::Up, Some("200%"));
    }

    #[test]
    fn origins_are_said_in_words() {
        let file = SettingOrigin::File { path: "/data/a/settings.toml".into(), line: 3 };
        assert_eq!(origin(&file), "settings.toml, line 3");
        let variable = SettingOrigin::Environment { variable: "BENCHVISE_LOG".into() };
        assert_eq!(origin(&variable), "environment: BENCHVISE_LOG — it wins over the file");
    }

    #[test]
    fn a_setting_of_a_newer_engine_is_shown_too() {
        let view = |key: &str| SettingView {
            key: key.into(),
            value: String::new(),
            origin: SettingOrigin::Default,
            meaning: String::new(),
            kind: SettingKind::Text,
            default: String::new(),
            after_restart: false,
        };
        let settings = [view("power_meter"), view("theme")];
        let groups = groups(&settings);
        assert_eq!(groups.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["Window", "More"]);
        assert_eq!(name("power_meter"), "Power meter");
    }
}
