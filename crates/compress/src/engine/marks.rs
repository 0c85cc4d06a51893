//! What rules say of sentences and units, and the order that comes of it.

use std::ops::Range;

use super::blocks::Block;
use super::sentences::{Role, Sentence};
use super::units::Unit;
use super::words::whole_graphemes;
use crate::request::{Kind, Pin};
use crate::rules::{Fate, Rules, Target};

/// What is to become of a stretch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Nobody said.
    #[default]
    Free,
    /// It stays, word for word.
    Keep,
    /// It goes.
    Drop,
    /// It is part of what the rule of this number gives a rate of its own.
    Rate(u8),
}

/// A rule's own rate: its tokens before, and how many times fewer there are to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub(crate) rule: u8,
    pub(crate) tokens: f32,
    pub(crate) ratio: f32,
}

/// A mark for each sentence. Sections inside a section are part of it; of several rules the last one
/// counts. `again` says which sentences nearly repeat an earlier one; it is asked where a rule is about that.
pub(crate) fn of_sentences(
    rules: &Rules,
    text: &str,
    sentences: &[Sentence],
    block_of: impl Fn(usize) -> Option<Kind>,
    again: impl FnOnce() -> Vec<bool>,
) -> Vec<Mark> {
    let marked = sentences.iter().any(|sentence| sentence.role == Role::Heading);
    let set = |holds: &dyn Fn(&Target) -> bool| -> u64 {
        let bits = rules.rules.iter().enumerate().filter(|(_, rule)| holds(&rule.target));
        bits.fold(0, |all, (at, _)| all | 1 << at)
    };
    let kinds: Vec<(Kind, u64)> = Kind::ALL
        .iter()
        .map(|&(kind, _)| {
            let running = !kind.by_record();
            let is = |target: &Target| match target {
                Target::Kind(Kind::Prose) => running,
                // What has headings, whatever it is about.
                Target::Kind(Kind::Markdown) => {
                    matches!(kind, Kind::Markdown)
                        || (marked && matches!(kind, Kind::Scientific | Kind::Legal))
                }
                Target::Kind(wanted) => *wanted == kind,
                Target::Heading(_) | Target::Headings | Target::Repeated => false,
            };
            (kind, set(&is))
        })
        .collect();
    let headings = set(&|target| *target == Target::Headings);
    let repeated = set(&|target| *target == Target::Repeated);
    let again = if repeated == 0 { Vec::new() } else { again() };
    // Open sections, from the outside in: level and rules.
    let mut open: Vec<(usize, u64)> = Vec::new();
    sentences
        .iter()
        .enumerate()
        .map(|(index, sentence)| {
            let mut bits = 0;
            if sentence.role == Role::Heading {
                let heading = text[sentence.start as usize..sentence.end as usize].trim();
                let level = heading.bytes().take_while(|&b| b == b'#').count();
                open.retain(|(outer, _)| *outer < level);
                let heading = heading.to_lowercase();
                let is = |target: &Target| matches!(target, Target::Heading(words) if heading.contains(words.as_str()));
                open.push((level, set(&is)));
                bits |= headings;
            }
            bits |= open.iter().fold(0, |all, (_, rules)| all | rules);
            if again.get(index) == Some(&true) {
                bits |= repeated;
            }
            let kind = block_of(index);
            bits |= kinds.iter().find(|(k, _)| Some(*k) == kind).map_or(0, |(_, rules)| *rules);
            let Some(rule) = 63u32.checked_sub(bits.leading_zeros()) else { return Mark::Free };
            match rules.rules[rule as usize].fate {
                Fate::Keep => Mark::Keep,
                Fate::Drop => Mark::Drop,
                Fate::Ratio(_) => Mark::Rate(rule as u8),
            }
        })
        .collect()
}

/// What the patterns match and what is pinned, in order, joined where it overlaps.
pub(crate) fn kept(rules: Option<&Rules>, pins: &[Pin], text: &str) -> Vec<Range<usize>> {
    let patterns = rules.iter().flat_map(|rules| &rules.keep);
    let mut found: Vec<Range<usize>> = patterns
        .flat_map(|pattern| pattern.find_iter(text).map(|found| found.range()))
        .chain(pins.iter().map(|pin| pinned(pin, text)))
        .map(|range| {
            let (start, end) = whole_graphemes(text, range.start, range.end, 0);
            // Spaces at either end are no part of what was meant.
            let inside = &text[start..end];
            let start = start + inside.len() - inside.trim_start().len();
            start..start + inside.trim().len()
        })
        .filter(|range| !range.is_empty())
        .collect();
    found.sort_by_key(|range| range.start);
    found.dedup_by(|next, last| {
        let joins = next.start <= last.end;
        if joins {
            last.end = last.end.max(next.end);
        }
        joins
    });
    found
}

