//! Units: the smallest stretches that are kept or dropped in one piece.
//!
//! A unit is a run of meaningful words between function words. Names hold together over "of", "the",
//! "and" and hyphens, a number takes its sign and unit along, a negation what it negates.

use std::ops::Range;

use super::marks::Mark;
use super::quotes;
use super::ruler::Ruler;
use super::sentences::{Role, Sentence};
use super::ties;
use super::words::{Class, Word, Words, whole_graphemes};

/// A stretch of the source that is kept or dropped in one piece.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Unit {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) sentence: u32,
    /// Its words, as indices into [`Words::words`].
    pub(crate) first_word: u32,
    pub(crate) end_word: u32,
    /// About how many tokens it costs when kept.
    pub(crate) cost: f32,
    /// Higher is kept earlier.
    pub(crate) score: f32,
    /// The source between this unit and the next is kept when both are and the bar is below this.
    pub(crate) link: f32,
    /// 0 for running text; a record's block, counted from 1.
    pub(crate) group: u32,
    /// What rules say of it.
    pub(crate) mark: Mark,
}

impl Unit {
    /// A word alone, without cost and score.
    pub(crate) fn of_word(word: &Word, sentence: u32) -> Self {
        Self {
            start: word.start,
            end: word.end,
            sentence,
            link: f32::NEG_INFINITY,
            ..Self::default()
        }
    }
}

/// Cuts the sentences of `text` into units, in source order, each with its cost. Sentences of which
/// `whole` holds stay whole; `readable`, from 0 to 1, makes units larger until each is a sentence. Where they are not
/// `guarded`, names, numbers and negations are cut from what belongs to them.
pub(crate) fn cut(
    text: &str,
    sentences: &[Sentence],
    words: &Words,
    ruler: &Ruler,
    whole: &dyn Fn(usize) -> bool,
    readable: Option<f64>,
    guarded: bool,
) -> Vec<Unit> {
    let readable = readable.unwrap_or(0.0);
    let mut units: Vec<Unit> = Vec::with_capacity(words.words.len() / 3 + sentences.len());
    for (index, sentence) in sentences.iter().enumerate() {
        let (first, last) = (words.starts[index], words.starts[index + 1]);
        if sentence.role != Role::Running || readable >= 1.0 || whole(index) {
            units.push(whole_unit(text, index, sentence, first, last));
            continue;
        }
        let here = words.of(index);
        let mut at = 0;
        let before = units.len();
        let said = match guarded {
            true => quotes::within(text, sentence.start as usize..sentence.end as usize),
            false => Vec::new(),
        };
        let mut said = said.into_iter().peekable();
        while at < here.len() {
            let start = here[at].start as usize;
            while said.next_if(|quotation| quotation.end <= start).is_some() {}
            let inside = said.peek().filter(|quotation| quotation.start <= start);
            if here[at].class == Class::Stop && inside.is_none() {
                at += 1;
                continue;
            }
            let (end, (start, stop)) = match (guarded, inside) {
                (true, Some(quotation)) => {
                    let end = quoted_end(here, at, quotation.end);
                    let stop = quotation.end.max(here[end - 1].end as usize);
                    (end, (quotation.start as u32, stop as u32))
                }
                (true, None) => {
                    let end = ties::run_end(text, here, at);
                    (end, ties::with_signs(text, here, at, end))
                }
                (false, _) => {
                    let end = ties::plain_end(text, here, at);
                    (end, (here[at].start, here[end - 1].end))
                }
            };
            if guarded
                && end == at + 1
                && let Some(before) = units.get_mut(before..).and_then(<[Unit]>::last_mut)
                && ties::negates_backwards(text, here, at)
                && text
                    .get(before.end as usize..start as usize)
                    .is_some_and(|gap| gap.trim().is_empty())
            {
                (before.end, before.end_word) = (stop, first + end as u32);
                at = end;
                continue;
            }
            units.push(Unit {
                start,
                end: stop,
                sentence: index as u32,
                first_word: first + at as u32,
                end_word: first + end as u32,
                link: f32::NEG_INFINITY,
                ..Unit::default()
            });
            at = end;
        }
        if readable > 0.0 {
            grow(text, sentence, &mut units, before, readable);
        }
    }
    // A sign between two numbers, or a grapheme over the end of a sentence, belongs to the first.
    let mut free = 0;
    units.retain_mut(|unit| {
        unit.start = unit.start.max(free);
        free = free.max(unit.end);
        unit.start < unit.end
    });
    let mut reader = ruler.reader();
    for unit in &mut units {
        unit.cost = reader.tokens(unit.start, unit.end);
    }
    units
}

