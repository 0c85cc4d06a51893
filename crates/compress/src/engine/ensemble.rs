//! Several strategies try each section; the one that keeps most of it is taken there.
//!
//! What "most" is, is measured on what each would keep, with no reference and no model: the share of the
//! section's distinct numbers, names and other words that are left, each word by what it is worth, and
//! how many of the words that are left have the neighbour they had.

use super::by_score;
use super::lexicon::IdMap;
use super::order::{self, sections};
use super::plan::Asked;
use super::sentences::Role;
use super::units::Unit;
use super::words::Class;
use crate::request::Strategy;

/// Who tries.
pub(crate) const CANDIDATES: [Strategy; 4] =
    [Strategy::Phrases, Strategy::Sentences, Strategy::Hierarchical, Strategy::Frequency];

/// Weights of what is left: numbers, names, other words, neighbours.
const NUMBERS: f32 = 0.3;
const NAMES: f32 = 0.25;
const WORDS: f32 = 0.25;
const NEIGHBOURS: f32 = 0.2;
/// The first candidate is what is measured best on the whole; another must be better by this.
const HURDLE: f32 = 0.03;
/// A text without headings is tried in stretches of about so many tokens.
const STRETCH: f32 = 1500.0;

struct Candidate {
    units: Vec<Unit>,
    order: Vec<u32>,
}

/// Puts the units of the best candidate of each section in the place of `units`, which are those of the
/// first candidate, and orders them.
pub(crate) fn best_of_each(asked: &Asked<'_, '_>, units: &mut Vec<Unit>) -> Vec<u32> {
    let first = std::mem::take(units);
    let candidates: Vec<Candidate> =
        CANDIDATES.iter().map(|&strategy| candidate(asked, strategy, &first)).collect();
    let part_of = parts(asked, &first);
    let parts = part_of.last().map_or(0, |last| *last as usize + 1);
    let part = |unit: &Unit| part_of[unit.sentence as usize] as usize;
    // Each part's budget is what the first candidate would spend there.
    let mut budgets = vec![0f32; parts];
    let mut spent = 0.0;
    for &at in &candidates[0].order {
        let unit = &candidates[0].units[at as usize];
        if spent >= asked.budget as f32 {
            break;
        }
        spent += unit.cost;
        budgets[part(unit)] += unit.cost;
    }
    // By part, the places of each candidate's units in its order.
    let mut best: Vec<(f32, usize)> = vec![(f32::NEG_INFINITY, 0); parts];
    let totals = totals(asked, &first, &part_of, parts);
    for (number, candidate) in candidates.iter().enumerate() {
        let mut left = budgets.clone();
        let mut kept: Vec<Vec<u32>> = vec![Vec::new(); parts];
        for &at in &candidate.order {
            let unit = &candidate.units[at as usize];
            let left = &mut left[part(unit)];
            if unit.cost <= *left {
                *left -= unit.cost;
                kept[part(unit)].push(at);
            }
        }
        for (part, kept) in kept.iter().enumerate() {
            let found = worth(asked, &candidate.units, kept, &totals[part]);
            let hurdle = if number == 0 { 0.0 } else { HURDLE };
            if found - hurdle > best[part].0 {
                best[part] = (found, number);
            }
        }
    }
    assemble(&candidates, &best, &budgets, &part_of, units)
}

fn candidate(asked: &Asked<'_, '_>, strategy: Strategy, first: &[Unit]) -> Candidate {
    let mut units = match strategy.by_sentence() {
        false => first.to_vec(),
        true => {
            let mut units = asked.source.cut(strategy, f32::INFINITY);
            units.retain(|unit| unit.group == 0);
            asked.score(&mut units, strategy);
            units
        }
    };
    let order = order::of(strategy, asked, &mut units)
        .unwrap_or_else(|| by_score(units.len(), |at| units[at].score));
    Candidate { units, order }
}

/// The part each sentence belongs to: its section, or a stretch of a long one.
fn parts(asked: &Asked<'_, '_>, units: &[Unit]) -> Vec<u32> {
    let sections = sections(asked);
    let mut costs = vec![0f32; sections.len()];
    for unit in units {
        costs[unit.sentence as usize] += unit.cost;
    }
    let (mut part, mut filled) = (0u32, 0.0);
    let mut parts = Vec::with_capacity(sections.len());
    for (at, cost) in costs.iter().enumerate() {
        let sentence = &asked.source.sentences[at];
        let opens = at > 0 && sections[at] != sections[at - 1];
        let full = filled > STRETCH && sentence.place == 0 && sentence.role != Role::Heading;
        if opens || full {
            part += 1;
            filled = 0.0;
        }
        filled += cost;
        parts.push(part);
    }
    parts
}

