//! A program that was built without models that read text: who asks for one is told.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use protocol::{DeviceView, NeuralRole};

use super::source::{Encodes, Scores, Source};
use crate::error::EngineError;

/// Nobody loads models.
pub(super) struct Nobody;

impl Nobody {
    fn refuse<T>() -> Result<T, EngineError> {
        Err(EngineError::BadRequest(
            "this program was built without models that read text; build it with \
             `--features neural`, or leave the encoder and the scorer out"
                .to_owned(),
        ))
    }
}

impl Source for Nobody {
    fn check(&self, _: Option<&str>) -> Result<(), EngineError> {
        Self::refuse()
    }

    fn find(&self, _: NeuralRole, _: &str, _: &Path) -> Result<PathBuf, EngineError> {
        Self::refuse()
    }

    fn encoder(&self, _: &Path, _: &str, _: Option<&str>) -> Result<Arc<dyn Encodes>, EngineError> {
        Self::refuse()
    }

    fn scorer(&self, _: &Path, _: &str, _: Option<&str>) -> Result<Arc<dyn Scores>, EngineError> {
        Self::refuse()
    }

    fn lacks_memory(&self, _: &EngineError) -> bool {
        false
    }

    fn names(&self, _: NeuralRole, _: &Path) -> Option<Vec<String>> {
        None
    }

    fn devices(&self) -> Vec<DeviceView> {
        Vec::new()
    }
}
