//! Orders of running text other than by score alone: from above, by clusters, by frequency, by template.
//!
//! With a focus only what a strategy cuts is left of it: what bears on the question goes first in every
//! one of them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::plan::Asked;
use super::sentences::Role;
use super::units::Unit;
use super::words::Class;
use super::{by_score, ensemble, records};
use crate::request::{Stage, Strategy};

/// The order of `units` by `strategy`, which may cut them otherwise; `None` where their scores decide.
pub(crate) fn of(
    strategy: Strategy,
    asked: &Asked<'_, '_>,
    units: &mut Vec<Unit>,
) -> Option<Vec<u32>> {
    if matches!(strategy, Strategy::Clustering | Strategy::Automatic | Strategy::Incremental) {
        if asked.source.with(Stage::Repeats) {
            spread_clusters(asked, units);
        }
        if strategy == Strategy::Clustering && asked.source.focus.is_none() {
            one_of_each_theme(asked, units);
        }
        return None;
    }
    if asked.source.focus.is_some() {
        return None;
    }
    match strategy {
        Strategy::Hierarchical => {
            let order = from_above(asked, units);
            rescore(units, &order);
            Some(order)
        }
        Strategy::Frequency => {
            let order = by_frequency(asked, units);
            rescore(units, &order);
            Some(order)
        }
        Strategy::Template => {
            let ranges: Vec<_> = units.iter().map(|u| u.start as usize..u.end as usize).collect();
            let folded = asked.source.with(Stage::Lossless);
            for (unit, score) in
                units.iter_mut().zip(records::rank(asked.source.text(), &ranges, folded))
            {
                unit.score = score;
            }
            None
        }
        Strategy::Ensemble => Some(ensemble::best_of_each(asked, units)),
        Strategy::Automatic
        | Strategy::Incremental
        | Strategy::Phrases
        | Strategy::Sentences
        | Strategy::Lines
        | Strategy::Clustering => None,
    }
}

/// Gives the scores there are to the units anew, so that they fall along `order`: what stands between two
/// kept units is judged by scores.
pub(crate) fn rescore(units: &mut [Unit], order: &[u32]) {
    let mut scores: Vec<f32> = units.iter().map(|unit| unit.score).collect();
    scores.sort_unstable_by(|a, b| b.total_cmp(a));
    for (&at, score) in order.iter().zip(scores) {
        units[at as usize].score = score;
    }
}

/// Budgets from above. Sections share the whole by size, small ones somewhat more; paragraphs of a section
/// share its part, the first half as much again; sentences theirs, the more the likelier they are to matter;
/// and within a sentence its best units take the budget. Headings come before everything.
fn from_above(asked: &Asked<'_, '_>, units: &[Unit]) -> Vec<u32> {
    const FIRST: f32 = 1.5;
    const PRIOR: f32 = 0.5;
    const SIZE: f32 = 0.25;
    let sentences = &asked.source.sentences;
    let sections = sections(asked);
    let mut sizes = vec![0f32; sections.last().map_or(0, |last| *last as usize + 1)];
    for unit in units {
        sizes[sections[unit.sentence as usize] as usize] += unit.cost;
    }
    let average = sizes.iter().sum::<f32>() / sizes.len().max(1) as f32;
    let mut keys = vec![0f32; units.len()];
    let mut from = 0;
    let (mut section, mut opening) = (u32::MAX, u32::MAX);
    for group in units.chunk_by(|a, b| a.sentence == b.sentence) {
        let at = group[0].sentence as usize;
        let sentence = &sentences[at];
        if sentence.role != Role::Heading && sections[at] != section {
            section = sections[at];
            opening = sentence.paragraph;
        }
        let size = (average / sizes[sections[at] as usize].max(1.0)).powf(SIZE);
        let first = if sentence.paragraph == opening { FIRST } else { 1.0 };
        let prior = (PRIOR * asked.prior.get(at).copied().unwrap_or(0.0)).exp().clamp(0.2, 5.0);
        let weight = size * first * prior;
        let total: f32 = group.iter().map(|unit| unit.cost).sum();
        let mut before = 0.0;
        for step in by_score(group.len(), |step| group[step].score) {
            let unit = &group[step as usize];
            keys[from + step as usize] = match sentence.role {
                Role::Heading => -1.0,
                Role::Running | Role::Line => (before + unit.cost / 2.0) / total / weight,
            };
            before += unit.cost;
        }
        from += group.len();
    }
    by_score(units.len(), |at| -keys[at])
}

/// The section of each sentence, counted by headings.
pub(crate) fn sections(asked: &Asked<'_, '_>) -> Vec<u32> {
    let mut section = 0;
    // Headings that follow each other open one section.
    let mut filled = false;
    asked
        .source
        .sentences
        .iter()
        .map(|sentence| {
            let heading = sentence.role == Role::Heading;
            section += u32::from(heading && filled);
            filled = !heading;
            section
        })
        .collect()
}

