//! Where the tokens of a source text are: one pass of its counter, asked ever after.

use crate::tokens::TokenCounter;

/// Token counts of a text's pieces, by where they end.
pub(crate) struct Ruler {
    /// Byte offset after each piece.
    ends: Vec<u32>,
    /// Tokens up to and with each piece.
    sums: Vec<u32>,
    pub(crate) total: usize,
}

impl Ruler {
    pub(crate) fn new(text: &str, counter: &dyn TokenCounter) -> Self {
        let (mut ends, mut sums) =
            (Vec::with_capacity(text.len() / 4), Vec::with_capacity(text.len() / 4));
        let mut sum = 0u32;
        let total = counter.pieces(text, &mut |end, tokens| {
            sum += tokens;
            ends.push(end as u32);
            sums.push(sum);
        });
        Self { ends, sums, total }
    }

    /// A reader that moves forward through the text.
    pub(crate) fn reader(&self) -> RulerReader<'_> {
        RulerReader { ruler: self, piece: 0 }
    }
}

/// Answers for ranges asked in source order, in constant time on average.
pub(crate) struct RulerReader<'a> {
    ruler: &'a Ruler,
    piece: usize,
}

impl RulerReader<'_> {
    /// Tokens of all pieces that ended before what was asked about last.
    pub(crate) fn passed(&self) -> u32 {
        self.piece.checked_sub(1).map_or(0, |last| self.ruler.sums[last])
    }

    /// Tokens of about `start..end`: pieces that begin or end inside it count in full when they are
    /// short, by share when they are stretches of text.
    pub(crate) fn tokens(&mut self, start: u32, end: u32) -> f32 {
        let ruler = self.ruler;
        while self.piece < ruler.ends.len() && ruler.ends[self.piece] <= start {
            self.piece += 1;
        }
        let mut at = self.piece;
        let mut tokens = 0.0;
        while at < ruler.ends.len() {
            let piece_start = if at == 0 { 0 } else { ruler.ends[at - 1] };
            let piece_end = ruler.ends[at];
            if piece_start >= end {
                break;
            }
            let before = if at == 0 { 0 } else { ruler.sums[at - 1] };
            let count = (ruler.sums[at] - before) as f32;
            let bytes = piece_end - piece_start;
            let inside = piece_end.min(end) - piece_start.max(start);
            // A word's own piece also holds the space before it.
            tokens += if bytes <= 24 || inside + 1 >= bytes {
                count
            } else {
                (count * inside as f32 / bytes as f32).max(1.0)
            };
            at += 1;
        }
        tokens.max(0.5)
    }
}
