//! Whether the store opens, and whether it is whole.

use protocol::{Finding, Health};
use store::{OpenMode, Severity, Store, StoreError};

use super::{disk, finding, ok, trouble};
use crate::Engine;
use crate::error::EngineError;

const WHAT: &str = "store";
/// A larger store is not read through here; its own check does that.
const QUICK_BYTES: u64 = 256 << 20;
/// What to do with a store that is damaged.
const RESTORE: &str = "put a backup back with `benchvise store restore FOLDER`";

pub(super) fn store(engine: &Engine) -> Finding {
    let folder = engine.settings().store_folder();
    // Reading first: looking must neither make a store nor change the format of an old one.
    match Store::open(&folder, OpenMode::ReadOnly) {
        Ok(store) => drop(store),
        Err(StoreError::NoStore { .. }) => {
            return match disk::try_to_write(&folder) {
                Ok(()) => {
                    let seen = format!("none yet, the first run makes one: {}", folder.display());
                    finding(WHAT, Health::Absent, seen, None)
                }
                Err(error) => finding(
                    WHAT,
                    Health::Broken,
                    format!("none can be made here ({error}): {}", folder.display()),
                    Some("make the folder writable or choose another with the setting store"),
                ),
            };
        }
        Err(error @ (StoreError::Damaged { .. } | StoreError::AppMissing { .. })) => {
            let hint = Some(RESTORE.to_owned());
            return Finding { hint, ..trouble(WHAT, Health::Broken, error.into()) };
        }
        Err(error @ StoreError::Older { .. }) => {
            return trouble(WHAT, Health::Warning, error.into());
        }
        Err(error) => return trouble(WHAT, Health::Broken, error.into()),
    }
    match open(engine) {
        Ok(finding) => finding,
        Err(error) => trouble(WHAT, Health::Broken, error),
    }
}

fn open(engine: &Engine) -> Result<Finding, EngineError> {
    let store = engine.store()?;
    let usage = store.usage()?;
    let bytes = usage.app_bytes + usage.samples_bytes;
    let size =
        format!("{:.1} MiB: {}", bytes as f64 / f64::from(1 << 20), store.folder().display());
    if bytes > QUICK_BYTES {
        let seen = format!("opens, and is too large to be read through here, {size}");
        return Ok(finding(
            WHAT,
            Health::Ok,
            seen,
            Some("`benchvise store check` reads all of it"),
        ));
    }
    let report = store.check()?;
    let worst = report.findings.iter().max_by_key(|found| found.severity);
    if let Some(worst) = worst.filter(|_| !report.is_ok()) {
        let (text, hint) = worst.text.split_once("; ").unwrap_or((&worst.text, RESTORE));
        let more = match report.findings.len() {
            1 => String::new(),
            n => format!(", and {} more from `benchvise store check`", n - 1),
        };
        let health =
            if worst.severity == Severity::Error { Health::Broken } else { Health::Warning };
        let hint = if health == Health::Broken { RESTORE } else { hint };
        return Ok(finding(WHAT, health, format!("{text}{more}"), Some(hint)));
    }
    if store.mode() == OpenMode::ReadOnly {
        return Ok(finding(
            WHAT,
            Health::Warning,
            format!("whole, but may only be read: runs cannot be recorded, {size}"),
            Some("make its folder writable or choose another with the setting store"),
        ));
    }
    Ok(ok(WHAT, format!("opens and is whole, {size}")))
}
