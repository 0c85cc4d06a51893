//! Settings: one table of keys, and where each value comes from.

use std::path::{Path, PathBuf};

use protocol::SettingView;

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(String);

/// Resolved settings.
#[derive(Clone, Debug, Default)]
pub struct Settings {}

impl Settings {
    /// Resolves.
    pub fn resolve(
        _file: Option<&Path>,
        _env: &dyn Fn(&str) -> Option<String>,
        _flags: &[(&str, String)],
    ) -> Result<Settings, SettingsError> {
        Ok(Settings {})
    }
    /// The settings file.
    pub fn default_file() -> Option<PathBuf> {
        None
    }
    /// Warnings.
    pub fn warnings(&self) -> &[String] {
        &[]
    }
    /// The store.
    pub fn store_folder(&self) -> PathBuf {
        PathBuf::new()
    }
    /// Models.
    pub fn models_folder(&self) -> PathBuf {
        PathBuf::new()
    }
    /// The log.
    pub fn log_folder(&self) -> PathBuf {
        PathBuf::new()
    }
    /// The level.
    pub fn log_level(&self) -> &str {
        "info"
    }
    /// Fraction.
    pub fn min_effect(&self) -> f64 {
        0.05
    }
    /// Tokenizer.
    pub fn tokenizer(&self) -> &str {
        "o200k"
    }
    /// Default model.
    pub fn model(&self) -> Option<(PathBuf, Option<PathBuf>)> {
        None
    }
    /// For `config show`.
    pub fn views(&self) -> Vec<SettingView> {
        Vec::new()
    }
}