/// The index after the last word of a quotation that ends at the byte `end`. A word that began inside ends outside
/// where it is an address that holds the mark.
fn quoted_end(words: &[Word], from: usize, end: usize) -> usize {
    let inside = words[from..].iter().take_while(|word| (word.start as usize) < end);
    from + inside.count().max(1)
}

/// Joins the units of one sentence, from `first` on, over what is short between them, and the outermost with
/// what is short at the ends of the sentence.
fn grow(text: &str, sentence: &Sentence, units: &mut Vec<Unit>, first: usize, readable: f64) {
    /// Bytes that are short half way.
    const HALF_WAY: f64 = 4.0;
    let reach = (HALF_WAY * readable / (1.0 - readable)) as u32;
    let mut kept = first;
    for at in first..units.len() {
        let unit = units[at];
        if at > first && unit.start <= units[kept].end + reach {
            units[kept].end = unit.end;
            units[kept].end_word = unit.end_word;
            continue;
        }
        kept += usize::from(at > first);
        units[kept] = unit;
    }
    units.truncate((kept + 1).max(first));
    let content = text.get(sentence.start as usize..sentence.end as usize).unwrap_or("");
    let start = sentence.start + (content.len() - content.trim_start().len()) as u32;
    let end = sentence.start + content.trim_end().len() as u32;
    if let Some(unit) = units.get_mut(first).filter(|u| u.start <= start + reach) {
        unit.start = unit.start.min(start);
    }
    if let Some(unit) = units.last_mut().filter(|u| u.start >= start && u.end + reach >= end) {
        unit.end = unit.end.max(end);
    }
}

fn whole_unit(text: &str, index: usize, sentence: &Sentence, first: u32, last: u32) -> Unit {
    let content = &text[sentence.start as usize..sentence.end as usize];
    let start = if sentence.role == Role::Line {
        sentence.start as usize
    } else {
        sentence.start as usize + content.len() - content.trim_start().len()
    };
    let end = sentence.start as usize + content.trim_end().len();
    let (start, end) = whole_graphemes(text, start, end, start);
    Unit {
        start: start as u32,
        end: end as u32,
        sentence: index as u32,
        first_word: first,
        end_word: last,
        link: f32::NEG_INFINITY,
        ..Unit::default()
    }
}

/// Scores what stands between neighbouring units: it is worth as much as the lesser of the two, less
/// what it costs to carry words that say little.
pub(crate) fn link(text: &str, units: &mut [Unit], words: &Words) {
    for at in 1..units.len() {
        let (before, after) = (units[at - 1], units[at]);
        let between = text.get(before.end as usize..after.start as usize);
        let held = before.end_word as usize..(after.first_word.max(before.end_word)) as usize;
        let handicap = between.and_then(|between| handicap(between, words, held));
        if let Some(handicap) = handicap {
            units[at - 1].link = before.score.min(after.score) - handicap;
        }
    }
}

/// What the words and signs between two units have to make up for; `None` where they always go.
fn handicap(between: &str, words: &Words, held: Range<usize>) -> Option<f32> {
    if between.trim().is_empty() {
        // A space is what would stand here anyway.
        return (!between.contains(['\n', '\r'])).then_some(f32::NEG_INFINITY);
    }
    if between.len() > LONGEST_LINK && between.chars().count() > LONGEST_LINK {
        return None;
    }
    let held = words.words.get(held).unwrap_or(&[]);
    // Over the end of a sentence ("… . The …") they are worth less in English, and no less elsewhere.
    let english = words.language == Some("en");
    let plain = held
        .iter()
        .all(|word| words.lexicon.entries[word.id as usize].link && !(english && word.capital));
    Some(match (held.len(), plain) {
        (0, _) => 2.0,
        (1, true) => 1.5,
        (2 | 3, true) => 2.0,
        (1 | 2, false) => 4.0,
        (3, false) => 5.0,
        _ => return None,
    })
}

/// In characters.
const LONGEST_LINK: usize = 16;
