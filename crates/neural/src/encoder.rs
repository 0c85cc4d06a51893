//! Sentence encoders: a text in, a vector of length 1 out, near to that of texts that mean the same.
//!
//! Models of the MiniLM class, as sentence-transformers publishes them (Reimers and Gurevych 2019,
//! arXiv:1908.10084): an encoder, the mean of its tokens' vectors or the first one, made length 1.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use crate::batches;
use crate::bert::{self, Bert, Padded};
use crate::config::Config;
use crate::device::{Choice, Places};
use crate::error::Error;
use crate::files;
use crate::fleet::Fleet;
use crate::memory;
use crate::tokens::Tokens;
use crate::vectors::Vectors;
use crate::weights::Weights;

/// Tokens of a batch: on a processor as many as stay in its caches, on a GPU as many as keep it busy.
const TOKENS_ON_CPU: usize = 1024;
const TOKENS_ON_GPU: usize = 16384;
/// Texts whose tokens are held at a time.
const TEXTS_AT_A_TIME: usize = 8192;
/// Texts longer than this are cut where the model does not say how long its texts were.
const USUAL_LONGEST: usize = 512;

/// How the vectors of a text's tokens become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pooling {
    Mean,
    /// That of the mark before the text.
    First,
}

/// A sentence encoder, ready on its devices.
#[derive(Debug)]
pub struct Encoder {
    name: String,
    folder: PathBuf,
    tokens: Tokens,
    pooling: Pooling,
    config: Config,
    fleet: Fleet<Bert>,
}

impl Encoder {
    /// Reads `config.json`, `model.safetensors` and `tokenizer.json` in `folder`, and where they are there
    /// `sentence_bert_config.json` (the longest text) and `1_Pooling/config.json` (mean or first token).
    /// `name` is for reports.
    ///
    /// # Errors
    /// What is missing, damaged or does not fit together; [`Error::Memory`] before any is taken.
    pub fn load(folder: &Path, name: &str, choice: Choice) -> Result<Self, Error> {
        let config = Config::read(folder)?;
        let pooling = pooling(folder)?;
        let longest = longest(folder, &config)?;
        let path = files::path(folder, files::WEIGHTS)?;
        let tokens = Tokens::read(folder, config.vocabulary, Some(longest))?;
        let shape = config.clone();
        let fleet = Fleet::load(choice, cores(), move |places| {
            let mut weights = Weights::open(&path)?;
            let tokens = at_a_time(places.on_cpu()).max(longest);
            replicas(&mut weights, &shape, places, tokens, longest)
        })?;
        Ok(Self {
            name: name.to_owned(),
            folder: folder.to_path_buf(),
            tokens,
            pooling,
            config,
            fleet,
        })
    }

    /// The name given at loading.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Numbers of one vector.
    pub fn dimension(&self) -> usize {
        self.config.hidden
    }

    /// What to tell the user about the device, such as that the processor computes instead of a GPU. It may
    /// come while it computes: a GPU's memory can turn out to be too small.
    pub fn notice(&self) -> Option<String> {
        self.fleet.notice()
    }

    /// Whether the processor computes because a device failed: loaded anew, the device may do.
    pub fn fell_back(&self) -> bool {
        self.fleet.fell_back()
    }

    /// The vector of each text, in their order; what is beyond the model's longest text is not read.
    ///
    /// Texts are put into batches by length, and batches are computed on all devices, on a processor by a
    /// thread per core. Where a GPU's memory is too small for a batch it is halved, and where it is too small
    /// for one text the processor takes over ([`Encoder::notice`]). `stop` is looked at before each batch.
    ///
    /// # Errors
    /// [`Error::Cancelled`]; [`Error::Compute`]; [`Error::NotANumber`] for damaged weights.
    pub fn encode(&self, texts: &[&str], stop: &AtomicBool) -> Result<Vectors, Error> {
        self.encoded(texts, at_a_time, stop)
    }

    /// As [`Encoder::encode`], in batches of about so many tokens: to measure which number suits a device.
    ///
    /// # Errors
    /// As [`Encoder::encode`].
    pub fn encode_by(
        &self,
        texts: &[&str],
        tokens: usize,
        stop: &AtomicBool,
    ) -> Result<Vectors, Error> {
        self.encoded(texts, |_| tokens, stop)
    }

