//! Models that read text, lent to the compressor. Without the feature `neural` there are none, and who
//! asks for one is told.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use compress::{Compressed, Encoder, Request, WordScorer};
use protocol::{NeuralSpec, RetentionView};

use crate::error::EngineError;
use crate::results::Print;

/// A model that may have something to tell about its device.
trait Notice: std::fmt::Debug + Send + Sync {
    fn notice(&self) -> Option<String>;
}

/// What a compression may use beside its own knowledge.
#[derive(Debug, Default)]
pub struct Lent {
    /// For nearness in meaning.
    encoder: Option<Arc<dyn Encoder>>,
    /// For the worth of words.
    scorer: Option<Arc<dyn WordScorer>>,
    /// Who has something to tell about the devices, and what was told.
    models: Vec<Arc<dyn Notice>>,
    told: Mutex<BTreeSet<String>>,
    encoder_name: String,
    /// Where the vectors of what was kept are written.
    vectors: Option<PathBuf>,
}

impl Lent {
    /// The encoder, for a request.
    pub fn encoder(&self) -> Option<&dyn Encoder> {
        self.encoder.as_deref()
    }

    /// The scorer of words, for a request.
    pub fn scorer(&self) -> Option<&dyn WordScorer> {
        self.scorer.as_deref()
    }

    /// What to tell the user about the devices, each thing once. Ask again afterwards: a device's memory may
    /// turn out to be too small while it computes.
    pub fn news(&self) -> Vec<String> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let notices = self.models.iter().filter_map(|model| model.notice());
        notices.filter(|notice| told.insert(notice.clone())).collect()
    }

    /// A request with what is lent.
    pub(crate) fn to<'a>(&'a self, request: Request<'a>) -> Request<'a> {
        Request { encoder: self.encoder(), scorer: self.scorer(), ..request }
    }

    /// How much of what `text` says has something like it in what was kept; `None` without an encoder.
    pub(crate) fn retention(
        &self,
        text: &str,
        made: &Compressed,
    ) -> Result<Option<RetentionView>, EngineError> {
        let Some(encoder) = self.encoder() else { return Ok(None) };
        let found = compress::retention(text, made, encoder, compress::ALIKE)?;
        Ok(found.map(|found| RetentionView {
            encoder: self.encoder_name.clone(),
            sentences: found.sentences as u64,
            of_sentences: found.of_sentences as u64,
            alike: found.alike as u64,
            threshold: thousandths(found.threshold),
            mean: thousandths(found.mean),
        }))
    }
}

/// A number as it is shown, without the digits that 32 bits make up.
fn thousandths(value: f32) -> f64 {
    (f64::from(value) * 1e3).round() / 1e3
}

/// Loads what was asked for. `stop` is looked at while the models compute.
pub(crate) fn load(
    spec: &NeuralSpec,
    models: &Path,
    stop: &Arc<AtomicBool>,
) -> Result<Lent, EngineError> {
    if spec.vectors.is_some() && spec.encoder.is_none() {
        return Err(EngineError::BadRequest("vectors are an encoder's; name one too".to_owned()));
    }
    if spec.is_empty() {
        return Ok(Lent::default());
    }
    with::load(spec, models, stop)
}

/// Encoder and scorer by their files; nothing where none is asked for.
pub(crate) fn prints(spec: &NeuralSpec, models: &Path) -> Result<Vec<Print>, EngineError> {
    if spec.is_empty() { Ok(Vec::new()) } else { with::prints(spec, models) }
}

/// Sentence encoders on this computer; `None` in a program built without models that read text.
pub(crate) fn encoders(models: &Path) -> Option<Vec<String>> {
    with::encoders(models)
}

#[cfg(not(feature = "neural"))]
mod with {
    use super::*;

    pub(super) fn encoders(_: &Path) -> Option<Vec<String>> {
        None
    }

    pub(super) fn prints(_: &NeuralSpec, _: &Path) -> Result<Vec<Print>, EngineError> {
        Ok(Vec::new())
    }

    pub(super) fn load(_: &NeuralSpec, _: &Path, _: &Arc<AtomicBool>) -> Result<Lent, EngineError> {
        Err(EngineError::BadRequest(
            "this program was built without models that read text; build it with \
             `--features neural`, or leave the encoder and the scorer out"
                .to_owned(),
        ))
    }

    impl Lent {
        /// Nobody gets here with an encoder.
        pub(crate) fn write_vectors(&self, _: &Compressed) -> Result<(), EngineError> {
            debug_assert!(self.vectors.is_none(), "an encoder was lent by nobody");
            Ok(())
        }
    }
}

#[cfg(feature = "neural")]
mod with {
    use std::fs::File;
    use std::io::BufWriter;
    use std::ops::Range;

    use neural::{Choice, Classifier, Remembered, Surprisal, Vectors};

    use super::*;

    pub(super) fn encoders(models: &Path) -> Option<Vec<String>> {
        let env = |variable: &str| std::env::var_os(variable);
        Some(neural::encoders(&[models.to_path_buf()], &env))
    }

    /// A model with the flag that stops it.
    #[derive(Debug)]
    struct Stoppable<M> {
        model: M,
        stop: Arc<AtomicBool>,
    }

