//! Models that read text, lent to the compressor. Without the feature `neural` there are none, and who
//! asks for one is told.
//!
//! What is asked for is found and printed first, so that results can be looked for; weights are read once a
//! document has to be compressed ([`Lending`]), and stay for the next job (`shelf`).

#[cfg(test)]
mod fake;
#[cfg(not(feature = "neural"))]
mod nobody;
#[cfg(feature = "neural")]
mod read;
mod shelf;
mod source;
mod vectors;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use compress::{Compressed, Encoder, Request, WordScorer};
use protocol::{GettableView, NeuralRole, NeuralSpec, RetentionView};

use crate::error::EngineError;
use crate::fetch;
use crate::results::Print;

pub(crate) use shelf::Shelf;
pub(crate) use source::Source;
pub(crate) use source::is_gguf;
use source::{Encodes, Scores};

/// Who loads models in this program.
#[cfg(feature = "neural")]
pub(crate) fn source() -> Box<dyn Source> {
    Box::<read::Neural>::default()
}

/// Nobody loads models in this program.
#[cfg(not(feature = "neural"))]
pub(crate) fn source() -> Box<dyn Source> {
    Box::new(nobody::Nobody)
}

/// What is asked of models: checked and found, nothing loaded.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    encoder: Option<Found>,
    scorer: Option<Found>,
    device: Option<String>,
    vectors: Option<PathBuf>,
}

/// A model that was found.
#[derive(Debug)]
struct Found {
    /// As it was asked for.
    name: String,
    /// For reports.
    short: String,
    path: PathBuf,
    /// What it is by its files; empty before they are read.
    prints: Vec<Print>,
}

impl Asked {
    /// Finds what `spec` names; those got before are looked for below `models`.
    pub(crate) fn find(
        spec: &NeuralSpec,
        models: &Path,
        source: &dyn Source,
    ) -> Result<Asked, EngineError> {
        if spec.vectors.is_some() && spec.encoder.is_none() {
            return Err(EngineError::BadRequest(
                "vectors are an encoder's; name one too".to_owned(),
            ));
        }
        if spec.is_empty() {
            return Ok(Asked::default());
        }
        source.check(spec.device.as_deref())?;
        let find = |role, name: &Option<String>| -> Result<Option<Found>, EngineError> {
            let Some(name) = name else { return Ok(None) };
            let path = source.find(role, name, models)?;
            let (name, short) = (name.clone(), short(name));
            Ok(Some(Found { name, short, path, prints: Vec::new() }))
        };
        Ok(Asked {
            encoder: find(NeuralRole::Encoder, &spec.encoder)?,
            scorer: find(NeuralRole::Scorer, &spec.scorer)?,
            device: spec.device.clone(),
            vectors: spec.vectors.clone(),
        })
    }

    /// The same with the prints of its files, which are read for that where they are not known yet.
    pub(crate) fn printed(mut self) -> Result<Asked, EngineError> {
        for (role, found) in [("encoder", &mut self.encoder), ("scorer", &mut self.scorer)] {
            let Some(found) = found else { continue };
            let mut paths = vec![found.path.clone()];
            // A tokenizer may lie beside.
            let beside = found.path.with_file_name("tokenizer.json");
            if is_gguf(&found.path) && beside.is_file() {
                paths.push(beside);
            }
            for path in paths {
                let print = Print::of(&found.name, &path).map_err(|source| {
                    EngineError::Unreadable { path: path.display().to_string(), source }
                })?;
                let sha256 = format!("{} {role}", print.sha256);
                found.prints.push(Print { sha256, ..print });
            }
        }
        Ok(self)
    }

    /// Encoder and scorer by their files; nothing where none is asked for.
    pub(crate) fn prints(&self) -> Vec<Print> {
        let found = self.encoder.iter().chain(&self.scorer);
        found.flat_map(|found| found.prints.iter().cloned()).collect()
    }
}

/// The last part of a name or a path.
fn short(name: &str) -> String {
    let last = Path::new(name).file_name();
    last.map_or_else(|| name.to_owned(), |last| last.to_string_lossy().into_owned())
}

/// What is lent to a job once it is needed, and once.
pub(crate) struct Lending<'a> {
    made: OnceCell<Lent>,
    make: Box<dyn Fn() -> Result<Lent, EngineError> + 'a>,
}

