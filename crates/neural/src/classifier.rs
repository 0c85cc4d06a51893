//! Token classifiers: for each word of a text, the probability that it should be kept.
//!
//! LLMLingua-2 (Pan et al. 2024, arXiv:2403.12968) trains an encoder with a layer of two classes on top,
//! drop and keep. A word's probability is the mean over its tokens, as there. How much is kept is not
//! decided here: the budget is one for the whole text, and the compressor's guards stand above it.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use candle_core::{DType, Tensor};

use crate::bert::{Bert, Padded};
use crate::config::Config;
use crate::device::{Choice, Place};
use crate::encoder::{cores, replicas};
use crate::error::Error;
use crate::files;
use crate::fleet::Fleet;
use crate::spread::{Window, of_words, windows};
use crate::tokens::Tokens;
use crate::weights::Weights;

/// Classes: drop, keep.
const CLASSES: usize = 2;
const KEEP: usize = 1;
const WEIGHT: &str = "classifier.weight";
const BIAS: &str = "classifier.bias";
/// Tokens of a window, where the model takes as many: as in training.
const WINDOW: usize = 512;
/// Windows that are computed together on a GPU.
const WINDOWS_ON_GPU: usize = 16;

/// A token classifier, ready on its devices.
#[derive(Debug)]
pub struct Classifier {
    name: String,
    folder: PathBuf,
    tokens: Tokens,
    /// Marks before and after a text.
    marks: (Vec<u32>, Vec<u32>),
    longest: usize,
    fleet: Fleet<Head>,
}

/// An encoder and the layer of classes on top.
#[derive(Debug)]
struct Head {
    bert: Bert,
    /// `[hidden, classes]`.
    weight: Tensor,
    bias: Tensor,
}

impl Classifier {
    /// Reads `config.json`, `model.safetensors` and `tokenizer.json` in `folder`: `BertForTokenClassification`
    /// or `XLMRobertaForTokenClassification` with two labels, the second one meaning keep. `name` is for
    /// reports.
    ///
    /// # Errors
    /// As [`crate::Encoder::load`]; [`Error::Mismatched`] for a model without a layer of two classes.
    pub fn load(folder: &Path, name: &str, choice: Choice) -> Result<Self, Error> {
        let config = Config::read(folder)?;
        let path = files::path(folder, files::WEIGHTS)?;
        let weights = Weights::open(&path)?;
        if !weights.has(WEIGHT) {
            let reason = format!("it has no {WEIGHT}, so it is no token classifier");
            return Err(Error::unsupported(reason, &path));
        }
        weights.expect(WEIGHT, &[CLASSES, config.hidden])?;
        weights.expect(BIAS, &[CLASSES])?;
        let tokens = Tokens::read(folder, config.vocabulary, None)?;
        let marks = tokens.marks()?;
        let longest = config.longest().min(WINDOW);
        let fleet = Fleet::load(choice, cores(), move |places| {
            let mut weights = Weights::open(&path)?;
            let tokens = at_a_time(places.on_cpu()) * longest;
            let made = replicas(&mut weights, &config, places, tokens, longest)?;
            let places = places.all.iter();
            made.into_iter()
                .zip(places)
                .map(|(bert, place)| Head::read(&mut weights, bert, place))
                .collect()
        })?;
        Ok(Self {
            name: name.to_owned(),
            folder: folder.to_path_buf(),
            tokens,
            marks,
            longest,
            fleet,
        })
    }

    /// The name given at loading.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What to tell the user about the device.
    pub fn notice(&self) -> Option<String> {
        self.fleet.notice()
    }

    /// Whether the processor computes because a device failed: loaded anew, the device may do.
    pub fn fell_back(&self) -> bool {
        self.fleet.fell_back()
    }

    /// For each of `words`, which are places in `text` in bytes, in order and apart, the probability from 0
    /// to 1 that it should be kept.
    ///
    /// A long text is read in windows of as many tokens as the model takes, an eighth of each being context
    /// before and an eighth after what counts. `stop` is looked at before each window.
    ///
    /// # Errors
    /// As [`crate::Encoder::encode`].
    pub fn score(
        &self,
        text: &str,
        words: &[Range<usize>],
        stop: &AtomicBool,
    ) -> Result<Vec<f32>, Error> {
        of_words(&self.tokens, text, words, |ids| self.keep(ids, stop))
    }

    /// The probability of each token.
    fn keep(&self, ids: &[u32], stop: &AtomicBool) -> Result<Vec<f32>, Error> {
        let size = self.longest - self.marks.0.len() - self.marks.1.len();
        let windows = windows(ids.len(), size, size / 8, true);
        let before = self.marks.0.len();
        let batches = |on_cpu| windows.chunks(at_a_time(on_cpu)).map(<[Window]>::to_vec).collect();
        let done = self.fleet.run(batches, stop, |replica, batch| {
            let texts: Vec<Vec<u32>> = batch
                .iter()
                .map(|window| {
                    let inside = &ids[window.all.clone()];
                    [self.marks.0.as_slice(), inside, self.marks.1.as_slice()].concat()
                })
                .collect();
            let texts: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
            replica.keep(&Padded::new(&texts))
        })?;
        let mut values = Vec::with_capacity(ids.len());
        for (batch, rows) in done {
            for (window, row) in batch.into_iter().zip(rows) {
                let skipped = before + window.counted.start - window.all.start;
                values.extend_from_slice(&row[skipped..skipped + window.counted.len()]);
            }
        }
        match values.iter().all(|value| value.is_finite()) {
            true => Ok(values),
            false => Err(Error::NotANumber(self.folder.clone())),
        }
    }
}

/// Windows of a batch.
fn at_a_time(on_cpu: bool) -> usize {
    if on_cpu { 1 } else { WINDOWS_ON_GPU }
}

impl Head {
    fn read(weights: &mut Weights, bert: Bert, place: &Place) -> Result<Self, Error> {
        let weight = weights.read(WEIGHT, place.dtype, &place.device)?.t()?;
        let bias = weights.read(BIAS, place.dtype, &place.device)?;
        Ok(Self { bert, weight, bias })
    }

    /// `[texts][length]`: the probability to keep each token.
    fn keep(&self, batch: &Padded) -> Result<Vec<Vec<f32>>, Error> {
        let tokens = self.bert.forward(batch)?;
        let (texts, length, hidden) = tokens.dims3()?;
        let scores = tokens.reshape((texts * length, hidden))?.matmul(&self.weight)?;
        let scores = scores.broadcast_add(&self.bias)?.to_dtype(DType::F32)?;
        let chances = candle_nn::ops::softmax_last_dim(&scores)?;
        let keep = chances.narrow(1, KEEP, 1)?.reshape((texts, length))?;
        Ok(keep.to_vec2()?)
    }
}
