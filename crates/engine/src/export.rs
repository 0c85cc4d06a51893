//! Runs on the way out and in.

mod samples;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use protocol::{ExportFormat, Reply, RunDetail};
use store::{Store, StoreError};

use crate::Engine;
use crate::error::EngineError;
use crate::runs::{changed, select};
use crate::views::run_id;

/// Writes the selected runs to `path`.
pub(crate) fn export(
    engine: &Engine,
    selector: &str,
    format: ExportFormat,
    path: &Path,
) -> Result<Reply, EngineError> {
    let runs = match format {
        ExportFormat::Bundle => {
            let store = engine.store()?;
            let runs = store.resolve(selector)?;
            store.export_bundle(&runs, path)?;
            runs.len()
        }
        ExportFormat::Json => {
            let (runs, store) = (select(engine, selector)?, engine.store()?);
            let mut trouble = None;
            let written = write(path, &runs, |to, runs| json(to, runs, &store, &mut trouble));
            trouble.map_or(written, |error| Err(EngineError::from(error)))?
        }
        ExportFormat::Csv => write(path, &select(engine, selector)?, csv)?,
    };
    Ok(Reply::Written { path: path.display().to_string(), runs: runs as u64 })
}

/// Reads a bundle into the store.
pub(crate) fn import(engine: &Engine, path: &Path) -> Result<Reply, EngineError> {
    let store = engine.store()?;
    let imported = store.import_bundle(path)?;
    imported.imported.iter().for_each(|id| changed(engine, &store, id));
    Ok(Reply::Imported {
        imported: imported.imported.iter().map(run_id).collect(),
        present: imported.skipped.iter().map(run_id).collect(),
    })
}

fn write(
    path: &Path,
    runs: &[RunDetail],
    body: impl FnOnce(&mut dyn Write, &[RunDetail]) -> std::io::Result<()>,
) -> Result<usize, EngineError> {
    let unwritable = |source| EngineError::Unwritable { path: path.display().to_string(), source };
    if path == Path::new("-") {
        body(&mut std::io::stdout().lock(), runs).map_err(unwritable)?;
        return Ok(runs.len());
    }
    let mut file = BufWriter::new(File::create(path).map_err(unwritable)?);
    body(&mut file, runs).and_then(|()| file.flush()).map_err(unwritable)?;
    Ok(runs.len())
}

/// Every run with the samples of its signals over time; what the store says of them goes into `trouble`.
fn json(
    to: &mut dyn Write,
    runs: &[RunDetail],
    store: &Store,
    trouble: &mut Option<StoreError>,
) -> std::io::Result<()> {
    write!(to, "{{\"runs\":[")?;
    for (place, run) in runs.iter().enumerate() {
        let detail = serde_json::to_string(run)?;
        // The last bracket waits for the series.
        let open = detail.strip_suffix('}').unwrap_or(&detail);
        write!(to, "{}{open},\"series\":", if place > 0 { "," } else { "" })?;
        samples::write(to, store, run, trouble)?;
        write!(to, "}}")?;
    }
    writeln!(to, "],\"schema\":\"benchvise.export/1\"}}")
}

/// A row per token. Run ids and numbers need no quoting.
fn csv(to: &mut dyn Write, runs: &[RunDetail]) -> std::io::Result<()> {
    writeln!(
        to,
        "run,repetition,warmup,index,token_id,latency_ms,embed_ms,attention_ms,feed_forward_ms,classifier_ms,sample_ms"
    )?;
    for run in runs {
        for repetition in &run.repetitions {
            for token in &repetition.tokens {
                write!(
                    to,
                    "{},{},{},{},",
                    run.summary.run, repetition.index, repetition.warmup, token.index
                )?;
                if let Some(id) = token.id {
                    write!(to, "{id}")?;
                }
                write!(to, ",")?;
                if let Some(ms) = token.latency_ms {
                    write!(to, "{ms}")?;
                }
                match token.phases_ms {
                    Some(phases) => phases.iter().try_for_each(|ms| write!(to, ",{ms}"))?,
                    None => write!(to, ",,,,,")?,
                }
                writeln!(to)?;
            }
        }
    }
    Ok(())
}
