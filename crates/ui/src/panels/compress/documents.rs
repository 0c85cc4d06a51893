//! The documents that were handed in, and what came of each.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use protocol::{CompressedDocument, DocumentOutcome, DocumentSource, Failure};

use crate::asks::Handed;

/// Documents up to which their own texts come back at once.
const FEW: usize = 8;
/// Bytes up to which a changed control compresses again by itself.
pub(super) const SMALL_BYTES: u64 = 1_000_000;
/// Bytes of a token, roughly: only to tell small from large.
pub(super) const BYTES_A_TOKEN: u64 = 4;

/// Where something that was handed in was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    /// A document; a dropped one may turn out to be a folder.
    Document,
    /// A folder, chosen as one.
    Folder,
}

/// What was handed in.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) handed: Handed,
    pub(super) nature: Nature,
}

impl Given {
    /// A document of its own name.
    pub(super) fn document(source: DocumentSource) -> Given {
        let name = name_of(&source);
        Given { handed: Handed { name, source }, nature: Nature::Document }
    }

    /// A folder.
    pub(super) fn folder(path: PathBuf) -> Given {
        let given = Given::document(DocumentSource::File(path));
        Given { nature: Nature::Folder, ..given }
    }
}

/// A path's last part, or the name that came with the bytes.
pub(super) fn name_of(source: &DocumentSource) -> String {
    match source {
        DocumentSource::File(path) => path
            .file_name()
            .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned()),
        DocumentSource::Bytes { name, .. } => name.clone(),
    }
}

/// Whether their own texts should come back with them. A path without an ending may be a folder of
/// thousands: what it is shows only when it is read.
pub(super) fn few(given: &[Given]) -> bool {
    let one = |given: &Given| match &given.handed.source {
        DocumentSource::File(path) => path.extension().is_some(),
        DocumentSource::Bytes { .. } => true,
    };
    given.len() <= FEW && given.iter().all(|given| given.nature == Nature::Document && one(given))
}

/// What came of one document.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    /// Where it can be read again; `None` where that is not known.
    pub(super) source: Option<DocumentSource>,
    pub(super) outcome: Result<CompressedDocument, Failure>,
    /// Its own text, once it is here.
    pub(super) text: Option<Arc<str>>,
}

impl Entry {
    /// What came of it, as a sentence.
    pub(super) fn aloud(&self) -> String {
        match &self.outcome {
            Ok(made) => {
                format!("{}: {} of {} tokens are left", self.name, made.tokens_out, made.tokens_in)
            }
            Err(failure) => format!("{}: {}", self.name, failure.message),
        }
    }
}

/// Ties what came back to what was handed in. A folder stands for all that are in it, so that there
/// may be more of the one than of the other.
pub(super) fn entries(given: &[Given], outcomes: Vec<DocumentOutcome>) -> Vec<Entry> {
    let whole = outcomes.len();
    let mut places = Places { given, at: 0 };
    outcomes
        .into_iter()
        .enumerate()
        .map(|(place, DocumentOutcome { name, result: mut outcome })| {
            let said = outcome.as_ref().ok().map(|document| document.name.clone());
            let one_each =
                whole == given.len() && given.iter().all(|given| given.nature == Nature::Document);
            let found = match one_each {
                true => given.get(place).map(|given| given.handed.clone()),
                false => said.as_deref().and_then(|name| places.find(name)),
            };
            let text = outcome.as_mut().ok().and_then(|document| document.source.take());
            Entry {
                name: said
                    .or_else(|| found.as_ref().map(|handed| handed.name.clone()))
                    .unwrap_or(name),
                source: found.map(|handed| handed.source),
                outcome,
                text: text.map(Arc::from),
            }
        })
        .collect()
}

struct Places<'a> {
    given: &'a [Given],
    at: usize,
}

impl Places<'_> {
    /// Where a document of this name lies: outcomes come in the order of what was handed in.
    fn find(&mut self, name: &str) -> Option<Handed> {
        let rest = self.given.get(self.at..)?;
        let itself = rest
            .iter()
            .position(|given| given.nature == Nature::Document && given.handed.name == name);
        let in_folder = rest.iter().position(|given| given.nature == Nature::Folder);
        match (itself, in_folder) {
            (Some(itself), folder) if folder.is_none_or(|folder| itself < folder) => {
                self.at += itself + 1;
                rest.get(itself).map(|given| given.handed.clone())
            }
            _ => {
                // A dropped path that nobody said is a folder is one if it is all there is.
                let folder = in_folder.or_else(|| (self.given.len() == 1).then_some(0))?;
                let DocumentSource::File(path) = &rest.get(folder)?.handed.source else {
                    return None;
                };
                let source = DocumentSource::File(joined(path, name));
                Some(Handed { name: name.to_owned(), source })
            }
        }
    }
}

fn joined(folder: &Path, name: &str) -> PathBuf {
    name.split('/').fold(folder.to_path_buf(), |path, part| path.join(part))
}

/// Bytes of all documents, roughly; `None` where nothing is known yet.
pub(super) fn bytes(given: &[Given], entries: &[Entry]) -> Option<u64> {
    if !entries.is_empty() {
        let of = |entry: &Entry| match (&entry.text, &entry.outcome) {
            (Some(text), _) => text.len() as u64,
            (None, Ok(document)) => document.tokens_in.saturating_mul(BYTES_A_TOKEN),
            (None, Err(_)) => 0,
        };
        return Some(entries.iter().map(of).sum());
    }
    given.iter().try_fold(0, |sum, given| match &given.handed.source {
        DocumentSource::Bytes { bytes, .. } => Some(sum + bytes.len() as u64),
        DocumentSource::File(_) => None,
    })
}

/// All of them in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Totals {
    pub(super) tokens_in: u64,
    pub(super) tokens_out: u64,
    pub(super) done: usize,
    pub(super) refused: usize,
    pub(super) failed: usize,
    pub(super) elapsed_ms: f64,
}

impl Totals {
    pub(super) fn of(entries: &[Entry]) -> Totals {
        let mut totals = Totals::default();
        for entry in entries {
            match &entry.outcome {
                Ok(document) => {
                    totals.done += 1;
                    totals.refused += usize::from(document.refused.is_some());
                    totals.tokens_in += document.tokens_in;
                    totals.tokens_out += document.tokens_out;
                    totals.elapsed_ms += document.elapsed_ms;
                }
                Err(_) => totals.failed += 1,
            }
        }
        totals
    }

    pub(super) fn ratio(&self) -> Option<f64> {
        (self.tokens_out > 0).then(|| self.tokens_in as f64 / self.tokens_out as f64)
    }
}

#[cfg(test)]
#[path = "documents_tests.rs"]
mod tests;
