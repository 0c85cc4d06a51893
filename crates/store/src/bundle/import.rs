//! Reading a bundle: everything is verified before the store is touched, and the runs appear all
//! together or not at all.
//!
//! Samples are written in parts of a few MiB, so that a recording is never kept waiting. Until the
//! one last transaction of `app.sqlite` nobody knows their series, and if it does not happen they
//! are removed again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use rusqlite::TransactionBehavior;
use sha2::{Digest, Sha256};
use zip::{CompressionMethod, ZipArchive};

use crate::bundle::manifest::{Head, Manifest, RunEntry, SeriesEntry};
use crate::bundle::{FORMAT, MANIFEST, MANIFEST_HASH, MAX_MANIFEST_BYTES, hex, validate};
use crate::error::{At, Doing, StoreError};
use crate::id::{RunId, SeriesId};
use crate::store::{Reader, Store};
use crate::table::chunk::{self, Block};
use crate::table::series::{self, Series};
use crate::table::{compression, document, fit, measurement, repetition, run};
use crate::writer::Writer;

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportReport {
    /// The runs that are new here, under the ids they had.
    pub imported: Vec<RunId>,
    /// The runs that were here already, the same; nothing about them was changed.
    pub skipped: Vec<RunId>,
}

/// Samples go to the store's thread in parts of about this size.
const PART_BYTES: usize = 8 << 20;

type Bundle = ZipArchive<BufReader<File>>;

/// Blocks on their way, and the series they belong to.
type Part = Vec<(SeriesId, Block)>;

impl Store {
    /// Adds the runs of a bundle, all of them or none. A run that is here already, the same, is
    /// skipped; one that is here with other contents is [`StoreError::BundleConflict`].
    pub fn import_bundle(&self, path: &Path) -> Result<ImportReport, StoreError> {
        let file = File::open(path).map_err(|error| StoreError::Io {
            doing: "open the bundle",
            detail: error.to_string(),
            path: path.to_path_buf(),
        })?;
        // For reading only, the answer comes before the work.
        self.admissions()?;
        let mut bundle = ZipArchive::new(BufReader::with_capacity(1 << 20, file))
            .map_err(|error| damaged(error.to_string(), path))?;
        let manifest = read_manifest(&mut bundle, path)?;
        validate::manifest(&manifest).map_err(|reason| damaged(reason, path))?;
        check_entries(&mut bundle, &manifest, path)?;
        for series in manifest.runs.iter().flat_map(|entry| &entry.series) {
            read_series(&mut bundle, series, path, &mut |_| Ok(()))?;
        }

        let (new, skipped) = self.read(|reader| sort(reader, &manifest, path))?;
        if new.iter().any(|entry| entry.series.iter().any(|series| series.bytes > 0)) {
            self.require_samples()?;
        }
        let imported: Vec<RunId> = new.iter().map(|entry| entry.run.id.clone()).collect();
        let mut ids = BTreeMap::new();
        let result = self
            .write_samples(&mut bundle, &new, &mut ids, path)
            .and_then(|()| self.write_rows(&manifest, new, &ids, path));
        if let Err(error) = result {
            self.take_back(ids.into_values().collect());
            return Err(error);
        }
        Ok(ImportReport { imported, skipped })
    }

    fn write_samples(
        &self,
        bundle: &mut Bundle,
        new: &[RunEntry],
        ids: &mut BTreeMap<String, SeriesId>,
        path: &Path,
    ) -> Result<(), StoreError> {
        for series in new.iter().flat_map(|entry| &entry.series) {
            let id = self.ask(free_id)?;
            ids.insert(series.entry.clone(), id);
            let mut part: Part = Vec::new();
            let mut bytes = 0;
            read_series(bundle, series, path, &mut |block| {
                bytes += block.bytes();
                part.push((id, block));
                if bytes >= PART_BYTES {
                    bytes = 0;
                    self.write_part(std::mem::take(&mut part))?;
                }
                Ok(())
            })?;
            self.write_part(part)?;
        }
        Ok(())
    }

    fn write_part(&self, part: Part) -> Result<(), StoreError> {
        if part.is_empty() {
            return Ok(());
        }
        self.ask(move |writer| {
            let path = writer.folder.samples();
            let Some(samples) = &mut writer.samples else {
                let reason = "no samples file is open".to_owned();
                return Err(StoreError::SamplesGone { reason, path });
            };
            let transaction =
                samples.transaction_with_behavior(TransactionBehavior::Immediate).at(&path)?;
            for (id, block) in &part {
                chunk::insert(&transaction, *id, block).at(&path)?;
            }
            transaction.commit().at(&path)?;
            Ok(())
        })
    }

