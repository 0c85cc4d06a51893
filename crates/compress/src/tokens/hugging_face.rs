//! Any `tokenizer.json` in the Hugging Face format.

use std::path::Path;

use super::TokenCounter;
use crate::error::Error;

/// A tokenizer read from a `tokenizer.json`.
pub struct HuggingFace {
    name: String,
    tokenizer: tokenizers::Tokenizer,
}

impl HuggingFace {
    /// Reads the tokenizer at `path`; its name is the file's folder name or stem.
    ///
    /// # Errors
    /// [`Error::Tokenizer`] when the file is missing, unreadable or not a tokenizer.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let failed = |reason: String| Error::Tokenizer { name: path.display().to_string(), reason };
        if !path.exists() {
            return Err(failed(
                "there is no such file, and the built-in names are o200k and cl100k".into(),
            ));
        }
        let bytes = std::fs::read(path).map_err(|e| failed(e.to_string()))?;
        let mut tokenizer = tokenizers::Tokenizer::from_bytes(&bytes)
            .map_err(|e| failed(format!("it is not a tokenizer.json ({e})")))?;
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

    /// Counts without the tokens a template adds around a text. A text the tokenizer refuses is counted
    /// as its bytes, which is never less than the truth, so that a budget is still kept.
    fn count(&self, text: &str) -> usize {
        self.tokenizer.encode_fast(text, false).map_or(text.len(), |encoding| encoding.len())
    }
}
