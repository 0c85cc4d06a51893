//! What was made of documents before: in memory, then on the disk.
//!
//! A result is remembered by everything it depends on: the document's bytes and what its name says of them,
//! the budget, the strategy, the focus, the tokenizer with the contents of its file, the models with the contents
//! of theirs and the device that is asked for, and this program's version and commit. Whatever changes is another key, so that nothing that is found is out of date; what
//! is damaged is found by its checksum and made again. Only what is worth a file is remembered: documents
//! of 16 kB and more, formats that are unpacked, and what models have read.

mod disk;
mod prints;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use compress::Budget;
use compress::recent::Recent;
use protocol::{CacheSpec, CacheView, CompressedDocument, PruneSpec};
use sha2::{Digest, Sha256};

use crate::error::EngineError;
use disk::{Disk, Head};
pub(crate) use prints::Print;

/// What all files of results may take.
const LIMIT_BYTES: u64 = 512 << 20;
/// An older result is not believed: nobody may remember why it was made.
const DAYS: u64 = 30;
/// What results in memory may take.
const MEMORY_BYTES: usize = 32 << 20;
/// A smaller text is compressed sooner than a file is found.
const WORTH_BYTES: usize = 16 << 10;

/// SHA-256 of what a result depends on.
pub(crate) use compress::recent::Key;

/// Remembered results.
pub(crate) struct Results {
    disk: Disk,
    memory: Mutex<Recent<CompressedDocument>>,
    /// The program that makes them.
    build: String,
}

/// What a job asks of every document.
pub(crate) struct Asked<'a> {
    pub(crate) budget: Budget,
    /// Its name, with what is in its file.
    pub(crate) tokenizer: &'a str,
    pub(crate) strategy: &'a str,
    pub(crate) focus: Option<&'a str>,
    pub(crate) models: &'a [Print],
    /// Where models compute: their last digit may depend on it.
    pub(crate) device: Option<&'a str>,
}

impl Results {
    /// Results in `folder`, made by a program of this commit.
    pub(crate) fn new(folder: PathBuf, commit: Option<&str>) -> Self {
        Self {
            build: commit.map_or_else(stamp, str::to_owned),
            disk: Disk::new(folder, LIMIT_BYTES, DAYS),
            memory: Mutex::new(Recent::new(MEMORY_BYTES, size)),
        }
    }

    /// The key of a document that is worth remembering.
    pub(crate) fn key(&self, name: &str, bytes: &[u8], asked: &Asked<'_>) -> Option<Key> {
        let worth = bytes.len() >= WORTH_BYTES
            || !asked.models.is_empty()
            || compress::document::isolated::is_risky(bytes);
        if !worth {
            return None;
        }
        let Asked { budget, tokenizer, strategy, focus, models, device } = asked;
        let ending = Path::new(name).extension().map(|ending| ending.to_ascii_lowercase());
        let (version, build) = (env!("CARGO_PKG_VERSION"), &self.build);
        let head = format!(
            "benchvise.result/2|{version}|{build:?}|{budget:?}|{tokenizer:?}|{strategy:?}|{focus:?}|{ending:?}|{models:?}|{device:?}|"
        );
        let mut hash = Sha256::new();
        hash.update((head.len() as u64).to_le_bytes());
        hash.update(head);
        hash.update(bytes);
        Some(hash.finalize().into())
    }

    /// What was made under this key, for a document that is now called `name`; with its source, where that is kept.
    pub(crate) fn find(&self, key: &Key, name: &str) -> Option<CompressedDocument> {
        let known = self.memory().get(key);
        let found = known.or_else(|| {
            let read = Arc::new(self.disk.read(key)?);
            self.memory().put(*key, read.clone());
            Some(read)
        })?;
        let work = protocol::Work::Cached;
        Some(CompressedDocument { name: name.to_owned(), work, ..(*found).clone() })
    }

    /// Remembers what was made, with its source where it has one; `tokenizer` with what is in its file. That there is no room for it on the disk is no
    /// failure of the job.
    pub(crate) fn put(
        &self,
        key: &Key,
        kept: CompressedDocument,
        (tokenizer, models): (&str, &[Print]),
        cache: &CacheSpec,
    ) {
        let head = Head {
            name: kept.name.clone(),
            tokenizer: kept.tokenizer.clone(),
            tokenizer_sha256: prints::sha256_in(tokenizer).map(str::to_owned),
            models: models.to_vec(),
            tag: match cache {
                CacheSpec::Tagged(tag) => Some(tag.clone()),
                CacheSpec::Used | CacheSpec::Left => None,
            },
            made_ms: store::now_ms(),
        };
        if let Err(error) = self.disk.write(key, &head, &kept) {
            tracing::warn!(%error, "a result could not be remembered");
        }
        self.memory().put(*key, Arc::new(kept));
    }

    /// What there is.
    pub(crate) fn list(&self) -> Result<CacheView, EngineError> {
        self.disk.view(0)
    }

    /// Forgets what is named, what is damaged and what has expired.
    pub(crate) fn prune(&self, spec: &PruneSpec) -> Result<CacheView, EngineError> {
        *self.memory() = Recent::new(MEMORY_BYTES, size);
        let model = spec.model.as_deref().map(prints::Meant::by).transpose()?;
        let forgotten = self.disk.prune(spec, model.as_ref())?;
        self.disk.view(forgotten)
    }

    fn memory(&self) -> MutexGuard<'_, Recent<CompressedDocument>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// About what a result takes in memory, in bytes.
fn size(made: &CompressedDocument) -> usize {
    size_of::<CompressedDocument>()
        + made.text.len()
        + made.source.as_ref().map_or(0, String::len)
        + size_of_val(&*made.spans)
        + size_of_val(&*made.gaps)
        + made.extraction.anchors.len() * 64
        + 512
}

/// Tells builds apart that say nothing of their commit: when the program's file was written.
fn stamp() -> String {
    let written =
        std::env::current_exe().and_then(std::fs::metadata).and_then(|meta| meta.modified());
    written.map_or_else(|_| String::new(), |written| format!("{written:?}"))
}
