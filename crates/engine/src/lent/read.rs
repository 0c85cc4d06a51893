//! Models of the crate `neural`, for the feature of that name.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use neural::{Choice, Classifier, Remembered, Surprisal};
use protocol::{DeviceView, NeuralRole};

use super::source::{Encodes, Loaded, Scores, Source, is_gguf};
use crate::error::EngineError;

/// Of a program built with models.
#[derive(Default)]
pub(super) struct Neural {
    /// Asked for once: to find GPUs takes a moment.
    devices: OnceLock<Vec<DeviceView>>,
}

fn choice(device: Option<&str>) -> Result<Choice, EngineError> {
    Ok(device.unwrap_or_default().parse()?)
}

fn env(variable: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(variable)
}

impl Source for Neural {
    fn check(&self, device: Option<&str>) -> Result<(), EngineError> {
        choice(device).map(drop)
    }

    fn find(&self, role: NeuralRole, name: &str, models: &Path) -> Result<PathBuf, EngineError> {
        let found = neural::find(name, &[models.to_path_buf()], &env);
        let example = match role {
            NeuralRole::Encoder => "all-MiniLM-L6-v2",
            NeuralRole::Scorer => "publisher/name",
        };
        found.map_err(|error| match error {
            neural::Error::NoSuchModel { looked, .. } => EngineError::NotFound(format!(
                "there is no such model on this computer ({looked}); name where it is, or get one \
                 with `benchvise model get {example}`: {name}"
            )),
            error => error.into(),
        })
    }

    fn encoder(
        &self,
        path: &Path,
        name: &str,
        device: Option<&str>,
    ) -> Result<Arc<dyn Encodes>, EngineError> {
        let model = neural::Encoder::load(path, name, choice(device)?)?;
        Ok(Arc::new(Remembered::new(model)))
    }

    fn scorer(
        &self,
        path: &Path,
        name: &str,
        device: Option<&str>,
    ) -> Result<Arc<dyn Scores>, EngineError> {
        let choice = choice(device)?;
        Ok(match is_gguf(path) {
            true => Arc::new(Surprisal::load(path, name, choice)?),
            false => Arc::new(Classifier::load(path, name, choice)?),
        })
    }

    fn lacks_memory(&self, error: &EngineError) -> bool {
        let EngineError::Neural(error) = error else { return false };
        matches!(error, neural::Error::Memory { .. } | neural::Error::DeviceMemory(_))
    }

    fn names(&self, role: NeuralRole, models: &Path) -> Option<Vec<String>> {
        let folders = [models.to_path_buf()];
        Some(match role {
            NeuralRole::Encoder => neural::encoders(&folders, &env),
            NeuralRole::Scorer => neural::scorers(&folders, &env),
        })
    }

    fn devices(&self) -> Vec<DeviceView> {
        let find = || {
            let view =
                |(choice, title): (Choice, _)| DeviceView { name: choice.to_string(), title };
            neural::devices().into_iter().map(view).collect()
        };
        self.devices.get_or_init(find).clone()
    }
}

impl Loaded for Remembered {
    fn notice(&self) -> Option<String> {
        self.encoder().notice()
    }

    fn fell_back(&self) -> bool {
        self.encoder().fell_back()
    }
}

impl Encodes for Remembered {
    fn encode(&self, texts: &[&str], stop: &AtomicBool) -> Result<Vec<f32>, String> {
        let vectors = Remembered::encode(self, texts, stop);
        vectors.map(|vectors| vectors.values).map_err(|error| error.to_string())
    }
}

/// Both sorts of scorers are used alike.
macro_rules! scores {
    ($($model:ty),*) => {$(
        impl Loaded for $model {
            fn notice(&self) -> Option<String> {
                <$model>::notice(self)
            }

            fn fell_back(&self) -> bool {
                <$model>::fell_back(self)
            }
        }

        impl Scores for $model {
            fn score(
                &self,
                text: &str,
                words: &[Range<usize>],
                stop: &AtomicBool,
            ) -> Result<Vec<f32>, String> {
                <$model>::score(self, text, words, stop).map_err(|error| error.to_string())
            }
        }
    )*};
}

scores!(Classifier, Surprisal);
