//! What a compression dropped that is nowhere in its output.

use super::sentences::{Role, Sentence};
use super::words::{Class, Words};
use crate::compressed::{Dropped, Span};

/// The losses of keeping the source stretches of `spans`, which are in order.
pub(crate) fn of(text: &str, sentences: &[Sentence], words: &Words, spans: &[Span]) -> Dropped {
    let mut kept_words = vec![false; words.words.len()];
    let mut kept_ids = vec![false; words.lexicon.entries.len()];
    let mut kept_sentences = vec![false; sentences.len()];
    let mut at = 0;
    for (sentence, kept) in kept_sentences.iter_mut().enumerate() {
        let from = words.starts[sentence] as usize;
        for (index, word) in words.of(sentence).iter().enumerate() {
            while spans.get(at).is_some_and(|s| s.src.end <= word.start as usize) {
                at += 1;
            }
            if spans.get(at).is_some_and(|s| {
                s.src.start <= word.start as usize && word.end as usize <= s.src.end
            }) {
                *kept = true;
                kept_words[from + index] = true;
                kept_ids[word.id as usize] = true;
            }
        }
    }
    let mut dropped = Dropped::default();
    for (at, word) in words.words.iter().enumerate() {
        let shown = &text[word.start as usize..word.end as usize];
        let id = word.id as usize;
        match word.class {
            Class::Negation if !kept_words[at] => dropped.negations.add(shown),
            // Marking it kept makes it count once.
            Class::Number if !std::mem::replace(&mut kept_ids[id], true) => {
                dropped.numbers.add(shown)
            }
            Class::Entity if !std::mem::replace(&mut kept_ids[id], true) => {
                dropped.entities.add(shown)
            }
            _ => {}
        }
    }
    for (sentence, _) in
        sentences.iter().zip(kept_sentences).filter(|(s, kept)| s.role == Role::Heading && !kept)
    {
        dropped.sections.add(text[sentence.start as usize..sentence.end as usize].trim());
    }
    dropped
}