/// The stretch of `text` that a pin means; both ends on characters.
pub(crate) fn pinned(pin: &Pin, text: &str) -> Range<usize> {
    let start = text.floor_char_boundary(pin.src.start);
    start..text.ceil_char_boundary(pin.src.end).max(start)
}

/// Marks what holds any of `kept`, and makes units of phrases as large as what they hold.
pub(crate) fn pin(text: &str, units: &mut Vec<Unit>, kept: &[Range<usize>]) {
    if kept.is_empty() {
        return;
    }
    let mut out: Vec<Unit> = Vec::with_capacity(units.len() + kept.len());
    let mut rest = std::mem::take(units).into_iter().peekable();
    for range in kept {
        let (from, to) = (range.start as u32, range.end as u32);
        while let Some(unit) = rest.next_if(|unit| unit.end <= from) {
            out.push(unit);
        }
        let mut held: Option<Unit> = None;
        // What an earlier match was joined to may reach into this one.
        if let Some(last) = out.last_mut().filter(|last| last.end > from) {
            last.mark = Mark::Keep;
            if last.end >= to {
                continue;
            }
            held = out.pop();
        }
        while let Some(unit) = rest.next_if(|unit| unit.start < to) {
            if unit.group != 0 {
                out.extend(held.take());
                out.push(Unit { mark: Mark::Keep, ..unit });
                continue;
            }
            let joined = match held {
                None => Unit { mark: Mark::Keep, ..unit },
                Some(held) => Unit {
                    end: unit.end,
                    end_word: unit.end_word.max(held.end_word),
                    cost: held.cost + unit.cost,
                    ..held
                },
            };
            held = Some(joined);
        }
        let before = out.last().map_or(0, |last| last.end);
        let after = rest.peek().map_or(text.len() as u32, |next| next.start);
        if let Some(mut held) = held {
            held.start = held.start.min(from).max(before);
            held.end = held.end.max(to.min(after));
            out.push(held);
        } else if out.last().is_none_or(|last| last.end <= from) {
            // Nothing but words that are no unit: one is made of them.
            let near = rest.peek().or(out.last()).copied().filter(|unit| unit.group == 0);
            if let Some(near) = near {
                out.push(Unit {
                    start: from.max(before),
                    end: to.min(after),
                    first_word: near.first_word,
                    end_word: near.first_word,
                    cost: 1.0,
                    mark: Mark::Keep,
                    ..near
                });
            }
        }
    }
    out.extend(rest);
    *units = out;
}

/// Ties kept neighbours together with what stands between them, so that what stays does so word for
/// word.
pub(crate) fn bind(text: &str, units: &mut [Unit]) {
    for at in 1..units.len() {
        let (before, after) = (units[at - 1], units[at]);
        if before.mark == Mark::Keep
            && after.mark == Mark::Keep
            && text[before.end as usize..after.start as usize].trim().is_empty()
        {
            units[at - 1].link = f32::INFINITY;
        }
    }
}

/// The order by what rules say: what stays, then each rate's share of its own, then the rest; and how
/// many of it must stay. What goes is in it no more.
pub(crate) fn tiers(units: &[Unit], order: Vec<u32>, rates: &[Rate]) -> (Vec<u32>, usize) {
    if units.iter().all(|unit| unit.mark == Mark::Free) {
        return (order, 0);
    }
    let mark = |at: &u32| units[*at as usize].mark;
    let mut all: Vec<u32> = (0..units.len() as u32).filter(|at| mark(at) == Mark::Keep).collect();
    for rate in rates {
        let most = (rate.tokens / rate.ratio).max(1.0);
        let mut sum = 0.0;
        for &at in order.iter().filter(|at| mark(at) == Mark::Rate(rate.rule)) {
            // The best is taken even where it alone is more.
            if sum > 0.0 && sum + units[at as usize].cost > most {
                continue;
            }
            sum += units[at as usize].cost;
            all.push(at);
        }
    }
    let least = all.len();
    all.extend(order.into_iter().filter(|at| mark(at) == Mark::Free));
    (all, least)
}

/// The kind of the block a sentence is in.
pub(crate) fn kind_of(blocks: &[Block], sentence: &Sentence) -> Option<Kind> {
    let at = blocks.partition_point(|b| b.range.end <= sentence.start as usize);
    blocks.get(at).map(|block| block.kind)
}
