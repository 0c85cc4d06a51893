//! Any `tokenizer.json` in the Hugging Face format.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::TokenCounter;
use crate::error::Error;

/// Vocabularies of a million entries take some 60 MiB.
const LONGEST_BYTES: u64 = 256 << 20;

/// A tokenizer read from a `tokenizer.json`.
pub struct HuggingFace {
    name: String,
    tokenizer: tokenizers::Tokenizer,
}

impl HuggingFace {
    /// Reads the tokenizer at `path`; its name is the file's folder name or stem.
    ///
    /// # Errors
    /// [`Error::Tokenizer`] when the file is missing, unreadable, no ordinary file, longer than 256 MiB or not a
    /// tokenizer.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let failed = |reason: String| Error::Tokenizer { name: path.display().to_string(), reason };
        let Ok(meta) = std::fs::metadata(path) else {
            return Err(failed(
                "there is no such file, and the built-in names are o200k and cl100k".into(),
            ));
        };
        // A pipe or a device might never end.
        if !meta.is_file() {
            return Err(failed("it is no ordinary file".into()));
        }
        let too_long = || failed(format!("it is longer than {} MiB", LONGEST_BYTES >> 20));
        if meta.len() > LONGEST_BYTES {
            return Err(too_long());
        }
        let mut bytes = Vec::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(LONGEST_BYTES + 1).read_to_end(&mut bytes))
            .map_err(|e| failed(e.to_string()))?;
        // It may have grown since.
        if bytes.len() as u64 > LONGEST_BYTES {
            return Err(too_long());
        }
        // A decoder that is none trips the reader.
        let read = catch_unwind(|| tokenizers::Tokenizer::from_bytes(&bytes))
            .map_err(|_| failed("it is not a tokenizer.json".into()))?;
        let mut tokenizer =
            read.map_err(|e| failed(format!("it is not a tokenizer.json ({e})")))?;
        // A file may ask for truncation or padding; both would falsify a count.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|e| failed(e.to_string()))?;
        let name = path
            .parent()
            .filter(|_| path.file_stem().is_some_and(|s| s == "tokenizer"))
            .and_then(Path::file_name)
            .or(path.file_stem())
            .map_or_else(|| "tokenizer".into(), |s| s.to_string_lossy().into_owned());
        Ok(Self { name, tokenizer })
    }
}

impl TokenCounter for HuggingFace {
    fn name(&self) -> &str {
        &self.name
    }

    /// Counts without the tokens a template adds around a text. A text the tokenizer refuses, or trips over, is counted
    /// as its bytes, which is never less than the truth, so that a budget is still kept.
    fn count(&self, text: &str) -> usize {
        let encode = || self.tokenizer.encode_fast(text, false);
        let counted = catch_unwind(AssertUnwindSafe(encode)).ok().and_then(Result::ok);
        counted.map_or(text.len(), |encoding| encoding.len())
    }
}
