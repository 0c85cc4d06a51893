//! Models for tests: a folder each, whose loads are counted.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use protocol::{DeviceView, NeuralRole};

use super::source::{Encodes, Loaded, Scores, Source};
use crate::error::EngineError;

/// What is seen of loading from outside.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Names, in the order they were loaded.
    pub(crate) loads: Mutex<Vec<String>>,
    /// Models that are in memory now.
    pub(crate) alive: AtomicUsize,
    /// How many there is memory for; 0 for any number.
    pub(crate) room: AtomicUsize,
    /// A model that does not fit is loaded all the same, and has fallen back.
    pub(crate) falls_back: AtomicBool,
}

impl Seen {
    pub(crate) fn loads(&self) -> Vec<String> {
        self.loads.lock().unwrap().clone()
    }

    pub(crate) fn alive(&self) -> usize {
        self.alive.load(Ordering::SeqCst)
    }
}

/// Loads models that know nothing.
pub(crate) struct Fake(pub(crate) Arc<Seen>);

#[derive(Debug)]
pub(crate) struct Model {
    seen: Arc<Seen>,
    fell_back: bool,
}

impl Drop for Model {
    fn drop(&mut self) {
        self.seen.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Fake {
    fn load(&self, name: &str) -> Result<Arc<Model>, EngineError> {
        let seen = &self.0;
        seen.loads.lock().unwrap().push(name.to_owned());
        let room = seen.room.load(Ordering::SeqCst);
        let full = room > 0 && seen.alive() >= room;
        if full && !seen.falls_back.load(Ordering::SeqCst) {
            return Err(EngineError::Busy);
        }
        seen.alive.fetch_add(1, Ordering::SeqCst);
        Ok(Arc::new(Model { seen: Arc::clone(seen), fell_back: full }))
    }
}

impl Source for Fake {
    fn check(&self, device: Option<&str>) -> Result<(), EngineError> {
        match device {
            Some("gpu") => Err(EngineError::BadRequest("there is no device".into())),
            _ => Ok(()),
        }
    }

    fn find(&self, _: NeuralRole, name: &str, models: &Path) -> Result<PathBuf, EngineError> {
        let path = models.join(name);
        path.exists().then_some(path).ok_or_else(|| EngineError::NotFound(name.to_owned()))
    }

    fn encoder(
        &self,
        _: &Path,
        name: &str,
        _: Option<&str>,
    ) -> Result<Arc<dyn Encodes>, EngineError> {
        Ok(self.load(name)?)
    }

    fn scorer(
        &self,
        _: &Path,
        name: &str,
        _: Option<&str>,
    ) -> Result<Arc<dyn Scores>, EngineError> {
        Ok(self.load(name)?)
    }

    fn lacks_memory(&self, error: &EngineError) -> bool {
        matches!(error, EngineError::Busy)
    }

    fn names(&self, _: NeuralRole, _: &Path) -> Option<Vec<String>> {
        Some(Vec::new())
    }

    fn devices(&self) -> Vec<DeviceView> {
        Vec::new()
    }
}

impl Loaded for Model {
    fn notice(&self) -> Option<String> {
        self.fell_back.then(|| "on the processor instead".to_owned())
    }

    fn fell_back(&self) -> bool {
        self.fell_back
    }
}

impl Encodes for Model {
    fn encode(&self, texts: &[&str], _: &AtomicBool) -> Result<Vec<f32>, String> {
        Ok(texts.iter().flat_map(|text| [1.0, text.len() as f32 % 7.0]).collect())
    }
}

impl Scores for Model {
    fn score(&self, _: &str, words: &[Range<usize>], _: &AtomicBool) -> Result<Vec<f32>, String> {
        Ok(words.iter().map(|word| word.len() as f32).collect())
    }
}