/// What there is to be kept of a part, by sort: numbers, names, words.
type Sums = [f32; 3];

fn sort_of(class: Class) -> Option<usize> {
    match class {
        Class::Number => Some(0),
        Class::Entity => Some(1),
        Class::Content | Class::Negation => Some(2),
        Class::Stop => None,
    }
}

fn totals(asked: &Asked<'_, '_>, units: &[Unit], part_of: &[u32], parts: usize) -> Vec<Sums> {
    let mut totals = vec![[0.0; 3]; parts];
    for run in units.chunk_by(|a, b| part_of[a.sentence as usize] == part_of[b.sentence as usize]) {
        let all: Vec<u32> = (0..run.len() as u32).collect();
        totals[part_of[run[0].sentence as usize] as usize] = sums(asked, run, &all);
    }
    totals
}

/// The worth of the distinct words of some units, by sort.
fn sums(asked: &Asked<'_, '_>, units: &[Unit], kept: &[u32]) -> Sums {
    let words = &asked.source.words;
    let mut seen: IdMap<()> = IdMap::default();
    let mut sums = [0.0; 3];
    for &at in kept {
        let unit = &units[at as usize];
        for word in &words.words[unit.first_word as usize..unit.end_word as usize] {
            let hash = words.lexicon.entries[word.id as usize].hash;
            if let Some(sort) = sort_of(word.class).filter(|_| seen.insert(hash, ()).is_none()) {
                sums[sort] +=
                    f32::from(words.lexicon.entries[word.id as usize].length.min(12)) + 6.0;
            }
        }
    }
    sums
}

/// From 0, nothing is left, to 1, everything is.
fn worth(asked: &Asked<'_, '_>, units: &[Unit], kept: &[u32], totals: &Sums) -> f32 {
    let left = sums(asked, units, kept);
    let share = |sort: usize| match totals[sort] > 0.0 {
        true => left[sort] / totals[sort],
        false => 1.0,
    };
    let (mut words, mut neighbours) = (0u32, 0u32);
    for &at in kept {
        let unit = &units[at as usize];
        let count = unit.end_word.saturating_sub(unit.first_word);
        words += count;
        neighbours += count.saturating_sub(1);
    }
    NUMBERS * share(0)
        + NAMES * share(1)
        + WORDS * share(2)
        + NEIGHBOURS * neighbours as f32 / words.max(1) as f32
}

/// The units of the chosen candidates in source order, and their order: by how much of its part's budget
/// is spent before each.
fn assemble(
    candidates: &[Candidate],
    best: &[(f32, usize)],
    budgets: &[f32],
    part_of: &[u32],
    units: &mut Vec<Unit>,
) -> Vec<u32> {
    let mut keyed: Vec<(Unit, f32)> = Vec::new();
    for (number, candidate) in candidates.iter().enumerate() {
        let mut spent = vec![0f32; budgets.len()];
        for &at in &candidate.order {
            let unit = candidate.units[at as usize];
            let part = part_of[unit.sentence as usize] as usize;
            if best[part].1 != number {
                continue;
            }
            keyed.push((unit, (spent[part] + unit.cost / 2.0) / budgets[part].max(1.0)));
            spent[part] += unit.cost;
        }
    }
    keyed.sort_by_key(|(unit, _)| unit.start);
    // A passage that is pinned over the end of a part is a unit of the one part's candidate and of the other's.
    let mut free = 0;
    keyed.retain_mut(|(unit, _)| {
        unit.start = unit.start.max(free);
        free = free.max(unit.end);
        unit.start < unit.end
    });
    let order = by_score(keyed.len(), |at| -keyed[at].1);
    units.extend(keyed.iter().map(|(unit, _)| *unit));
    // Units of whole sentences have scores of another scale; those of the first candidate are the measure.
    let scores = &candidates[0].units;
    let mut sorted: Vec<f32> = scores.iter().map(|unit| unit.score).collect();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    for (place, &at) in order.iter().enumerate() {
        let same = place * sorted.len() / order.len().max(1);
        units[at as usize].score = sorted.get(same).copied().unwrap_or(0.0);
    }
    order
}
