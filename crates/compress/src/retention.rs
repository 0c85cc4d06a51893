//! How much of what a text says has something like it in what was kept, as an encoder sees it.
//!
//! Sentences of the source are compared with stretches that were kept, each with each, so that both are bounded: of
//! more, some are taken evenly over the text.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::compressed::Compressed;
use crate::engine::semantic::{Rows, cosine};
use crate::engine::sentences;
use crate::error::Error;
use crate::request::Strategy;
use crate::scorer::Encoder;

/// A sentence is alike to something kept from this cosine on.
pub const ALIKE: f32 = 0.7;
/// Of a longer text this many sentences are looked at, evenly over it, and compared with this many stretches of what
/// was kept: what was kept of them, and others, evenly.
const MOST_SENTENCES: usize = 4096;

/// Sentences of the source against what was kept of it. Likeness is of subject and wording: a sentence
/// counts as alike also where a number or a "not" of it is gone, so this is no proof that facts survived.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Retention {
    /// Sentences that were looked at.
    pub sentences: usize,
    /// Sentences the source has.
    pub of_sentences: usize,
    /// Those whose best cosine with something kept is at least `threshold`.
    pub alike: usize,
    /// The cosine from which on a sentence is alike.
    pub threshold: f32,
    /// Mean of the best cosines, from 0 to 1. Of a long text not all that was kept is compared: then it is the least
    /// that the mean can be.
    pub mean: f32,
}

/// Measures `made` from `text` with `encoder`; `None` for a text without sentences, such as a log, a table
/// or code. What was kept is taken sentence by sentence, as the span map tells it.
///
/// # Errors
/// [`Error::Model`] where the encoder fails.
pub fn retention(
    text: &str,
    made: &Compressed,
    encoder: &dyn Encoder,
    threshold: f32,
) -> Result<Option<Retention>, Error> {
    if made.kind.by_record() {
        return Ok(None);
    }
    let sentences = sentences::split(text, made.kind, Strategy::Sentences);
    let mut spans = made.spans.iter().peekable();
    let mut kept: Vec<String> = Vec::with_capacity(sentences.len());
    for sentence in &sentences {
        let mut left = String::new();
        while let Some(span) = spans.peek() {
            let from = span.src.start.max(sentence.start as usize);
            let to = span.src.end.min(sentence.end as usize);
            if from < to {
                if !left.is_empty() {
                    left.push(' ');
                }
                left.push_str(&text[from..to]);
            }
            // A span may reach into the next sentence.
            if span.src.end > sentence.end as usize {
                break;
            }
            spans.next();
        }
        kept.push(left);
    }
    // Evenly, so that a sample is of the whole text.
    let step = sentences.len().div_ceil(MOST_SENTENCES).max(1);
    let (looked, own): (Vec<&str>, Vec<&str>) = sentences
        .iter()
        .zip(&kept)
        .step_by(step)
        .map(|(s, left)| (text[s.start as usize..s.end as usize].trim(), left.trim()))
        .filter(|(sentence, _)| sentence.chars().any(char::is_alphanumeric))
        .unzip();
    if looked.is_empty() {
        return Ok(None);
    }
    let left = kept.iter().map(|left| left.trim()).filter(|left| !left.is_empty());
    let whole: HashSet<&str> = left.clone().collect();
    let compared = match whole.len() > MOST_SENTENCES {
        true => sampled(&own, &whole, left),
        false => left.collect(),
    };
    let mut order: Vec<&str> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut place = |text| {
        *places.entry(text).or_insert_with(|| {
            order.push(text);
            order.len() - 1
        })
    };
    let wanted: Vec<usize> = looked.iter().map(|&sentence| place(sentence)).collect();
    let mut left: Vec<usize> = compared.into_iter().map(place).collect();
    left.sort_unstable();
    left.dedup();
    // What was kept whole needs no model.
    let is_whole = |one: usize| whole.contains(order[one]);
    let rows = match wanted.iter().all(|&one| is_whole(one)) {
        true => None,
        false => Some(Rows::of(encoder, &order)?),
    };
    let best_of = |one: usize| match &rows {
        Some(rows) if !is_whole(one) => {
            left.iter().map(|&left| cosine(rows.row(one), rows.row(left))).fold(0.0, f32::max)
        }
        _ => 1.0,
    };
    let (mut alike, mut sum) = (0, 0.0);
    for &one in &wanted {
        let best = best_of(one);
        alike += usize::from(best >= threshold);
        sum += f64::from(best);
    }
    Ok(Some(Retention {
        sentences: wanted.len(),
        of_sentences: sentences.len(),
        alike,
        threshold,
        mean: (sum / wanted.len() as f64) as f32,
    }))
}

/// Of very much that was kept: what was kept of the sentences that are looked at, and others, evenly, as many as there
/// is room for.
fn sampled<'t>(
    own: &[&'t str],
    whole: &HashSet<&'t str>,
    left: impl Iterator<Item = &'t str>,
) -> Vec<&'t str> {
    let mut seen = HashSet::new();
    let mut compared: Vec<&str> =
        own.iter().copied().filter(|left| !left.is_empty() && seen.insert(*left)).collect();
    let room = MOST_SENTENCES.saturating_sub(compared.len());
    if room > 0 {
        let step = (whole.len() - compared.len()).div_ceil(room).max(1);
        compared.extend(left.filter(|left| seen.insert(*left)).step_by(step));
    }
    compared
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::request::{Budget, Request};

    /// Counts the texts that it is given; what they are about is how long they are.
    #[derive(Debug, Default)]
    struct Counts(AtomicUsize);

    impl Encoder for Counts {
        fn encode(&self, texts: &[&str]) -> Result<Vec<f32>, String> {
            self.0.fetch_add(texts.len(), Ordering::Relaxed);
            let row = |text: &&str| {
                let angle = text.len() as f32 / 100.0;
                [angle.cos(), angle.sin()]
            };
            Ok(texts.iter().flat_map(row).collect())
        }
    }

    #[test]
    fn neither_side_grows_with_the_text() {
        let text: String = (0..30_000)
            .map(|n| {
                format!("Keeper {n} of the northern light saw {} ships go by that day. ", n * 7)
            })
            .collect();
        let counter = crate::tokens::by_name("o200k").unwrap();
        let made = crate::compress(&Request::new(&text, Budget::Ratio(1.5)), &*counter).unwrap();
        let encoder = Counts::default();
        let found = retention(&text, &made, &encoder, ALIKE).unwrap().unwrap();
        let encoded = encoder.0.load(Ordering::Relaxed);
        assert!(encoded > MOST_SENTENCES / 2 && encoded <= 2 * MOST_SENTENCES, "{encoded}");
        assert!(found.of_sentences > 25_000 && found.sentences <= MOST_SENTENCES, "{found:?}");
    }

    #[test]
    fn what_is_compared_is_of_the_whole_text() {
        let all: Vec<String> = (0..50_000).map(|n| format!("kept {n}")).collect();
        let whole: HashSet<&str> = all.iter().map(String::as_str).collect();
        let own = ["kept 7", "", "kept 49999", "kept 7"];
        let compared = sampled(&own, &whole, all.iter().map(String::as_str));
        assert!(compared.len() > MOST_SENTENCES / 2 && compared.len() <= MOST_SENTENCES);
        assert_eq!(compared[..2], ["kept 7", "kept 49999"]);
        for part in 0..10 {
            let of = |text: &&&str| text[5..].parse::<usize>().unwrap() / 5_000 == part;
            let count = compared.iter().filter(of).count();
            assert!((200..600).contains(&count), "{count} of part {part}");
        }
    }
}
