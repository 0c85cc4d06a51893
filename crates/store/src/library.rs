//! Documents, what was made of them, and the fits.

use crate::clock::now_ms;
use crate::error::{At, StoreError};
use crate::id::{CompressionId, FitId, RunId};
use crate::store::Store;
use crate::table::compression::{self, Compression, NewCompression};
use crate::table::document::{self, Document};
use crate::table::fit::{self, Fit, NewFit};
use crate::table::run_list::Page;

impl Store {
    /// Adds a document. One with the same hash that is known already stays as it was.
    pub fn add_document(&self, document: Document) -> Result<(), StoreError> {
        let hex = document.sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if document.sha256.len() != 64 || !hex {
            return Err(StoreError::Refused(format!(
                "{:?} is no SHA-256; write 64 lower-case hexadecimal digits",
                document.sha256
            )));
        }
        self.ask(move |writer| document::add(&writer.app, &document).at(&writer.folder.app()))
    }

    /// A document by its hash.
    pub fn get_document(&self, sha256: &str) -> Result<Option<Document>, StoreError> {
        self.read(|reader| document::get(&reader.app, sha256).at(&reader.folder.app()))
    }

    /// All documents, newest first.
    pub fn list_documents(&self) -> Result<Vec<Document>, StoreError> {
        self.read(|reader| document::list(&reader.app).at(&reader.folder.app()))
    }

    /// Adds a compression of a known document.
    pub fn add_compression(&self, new: NewCompression) -> Result<Compression, StoreError> {
        self.ask(move |writer| {
            let path = writer.folder.app();
            if document::get(&writer.app, &new.document).at(&path)?.is_none() {
                return Err(unknown("document", &new.document));
            }
            let compression = Compression {
                id: CompressionId::new(),
                document: new.document,
                tokenizer: new.tokenizer,
                tokens_in: new.tokens_in,
                tokens_out: new.tokens_out,
                budget: new.budget,
                focus: new.focus,
                created_ms: now_ms(),
                params_json: new.params_json,
            };
            compression::add(&writer.app, &compression).at(&path)?;
            Ok(compression)
        })
    }

    /// A compression by its id.
    pub fn get_compression(&self, id: &CompressionId) -> Result<Option<Compression>, StoreError> {
        self.read(|reader| compression::get(&reader.app, id).at(&reader.folder.app()))
    }

    /// All compressions of a document, newest first.
    pub fn list_compressions(&self, sha256: &str) -> Result<Vec<Compression>, StoreError> {
        self.read(|reader| compression::of_document(&reader.app, sha256).at(&reader.folder.app()))
    }

    /// Adds a fit of a known document, compression, and runs.
    pub fn add_fit(&self, new: NewFit) -> Result<Fit, StoreError> {
        let fit = Fit {
            id: FitId::new(),
            created_ms: now_ms(),
            document: new.document,
            compression: new.compression,
            full_run: new.full_run,
            compressed_run: new.compressed_run,
            window_tokens: new.window_tokens,
            result_json: new.result_json,
        };
        self.put_fit(&fit)?;
        Ok(fit)
    }

    /// Writes a fit in place of the one with its id: when its runs are made one after the other.
    pub fn put_fit(&self, fit: &Fit) -> Result<(), StoreError> {
        let fit = fit.clone();
        self.ask(move |writer| {
            let path = writer.folder.app();
            if document::get(&writer.app, &fit.document).at(&path)?.is_none() {
                return Err(unknown("document", &fit.document));
            }
            if compression::get(&writer.app, &fit.compression).at(&path)?.is_none() {
                return Err(unknown("compression", fit.compression.as_str()));
            }
            for run in fit.full_run.iter().chain(&fit.compressed_run) {
                if crate::table::run::by_id(&writer.app, run.as_str()).at(&path)?.is_none() {
                    return Err(StoreError::NoSuchRun { selector: run.to_string() });
                }
            }
            fit::put(&writer.app, &fit).at(&path)
        })
    }

    /// A fit by its id.
    pub fn get_fit(&self, id: &FitId) -> Result<Option<Fit>, StoreError> {
        self.read(|reader| fit::get(&reader.app, id).at(&reader.folder.app()))
    }

    /// A page of the fits, newest first.
    pub fn list_fits(&self, page: Page) -> Result<Vec<Fit>, StoreError> {
        self.read(|reader| fit::list(&reader.app, page).at(&reader.folder.app()))
    }

    /// The fits that a run is part of.
    pub fn fits_of_run(&self, run: &RunId) -> Result<Vec<Fit>, StoreError> {
        self.read(|reader| fit::of_run(&reader.app, run).at(&reader.folder.app()))
    }
}

fn unknown(what: &str, id: &str) -> StoreError {
    StoreError::Refused(format!("there is no {what} {id}; add it first"))
}
