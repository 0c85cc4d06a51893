//! Is a manifest possible at all? Everything that the import relies on is asked here, before the
//! store is touched.

use std::collections::BTreeSet;

use crate::bundle::manifest::{Manifest, RunEntry, SeriesEntry};
use crate::id::{ID_LEN, is_id_prefix};
use crate::table::run::RunStatus;

/// The largest block that is taken. Blocks are read whole into memory.
const MAX_BLOCK_BYTES: u64 = 16 << 20;

/// Says what is wrong with a manifest.
pub(crate) fn manifest(manifest: &Manifest) -> Result<(), String> {
    distinct("run", manifest.runs.iter().map(|entry| entry.run.id.as_str()))?;
    distinct("document", manifest.documents.iter().map(|one| one.sha256.as_str()))?;
    distinct("compression", manifest.compressions.iter().map(|one| one.id.as_str()))?;
    distinct("fit", manifest.fits.iter().map(|one| one.id.as_str()))?;
    let entries = manifest.runs.iter().flat_map(|entry| &entry.series);
    distinct("entry", entries.map(|series| series.entry.as_str()))?;
    for entry in &manifest.runs {
        run(entry)?;
    }
    for document in &manifest.documents {
        hash(&document.sha256)?;
        positive("a document's size", document.bytes)?;
    }
    for compression in &manifest.compressions {
        id(compression.id.as_str())?;
        positive("a count of tokens", compression.tokens_in.max(compression.tokens_out))?;
    }
    for fit in &manifest.fits {
        id(fit.id.as_str())?;
        positive("a window", fit.window_tokens)?;
    }
    Ok(())
}

fn run(entry: &RunEntry) -> Result<(), String> {
    let run = entry.run.id.as_str();
    id(run)?;
    if entry.run.status == RunStatus::Recording {
        return Err(format!("run {run} is still recording"));
    }
    distinct("repetition", entry.repetitions.iter().map(|one| one.index))?;
    distinct("metric", entry.measurements.iter().map(|one| one.metric.as_str()))?;
    distinct("series", entry.series.iter().map(|one| one.name.as_str()))?;
    for (number, one) in entry.series.iter().enumerate() {
        // The name is never used as a path. It is pinned so that nothing else hides in a bundle.
        if one.entry != format!("samples/{run}-{number}.bin") {
            return Err(format!("an entry of run {run} has the wrong name"));
        }
        series(one)?;
    }
    Ok(())
}

fn series(series: &SeriesEntry) -> Result<(), String> {
    hash(&series.sha256)?;
    let width = series.encoding.width() as u64;
    let mut next_index = 0;
    let mut left = series.bytes;
    for block in &series.blocks {
        let bytes = block.1.checked_mul(width).filter(|bytes| *bytes <= MAX_BLOCK_BYTES);
        let (Some(bytes), Some(end)) = (bytes, block.0.checked_add(block.1)) else {
            return Err(format!("a block of series {:?} is too large", series.name));
        };
        positive("an index", end)?;
        if block.1 == 0 || block.0 < next_index {
            return Err(format!("the blocks of series {:?} are not in order", series.name));
        }
        next_index = end;
        left = left.checked_sub(bytes).ok_or_else(|| mismatch(series))?;
    }
    if left == 0 { Ok(()) } else { Err(mismatch(series)) }
}

fn mismatch(series: &SeriesEntry) -> String {
    format!("the blocks of series {:?} do not add up", series.name)
}

fn id(text: &str) -> Result<(), String> {
    let good = text.len() == ID_LEN && is_id_prefix(text);
    if good { Ok(()) } else { Err(format!("{text:.40?} is no id")) }
}

fn hash(text: &str) -> Result<(), String> {
    let good =
        text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if good { Ok(()) } else { Err(format!("{text:.80?} is no SHA-256")) }
}

/// SQLite's integers are signed.
fn positive(what: &str, number: u64) -> Result<(), String> {
    if i64::try_from(number).is_ok() { Ok(()) } else { Err(format!("{what} is too large")) }
}

fn distinct<T: Ord + std::fmt::Debug>(
    what: &str,
    all: impl Iterator<Item = T>,
) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for one in all {
        if !seen.insert(one) {
            return Err(format!("a {what} comes twice"));
        }
    }
    Ok(())
}