    fn find(name: &str, models: &Path) -> Result<PathBuf, EngineError> {
        let folders = [models.to_path_buf()];
        let found = neural::find(name, &folders, &|variable| std::env::var_os(variable));
        found.map_err(|error| match error {
            neural::Error::NoSuchModel { looked, .. } => EngineError::NotFound(format!(
                "there is no such model on this computer ({looked}); name its folder, or get an \
                 encoder with `benchvise model get all-MiniLM-L6-v2`: {name}"
            )),
            error => error.into(),
        })
    }

    fn is_gguf(name: &str) -> bool {
        Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gguf"))
    }

    pub(super) fn prints(spec: &NeuralSpec, models: &Path) -> Result<Vec<Print>, EngineError> {
        let mut prints = Vec::new();
        for (role, name) in [("encoder", &spec.encoder), ("scorer", &spec.scorer)] {
            let Some(name) = name else { continue };
            let path = if is_gguf(name) { PathBuf::from(name) } else { find(name, models)? };
            let mut paths = vec![path.clone()];
            // A tokenizer may lie beside.
            let beside = path.with_file_name("tokenizer.json");
            if is_gguf(name) && beside.is_file() {
                paths.push(beside);
            }
            for path in paths {
                let print = Print::of(name, &path).map_err(|source| EngineError::Unreadable {
                    path: path.display().to_string(),
                    source,
                })?;
                let sha256 = format!("{} {role}", print.sha256);
                prints.push(Print { sha256, ..print });
            }
        }
        Ok(prints)
    }

    pub(super) fn load(
        spec: &NeuralSpec,
        models: &Path,
        stop: &Arc<AtomicBool>,
    ) -> Result<Lent, EngineError> {
        let choice: Choice = spec.device.as_deref().unwrap_or_default().parse()?;
        let find = |name: &str| find(name, models);
        let mut lent = Lent { vectors: spec.vectors.clone(), ..Lent::default() };
        let stop = || stop.clone();
        if let Some(name) = &spec.encoder {
            let short = short(name);
            let model = neural::Encoder::load(&find(name)?, &short, choice)?;
            lent.encoder_name = short;
            let model = Arc::new(Stoppable { model: Remembered::new(model), stop: stop() });
            lent.models.push(model.clone());
            lent.encoder = Some(model);
        }
        if let Some(name) = &spec.scorer {
            let path = Path::new(name);
            if is_gguf(name) {
                let model = Surprisal::load(path, &short(name), choice)?;
                let model = Arc::new(Stoppable { model, stop: stop() });
                lent.models.push(model.clone());
                lent.scorer = Some(model);
            } else {
                let model = Classifier::load(&find(name)?, &short(name), choice)?;
                let model = Arc::new(Stoppable { model, stop: stop() });
                lent.models.push(model.clone());
                lent.scorer = Some(model);
            }
        }
        Ok(lent)
    }

    /// The last part of a name or a path.
    fn short(name: &str) -> String {
        let last = Path::new(name).file_name();
        last.map_or_else(|| name.to_owned(), |last| last.to_string_lossy().into_owned())
    }

    impl Notice for Stoppable<Remembered> {
        fn notice(&self) -> Option<String> {
            self.model.encoder().notice()
        }
    }

    impl Notice for Stoppable<Classifier> {
        fn notice(&self) -> Option<String> {
            self.model.notice()
        }
    }

    impl Notice for Stoppable<Surprisal> {
        fn notice(&self) -> Option<String> {
            self.model.notice()
        }
    }

    impl Encoder for Stoppable<Remembered> {
        fn encode(&self, texts: &[&str]) -> Result<Vec<f32>, String> {
            let vectors = self.model.encode(texts, &self.stop);
            vectors.map(|vectors| vectors.values).map_err(|error| error.to_string())
        }
    }

    impl WordScorer for Stoppable<Classifier> {
        fn score(&self, text: &str, words: &[Range<usize>]) -> Result<Vec<f32>, String> {
            self.model.score(text, words, &self.stop).map_err(|error| error.to_string())
        }
    }

    impl WordScorer for Stoppable<Surprisal> {
        fn score(&self, text: &str, words: &[Range<usize>]) -> Result<Vec<f32>, String> {
            self.model.score(text, words, &self.stop).map_err(|error| error.to_string())
        }
    }

    impl Lent {
        /// Writes the vectors of the kept stretches, where that was asked for.
        pub(crate) fn write_vectors(&self, made: &Compressed) -> Result<(), EngineError> {
            let (Some(path), Some(encoder)) = (&self.vectors, self.encoder()) else {
                return Ok(());
            };
            let texts: Vec<&str> =
                made.spans.iter().map(|span| &made.text[span.out.clone()]).collect();
            let values = encoder.encode(&texts).map_err(::compress::Error::Model)?;
            let dimension = values.len() / texts.len().max(1);
            let places: Vec<Range<u64>> =
                made.spans.iter().map(|span| span.src.start as u64..span.src.end as u64).collect();
            let unwritable =
                |source| EngineError::Unwritable { path: path.display().to_string(), source };
            let file = File::create(path).map_err(unwritable)?;
            let vectors = Vectors { dimension, values };
            vectors.write(BufWriter::new(file), &places, &self.encoder_name).map_err(unwritable)
        }
    }
}