    fn write_rows(
        &self,
        manifest: &Manifest,
        new: Vec<RunEntry>,
        ids: &BTreeMap<String, SeriesId>,
        bundle: &Path,
    ) -> Result<(), StoreError> {
        let library = Manifest { runs: new, ..manifest.clone() };
        let ids = ids.clone();
        let bundle = bundle.to_path_buf();
        self.ask(move |writer| {
            let path = writer.folder.app();
            let transaction =
                writer.app.transaction_with_behavior(TransactionBehavior::Immediate).at(&path)?;
            for entry in &library.runs {
                // Another program may have been faster.
                if run::by_id(&transaction, entry.run.id.as_str()).at(&path)?.is_some() {
                    let run = entry.run.id.clone();
                    return Err(StoreError::BundleConflict { run, path: bundle });
                }
                insert_run(&transaction, entry, &ids).at(&path)?;
            }
            insert_library(&transaction, &library, &bundle, &path)?;
            transaction.commit().at(&path)
        })
    }

    /// Removes the samples of an import that did not come to its end.
    fn take_back(&self, ids: Vec<SeriesId>) {
        let removed = self.ask(move |writer| {
            let path = writer.folder.samples();
            let Some(samples) = &writer.samples else { return Ok(()) };
            ids.into_iter().try_for_each(|id| chunk::remove(samples, id).at(&path))
        });
        if let Err(error) = removed {
            tracing::warn!(%error, "an import left samples behind; the store's check names them");
        }
    }
}

fn free_id(writer: &mut Writer) -> Result<SeriesId, StoreError> {
    loop {
        let id = SeriesId::new();
        if series::get(&writer.app, id).at(&writer.folder.app())?.is_none() {
            return Ok(id);
        }
    }
}

fn insert_run(
    app: &rusqlite::Connection,
    entry: &RunEntry,
    ids: &BTreeMap<String, SeriesId>,
) -> rusqlite::Result<()> {
    let id = &entry.run.id;
    run::insert(app, &entry.run)?;
    for one in &entry.repetitions {
        repetition::put(app, id, one)?;
    }
    for one in &entry.measurements {
        measurement::put(app, id, one)?;
    }
    for one in &entry.series {
        let Some(series_id) = ids.get(&one.entry) else { continue };
        let series = Series {
            id: *series_id,
            run: id.clone(),
            name: one.name.clone(),
            unit: one.unit.clone(),
            rate_hz: one.rate_hz,
            encoding: one.encoding,
            samples: one.blocks.iter().map(|block| block.1).sum(),
        };
        series::insert(app, &series)?;
    }
    Ok(())
}

/// Documents, compressions and fits; what is here already stays as it is.
fn insert_library(
    app: &rusqlite::Connection,
    library: &Manifest,
    bundle: &Path,
    path: &Path,
) -> Result<(), StoreError> {
    for one in &library.documents {
        document::add(app, one).at(path)?;
    }
    for one in &library.compressions {
        if document::get(app, &one.document).at(path)?.is_none() {
            return Err(damaged(
                format!("the document of compression {} is missing", one.id),
                bundle,
            ));
        }
        compression::add(app, one).at(path)?;
    }
    for one in &library.fits {
        if fit::get(app, &one.id).at(path)?.is_some() {
            continue;
        }
        if document::get(app, &one.document).at(path)?.is_none()
            || compression::get(app, &one.compression).at(path)?.is_none()
        {
            return Err(damaged(format!("something that fit {} needs is missing", one.id), bundle));
        }
        // The other run of a fit may have stayed where it was.
        let mut one = one.clone();
        for run in [&mut one.full_run, &mut one.compressed_run] {
            if let Some(id) = run
                && run::by_id(app, id.as_str()).at(path)?.is_none()
            {
                *run = None;
            }
        }
        fit::put(app, &one).at(path)?;
    }
    Ok(())
}

fn read_manifest(bundle: &mut Bundle, path: &Path) -> Result<Manifest, StoreError> {
    let json = read_small(bundle, MANIFEST, path)?;
    // The format comes first: a newer program may hash differently too.
    let head: Head = serde_json::from_slice(&json)
        .map_err(|error| damaged(format!("the manifest cannot be read: {error}"), path))?;
    if head.format > FORMAT {
        return Err(StoreError::Newer {
            found: i32::try_from(head.format).unwrap_or(i32::MAX),
            supported: FORMAT as i32,
            path: path.to_path_buf(),
        });
    }
    if read_small(bundle, MANIFEST_HASH, path)? != hex(&Sha256::digest(&json)).as_bytes() {
        return Err(damaged("the manifest was changed".to_owned(), path));
    }
    serde_json::from_slice(&json)
        .map_err(|error| damaged(format!("the manifest cannot be read: {error}"), path))
}

