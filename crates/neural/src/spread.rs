//! From tokens to words and from long texts to windows: what scorers of tokens have in common.

use std::ops::Range;

use crate::error::Error;
use crate::tokens::Tokens;

/// Text whose tokens are held at a time, in bytes.
const BYTES_AT_A_TIME: usize = 256 << 10;

/// A stretch of tokens computed together, and those of it whose values count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) all: Range<usize>,
    pub(crate) counted: Range<usize>,
}

/// Windows of at most `size` tokens over `count` tokens. Each begins with `context` tokens of the one
/// before and, where `both`, ends with as many of the next, which are read and not counted.
pub(crate) fn windows(count: usize, size: usize, context: usize, both: bool) -> Vec<Window> {
    let after = if both { context } else { 0 };
    debug_assert!(size > context + after, "every window must count something");
    let mut made = Vec::new();
    let mut from = 0;
    while from < count {
        // The first has none before it, so it counts more.
        let begin = from.saturating_sub(context);
        let end = (begin + size).min(count);
        let to = if end == count { count } else { end - after };
        made.push(Window { all: begin..end, counted: from..to });
        from = to;
    }
    made
}

/// A value for each of `words` in `text`: the mean of its tokens' `values`, which are asked for as many tokens
/// at a time as are in [`BYTES_AT_A_TIME`] of text.
pub(crate) fn of_words(
    tokens: &Tokens,
    text: &str,
    words: &[Range<usize>],
    values: impl Fn(&[u32]) -> Result<Vec<f32>, Error>,
) -> Result<Vec<f32>, Error> {
    let mut means = Vec::with_capacity(words.len());
    for (here, stretch) in stretches(text, words, BYTES_AT_A_TIME) {
        let encoding = tokens.with_places(&text[stretch.clone()])?;
        let values = values(encoding.get_ids())?;
        let words: Vec<Range<usize>> = words[here]
            .iter()
            .map(|word| word.start - stretch.start..word.end - stretch.start)
            .collect();
        means.extend(over_words(&words, encoding.get_offsets(), &values));
    }
    Ok(means)
}

/// The mean of `values` over the tokens of each word; a token stands at `places` in the text, and belongs
/// to every word it shares a byte with. A word without tokens gets the mean of all words. Both `words` and
/// `places` are in order.
fn over_words(words: &[Range<usize>], places: &[(usize, usize)], values: &[f32]) -> Vec<f32> {
    let mut first = 0;
    let mut means: Vec<Option<f32>> = Vec::with_capacity(words.len());
    for word in words {
        while places.get(first).is_some_and(|place| place.1 <= word.start) {
            first += 1;
        }
        let (mut sum, mut count, mut at) = (0.0, 0, first);
        while places.get(at).is_some_and(|place| place.0 < word.end) {
            if places[at].1 > word.start {
                sum += f64::from(values[at]);
                count += 1;
            }
            at += 1;
        }
        means.push((count > 0).then(|| (sum / f64::from(count)) as f32));
    }
    let known: Vec<f32> = means.iter().flatten().copied().collect();
    let usual = known.iter().sum::<f32>() / known.len().max(1) as f32;
    means.into_iter().map(|mean| mean.unwrap_or(usual)).collect()
}

/// Groups of words that lie in at most about `bytes` of text each, with the text around them: from the end
/// of the group before to the end of its own last word.
fn stretches(
    text: &str,
    words: &[Range<usize>],
    bytes: usize,
) -> Vec<(Range<usize>, Range<usize>)> {
    let mut made = Vec::new();
    let (mut first, mut begin) = (0, 0);
    for at in 0..words.len() {
        let last = at + 1 == words.len();
        if last || words[at + 1].end - begin > bytes {
            // What follows the last word, such as the stop of its sentence, belongs to it.
            let end = if last { text.len() } else { words[at + 1].start };
            made.push((first..at + 1, begin..end));
            (first, begin) = (at + 1, end);
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_count_every_token_once_and_keep_to_their_size() {
        for (count, size, context, both) in [
            (0, 10, 2, true),
            (10, 10, 2, true),
            (11, 10, 2, true),
            (95, 10, 3, true),
            (95, 10, 3, false),
        ] {
            let windows = windows(count, size, context, both);
            let mut next = 0;
            for window in &windows {
                assert_eq!(window.counted.start, next, "{windows:?}");
                assert!(window.all.len() <= size, "{windows:?}");
                assert!(window.all.start <= window.counted.start, "{windows:?}");
                assert!(window.counted.end <= window.all.end, "{windows:?}");
                assert!(!window.counted.is_empty(), "{windows:?}");
                next = window.counted.end;
            }
            assert_eq!(next, count);
        }
    }

    #[test]
    fn a_word_is_the_mean_of_its_tokens() {
        let places = [(0, 2), (2, 4), (4, 9), (10, 12)];
        let words = [0..4, 5..9, 9..10, 10..12];
        let means = over_words(&words, &places, &[1.0, 3.0, 5.0, 7.0]);
        assert_eq!(means, [2.0, 5.0, (2.0 + 5.0 + 7.0) / 3.0, 7.0]);
        assert!(over_words(&words[..0], &places, &[0.0; 4]).is_empty());
        assert_eq!(over_words(&words[..1], &[], &[]), [0.0]);
    }

    #[test]
    fn a_text_is_cut_between_words() {
        let text = "aa bb. cc dd";
        let words = [0..2, 3..5, 7..9, 10..12];
        assert_eq!(stretches(text, &words, 6), [(0..2, 0..7), (2..4, 7..12)]);
        assert_eq!(
            stretches(text, &words, 1),
            [(0..1, 0..3), (1..2, 3..7), (2..3, 7..10), (3..4, 10..12)]
        );
        assert!(stretches(text, &[], 6).is_empty());
    }
}
