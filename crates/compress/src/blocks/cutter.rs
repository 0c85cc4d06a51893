//! Where a block ends: content-defined boundaries.
//!
//! Whether a passage ends a block is decided by a hash of the passage itself (as in LBFS, Muthitacharoen et
//! al. 2001) and by what stands shortly before it, never by where the last block ended. So an edit moves the
//! boundaries next to it and no others. Blocks end between paragraphs where a text has any, between lines
//! where it has none, and never inside a code fence.

use std::ops::Range;

/// Bounds of a block, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// The expected length; above `least` the lengths are distributed exponentially.
    pub(crate) usual: usize,
    /// No shorter one but the last.
    pub(crate) least: usize,
    /// A block this long ends at whatever line it is at. The one rule that knows where the block began;
    /// at eight times the expected length it is met once in some thousand blocks of ordinary text.
    pub(crate) most: usize,
}

impl Sizes {
    pub(crate) const fn around(usual: usize) -> Self {
        Self { usual, least: usual / 4, most: usual * 8 }
    }
}

/// After so many bytes without a blank line, lines count as passages: logs, tables, lists.
const UNBROKEN: usize = 4096;
const SEED: u64 = 0xCBF2_9CE4_8422_2325;

/// Goes through a text line by line.
#[derive(Debug, Clone)]
pub(crate) struct Cutter {
    sizes: Sizes,
    /// Hash and bytes of the passage so far.
    hash: u64,
    passage: usize,
    /// Bytes since the last passage whose hash asked for a boundary, whether it got one or not.
    since_asked: usize,
    /// Bytes since the last blank line.
    since_blank: usize,
    after_blank: bool,
    /// Bytes of the block so far.
    block: usize,
    fence: Option<u8>,
}

impl Cutter {
    pub(crate) fn new(sizes: Sizes) -> Self {
        Self {
            sizes,
            hash: SEED,
            passage: 0,
            since_asked: 0,
            since_blank: 0,
            after_blank: false,
            block: 0,
            fence: None,
        }
    }

    /// Takes the next line, with its line end, and says whether a block ends before it.
    pub(crate) fn line(&mut self, line: &str) -> bool {
        let blank = line.trim_ascii().is_empty();
        // A tokenizer begins afresh at such a line, so that the counts of blocks add up.
        let opens = !blank && !line.starts_with(|c: char| c.is_whitespace() || c == '/');
        let passage_ends = opens
            && self.fence.is_none()
            && (self.after_blank || self.since_blank >= UNBROKEN)
            && self.passage > 0;
        let mut ends = false;
        if passage_ends {
            // Long passages ask more often, so that lines and pages come to the same length of block.
            let share = (u64::MAX / self.sizes.usual as u64).saturating_mul(self.passage as u64);
            if mix(self.hash) <= share {
                ends = self.since_asked >= self.sizes.least;
                self.since_asked = 0;
            }
            (self.hash, self.passage) = (SEED, 0);
        }
        ends |= self.block > 0 && self.block + line.len() > self.sizes.most;
        if ends {
            self.block = 0;
        }
        self.take(line, blank);
        ends
    }

    fn take(&mut self, line: &str, blank: bool) {
        for chunk in line.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.hash = (self.hash.rotate_left(5) ^ u64::from_le_bytes(word))
                .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
        self.passage += line.len();
        self.since_asked += line.len();
        self.block += line.len();
        self.after_blank = blank;
        self.since_blank = if blank { 0 } else { self.since_blank + line.len() };
        let mark = line.as_bytes().first().copied().filter(|b| matches!(b, b'`' | b'~'));
        if let Some(mark) =
            mark.filter(|mark| line.bytes().take(3).filter(|b| b == mark).count() == 3)
        {
            self.fence = match self.fence {
                None => Some(mark),
                Some(open) if open == mark => None,
                open => open,
            };
        }
    }
}

fn mix(mut hash: u64) -> u64 {
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash ^ (hash >> 32)
}

/// The lines of `text` with their line ends, those longer than `most` in pieces that end after a space
/// where there is one.
pub(crate) fn lines(text: &str, most: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', &rest.as_bytes()[..rest.len().min(most)]);
        let end = end.map_or_else(|| piece_end(rest, most), |at| at + 1);
        let (line, after) = rest.split_at(end);
        rest = after;
        Some(line)
    })
}

