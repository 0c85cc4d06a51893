//! This program, its settings, its log.

use std::path::Path;

use protocol::{Finding, Health};

use super::{disk, finding, ok, sentence};
use crate::settings::Settings;

/// `path` is what plays the host board: this program, unless a test says otherwise.
pub(super) fn program(path: &Path, commit: Option<&str>) -> Finding {
    let commit = commit.map(|commit| format!(", commit {commit}"));
    let version =
        format!("version {}{}", env!("CARGO_PKG_VERSION"), commit.as_deref().unwrap_or_default());
    if path.is_file() {
        return ok("program", format!("{version}: {}", path.display()));
    }
    finding(
        "program",
        Health::Broken,
        format!("{version}; its file is gone: {}", path.display()),
        Some("start the program again; it was moved or updated while it ran"),
    )
}

/// The settings file, and a finding for each thing in it that is not understood.
pub(super) fn settings_file(settings: &Settings) -> Vec<Finding> {
    const WHAT: &str = "settings file";
    let state = match settings.file() {
        None => finding(WHAT, Health::Absent, "none is looked for; the defaults hold", None),
        Some(path) if !path.exists() => {
            let seen = format!("there is none and the defaults hold: {}", path.display());
            finding(WHAT, Health::Absent, seen, None)
        }
        Some(path) => {
            // It may have changed since the program started.
            let problems = Settings::problems(path);
            if !problems.is_empty() {
                let problem = |p| sentence(WHAT, Health::Warning, &format!("{p}"));
                return problems.iter().map(problem).collect();
            }
            ok(WHAT, path.display().to_string())
        }
    };
    let warnings = settings.warnings().iter().map(|text| sentence(WHAT, Health::Warning, text));
    std::iter::once(state).chain(warnings).collect()
}

pub(super) fn log_folder(folder: &Path) -> Finding {
    match disk::try_to_write(folder) {
        Ok(()) => ok("log", folder.display().to_string()),
        Err(error) => finding(
            "log",
            Health::Warning,
            format!("the log cannot be written ({error}): {}", folder.display()),
            Some("make its folder writable or choose another with the setting log"),
        ),
    }
}
