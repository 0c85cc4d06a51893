//! Runs on the way out and in.

mod samples;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use protocol::{ExportFormat, Failure, Reply, RunDetail};
use store::{Store, StoreError};

use crate::Engine;
use crate::error::EngineError;
use crate::failure::failure;
use crate::named::{given, of_named};
use crate::runs::{changed, select};
use crate::views::run_id;

/// The largest export that is handed over instead of written, in bytes.
const LONGEST: usize = 96 << 20;

/// Writes the selected runs to `path`.
pub(crate) fn export(
    engine: &Engine,
    selector: &str,
    format: ExportFormat,
    path: &Path,
) -> Result<Reply, EngineError> {
    given(path)?;
    let runs = match format {
        ExportFormat::Bundle => {
            let store = engine.store()?;
            let runs = store.resolve(selector)?;
            store.export_bundle(&runs, path).map_err(|error| of_named(error, path))?;
            runs.len()
        }
        ExportFormat::Csv | ExportFormat::Json => {
            let unwritable =
                |source| EngineError::Unwritable { path: path.display().to_string(), source };
            let runs = select(engine, selector)?;
            let mut file = BufWriter::new(File::create(path).map_err(unwritable)?);
            text(engine, &runs, format, &mut file, path)?;
            file.flush().map_err(unwritable)?;
            runs.len()
        }
    };
    Ok(Reply::Written { path: path.display().to_string(), runs: runs as u64 })
}

/// Writes the selected runs as rows or as JSON, for a face that has a standard output; returns how many
/// they are.
///
/// # Errors
/// A [`Failure`] where there is no such run, nobody reads, or a bundle is asked for, which is no text.
pub fn exported(
    engine: &Engine,
    selector: &str,
    format: ExportFormat,
    to: &mut dyn Write,
) -> Result<u64, Failure> {
    let runs = select(engine, selector).map_err(failure)?;
    text(engine, &runs, format, to, Path::new("-")).map_err(failure)?;
    Ok(runs.len() as u64)
}

/// The selected runs, handed over.
pub(crate) fn read(
    engine: &Engine,
    selector: &str,
    format: ExportFormat,
) -> Result<Reply, EngineError> {
    if format == ExportFormat::Bundle {
        let folder = folder()?;
        let path = folder.path().join("runs.bundle");
        let store = engine.store()?;
        let runs = store.resolve(selector)?;
        store.export_bundle(&runs, &path)?;
        let unreadable = |error| EngineError::Io("the bundle", error);
        if fs::metadata(&path).map_err(unreadable)?.len() > LONGEST as u64 {
            return Err(too_long());
        }
        let bytes = fs::read(&path).map_err(unreadable)?;
        return Ok(Reply::Exported { bytes, runs: runs.len() as u64 });
    }
    let runs = select(engine, selector)?;
    let mut bounded = Bounded(Vec::new());
    match text(engine, &runs, format, &mut bounded, Path::new("-")) {
        Err(EngineError::Unwritable { .. }) => Err(too_long()),
        Err(error) => Err(error),
        Ok(()) => Ok(Reply::Exported { bytes: bounded.0, runs: runs.len() as u64 }),
    }
}

/// Reads a bundle into the store.
pub(crate) fn import(engine: &Engine, path: &Path) -> Result<Reply, EngineError> {
    given(path)?;
    let store = engine.store()?;
    let imported = store.import_bundle(path).map_err(|error| of_named(error, path))?;
    imported.imported.iter().for_each(|id| changed(engine, &store, id));
    Ok(Reply::Imported {
        imported: imported.imported.iter().map(run_id).collect(),
        present: imported.skipped.iter().map(run_id).collect(),
    })
}

/// Reads a bundle that was handed over.
pub(crate) fn read_bundle(engine: &Engine, bytes: &[u8]) -> Result<Reply, EngineError> {
    let folder = folder()?;
    let path = folder.path().join("handed-over.bundle");
    fs::write(&path, bytes).map_err(|error| EngineError::Io("a place for the bundle", error))?;
    import(engine, &path)
}

/// A folder that is gone with what is in it.
fn folder() -> Result<tempfile::TempDir, EngineError> {
    tempfile::tempdir().map_err(|error| EngineError::Io("a folder for the bundle", error))
}

fn too_long() -> EngineError {
    EngineError::BadRequest(format!(
        "these runs are more than the {} MB that are handed over at once; export fewer, or on the host itself",
        LONGEST >> 20
    ))
}

/// Bytes in memory, and no more than are handed over.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LONGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn text(
    engine: &Engine,
    runs: &[RunDetail],
    format: ExportFormat,
    to: &mut dyn Write,
    path: &Path,
) -> Result<(), EngineError> {
    let unwritable = |source| EngineError::Unwritable { path: path.display().to_string(), source };
    match format {
        ExportFormat::Csv => csv(to, runs).map_err(unwritable),
        ExportFormat::Json => {
            let mut trouble = None;
            let written = json(to, runs, &engine.store()?, &mut trouble);
            trouble.map_or(written.map_err(unwritable), |error| Err(error.into()))
        }
        ExportFormat::Bundle => {
            Err(EngineError::BadRequest("a bundle is no text; name a file for it".into()))
        }
    }
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
