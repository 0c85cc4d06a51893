//! The score of each unit: its own words, its sentence, and how much of its paragraph is ahead of it.
//!
//! The weights here, in `prior`, `words` and `units::handicap`, and those of [`Weights`], were set together, by exact-budget
//! measurements of answers, answers with support, numbers and reference words kept; round values were
//! preferred, and a negation's worth was not lowered although that scored better.

use super::by_rank;
use super::prior::standardise;
use super::sentences::Sentence;
use super::units::Unit;
use super::words::{Word, Words};
use crate::weights::Weights;

/// Words of a unit that its length counts.
const LONGEST: f32 = 6.0;
/// How far a unit is drawn from what its words are worth in the mean towards what its best one is, so that a number
/// is not lost for the sake of what stands beside it.
const BEST: f32 = 0.2;
/// What the sentence nearest to the focus gains.
const FOCUS: f32 = 20.0;

/// Scores by what matters in general.
pub(crate) fn without_focus(
    units: &mut [Unit],
    sentences: &[Sentence],
    words: &Words,
    prior: &[f32],
    shared: bool,
    weights: &Weights,
) {
    own(units, words, weights);
    for unit in units.iter_mut() {
        unit.score += weights.sentence * prior[unit.sentence as usize];
    }
    if shared {
        share_out(units, sentences, weights);
    }
}

/// Scores by what bears on a question; `focus` is one number per sentence, at most 1.
pub(crate) fn with_focus(units: &mut [Unit], words: &Words, focus: &[f32], weights: &Weights) {
    own(units, words, weights);
    for unit in units.iter_mut() {
        unit.score += FOCUS * focus[unit.sentence as usize];
    }
}

/// Draws the scores of units towards their sentence's mean, so that the further `readable` goes from 0 to 1
/// the more whole sentences are kept.
pub(crate) fn towards_sentences(units: &mut [Unit], readable: f32) {
    for sentence in units.chunk_by_mut(|a, b| a.sentence == b.sentence) {
        let cost: f32 = sentence.iter().map(|u| u.cost).sum();
        let mean = sentence.iter().map(|u| u.score * u.cost).sum::<f32>() / cost.max(1e-6);
        for unit in sentence {
            unit.score += readable * readable * (mean - unit.score);
        }
    }
}

/// The worth of a unit's words, standardised, and its length.
fn own(units: &mut [Unit], words: &Words, weights: &Weights) {
    let count = |u: &Unit| (u.end_word - u.first_word).max(1) as f32;
    let mut own: Vec<f32> = units
        .iter()
        .map(|u| worth(&words.words[u.first_word as usize..u.end_word as usize]))
        .collect();
    standardise(&mut own);
    for (unit, own) in units.iter_mut().zip(own) {
        unit.score = own + weights.length * count(unit).min(LONGEST).ln();
    }
}

/// What the words of one unit are worth together; 0 without words.
fn worth(words: &[Word]) -> f32 {
    let (sum, best) = words
        .iter()
        .fold((0.0, 0f32), |(sum, best), word| (sum + word.score, best.max(word.score)));
    let mean = sum / words.len().max(1) as f32;
    mean + BEST * (best - mean)
}

/// Takes from each unit in proportion to the tokens of its paragraph that come before it by score. A
/// paragraph counts as at least as long as the average, so that a short one is not used up by its first
/// unit.
fn share_out(units: &mut [Unit], sentences: &[Sentence], weights: &Weights) {
    let total: f32 = units.iter().map(|u| u.cost).sum();
    let paragraphs = sentences.last().map_or(1, |s| s.paragraph + 1) as f32;
    let average = total / paragraphs;
    let paragraph = |u: &Unit| sentences[u.sentence as usize].paragraph;
    let mut order = Vec::new();
    for group in units.chunk_by_mut(|a, b| paragraph(a) == paragraph(b)) {
        order.clear();
        order.extend((0u32..).zip(group.iter()).map(|(at, unit)| by_rank(unit.score, at)));
        order.sort_unstable();
        let length = group.iter().map(|u| u.cost).sum::<f32>() + average;
        let mut before = 0.0;
        for &key in &order {
            let unit = &mut group[key as u32 as usize];
            unit.score -= weights.share * before / length;
            before += unit.cost;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::words::Class;

    #[test]
    fn a_number_is_not_lost_for_what_stands_beside_it() {
        let word =
            |score| Word { start: 0, end: 0, id: 0, class: Class::Content, capital: false, score };
        let worth = |scores: &[f32]| worth(&scores.iter().map(|&s| word(s)).collect::<Vec<_>>());
        // "4,000 settlers" against "early settlements": the mean would be the same.
        assert!(worth(&[10.0, 1.0]) > worth(&[5.5, 5.5]));
        assert!(worth(&[10.0, 1.0]) < worth(&[10.0]));
        assert_eq!(worth(&[]), 0.0);
    }
}
