//! What a lent model adds to the scores: nearness in meaning to the focus, near duplicates, words' worth.

use std::ops::Range;

use super::sentences::Sentence;
use super::words::{Class, Words};
use crate::error::Error;
use crate::scorer::{Encoder, WordScorer};

/// Weight of nearness in meaning against words in common.
const MEANING: f32 = 0.5;
/// Sentences at least this near (cosine) say the same; a first one is kept for all of them.
const SAME: f32 = 0.95;
/// What a sentence loses that says what an earlier one says.
pub(crate) const REPEATED: f32 = 4.0;
/// Sentences are compared with the first ones of this many groups; those of more are left alone.
const MOST_GROUPS: usize = 4096;

/// Vectors of texts, of length 1.
pub(crate) struct Rows {
    values: Vec<f32>,
    dimension: usize,
}

impl Rows {
    pub(crate) fn of(encoder: &dyn Encoder, texts: &[&str]) -> Result<Self, Error> {
        let values = encoder.encode(texts).map_err(Error::Model)?;
        let dimension = values.len() / texts.len().max(1);
        if values.len() != dimension * texts.len() || (dimension == 0 && !texts.is_empty()) {
            return Err(Error::Model(
                "the model gives another number of vectors than texts".into(),
            ));
        }
        Ok(Self { values, dimension })
    }

    #[cfg(test)]
    pub(crate) fn from_parts(values: Vec<f32>, dimension: usize) -> Self {
        Self { values, dimension }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.values.len() / self.dimension.max(1)
    }

    pub(crate) fn row(&self, at: usize) -> &[f32] {
        &self.values[at * self.dimension..(at + 1) * self.dimension]
    }
}

pub(crate) fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn shown<'t>(text: &'t str, sentences: &[Sentence]) -> Vec<&'t str> {
    sentences.iter().map(|s| &text[s.start as usize..s.end as usize]).collect()
}

/// Words in common with the focus (`lexical`, from 0 to 1) together with nearness to it in meaning.
pub(crate) fn focus(
    encoder: &dyn Encoder,
    focus: &str,
    text: &str,
    sentences: &[Sentence],
    lexical: Option<Vec<f32>>,
) -> Result<Vec<f32>, Error> {
    let mut texts = vec![focus];
    texts.extend(shown(text, sentences));
    let rows = Rows::of(encoder, &texts)?;
    let near: Vec<f32> =
        (1..texts.len()).map(|at| cosine(rows.row(0), rows.row(at)).max(0.0)).collect();
    let most = near.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let lexical = lexical.unwrap_or_else(|| vec![0.0; near.len()]);
    let both = lexical.iter().zip(&near).map(|(words, near)| words + MEANING * near / most);
    Ok(both.map(|both| both / (1.0 + MEANING)).collect())
}

/// The vectors of sentences, a row each.
pub(crate) fn rows(
    encoder: &dyn Encoder,
    text: &str,
    sentences: &[Sentence],
) -> Result<Rows, Error> {
    Rows::of(encoder, &shown(text, sentences))
}

/// Which sentences, by their vectors, say what an earlier one says.
pub(crate) fn repeated(rows: &Rows) -> Vec<bool> {
    let mut first: Vec<usize> = Vec::new();
    (0..rows.len())
        .map(|at| {
            let same = first.iter().any(|&one| cosine(rows.row(one), rows.row(at)) >= SAME);
            if !same && first.len() < MOST_GROUPS {
                first.push(at);
            }
            same
        })
        .collect()
}

/// Puts the scorer's worth of each word in place of our own.
pub(crate) fn words(scorer: &dyn WordScorer, text: &str, words: &mut Words) -> Result<(), Error> {
    let places: Vec<Range<usize>> =
        words.words.iter().map(|w| w.start as usize..w.end as usize).collect();
    let scores = scorer.score(text, &places).map_err(Error::Model)?;
    if scores.len() != places.len() || scores.iter().any(|score| !score.is_finite()) {
        return Err(Error::Model("the model does not give each word a number".into()));
    }
    // To the mean and the spread of our own, so that everything that was weighed against those still is.
    let own: Vec<f32> = words.words.iter().map(|word| word.score).collect();
    let ((own_mean, own_spread), (mean, spread)) = (moments(&own), moments(&scores));
    for (word, score) in words.words.iter_mut().zip(scores) {
        let score = own_mean + (score - mean) / (spread + 1e-6) * own_spread;
        // A negation turns a meaning round whatever a model thinks of the word.
        word.score = if word.class == Class::Negation { word.score.max(score) } else { score };
    }
    Ok(())
}

/// Mean and standard deviation.
fn moments(values: &[f32]) -> (f32, f32) {
    let n = values.len().max(1) as f32;
    let mean = values.iter().sum::<f32>() / n;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / n;
    (mean, variance.sqrt())
}
