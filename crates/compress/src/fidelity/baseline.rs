//! Two methods that know nothing of a text: its beginning, and sentences drawn by lot.

use std::ops::Range;

use crate::engine::sentence_ranges;
use crate::request::Kind;
use crate::tokens::TokenCounter;

/// What a method kept: the text, and the stretches of the source it is made of, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The output.
    pub text: String,
    /// Half-open, in bytes of the source.
    pub ranges: Vec<Range<usize>>,
}

/// Whole sentences (lines, in logs and tables) from the beginning, as many as `budget` tokens hold.
pub fn lead(text: &str, kind: Option<Kind>, budget: usize, counter: &dyn TokenCounter) -> Kept {
    let ranges = sentence_ranges(text, kind);
    let order: Vec<usize> = (0..ranges.len()).collect();
    filled(text, &ranges, &order, budget, counter)
}

/// Whole sentences drawn by lot, in the order of the text; the same for the same `seed`.
pub fn random(
    text: &str,
    kind: Option<Kind>,
    budget: usize,
    counter: &dyn TokenCounter,
    seed: u64,
) -> Kept {
    let ranges = sentence_ranges(text, kind);
    let mut order: Vec<usize> = (0..ranges.len()).collect();
    let mut lot = Lot(seed);
    for at in (1..order.len()).rev() {
        order.swap(at, lot.below(at + 1));
    }
    filled(text, &ranges, &order, budget, counter)
}

/// The longest beginning of `order` that fits.
fn filled(
    text: &str,
    ranges: &[Range<usize>],
    order: &[usize],
    budget: usize,
    counter: &dyn TokenCounter,
) -> Kept {
    let of = |count: usize| {
        let mut chosen = order[..count].to_vec();
        chosen.sort_unstable();
        let ranges: Vec<Range<usize>> = chosen.into_iter().map(|at| ranges[at].clone()).collect();
        let parts: Vec<&str> = ranges.iter().map(|range| text[range.clone()].trim()).collect();
        Kept { text: parts.join("\n"), ranges }
    };
    let (mut low, mut high) = (0, order.len() + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        match counter.count(&of(middle).text) <= budget {
            true => low = middle,
            false => high = middle,
        }
    }
    of(low)
}

/// Numbers by lot: SplitMix64 (Steele, Lea and Flood 2014).
pub(crate) struct Lot(pub(crate) u64);

impl Lot {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which is not 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::O200k;

    #[test]
    fn both_fill_the_budget_with_whole_sentences() {
        let text: String =
            (0..40).map(|i| format!("Sentence number {i} says that {} is so. ", i * i)).collect();
        let counter = O200k::new().expect("built in");
        let first = lead(&text, None, 100, &counter);
        assert!(first.text.starts_with("Sentence number 0 says") && first.text.ends_with('.'));
        let drawn = random(&text, None, 100, &counter, 7);
        assert_eq!(drawn, random(&text, None, 100, &counter, 7));
        assert_ne!(drawn, random(&text, None, 100, &counter, 8));
        for kept in [first, drawn] {
            let tokens = counter.count(&kept.text);
            assert!((80..=100).contains(&tokens), "{tokens}");
            assert!(kept.ranges.is_sorted_by_key(|range| range.start));
        }
        assert_eq!(lead(&text, None, 1, &counter).text, "");
    }
}
