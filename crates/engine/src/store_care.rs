//! Looking after the store: check, backup, restore, usage.

use std::path::Path;

use protocol::{Reply, StoreReport, StoreUsage};
use store::{Store, StoreError};

use crate::Engine;
use crate::error::EngineError;
use crate::named::{given, of_named};

pub(crate) fn check(engine: &Engine) -> Result<Reply, EngineError> {
    let report = engine.store()?.check()?;
    let sound = report.is_ok();
    let mut lines: Vec<String> =
        report.findings.iter().map(|finding| finding.text.clone()).collect();
    if lines.is_empty() {
        lines.push("both files are sound".into());
    }
    Ok(Reply::Store(StoreReport { sound, lines }))
}

pub(crate) fn back_up(engine: &Engine, path: &Path) -> Result<Reply, EngineError> {
    engine.store()?.backup(given(path)?).map_err(|error| of_named(error, path))?;
    let line = format!("backed up and read back: {}", path.display());
    Ok(Reply::Store(StoreReport { sound: true, lines: vec![line] }))
}

pub(crate) fn restore(engine: &Engine, path: &Path) -> Result<Reply, EngineError> {
    engine.release_store();
    let folder = engine.settings().store_folder();
    let kept = Store::restore(&folder, path).map_err(|error| match error {
        // Not this store's trouble: what was named is no backup.
        StoreError::NoStore { .. } => EngineError::NotFound(error.to_string()),
        error => of_named(error, path),
    })?;
    let mut lines = vec![format!("restored from {}", path.display())];
    lines.extend(
        kept.kept.iter().map(|path| format!("the files before are kept: {}", path.display())),
    );
    Ok(Reply::Store(StoreReport { sound: true, lines }))
}

pub(crate) fn usage(engine: &Engine) -> Result<Reply, EngineError> {
    let usage = engine.store()?.usage()?;
    Ok(Reply::Usage(StoreUsage {
        folder: engine.settings().store_folder().display().to_string(),
        runs: usage.runs.len() as u64,
        app_bytes: usage.app_bytes,
        samples_bytes: usage.samples_bytes,
        free_bytes: usage.free_bytes,
    }))
}
