//! Surprisal by a causal language model: a word that could be guessed from those before it can be left out.
//!
//! Selective Context (Li et al. 2023, arXiv:2310.06201) and LLMLingua (Jiang et al. 2023,
//! arXiv:2310.05736) rank tokens so. Small quantised models of the architecture `llama` are read from GGUF.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use candle_core::quantized::tokenizer::TokenizerFromGguf;
use tokenizers::Tokenizer;

use crate::device::Choice;
use crate::error::Error;
use crate::files;
use crate::fleet::Fleet;
use crate::gguf::Gguf;
use crate::llama::{self, Llama};
use crate::memory;
use crate::spread::{of_words, windows};
use crate::tokens::Tokens;

/// Tokens of a window, where the model takes as many; a quarter of each is context.
const WINDOW: usize = 512;

/// A causal language model, ready on its devices.
#[derive(Debug)]
pub struct Surprisal {
    name: String,
    path: PathBuf,
    tokens: Tokens,
    /// The mark that a text begins with, where the model has one.
    begin: Option<u32>,
    longest: usize,
    fleet: Fleet<Llama>,
}

impl Surprisal {
    /// Reads a GGUF file of the architecture `llama`. Its tokenizer is the `tokenizer.json` beside it, else
    /// the one in the file, where that is a byte-level BPE. `name` is for reports.
    ///
    /// # Errors
    /// What is missing, damaged or does not fit together; [`Error::Memory`] before any is taken.
    pub fn load(path: &Path, name: &str, choice: Choice) -> Result<Self, Error> {
        let gguf = Gguf::open(path)?;
        let shape = gguf.shape()?;
        let tokens = tokens(&gguf, shape.vocabulary)?;
        let begin = gguf.content().metadata.get("tokenizer.ggml.bos_token_id");
        let begin =
            begin.and_then(|id| id.to_u64().ok()).filter(|&id| id < shape.vocabulary as u64);
        let longest = shape.context.min(WINDOW);
        if longest < 8 {
            return Err(Error::unsupported(format!("a text may have {longest} tokens"), path));
        }
        let file = path.to_path_buf();
        // A quantised product already uses every core.
        let fleet = Fleet::load(choice, 1, move |places| {
            let mut gguf = Gguf::open(&file)?;
            let mut made = Vec::with_capacity(places.all.len());
            for place in &places.all {
                // The table of words is held in F32 as well, for looking up.
                let table = (shape.vocabulary * shape.hidden * 4) as u64;
                let held = gguf.length() + table;
                let working = llama::working_bytes(&shape, longest);
                let _promise = match place.own_free_bytes() {
                    Some(free) => {
                        let there = memory::reserve_on(&place.name(), free, held + working, &file)?;
                        [Some(there), Some(memory::reserve(table, &file)?)]
                    }
                    None => [Some(memory::reserve(held + working, &file)?), None],
                };
                made.push(Llama::read(&mut gguf, &shape, longest, &place.device)?);
            }
            Ok(made)
        })?;
        Ok(Self {
            name: name.to_owned(),
            path: path.to_path_buf(),
            tokens,
            begin: begin.map(|id| id as u32),
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

    /// For each of `words`, which are places in `text` in bytes, in order and apart, the mean surprisal of
    /// its tokens in nats. The first token of a text without a mark before it gets the mean of the others.
    ///
    /// A long text is read in windows, a quarter of each being context before what counts. `stop` is looked
    /// at before each window.
    ///
    /// # Errors
    /// As [`crate::Encoder::encode`].
    pub fn score(
        &self,
        text: &str,
        words: &[Range<usize>],
        stop: &AtomicBool,
    ) -> Result<Vec<f32>, Error> {
        of_words(&self.tokens, text, words, |ids| self.surprisal(ids, stop))
    }

    fn surprisal(&self, ids: &[u32], stop: &AtomicBool) -> Result<Vec<f32>, Error> {
        let size = self.longest - usize::from(self.begin.is_some());
        let windows = windows(ids.len(), size, size / 4, false);
        let begin: Vec<u32> = self.begin.into_iter().collect();
        let batches = |_| windows.iter().map(|window| vec![window]).collect();
        let done = self.fleet.run(batches, stop, |replica, batch| {
            let rows = batch.iter().map(|window| {
                replica.surprisal(&[begin.as_slice(), &ids[window.all.clone()]].concat())
            });
            rows.collect()
        })?;
        let mut values = Vec::with_capacity(ids.len());
        let rows = done.into_iter().flat_map(|(_, rows)| rows);
        for (window, row) in windows.iter().zip(rows) {
            // Row n is about token n + 1 of what was read, the mark counted.
            let skipped = window.counted.start - window.all.start + begin.len();
            match skipped {
                0 => {
                    values.push(row.iter().sum::<f32>() / row.len().max(1) as f32);
                    values.extend_from_slice(&row[..window.counted.len() - 1]);
                }
                _ => {
                    values.extend_from_slice(&row[skipped - 1..skipped - 1 + window.counted.len()])
                }
            }
        }
        match values.iter().all(|value| value.is_finite()) {
            true => Ok(values),
            false => Err(Error::NotANumber(self.path.clone())),
        }
    }
}

/// The tokenizer beside the file, else the one in it.
fn tokens(gguf: &Gguf, vocabulary: usize) -> Result<Tokens, Error> {
    let path = gguf.path();
    let folder = path.parent().unwrap_or(Path::new("."));
    if folder.join(files::TOKENIZER).is_file() {
        return Tokens::read(folder, vocabulary, None);
    }
    let inside = Tokenizer::from_gguf(gguf.content()).map_err(|error| {
        let why = error.to_string();
        let why = why.lines().next().unwrap_or_default();
        let reason = format!(
            "it holds no tokenizer that can be read, {why}, and no tokenizer.json is beside it"
        );
        Error::unsupported(reason, path)
    })?;
    Tokens::of_model(inside, vocabulary, None, path)
}
