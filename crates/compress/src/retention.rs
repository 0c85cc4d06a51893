//! How much of what a text says has something like it in what was kept, as an encoder sees it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::compressed::Compressed;
use crate::engine::semantic::{Rows, cosine};
use crate::engine::sentences;
use crate::error::Error;
use crate::request::Strategy;
use crate::scorer::Encoder;

/// A sentence is alike to something kept from this cosine on.
pub const ALIKE: f32 = 0.7;
/// Of a longer text this many sentences are looked at, evenly over it.
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
    /// Mean of the best cosines, from 0 to 1.
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
    let looked: Vec<&str> = sentences
        .iter()
        .step_by(step)
        .map(|s| text[s.start as usize..s.end as usize].trim())
        .filter(|sentence| sentence.chars().any(char::is_alphanumeric))
        .collect();
    if looked.is_empty() {
        return Ok(None);
    }
    let mut order: Vec<&str> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut place = |text| {
        *places.entry(text).or_insert_with(|| {
            order.push(text);
            order.len() - 1
        })
    };
    let wanted: Vec<usize> = looked.iter().map(|&sentence| place(sentence)).collect();
    let left = kept.iter().map(|left| left.trim()).filter(|left| !left.is_empty());
    let mut left: Vec<usize> = left.map(place).collect();
    left.sort_unstable();
    left.dedup();
    // What was kept whole needs no model.
    let whole = wanted.iter().all(|one| left.binary_search(one).is_ok());
    let rows = if whole { None } else { Some(Rows::of(encoder, &order)?) };
    let best_of = |one: usize| match &rows {
        Some(rows) if left.binary_search(&one).is_err() => {
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
