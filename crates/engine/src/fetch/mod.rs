//! Fetches a known model.

use std::path::{Path, PathBuf};

use protocol::JobId;

use crate::{Engine, error::EngineError};

/// A file.
#[derive(Clone, Copy, Debug)]
pub struct FileSpec {
    /// Its name.
    pub file: &'static str,
    /// On the hub.
    pub path: &'static str,
    /// Size.
    pub bytes: u64,
    /// Checksum.
    pub sha256: &'static str,
}

/// A model that can be fetched.
#[derive(Clone, Copy, Debug)]
pub struct KnownModel {
    /// Its name.
    pub name: &'static str,
    /// About it.
    pub about: &'static str,
    /// The checkpoint.
    pub model: FileSpec,
    /// The tokenizer.
    pub tokenizer: FileSpec,
}

/// All.
pub const KNOWN_MODELS: &[KnownModel] = &[];

pub(crate) fn start(_engine: &Engine, _name: &str) -> Result<JobId, EngineError> {
    Err(EngineError::Fetch("not yet".into()))
}

/// Both files where they are present.
pub fn fetched(_models_folder: &Path, _name: &str) -> Option<(PathBuf, PathBuf)> {
    None
}
