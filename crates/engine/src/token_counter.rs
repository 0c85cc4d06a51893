//! The board's own tokenizer, lent to the compressor.

use std::sync::Arc;

use compress::TokenCounter;
use tinyllm::{Bos, Tokenizer};

/// Counts as the board's model reads: without the begin-of-text token, which the prompt adds.
pub(crate) struct BoardTokens {
    tokenizer: Arc<Tokenizer>,
    name: String,
}

impl BoardTokens {
    pub(crate) fn new(tokenizer: Arc<Tokenizer>, name: impl Into<String>) -> Self {
        BoardTokens { tokenizer, name: name.into() }
    }
}

impl TokenCounter for BoardTokens {
    fn name(&self) -> &str {
        &self.name
    }

    fn count(&self, text: &str) -> usize {
        self.tokenizer.encode(text, Bos::No).len()
    }
}