impl<'a> Lending<'a> {
    pub(crate) fn new(make: impl Fn() -> Result<Lent, EngineError> + 'a) -> Lending<'a> {
        Lending { made: OnceCell::new(), make: Box::new(make) }
    }

    /// The models, loaded now where they are not.
    pub(crate) fn get(&self) -> Result<&Lent, EngineError> {
        if let Some(lent) = self.made.get() {
            return Ok(lent);
        }
        let lent = (self.make)()?;
        Ok(self.made.get_or_init(|| lent))
    }

    /// As [`Lent::news`]; none of what was never needed.
    pub(crate) fn news(&self) -> Vec<String> {
        self.made.get().map(Lent::news).unwrap_or_default()
    }
}

/// A model with the flag that stops it.
#[derive(Debug)]
struct Stoppable<M: ?Sized> {
    model: Arc<M>,
    stop: Arc<AtomicBool>,
}

impl Encoder for Stoppable<dyn Encodes> {
    fn encode(&self, texts: &[&str]) -> Result<Vec<f32>, String> {
        self.model.encode(texts, &self.stop)
    }
}

impl WordScorer for Stoppable<dyn Scores> {
    fn score(&self, text: &str, words: &[Range<usize>]) -> Result<Vec<f32>, String> {
        self.model.score(text, words, &self.stop)
    }
}

/// What a compression may use beside its own knowledge.
#[derive(Debug, Default)]
pub struct Lent {
    /// For nearness in meaning.
    encoder: Option<Stoppable<dyn Encodes>>,
    /// For the worth of words.
    scorer: Option<Stoppable<dyn Scores>>,
    /// What was told about the devices.
    told: Mutex<BTreeSet<String>>,
    encoder_name: String,
    /// Where the vectors of what was kept are written.
    vectors: Option<PathBuf>,
}

impl Lent {
    fn of(
        asked: &Asked,
        encoder: Option<Arc<dyn Encodes>>,
        scorer: Option<Arc<dyn Scores>>,
        stop: &Arc<AtomicBool>,
    ) -> Lent {
        Lent {
            encoder: encoder.map(|model| Stoppable { model, stop: Arc::clone(stop) }),
            scorer: scorer.map(|model| Stoppable { model, stop: Arc::clone(stop) }),
            told: Mutex::default(),
            encoder_name: asked
                .encoder
                .as_ref()
                .map(|found| found.short.clone())
                .unwrap_or_default(),
            vectors: asked.vectors.clone(),
        }
    }

    /// The encoder, for a request.
    pub fn encoder(&self) -> Option<&dyn Encoder> {
        self.encoder.as_ref().map(|encoder| encoder as &dyn Encoder)
    }

    /// The scorer of words, for a request.
    pub fn scorer(&self) -> Option<&dyn WordScorer> {
        self.scorer.as_ref().map(|scorer| scorer as &dyn WordScorer)
    }

    /// What to tell the user about the devices, each thing once. Ask again afterwards: a device's memory may
    /// turn out to be too small while it computes.
    pub fn news(&self) -> Vec<String> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let encoder = self.encoder.as_ref().and_then(|encoder| encoder.model.notice());
        let scorer = self.scorer.as_ref().and_then(|scorer| scorer.model.notice());
        let notices = encoder.into_iter().chain(scorer);
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

/// Loads what was asked for, for who keeps it. `stop` is looked at while the models compute.
pub(crate) fn load(
    spec: &NeuralSpec,
    models: &Path,
    stop: &Arc<AtomicBool>,
) -> Result<Lent, EngineError> {
    let source = source();
    let asked = Asked::find(spec, models, &*source)?;
    let device = asked.device.as_deref();
    let encoder = asked.encoder.as_ref().map(|one| source.encoder(&one.path, &one.short, device));
    let scorer = asked.scorer.as_ref().map(|one| source.scorer(&one.path, &one.short, device));
    Ok(Lent::of(&asked, encoder.transpose()?, scorer.transpose()?, stop))
}

/// Models that are known by name and are not among those here.
fn gettable(encoders: &[String], scorers: &[String]) -> Vec<GettableView> {
    let roles = [
        (NeuralRole::Encoder, fetch::known_encoders(), encoders),
        (NeuralRole::Scorer, fetch::known_scorers(), scorers),
    ];
    let view = |(role, known, here): (NeuralRole, Vec<(&str, &str)>, &[String])| {
        let away = known.into_iter().filter(|(name, _)| !here.iter().any(|here| here == name));
        let view = |(name, about): (&str, &str)| GettableView {
            name: name.to_owned(),
            about: about.to_owned(),
            role,
        };
        away.map(view).collect::<Vec<_>>()
    };
    roles.into_iter().flat_map(view).collect()
}

#[cfg(test)]
mod tests;