/// Of sentences that say nearly the same one comes first, the likeliest to matter, and the others after
/// everything else, but for numbers and names that it does not have; the more there are, the more it
/// counts.
fn spread_clusters(asked: &Asked<'_, '_>, units: &mut [Unit]) {
    const REPEATS: f32 = 6.0;
    const OFTEN: f32 = 0.3;
    let source = asked.source;
    let first = source.first_said();
    let mut members = vec![0u32; first.len()];
    let mut best: Vec<u32> = (0..first.len() as u32).collect();
    let prior = |at: u32| asked.prior.get(at as usize).copied().unwrap_or(0.0);
    for (at, &head) in (0u32..).zip(&first) {
        members[head as usize] += 1;
        let best = &mut best[head as usize];
        if prior(at) > prior(*best) {
            *best = at;
        }
    }
    for unit in units.iter_mut().filter(|unit| members[first[unit.sentence as usize] as usize] > 1)
    {
        let head = first[unit.sentence as usize] as usize;
        if best[head] == unit.sentence {
            unit.score += OFTEN * (members[head] as f32).ln();
            continue;
        }
        let there = source.words.of(best[head] as usize);
        let new = source.words.words[unit.first_word as usize..unit.end_word as usize]
            .iter()
            .filter(|word| matches!(word.class, Class::Number | Class::Entity))
            .any(|word| there.iter().all(|other| other.id != word.id));
        if !new {
            unit.score -= REPEATS;
        }
    }
}

/// Of each theme its likeliest sentence comes first, that of a large one sooner; its others follow, each later than the
/// one before.
fn one_of_each_theme(asked: &Asked<'_, '_>, units: &mut [Unit]) {
    const LATER: f32 = 0.8;
    const LARGE: f32 = 0.3;
    let themes = &asked.source.themes;
    let count = themes.iter().max().map_or(0, |last| *last as usize + 1);
    let mut size = vec![0u32; count];
    let mut place = vec![0u32; themes.len()];
    let prior = |at: usize| asked.prior.get(at).copied().unwrap_or(0.0);
    for at in by_score(themes.len(), prior) {
        let size = &mut size[themes[at as usize] as usize];
        place[at as usize] = *size;
        *size += 1;
    }
    for unit in units {
        let running = asked.source.sentences[unit.sentence as usize].role == Role::Running;
        let Some(&theme) = themes.get(unit.sentence as usize).filter(|_| running) else { continue };
        let large = (size[theme as usize].max(1) as f32).ln();
        unit.score += match place[unit.sentence as usize] {
            0 => LARGE * large,
            later => -LATER * (1.0 + later as f32).ln(),
        };
    }
}

/// Sentences by the mean probability of their words in the text; what one has said counts with its square
/// from then on.
fn by_frequency(asked: &Asked<'_, '_>, units: &[Unit]) -> Vec<u32> {
    let words = &asked.source.words;
    let mut share = vec![0f32; words.lexicon.entries.len()];
    let says = |unit: &Unit| {
        words.words[unit.first_word as usize..unit.end_word as usize]
            .iter()
            .filter(|word| matches!(word.class, Class::Content | Class::Entity | Class::Number))
            .map(|word| word.id as usize)
    };
    let mut total = 0usize;
    for id in units.iter().flat_map(says) {
        share[id] += 1.0;
        total += 1;
    }
    share.iter_mut().for_each(|share| *share /= total.max(1) as f32);
    let worth = |unit: &Unit, share: &[f32]| {
        let (sum, count) = says(unit).fold((0.0, 0usize), |(s, n), id| (s + share[id], n + 1));
        sum / count.max(1) as f32
    };
    // Bits of positive numbers are in their order.
    let entry = |at: usize, share: &[f32]| (worth(&units[at], share).to_bits(), Reverse(at as u32));
    let mut heap: BinaryHeap<(u32, Reverse<u32>)> =
        (0..units.len()).map(|at| entry(at, &share)).collect();
    let mut order = Vec::with_capacity(units.len());
    let mut spent = 0.0;
    while let Some((_, Reverse(at))) = heap.pop() {
        let now = entry(at as usize, &share);
        // Worth only falls, so the first that is still as good as the next is the best. What is far
        // beyond the budget needs no exact place.
        let stale = heap.peek().is_some_and(|next| now < *next);
        if stale && spent < 2.0 * asked.budget as f32 {
            heap.push(now);
            continue;
        }
        spent += units[at as usize].cost;
        for id in says(&units[at as usize]) {
            share[id] *= share[id];
        }
        order.push(at);
    }
    order
}
