//! A counter for parts that are written one below the other.

use crate::tokens::TokenCounter;

/// Counts every text together with the line end that is written after it, so that the tokens of parts
/// add up to those of the whole. Sources are measured as they are.
pub(crate) struct WithLineEnd<'a>(pub(crate) &'a dyn TokenCounter);

impl TokenCounter for WithLineEnd<'_> {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn count(&self, text: &str) -> usize {
        if text.is_empty() || text.ends_with('\n') {
            return self.0.count(text);
        }
        let mut line = String::with_capacity(text.len() + 1);
        line.push_str(text);
        line.push('\n');
        self.0.count(&line)
    }

    fn pieces(&self, text: &str, piece: &mut dyn FnMut(usize, u32)) -> usize {
        self.0.pieces(text, piece)
    }

    fn lines_are_apart(&self) -> bool {
        self.0.lines_are_apart()
    }
}
