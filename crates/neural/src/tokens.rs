//! A model's own tokenizer, held against the model it came with.

use std::path::Path;

use tokenizers::{Encoding, Tokenizer, TruncationParams};

use crate::error::Error;
use crate::files;

/// A token is never longer than this many bytes of text; what is beyond the longest text is not read.
const BYTES_PER_TOKEN: usize = 256;

/// A tokenizer that gives no more tokens than its model takes.
#[derive(Debug)]
pub(crate) struct Tokens {
    tokenizer: Tokenizer,
    /// Most tokens of a text, where it is cut.
    longest: Option<usize>,
}

impl Tokens {
    /// Reads `tokenizer.json` in `folder` for a model of `vocabulary` tokens; texts are cut to `longest`
    /// tokens, where that is given.
    pub(crate) fn read(
        folder: &Path,
        vocabulary: usize,
        longest: Option<usize>,
    ) -> Result<Self, Error> {
        let path = folder.join(files::TOKENIZER);
        let bytes = files::read(folder, files::TOKENIZER, files::TOKENIZER_LIMIT_BYTES)?;
        let tokenizer = Tokenizer::from_bytes(&bytes)
            .map_err(|e| Error::damaged(format!("it is no tokenizer, {e}"), &path))?;
        Self::of_model(tokenizer, vocabulary, longest, folder)
    }

    /// Takes a tokenizer that came with the model at `path`.
    pub(crate) fn of_model(
        mut tokenizer: Tokenizer,
        vocabulary: usize,
        longest: Option<usize>,
        path: &Path,
    ) -> Result<Self, Error> {
        belongs(&tokenizer, vocabulary, path)?;
        tokenizer.with_padding(None);
        let cut = longest
            .map(|max_length| TruncationParams { max_length, ..TruncationParams::default() });
        tokenizer
            .with_truncation(cut)
            .map_err(|e| Error::damaged(format!("its tokenizer takes no limit, {e}"), path))?;
        // What a document says is text, also where it reads like a mark of the tokenizer's.
        tokenizer.set_encode_special_tokens(true);
        Ok(Self { tokenizer, longest })
    }

    /// The tokens of each text, with the marks around it.
    pub(crate) fn of(&self, texts: &[&str]) -> Result<Vec<Vec<u32>>, Error> {
        let most = self.longest.map_or(usize::MAX, |longest| longest * BYTES_PER_TOKEN);
        let cut: Vec<&str> = texts.iter().map(|text| head(text, most)).collect();
        let encoded = self.tokenizer.encode_batch_fast(cut, true);
        let encoded = encoded.map_err(|e| Error::Compute(e.to_string()))?;
        Ok(encoded.iter().map(|encoding| encoding.get_ids().to_vec()).collect())
    }

    /// The tokens of one text without the marks around it, each with its bytes in the text.
    pub(crate) fn with_places(&self, text: &str) -> Result<Encoding, Error> {
        self.tokenizer.encode(text, false).map_err(|e| Error::Compute(e.to_string()))
    }

    /// The marks that stand before and after a text.
    pub(crate) fn marks(&self) -> Result<(Vec<u32>, Vec<u32>), Error> {
        let failed = |e: tokenizers::Error| Error::Compute(e.to_string());
        let bare = self.tokenizer.encode_fast("a", false).map_err(failed)?;
        let marked = self.tokenizer.encode_fast("a", true).map_err(failed)?;
        let (bare, marked) = (bare.get_ids(), marked.get_ids());
        let at = marked.windows(bare.len().max(1)).position(|window| window == bare);
        let at =
            at.ok_or_else(|| Error::Compute("the tokenizer changes a text by its marks".into()))?;
        Ok((marked[..at].to_vec(), marked[at + bare.len()..].to_vec()))
    }
}

/// The beginning of a text, of at most `bytes`.
fn head(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// Whether the tokenizer's numbers are the model's. Two vocabularies of one size cannot be told apart.
fn belongs(tokenizer: &Tokenizer, vocabulary: usize, path: &Path) -> Result<(), Error> {
    let known = tokenizer.get_vocab(true);
    let largest = known.values().copied().max().unwrap_or(0) as usize;
    // A model's table may be a little longer, rounded up for the hardware.
    let spare = (vocabulary / 20).max(64);
    if known.is_empty() || largest >= vocabulary || largest + 1 + spare < vocabulary {
        let has = known.len();
        let reason = format!(
            "the tokenizer has {has} tokens up to number {largest} and the model has {vocabulary}"
        );
        return Err(Error::mismatched(reason, path));
    }
    Ok(())
}