    fn encoded(
        &self,
        texts: &[&str],
        at_a_time: impl Fn(bool) -> usize,
        stop: &AtomicBool,
    ) -> Result<Vectors, Error> {
        let dimension = self.dimension();
        let mut values = Vec::with_capacity(texts.len() * dimension);
        for texts in texts.chunks(TEXTS_AT_A_TIME) {
            let tokens = self.tokens.of(texts)?;
            let lengths: Vec<usize> = tokens.iter().map(Vec::len).collect();
            let batches = |on_cpu| batches::by_length(&lengths, at_a_time(on_cpu));
            let done = self.fleet.run(batches, stop, |replica, batch| {
                let texts: Vec<&[u32]> =
                    batch.iter().map(|&text| tokens[text].as_slice()).collect();
                self.pooled(replica, &Padded::new(&texts))
            })?;
            let from = values.len();
            values.resize(from + texts.len() * dimension, 0.0);
            for (batch, rows) in done {
                for (text, row) in batch.into_iter().zip(rows.chunks_exact(dimension)) {
                    let at = from + text * dimension;
                    self.normalised(row, &mut values[at..at + dimension])?;
                }
            }
        }
        Ok(Vectors { dimension, values })
    }

    fn pooled(&self, replica: &Bert, batch: &Padded) -> Result<Vec<f32>, Error> {
        let tokens = replica.forward(batch)?;
        let pooled = match self.pooling {
            Pooling::Mean => replica.mean(batch, &tokens)?,
            Pooling::First => {
                tokens.narrow(1, 0, 1)?.squeeze(1)?.to_dtype(candle_core::DType::F32)?
            }
        };
        Ok(pooled.flatten_all()?.to_vec1()?)
    }

    fn normalised(&self, from: &[f32], to: &mut [f32]) -> Result<(), Error> {
        let length = from.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt();
        if !length.is_finite() || length == 0.0 {
            return Err(Error::NotANumber(self.folder.clone()));
        }
        for (to, from) in to.iter_mut().zip(from) {
            *to = (f64::from(*from) / length) as f32;
        }
        Ok(())
    }
}

/// As many threads as there are cores.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, Into::into)
}

/// Tokens of a batch.
fn at_a_time(on_cpu: bool) -> usize {
    if on_cpu { TOKENS_ON_CPU } else { TOKENS_ON_GPU }
}

/// Reads the weights once for each device, after the memory for them and for batches is promised.
pub(crate) fn replicas(
    weights: &mut Weights,
    config: &Config,
    places: &Places,
    tokens: usize,
    longest: usize,
) -> Result<Vec<Bert>, Error> {
    let prefix = bert::prefix(weights)?;
    let (elements, largest) = bert::expect(weights, prefix, config)?;
    let working = bert::working_bytes(config, tokens, longest);
    let mut made = Vec::with_capacity(places.all.len());
    for place in &places.all {
        let held = elements * place.dtype.size_in_bytes() as u64;
        // Each tensor passes through this computer's memory, as it is in the file and as it is used.
        let passing = largest * 3;
        let _promise = match place.own_free_bytes() {
            Some(free) => {
                let there =
                    memory::reserve_on(&place.name(), free, held + working, weights.path())?;
                [Some(there), Some(memory::reserve(passing, weights.path())?)]
            }
            None => {
                let here = held + passing + working * cores() as u64;
                [Some(memory::reserve(here, weights.path())?), None]
            }
        };
        made.push(Bert::read(weights, prefix, config, place)?);
    }
    Ok(made)
}

fn pooling(folder: &Path) -> Result<Pooling, Error> {
    const FILE: &str = "1_Pooling/config.json";
    let Some(written) = files::read_optional(folder, FILE)? else { return Ok(Pooling::Mean) };
    let on = |mode: &str| written.get(mode).and_then(|on| on.as_bool()).unwrap_or(false);
    match (on("pooling_mode_mean_tokens"), on("pooling_mode_cls_token")) {
        (true, false) => Ok(Pooling::Mean),
        (false, true) => Ok(Pooling::First),
        _ => Err(Error::unsupported(
            "its pooling is neither the mean of the tokens nor the first of them",
            &folder.join(FILE),
        )),
    }
}

fn longest(folder: &Path, config: &Config) -> Result<usize, Error> {
    let written = files::read_optional(folder, "sentence_bert_config.json")?;
    let said = written.as_ref().and_then(|file| file.get("max_seq_length")?.as_u64());
    let said = said.map_or(USUAL_LONGEST, |said| said as usize);
    Ok(said.clamp(8, config.longest()))
}
