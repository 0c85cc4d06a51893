//! A long text in pieces that are laid out one by one, only where they are looked at.
//!
//! Heights of pieces that were not laid out yet are estimated, and corrected when they are.

use std::ops::Range;

/// Bytes after which a piece ends with its line.
const ENOUGH: usize = 900;
/// Bytes after which a piece ends wherever it is: a line may have megabytes.
const MOST: usize = 2_400;

/// Cuts a text into pieces: after a line where there is one, else after a word, else after a
/// character. They cover the text once, in order.
pub(super) fn chunks(text: &str) -> Vec<Range<usize>> {
    let mut chunks = Vec::with_capacity(text.len() / ENOUGH + 1);
    let mut at = 0;
    while at < text.len() {
        let most = text.floor_char_boundary(at + MOST);
        let end = if most == text.len() && text.len() - at <= ENOUGH {
            most
        } else {
            let window = text.get(at..most).unwrap_or_default();
            let enough = window.floor_char_boundary(ENOUGH);
            let line = window.get(enough..).and_then(|rest| rest.find('\n'));
            // A line break before that is better than a cut in the middle of a line.
            let line = line.map(|found| enough + found).or_else(|| window.rfind('\n'));
            let word = || window.rfind(char::is_whitespace);
            let cut = match (line, most == text.len()) {
                (Some(line), _) => line + 1,
                (None, true) => window.len(),
                (None, false) => match word() {
                    Some(word) => window.ceil_char_boundary(word + 1),
                    None => window.len(),
                },
            };
            at + cut
        };
        let end = if end > at { end } else { text.ceil_char_boundary(at + 1) };
        chunks.push(at..end);
        at = end;
    }
    if chunks.is_empty() {
        chunks.push(0..0);
    }
    chunks
}

/// The heights of all pieces, in points.
#[derive(Clone, Debug, Default)]
pub(super) struct Heights {
    heights: Vec<f32>,
    total: f32,
}

impl Heights {
    /// Estimates: how many rows a piece takes at `width`, by letters of an ordinary width.
    pub(super) fn estimate(text: &str, chunks: &[Range<usize>], width: f32, row: f32) -> Heights {
        let letter = row * 0.32;
        let heights: Vec<f32> = chunks
            .iter()
            .map(|chunk| {
                let piece = text.as_bytes().get(chunk.clone()).unwrap_or_default();
                let breaks = piece.iter().filter(|byte| **byte == b'\n').count() as f32;
                let full = piece.len() as f32 * letter / width.max(letter);
                row * (full + breaks * 0.4).ceil().max(1.0)
            })
            .collect();
        let total = heights.iter().sum();
        Heights { heights, total }
    }

    /// Of all of them.
    pub(super) fn total(&self) -> f32 {
        self.total
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.heights.len()
    }

    /// Of one.
    pub(super) fn of(&self, chunk: usize) -> f32 {
        self.heights.get(chunk).copied().unwrap_or_default()
    }

    /// Where one begins.
    pub(super) fn top(&self, chunk: usize) -> f32 {
        self.heights.iter().take(chunk).sum()
    }

    /// The one at this height, and where it begins; the last one below the end.
    pub(super) fn at(&self, y: f32) -> (usize, f32) {
        let mut top = 0.0;
        for (chunk, height) in self.heights.iter().enumerate() {
            if top + height > y {
                return (chunk, top);
            }
            top += height;
        }
        let last = self.heights.len().saturating_sub(1);
        (last, self.top(last))
    }

    /// One was laid out. By how much it is taller than was thought.
    pub(super) fn learn(&mut self, chunk: usize, height: f32) -> f32 {
        let Some(known) = self.heights.get_mut(chunk) else { return 0.0 };
        let delta = height - *known;
        *known = height;
        if delta != 0.0 {
            self.total = self.heights.iter().sum();
        }
        delta
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> usize {
        let chunks = chunks(text);
        let mut at = 0;
        for chunk in &chunks {
            assert_eq!(chunk.start, at);
            assert!(chunk.len() <= MOST, "{chunk:?}");
            assert!(text.get(chunk.clone()).is_some(), "{chunk:?} cuts a character");
            at = chunk.end;
        }
        assert_eq!(at, text.len());
        chunks.len()
    }

    #[test]
    fn chunks_cover_every_text_once() {
        assert_eq!(check(""), 1);
        assert_eq!(check("a line\nand another"), 1);
        check(&"A line of forty-two letters, or thereabouts.\n".repeat(500));
        check(&"words without a line break ".repeat(2000));
        check(&"漢字".repeat(3000));
        check(&"👩‍🔧".repeat(3000));
        check(&format!("short\n{}", "x".repeat(10_000)));
        check(&"\n".repeat(5000));
    }

    #[test]
    fn a_chunk_ends_with_its_line_where_it_can() {
        let text = "A line of forty-two letters, or thereabouts.\n".repeat(100);
        for chunk in chunks(&text) {
            assert!(text[chunk].ends_with('\n'));
        }
    }

    #[test]
    fn one_line_of_five_megabytes_is_cut_between_words() {
        let text = "lorem ipsum dolor ".repeat(5_000_000 / 18);
        let pieces = chunks(&text);
        assert!(pieces.len() > 1000);
        for chunk in &pieces[..pieces.len() - 1] {
            assert!(text[chunk.clone()].ends_with(' '));
        }
    }

    #[test]
    fn heights_are_learnt() {
        let text = "A line of forty-two letters, or thereabouts.\n".repeat(100);
        let chunks = chunks(&text);
        let mut heights = Heights::estimate(&text, &chunks, 400.0, 18.0);
        let before = heights.total();
        let delta = heights.learn(1, 999.0);
        assert!((heights.total() - before - delta).abs() < 0.01);
        assert_eq!(heights.at(heights.of(0) + 1.0), (1, heights.of(0)));
        assert_eq!(heights.at(1e9).0, heights.len() - 1);
        assert_eq!(heights.learn(9999, 1.0), 0.0);
    }
}