/// An entry that is read into memory, up to a limit, whatever its header claims.
fn read_small(bundle: &mut Bundle, name: &str, path: &Path) -> Result<Vec<u8>, StoreError> {
    let entry = bundle.by_name(name).map_err(|error| damaged(format!("{name}: {error}"), path))?;
    let mut bytes = Vec::new();
    entry
        .take(MAX_MANIFEST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| damaged(format!("{name}: {error}"), path))?;
    if bytes.len() as u64 > MAX_MANIFEST_BYTES {
        return Err(StoreError::BundleTooLarge {
            what: name.to_owned(),
            limit_bytes: MAX_MANIFEST_BYTES,
            path: path.to_path_buf(),
        });
    }
    Ok(bytes)
}

/// Nothing is in the bundle that the manifest does not name, and nothing may grow.
fn check_entries(bundle: &mut Bundle, manifest: &Manifest, path: &Path) -> Result<(), StoreError> {
    let series = || manifest.runs.iter().flat_map(|entry| &entry.series);
    let mut expected: BTreeSet<&str> = series().map(|series| series.entry.as_str()).collect();
    expected.extend([MANIFEST, MANIFEST_HASH]);
    if bundle.len() != expected.len() {
        let reason = "it has entries that its manifest does not name, or lacks some";
        return Err(damaged(reason.to_owned(), path));
    }
    if let Some(name) = bundle.file_names().find(|name| !expected.contains(name)) {
        return Err(damaged(format!("its manifest does not name {name:.80?}"), path));
    }
    let file_bytes = std::fs::metadata(path).doing("read the bundle", path)?.len();
    let mut total = 0_u64;
    for series in series() {
        let entry = bundle
            .by_name(&series.entry)
            .map_err(|error| damaged(format!("{}: {error}", series.entry), path))?;
        if entry.compression() != CompressionMethod::Stored || entry.size() != series.bytes {
            return Err(damaged(format!("{} is not as the manifest says", series.entry), path));
        }
        total = total.saturating_add(series.bytes);
        // Stored entries that are larger together than the file must share bytes.
        if total > file_bytes {
            return Err(StoreError::BundleTooLarge {
                what: series.entry.clone(),
                limit_bytes: file_bytes,
                path: path.to_path_buf(),
            });
        }
    }
    Ok(())
}

/// Reads the samples of a series block by block, and checks their hash at the end.
fn read_series(
    bundle: &mut Bundle,
    series: &SeriesEntry,
    path: &Path,
    take: &mut dyn FnMut(Block) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let bad = |what: &str| damaged(format!("{} {what}", series.entry), path);
    let mut entry = bundle.by_name(&series.entry).map_err(|error| bad(&error.to_string()))?;
    let mut hash = Sha256::new();
    for block in &series.blocks {
        // Bounded by the validation of the manifest, and together by the size of the file.
        let len = block.1 as usize * series.encoding.width();
        let mut bytes = vec![0; len];
        entry.read_exact(&mut bytes).map_err(|error| bad(&format!("ends too early: {error}")))?;
        hash.update(&bytes);
        take(Block {
            first_index: block.0,
            count: block.1,
            repetition: block.2,
            encoding: series.encoding,
            parts: vec![bytes],
        })?;
    }
    if hex(&hash.finalize()) != series.sha256 {
        return Err(bad("was changed"));
    }
    Ok(())
}

/// Which runs are new, and which are here already.
fn sort(
    reader: &mut Reader,
    manifest: &Manifest,
    bundle: &Path,
) -> Result<(Vec<RunEntry>, Vec<RunId>), StoreError> {
    let mut new = Vec::new();
    let mut skipped = Vec::new();
    for entry in &manifest.runs {
        let id = &entry.run.id;
        let path = reader.folder.app();
        match run::get(&reader.app, id).at(&path)? {
            None => new.push(entry.clone()),
            Some(here) => {
                let here = RunEntry {
                    run: here,
                    repetitions: repetition::of_run(&reader.app, id).at(&path)?,
                    measurements: measurement::of_run(&reader.app, id).at(&path)?,
                    series: series::of_run(&reader.app, id)
                        .at(&path)?
                        .into_iter()
                        .map(signal)
                        .collect(),
                };
                if !here.same_recording(entry) {
                    let run = id.clone();
                    return Err(StoreError::BundleConflict { run, path: bundle.to_path_buf() });
                }
                skipped.push(id.clone());
            }
        }
    }
    Ok((new, skipped))
}

/// A series of this store as far as a comparison needs it.
fn signal(series: Series) -> SeriesEntry {
    SeriesEntry {
        name: series.name,
        unit: series.unit,
        rate_hz: series.rate_hz,
        encoding: series.encoding,
        entry: String::new(),
        bytes: 0,
        sha256: String::new(),
        blocks: vec![crate::bundle::manifest::BlockEntry(0, series.samples, 0)],
    }
}

fn damaged(reason: String, path: &Path) -> StoreError {
    StoreError::BundleDamaged { reason, path: path.to_path_buf() }
}
