//! A few documents of a folder, from their files to what is left of them in others.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use compress::document::{self, DEFAULT_LIMIT_BYTES, Format};
use protocol::{CompressedDocument, Failure};

use super::{Outcome, Shared, What, naming, twins};
use crate::apart::Came;
use crate::compress::{one, without_map};
use crate::documents::{FolderDocument, read_bytes};
use crate::error::EngineError;
use crate::failure::failure;
use crate::jobs;
use crate::put_whole::put_whole;

/// Bytes from which on no further document is taken in with others.
const ENOUGH_BYTES: usize = 1 << 20;

/// A document that is to be done.
struct Due {
    place: u64,
    name: String,
    /// Its name as no other document has it.
    own: String,
    bytes: Vec<u8>,
    twin: twins::Key,
}

/// What was made of a document, and whether of another with the same contents.
type Made = Result<(Arc<CompressedDocument>, bool), Failure>;

impl Shared<'_> {
    /// Does these documents, and hands on what came of each, in any order.
    pub(super) fn several(
        &self,
        documents: Vec<(u64, FolderDocument)>,
        told: &mut dyn FnMut(Outcome),
    ) {
        let mut due: Vec<Due> = Vec::new();
        for (place, found) in documents {
            match self.due(place, found) {
                Err(outcome) => told(*outcome),
                Ok(document) => due.push(document),
            }
            if due.iter().map(|due| due.bytes.len()).sum::<usize>() >= ENOUGH_BYTES {
                self.have(&std::mem::take(&mut due), told);
            }
        }
        self.have(&due, told);
    }

    /// Reads a document, unless it is done with already.
    fn due(&self, place: u64, found: FolderDocument) -> Result<Due, Box<Outcome>> {
        let FolderDocument { path, name, problem } = found;
        let own = naming::own(&self.spec.folder, &path, &name);
        let file = self.file(&own, None);
        let failed = |problem| {
            let (what, line) = self.failed(&name, file.clone(), problem);
            Box::new(Outcome { place, name: name.clone(), what, line })
        };
        if let Some(problem) = problem {
            return Err(failed(problem));
        }
        if self.spec.into.join(&file) == self.spec.manifest {
            let why = "what is left of it would take the place of the manifest; call it otherwise";
            return Err(failed(failure(EngineError::BadRequest(why.into()))));
        }
        // What was taken out of it shows when it is read: a file has one of two names.
        let other = self.file(&own, Some(Format::Chat));
        let names = [Some(&file), Some(&other).filter(|other| **other != file)];
        if names.into_iter().flatten().any(|name| self.is_kept(&path, name)) {
            let line = Vec::new();
            return Err(Box::new(Outcome { place, name, what: What::Kept, line }));
        }
        match document::bytes_of(&path, &name, DEFAULT_LIMIT_BYTES) {
            Ok(bytes) => {
                let twin = twins::key(&name, &bytes);
                Ok(Due { place, name, own, bytes, twin })
            }
            Err(error) => Err(failed(failure(error.into()))),
        }
    }

    /// Where what is left goes, as the manifest says it.
    fn file(&self, own: &str, made: Option<Format>) -> String {
        naming::file(&self.spec.folder, own, made)
    }

    /// Does those of which there is no twin, and then the others.
    fn have(&self, due: &[Due], told: &mut dyn FnMut(Outcome)) {
        let mut seen: HashSet<twins::Key> = HashSet::new();
        let (mut fresh, mut later) = (Vec::new(), Vec::new());
        for document in due {
            match self.known(document) {
                Some(made) => told(self.put(document, Ok((made, true)))),
                None if seen.insert(document.twin) => fresh.push(document),
                None => later.push(document),
            }
        }
        self.make(&fresh, told);
        for document in later {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            match self.known(document) {
                Some(made) => told(self.put(document, Ok((made, true)))),
                // The first one failed, and may have been the end of its worker.
                None => self.make(&[document], told),
            }
        }
    }

    /// Compresses documents of which none is another's twin.
    fn make(&self, fresh: &[&Due], told: &mut dyn FnMut(Outcome)) {
        let mut hear = |at: usize, came: Came| {
            let Some(&document) = fresh.get(at) else { return };
            // A document that trips the compressor costs itself.
            let made = came.unwrap_or_else(|| jobs::surviving(|| self.here(document)));
            let made = made.map(|made| {
                let made = Arc::new(without_map(made));
                self.twins.made(document.twin, document.place, made.clone());
                (made, false)
            });
            told(self.put(document, made));
        };
        match &self.apart {
            Some(apart) => {
                let documents: Vec<(&str, &[u8])> =
                    fresh.iter().map(|due| (due.name.as_str(), &due.bytes[..])).collect();
                apart.each(&documents, self.budget, &mut hear);
            }
            None => (0..fresh.len()).for_each(|at| hear(at, None)),
        }
    }

    /// What was made of the same contents.
    fn known(&self, document: &Due) -> Option<Arc<CompressedDocument>> {
        self.twins.recent(&document.twin).or_else(|| self.written(&document.twin, &document.bytes))
    }

    /// Compresses it in this process.
    fn here(&self, document: &Due) -> Result<CompressedDocument, Failure> {
        let read = read_bytes(None, &document.name, &document.bytes).map_err(failure)?;
        one(&read, self.budget, self.counter, self.way).map_err(failure)
    }

    /// Writes what is left of a document, and says what came of it.
    fn put(&self, document: &Due, made: Made) -> Outcome {
        let Due { place, name, own, bytes, .. } = document;
        let format = made.as_ref().ok();
        let format = format.and_then(|(made, _)| Format::from_name(&made.extraction.format));
        let file = self.file(own, format);
        let target = self.spec.into.join(&file);
        let written = made.and_then(|(made, same)| match put_whole(&target, &made.text) {
            Ok(()) => Ok((made, same)),
            Err(source) => {
                let path = target.display().to_string();
                Err(failure(EngineError::Unwritable { path, source }))
            }
        });
        let (what, line) = match written {
            Err(problem) => self.failed(name, file, problem),
            Ok((made, same)) => {
                let what = What::Done {
                    same,
                    refused: made.refused.is_some(),
                    bytes: [bytes.len() as u64, made.text.len() as u64],
                    // What is left as it is has no lossless stage.
                    tokens: (
                        made.tokens_in,
                        self.spec.lossless.then(|| made.tokens_lossless.unwrap_or(made.tokens_in)),
                        made.tokens_out,
                    ),
                };
                let made = CompressedDocument { name: name.clone(), ..(*made).clone() };
                (what, self.line(name, file, &Ok(made)))
            }
        };
        Outcome { place: *place, name: name.clone(), what, line }
    }
}
