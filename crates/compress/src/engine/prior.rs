//! How likely a sentence is to matter: what it holds, how central it is, and where it stands.

use super::ruler::Ruler;
use super::sentences::{Role, Sentence};
use super::words::{Class, Words};
use crate::weights::Weights;

/// Mean 0, standard deviation 1, in place, of the values of which `counts` holds.
fn standardise_where(values: &mut [f32], counts: &[bool]) {
    if counts.is_empty() {
        return standardise(values);
    }
    let mut some: Vec<f32> =
        values.iter().zip(counts).filter(|(_, c)| **c).map(|(v, _)| *v).collect();
    standardise(&mut some);
    let mut some = some.into_iter();
    for (value, _) in values.iter_mut().zip(counts).filter(|(_, c)| **c) {
        *value = some.next().unwrap_or(0.0);
    }
}

/// Mean 0, standard deviation 1, in place.
pub(crate) fn standardise(values: &mut [f32]) {
    let n = values.len().max(1) as f32;
    let mean = values.iter().sum::<f32>() / n;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / n;
    let scale = 1.0 / (variance.sqrt() + 1e-6);
    for value in values {
        *value = (*value - mean) * scale;
    }
}

/// One number per sentence, standardised before the position is added. Only sentences of which `counts`
/// holds are looked at, all of them where it is empty; the numbers of others mean nothing. The position in the
/// paragraph counts where it is to be `placed`.
pub(crate) fn of_sentences(
    sentences: &[Sentence],
    words: &Words,
    ruler: &Ruler,
    counts: &[bool],
    placed: bool,
    weights: &Weights,
) -> Vec<f32> {
    let n = sentences.len();
    let mut central = centrality(n, words, counts);
    let (mut density, mut names) = (vec![0f32; n], vec![0f32; n]);
    let mut reader = ruler.reader();
    for (index, sentence) in sentences.iter().enumerate() {
        let tokens = reader.tokens(sentence.start, sentence.end).max(1.0);
        let here = words.of(index);
        density[index] = here.iter().map(|w| w.score).sum::<f32>() / tokens;
        let named = here.iter().filter(|w| matches!(w.class, Class::Entity | Class::Number));
        names[index] = named.count() as f32 / tokens;
    }
    standardise_where(&mut central, counts);
    standardise_where(&mut density, counts);
    standardise_where(&mut names, counts);
    let mut prior: Vec<f32> = (0..n)
        .map(|i| {
            weights.central * central[i] + weights.dense * density[i] + weights.named * names[i]
        })
        .collect();
    standardise_where(&mut prior, counts);
    if !placed {
        return prior;
    }
    let position = position(sentences, counts);
    for (value, position) in prior.iter_mut().zip(position) {
        *value += weights.position * position;
    }
    prior
}

/// Cosine of each sentence's tf-idf vector with the mean of all of them.
fn centrality(n: usize, words: &Words, counts: &[bool]) -> Vec<f32> {
    let entries = &words.lexicon.entries;
    let idf: Vec<f32> = entries
        .iter()
        .map(|e| if e.stop { 0.0 } else { (1.0 + n as f32 / e.sentences.max(1) as f32).ln() })
        .collect();
    let mut mean = vec![0f32; entries.len()];
    let mut times = vec![0u32; entries.len()];
    let mut norms = vec![0f32; n];
    // Twice over the words: once for the mean, once for the cosine; `times` is a scratch of term counts.
    let mut weights: Vec<(u32, f32)> = Vec::new();
    let mut gather = |index: usize, weights: &mut Vec<(u32, f32)>| {
        weights.clear();
        for word in words.of(index) {
            times[word.id as usize] += 1;
        }
        for word in words.of(index) {
            let count = std::mem::take(&mut times[word.id as usize]);
            if count > 0 {
                let weight = (1.0 + (count as f32).ln()) * idf[word.id as usize];
                weights.push((word.id, weight));
            }
        }
    };
    for (index, norm) in norms.iter_mut().enumerate() {
        gather(index, &mut weights);
        *norm = weights.iter().map(|(_, w)| w * w).sum::<f32>().sqrt().max(1e-6);
        if counts.get(index).is_some_and(|counts| !counts) {
            continue;
        }
        for &(id, weight) in &weights {
            mean[id as usize] += weight / *norm;
        }
    }
    (0..n)
        .map(|index| {
            gather(index, &mut weights);
            weights.iter().map(|&(id, weight)| mean[id as usize] * weight).sum::<f32>()
                / norms[index]
        })
        .collect()
}

/// 1 for the first sentence of a paragraph, 1/2 for the second and so on, less the mean; all 0 where
/// paragraphs are mostly single sentences and their order says nothing.
fn position(sentences: &[Sentence], counts: &[bool]) -> Vec<f32> {
    let (mut paragraphs, mut longer) = (0usize, 0usize);
    for (index, sentence) in sentences.iter().enumerate() {
        if counts.get(index).is_some_and(|counts| !counts) {
            continue;
        }
        paragraphs += usize::from(sentence.place == 0);
        longer += usize::from(sentence.place == 1);
    }
    if longer * 10 <= paragraphs * 3 {
        return vec![0.0; sentences.len()];
    }
    let mut values: Vec<f32> = sentences
        .iter()
        .map(|s| match s.role {
            Role::Line => 0.5,
            Role::Heading => 1.0,
            Role::Running => 1.0 / (1.0 + s.place as f32),
        })
        .collect();
    let mean = values.iter().sum::<f32>() / values.len().max(1) as f32;
    for value in &mut values {
        *value -= mean;
    }
    values
}
