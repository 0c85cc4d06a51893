//! Writing a bundle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::bundle::manifest::{BlockEntry, Manifest, RunEntry, SeriesEntry};
use crate::bundle::{FORMAT, MANIFEST, MANIFEST_HASH, hex};
use crate::clock::now_ms;
use crate::connection::remove_if_there;
use crate::error::{At, Doing, StoreError};
use crate::id::RunId;
use crate::store::{Reader, SamplesState, Store};
use crate::table::run::{self, RunStatus};
use crate::table::series::Series;
use crate::table::{chunk, compression, document, fit, measurement, repetition, series};

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportReport {
    /// The runs in the bundle, each once.
    pub runs: Vec<RunId>,
    /// The bundle's size.
    pub bytes: u64,
}

impl Store {
    /// Writes runs, with their samples and the documents, compressions and fits they are part of,
    /// into a new file. Refuses runs that are still recording and a name that is taken.
    pub fn export_bundle(&self, runs: &[RunId], path: &Path) -> Result<ExportReport, StoreError> {
        let runs: BTreeSet<RunId> = runs.iter().cloned().collect();
        if path.exists() {
            return Err(StoreError::Exists { path: path.to_path_buf() });
        }
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let with_samples = self.samples_state() == SamplesState::Present;
        let written = self.read(|reader| write(reader, &runs, with_samples, &part));
        if let Err(error) = written {
            if let Err(left) = remove_if_there(&part) {
                tracing::warn!(error = %left, "could not remove an incomplete bundle");
            }
            return Err(error);
        }
        fs::rename(&part, path).doing("name the bundle", path)?;
        let bytes = fs::metadata(path).doing("read the bundle", path)?.len();
        Ok(ExportReport { runs: runs.into_iter().collect(), bytes })
    }
}

fn write(
    reader: &mut Reader,
    runs: &BTreeSet<RunId>,
    with_samples: bool,
    path: &Path,
) -> Result<(), StoreError> {
    let file = File::create(path).doing("make the bundle", path)?;
    let mut zip = ZipWriter::new(BufWriter::with_capacity(1 << 20, file));
    let mut entries = Vec::new();
    for run in runs {
        let mut entry = run_entry(&reader.app, run, &reader.folder.app())?;
        let all = series::of_run(&reader.app, run).at(&reader.folder.app())?;
        for (number, series) in all.iter().enumerate() {
            if !with_samples && series.samples > 0 {
                return Err(StoreError::SamplesGone {
                    reason: format!("run {run} is not complete without them"),
                    path: reader.folder.samples(),
                });
            }
            let name = format!("samples/{run}-{number}.bin");
            let samples = with_samples.then(|| reader.samples()).transpose()?;
            entry.series.push(write_series(&mut zip, samples, series, name, path)?);
        }
        entries.push(entry);
    }
    let manifest = with_library(&reader.app, entries).at(&reader.folder.app())?;
    let json = serde_json::to_vec(&manifest).map_err(|error| failed(&error.into(), path))?;
    let hash = hex(&Sha256::digest(&json));
    let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in [(MANIFEST, json.as_slice()), (MANIFEST_HASH, hash.as_bytes())] {
        zip.start_file(name, deflated).map_err(|error| failed(&error.into(), path))?;
        zip.write_all(bytes).map_err(|error| failed(&error, path))?;
    }
    let buffer = zip.finish().map_err(|error| failed(&error.into(), path))?;
    let file = buffer.into_inner().map_err(|error| failed(error.error(), path))?;
    file.sync_all().doing("write the bundle", path)
}

/// A run without its series.
fn run_entry(app: &Connection, id: &RunId, path: &Path) -> Result<RunEntry, StoreError> {
    let mut run = run::get(app, id)
        .at(path)?
        .ok_or_else(|| StoreError::NoSuchRun { selector: id.to_string() })?;
    if run.status == RunStatus::Recording {
        return Err(StoreError::Refused(format!(
            "run {id} is still recording; stop it before it is exported"
        )));
    }
    // A run that was deleted here is not deleted there.
    run.deleted_ms = None;
    Ok(RunEntry {
        repetitions: repetition::of_run(app, id).at(path)?,
        measurements: measurement::of_run(app, id).at(path)?,
        series: Vec::new(),
        run,
    })
}

/// Writes the blocks of a series one behind the other.
fn write_series(
    zip: &mut ZipWriter<BufWriter<File>>,
    samples: Option<&Connection>,
    series: &Series,
    entry: String,
    path: &Path,
) -> Result<SeriesEntry, StoreError> {
    let stored =
        SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
    zip.start_file(&entry, stored).map_err(|error| failed(&error.into(), path))?;
    let mut hash = Sha256::new();
    let mut blocks = Vec::new();
    let mut bytes = 0;
    if let Some(samples) = samples {
        for place in chunk::places(samples, series.id).at(path)? {
            if place.encoding != series.encoding
                || place.bytes != place.count * place.encoding.width() as u64
            {
                let detail = format!("a block of series {} does not fit", series.name);
                return Err(StoreError::Damaged { detail, path: path.to_path_buf() });
            }
            let block = chunk::bytes_of(samples, place.id).at(path)?;
            hash.update(&block);
            bytes += block.len() as u64;
            zip.write_all(&block).map_err(|error| failed(&error, path))?;
            blocks.push(BlockEntry(place.first_index, place.count, place.repetition));
        }
    }
    Ok(SeriesEntry {
        name: series.name.clone(),
        unit: series.unit.clone(),
        rate_hz: series.rate_hz,
        encoding: series.encoding,
        entry,
        bytes,
        sha256: hex(&hash.finalize()),
        blocks,
    })
}

/// Adds the fits of these runs, and what the fits are made of.
fn with_library(app: &Connection, runs: Vec<RunEntry>) -> rusqlite::Result<Manifest> {
    let mut fits = BTreeMap::new();
    let mut compressions = BTreeMap::new();
    let mut documents = BTreeMap::new();
    for entry in &runs {
        for fit in fit::of_run(app, &entry.run.id)? {
            if let Some(compression) = compression::get(app, &fit.compression)? {
                for sha256 in [&fit.document, &compression.document] {
                    if let Some(document) = document::get(app, sha256)? {
                        documents.insert(sha256.clone(), document);
                    }
                }
                compressions.insert(compression.id.clone(), compression);
            }
            fits.insert(fit.id.clone(), fit);
        }
    }
    Ok(Manifest {
        format: FORMAT,
        created_ms: now_ms(),
        runs,
        documents: documents.into_values().collect(),
        compressions: compressions.into_values().collect(),
        fits: fits.into_values().collect(),
    })
}

fn failed(error: &std::io::Error, path: &Path) -> StoreError {
    StoreError::from_io(error, "write the bundle", path)
}