fn piece_end(rest: &str, most: usize) -> usize {
    if rest.len() <= most {
        return rest.len();
    }
    let mut end = most.max(4);
    while !rest.is_char_boundary(end) {
        end -= 1;
    }
    memchr::memrchr(b' ', &rest.as_bytes()[..end]).map_or(end, |at| at + 1)
}

/// The blocks of `text`, in order; together they are the text.
pub(crate) fn cut(text: &str, sizes: Sizes) -> Vec<Range<usize>> {
    let mut cutter = Cutter::new(sizes);
    let (mut blocks, mut from, mut at) = (Vec::new(), 0, 0);
    for line in lines(text, sizes.most) {
        if cutter.line(line) {
            blocks.push(from..at);
            from = at;
        }
        at += line.len();
    }
    if from < text.len() {
        blocks.push(from..text.len());
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes = Sizes::around(2048);

    fn paragraphs(count: usize) -> Vec<String> {
        (0..count)
            .map(|n| {
                format!(
                    "Paragraph {n} tells of {} things. {}\n\n",
                    n * 7919,
                    "So it goes. ".repeat(n % 23)
                )
            })
            .collect()
    }

    #[test]
    fn blocks_are_the_text_and_within_bounds() {
        let text = paragraphs(400).concat();
        let blocks = cut(&text, SIZES);
        assert!(blocks.len() > 10, "{}", blocks.len());
        let mut at = 0;
        for (place, block) in blocks.iter().enumerate() {
            assert_eq!(block.start, at);
            assert!(block.len() <= SIZES.most);
            assert!(block.len() >= SIZES.least || place + 1 == blocks.len(), "{block:?}");
            assert!(text[block.clone()].starts_with("Paragraph"), "between paragraphs");
            at = block.end;
        }
        assert_eq!(at, text.len());
    }

    #[test]
    fn an_edit_makes_at_most_two_blocks_that_were_not_there() {
        let original = paragraphs(400);
        let before: std::collections::HashSet<String> = blocks_of(&original.concat());
        let mut redone = [0usize; 4];
        for place in 0..original.len() {
            let mut edited = original.clone();
            edited[place] = match place % 4 {
                0 => String::new(),
                1 => format!("An inserted one, {place}.\n\n{}", original[place]),
                2 => original[place].replace("tells", "speaks"),
                _ => format!("Quite another text of place {place}.\n\n"),
            };
            let new = blocks_of(&edited.concat()).difference(&before).count();
            assert!(new <= 2, "{new} new blocks after an edit of paragraph {place}");
            redone[new] += 1;
        }
        assert!(redone[1] > redone[2], "mostly one: {redone:?}");
    }

    fn blocks_of(text: &str) -> std::collections::HashSet<String> {
        cut(text, SIZES).into_iter().map(|block| text[block].to_owned()).collect()
    }

    #[test]
    fn lines_of_a_log_are_cut_and_a_line_without_end_is() {
        let log: String = (0..4000).map(|n| format!("12:00:{n} lease {n} renewed\n")).collect();
        assert!(cut(&log, SIZES).len() > 10);
        let endless = "word ".repeat(20_000);
        let blocks = cut(&endless, SIZES);
        assert!(blocks.len() >= endless.len() / SIZES.most);
        assert!(blocks.iter().all(|block| endless[block.clone()].ends_with(' ')));
        let unspaced = "字".repeat(20_000);
        assert!(cut(&unspaced, SIZES).len() >= unspaced.len() / SIZES.most);
    }

    #[test]
    fn a_fence_is_not_cut() {
        let code = "let x = 1;\n\n".repeat(300);
        let text =
            format!("{}```\n{code}```\n\n{}", paragraphs(60).concat(), paragraphs(60).concat());
        let inside = text.find("```").expect("there")..text.rfind("```").expect("there");
        let cuts = cut(&text, SIZES);
        assert!(
            cuts.iter()
                .all(|block| !inside.contains(&(block.start + 1)) || block.start <= inside.start)
        );
    }
}
