//! What a compression dropped that is nowhere in its output.

use super::sentences::{Role, Sentence};
use super::units::Unit;
use super::words::{Class, Words};
use crate::compressed::Dropped;

/// The losses of keeping the units marked in `keep`.
pub(crate) fn of(
    text: &str,
    sentences: &[Sentence],
    words: &Words,
    units: &[Unit],
    keep: &[bool],
) -> Dropped {
    let mut kept_words = vec![false; words.words.len()];
    let mut kept_ids = vec![false; words.lexicon.entries.len()];
    let mut kept_sentences = vec![false; sentences.len()];
    for (unit, _) in units.iter().zip(keep).filter(|(_, keep)| **keep) {
        kept_sentences[unit.sentence as usize] = true;
        for at in unit.first_word as usize..unit.end_word as usize {
            kept_words[at] = true;
            kept_ids[words.words[at].id as usize] = true;
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
