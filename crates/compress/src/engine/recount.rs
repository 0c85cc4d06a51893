//! Counting a text again that has hardly changed: only the lines that were not in the text before are counted.

use super::lexicon::IdMap;
use crate::tokens::TokenCounter;

/// Counts texts one after the other, the same as the counter itself.
pub(crate) struct Recount<'c> {
    counter: &'c dyn TokenCounter,
    /// Whether lines may be counted one by one.
    by_line: bool,
    before: String,
    /// The lines of the text before, by their hashes: where each is and how many tokens it has.
    lines: IdMap<(usize, usize, usize)>,
}

impl<'c> Recount<'c> {
    pub(crate) fn new(counter: &'c dyn TokenCounter) -> Self {
        let by_line = counter.lines_are_apart();
        Self { counter, by_line, before: String::new(), lines: IdMap::default() }
    }

    /// The tokens of `text`, which takes the place of the text before.
    pub(crate) fn count(&mut self, text: &str) -> usize {
        if !self.by_line {
            return self.counter.count(text);
        }
        let mut lines = IdMap::default();
        let (mut total, mut from) = (0, 0);
        while from < text.len() {
            let end = line_end(text, from);
            let line = &text[from..end];
            let hash = hash(line.as_bytes());
            let known = self.lines.get(&hash);
            let known = known.filter(|(from, end, _)| &self.before[*from..*end] == line);
            let tokens = known.map_or_else(|| self.counter.count(line), |known| known.2);
            lines.insert(hash, (from, end, tokens));
            total += tokens;
            from = end;
        }
        self.lines = lines;
        self.before.clear();
        self.before.push_str(text);
        total
    }
}

/// The end of the line that begins at `from`, with those after it that a tokenizer may join with it.
fn line_end(text: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(ahead) = memchr::memchr(b'\n', &text.as_bytes()[at..]) {
        at += ahead + 1;
        if !text[at..].starts_with(|c: char| c.is_whitespace() || c == '/') {
            return at;
        }
    }
    text.len()
}

fn hash(bytes: &[u8]) -> u64 {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let (words, rest) = bytes.as_chunks::<8>();
    let mixed = (words.iter().map(|word| u64::from_le_bytes(*word)))
        .chain(rest.iter().map(|&byte| u64::from(byte)))
        .fold(bytes.len() as u64, |h, word| (h.rotate_left(23) ^ word).wrapping_mul(K));
    mixed ^ mixed >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::{Cl100k, O200k};

    #[test]
    fn it_counts_what_the_counter_counts() {
        let texts = [
            "",
            "\n",
            "One line.\nAnother, of 12 words.\n",
            "One line.\nAnother, of 13 words.\nOne line.\n  indented\n/path\n\n\nThe end",
            "One line.\nOne line.\nOne line.\r\n\u{85}x\n\u{3000}y\n",
            "Another, of 12 words.\nx\n",
        ];
        let check = |counter: &dyn TokenCounter| {
            let mut recount = Recount::new(counter);
            for text in texts.iter().chain(texts.iter().rev()) {
                assert_eq!(recount.count(text), counter.count(text), "{text:?}");
            }
        };
        check(&O200k::new().expect("it is in the program"));
        check(&Cl100k::new().expect("it is in the program"));
    }
}
