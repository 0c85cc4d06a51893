//! Themes: sentences that speak of the same thing, by the rare words they share or by an encoder's vectors.
//!
//! Each sentence joins the theme it is nearest to, or begins one (leader clustering, Hartigan 1975): one pass, the same
//! answer every time, and no number of themes to guess.

use super::lexicon::IdMap;
use super::semantic::{Rows, cosine};
use super::words::{Class, Words};

/// Cosine with a theme's mean from which on a sentence belongs to it, by words and by vectors.
const ALIKE_WORDS: f32 = 0.2;
const ALIKE_VECTORS: f32 = 0.55;
/// Of a sentence its heaviest words count.
const MOST_WORDS: usize = 12;
/// A word leads to so many themes, the latest ones.
const MOST_THEMES: usize = 32;

/// What is known of a theme: the sum of its sentences, by word, and how long that is.
#[derive(Default)]
struct Theme {
    sum: IdMap<f32>,
    square: f32,
}

impl Theme {
    fn add(&mut self, sentence: &[(u32, f32)]) {
        for &(word, weight) in sentence {
            let sum = self.sum.entry(u64::from(word)).or_default();
            self.square += weight * (2.0 * *sum + weight);
            *sum += weight;
        }
    }

    fn cosine(&self, sentence: &[(u32, f32)]) -> f32 {
        let dot: f32 = (sentence.iter())
            .map(|(word, weight)| weight * self.sum.get(&u64::from(*word)).copied().unwrap_or(0.0))
            .sum();
        dot / self.square.sqrt().max(1e-6)
    }
}

/// The theme of each of `n` sentences, by their words.
pub(crate) fn by_words(n: usize, words: &Words) -> Vec<u32> {
    let mut themes: Vec<Theme> = Vec::new();
    let mut led: IdMap<Vec<u32>> = IdMap::default();
    let theme_of = |sentence: usize| {
        let here = weights(n, sentence, words);
        let mut near: Vec<u32> = (here.iter())
            .filter_map(|(word, _)| led.get(&u64::from(*word)))
            .flat_map(|themes| themes.iter().rev().take(MOST_THEMES).copied())
            .collect();
        near.sort_unstable();
        near.dedup();
        let best = near
            .into_iter()
            .map(|theme| (themes[theme as usize].cosine(&here), theme))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let theme = match best.filter(|(cosine, _)| *cosine >= ALIKE_WORDS) {
            Some((_, theme)) => theme,
            None => {
                themes.push(Theme::default());
                themes.len() as u32 - 1
            }
        };
        themes[theme as usize].add(&here);
        for (word, _) in here {
            let leads = led.entry(u64::from(word)).or_default();
            if leads.last() != Some(&theme) {
                leads.push(theme);
            }
        }
        theme
    };
    (0..n).map(theme_of).collect()
}

/// The heaviest words of a sentence by tf-idf, of length 1 together.
fn weights(n: usize, sentence: usize, words: &Words) -> Vec<(u32, f32)> {
    let mut counts: IdMap<f32> = IdMap::default();
    let means = |class: Class| matches!(class, Class::Content | Class::Entity | Class::Number);
    for word in words.of(sentence).iter().filter(|word| means(word.class)) {
        *counts.entry(u64::from(word.id)).or_default() += 1.0;
    }
    let mut all: Vec<(u32, f32)> = counts
        .into_iter()
        .map(|(id, count)| {
            let within = words.lexicon.entries[id as usize].sentences.max(1);
            (id as u32, (1.0 + count.ln()) * (n as f32 / within as f32).ln().max(0.0))
        })
        .collect();
    all.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    all.truncate(MOST_WORDS);
    let length = all.iter().map(|(_, w)| w * w).sum::<f32>().sqrt().max(1e-6);
    all.iter_mut().for_each(|(_, weight)| *weight /= length);
    all
}

/// The theme of each sentence, by an encoder's vectors of length 1, a row each.
pub(crate) fn by_vectors(rows: &Rows) -> Vec<u32> {
    /// More themes are not begun.
    const MOST: usize = 4096;
    // Each with its length.
    let mut sums: Vec<(Vec<f32>, f32)> = Vec::new();
    let length = |sum: &[f32]| cosine(sum, sum).sqrt().max(1e-6);
    let mut theme_of = |row: &[f32]| {
        let best = (0u32..)
            .zip(&sums)
            .map(|(theme, (sum, length))| (cosine(sum, row) / length, theme))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        match best.filter(|(near, _)| *near >= ALIKE_VECTORS || sums.len() >= MOST) {
            Some((_, theme)) => {
                let (sum, long) = &mut sums[theme as usize];
                sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
                *long = length(sum);
                theme
            }
            None => {
                sums.push((row.to_vec(), length(row)));
                sums.len() as u32 - 1
            }
        }
    };
    (0..rows.len()).map(|at| theme_of(rows.row(at))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{sentences, words};
    use super::*;
    use crate::request::{Kind, Strategy};

    #[test]
    fn sentences_of_the_same_rare_words_share_a_theme() {
        let text = "The turbine blade at Halden was cracked. Bakers in the town sold bread and rye loaves. \
                    Engineers opened the turbine and found a cracked blade. Rye bread was cheap that year. \
                    A cracked turbine blade is dear. Snow fell over the hills. The choir sang for an hour. \
                    Nobody saw the comet. Two ships left for the south. The library closed its doors. \
                    A dog slept under the oak.";
        let sentences = sentences::split(text, Kind::Prose, Strategy::Automatic);
        let words = words::read(text, &sentences, Some("en"));
        let themes = by_words(sentences.len(), &words);
        assert_eq!((themes[0], themes[2], themes[4]), (0, 0, 0), "{themes:?}");
        assert_eq!((themes[1], themes[3]), (1, 1), "{themes:?}");
    }

    #[test]
    fn vectors_that_point_the_same_way_share_a_theme() {
        let rows = Rows::from_parts(vec![1.0, 0.0, 0.0, 1.0, 0.96, 0.28, 0.28, 0.96], 2);
        assert_eq!(by_vectors(&rows), [0, 1, 0, 1]);
    }
}
