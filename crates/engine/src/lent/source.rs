//! Who finds and loads models that read text.

use std::fmt::Debug;
use std::ops::Range;
use std::panic::RefUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use protocol::{DeviceView, NeuralRole};

use crate::error::EngineError;

/// A model that is loaded.
pub(crate) trait Loaded: Debug + Send + Sync {
    /// What to tell the user about its device; it may come while it computes.
    fn notice(&self) -> Option<String>;
    /// Whether the processor computes because a device failed: loaded anew, the device may do.
    fn fell_back(&self) -> bool;
}

/// A sentence encoder. `stop` is looked at while it computes.
pub(crate) trait Encodes: Loaded {
    /// As [`compress::Encoder::encode`].
    fn encode(&self, texts: &[&str], stop: &AtomicBool) -> Result<Vec<f32>, String>;
}

/// A scorer of words.
pub(crate) trait Scores: Loaded {
    /// As [`compress::WordScorer::score`].
    fn score(
        &self,
        text: &str,
        words: &[Range<usize>],
        stop: &AtomicBool,
    ) -> Result<Vec<f32>, String>;
}

/// Finds and loads.
pub(crate) trait Source: Send + Sync + RefUnwindSafe {
    /// Whether there are models at all, and whether `device` is the name of one.
    fn check(&self, device: Option<&str>) -> Result<(), EngineError>;
    /// The folder or the file of a model, by its path or by a name below `models` or in the hub's cache.
    fn find(&self, role: NeuralRole, name: &str, models: &Path) -> Result<PathBuf, EngineError>;
    /// Loads an encoder, which is called `name` in reports.
    fn encoder(
        &self,
        path: &Path,
        name: &str,
        device: Option<&str>,
    ) -> Result<Arc<dyn Encodes>, EngineError>;
    /// Loads a scorer.
    fn scorer(
        &self,
        path: &Path,
        name: &str,
        device: Option<&str>,
    ) -> Result<Arc<dyn Scores>, EngineError>;
    /// Whether there was too little memory, and more of it would help.
    fn lacks_memory(&self, error: &EngineError) -> bool;
    /// Names of models that are here; `None` where there are none at all.
    fn names(&self, role: NeuralRole, models: &Path) -> Option<Vec<String>>;
    /// Where models can compute.
    fn devices(&self) -> Vec<DeviceView>;
}

/// Whether a model is a language model's file, by its name.
pub(crate) fn is_gguf(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gguf"))
}
