//! From kept units to the output, with the span map.

use std::ops::Range;

use super::plan::Value;
use super::sentences::{Role, Sentence};
use super::units::Unit;
use crate::compressed::{Gap, Span};
use crate::request::Kind;

/// What marks a gap that a reader should know of: what stands on its two sides did not belong together.
const GAP: &str = "… ";
/// A gap inside a sentence of up to so many letters, some ten words, is not marked: the reader of
/// telegram style expects it. Marking all of them, at a token each, costs a point of what survives;
/// marking none sets facts side by side that have nothing to do with each other.
const SHORT_LETTERS: usize = 60;

fn short(dropped: &str) -> bool {
    // A letter is a byte at least.
    if dropped.len() <= SHORT_LETTERS {
        return true;
    }
    dropped.chars().filter(|letter| letter.is_alphanumeric()).nth(SHORT_LETTERS).is_none()
}

/// Puts kept units together in source order.
pub(crate) struct Renderer<'a> {
    pub(crate) text: &'a str,
    pub(crate) sentences: &'a [Sentence],
    pub(crate) units: &'a [Unit],
    pub(crate) values: &'a [Value],
    pub(crate) kind: Kind,
}

impl Renderer<'_> {
    /// What stands between unit `a` and the next kept unit `b`: the source itself, or glue.
    fn between(&self, a: usize, b: usize, bar: f32) -> Between {
        let (sa, sb) = (self.units[a].sentence as usize, self.units[b].sentence as usize);
        let (first, second) = (&self.sentences[sa], &self.sentences[sb]);
        if b == a + 1 && self.units[a].link >= bar {
            return Between::Source;
        }
        let dropped = self.text.get(self.units[a].end as usize..self.units[b].start as usize);
        // Within a turn of a dialogue sentences run into each other anyway.
        let flows =
            sa == sb || (self.kind == Kind::Dialogue && first.paragraph == second.paragraph);
        if flows && dropped.is_some_and(short) {
            return Between::Glue(" ");
        }
        if first.paragraph != second.paragraph
            || first.role == Role::Line
            || second.role == Role::Line
        {
            return Between::Glue("\n");
        }
        Between::Glue(GAP)
    }

    /// The text of the units marked in `keep`.
    pub(crate) fn text(&self, keep: &[bool], bar: f32, out: &mut String) {
        out.clear();
        self.walk(keep, bar, |range, glue| {
            out.push_str(glue);
            out.push_str(&self.text[range]);
        });
    }

    /// Calls `part(source range, glue before it)` for every kept stretch, in order.
    fn walk(&self, keep: &[bool], bar: f32, mut part: impl FnMut(Range<usize>, &'static str)) {
        let mut from = 0;
        let mut before = false;
        for value in self.values {
            before |= self.walk_units(from..value.units.start, before, keep, bar, &mut part);
            from = value.units.end;
            let kept = &keep[value.units.clone()];
            if kept.contains(&true) {
                let mut glue = if before { "\n" } else { "" };
                for range in value.shape.stretches(kept) {
                    part(range.start + value.at..range.end + value.at, std::mem::take(&mut glue));
                }
                before = true;
            }
        }
        self.walk_units(from..self.units.len(), before, keep, bar, &mut part);
    }

    /// The same for some of the units, `before` which something was kept; whether any of them was.
    fn walk_units(
        &self,
        units: Range<usize>,
        before: bool,
        keep: &[bool],
        bar: f32,
        part: &mut impl FnMut(Range<usize>, &'static str),
    ) -> bool {
        let mut open: Option<(usize, usize, &'static str)> = None;
        let mut previous = 0;
        for index in units {
            let unit = &self.units[index];
            if !keep[index] {
                continue;
            }
            open = Some(match open {
                None => (unit.start as usize, unit.end as usize, if before { "\n" } else { "" }),
                Some((start, end, glue)) => match self.between(previous, index, bar) {
                    Between::Source => (start, unit.end as usize, glue),
                    Between::Glue(next) => {
                        part(start..end, glue);
                        (unit.start as usize, unit.end as usize, next)
                    }
                },
            });
            previous = index;
        }
        if let Some((start, end, glue)) = open {
            part(start..end, glue);
        }
        open.is_some()
    }

    /// Kept stretches of the source with the glue before each, in order.
    pub(crate) fn stretches(&self, keep: &[bool], bar: f32) -> Vec<(Range<usize>, &'static str)> {
        let mut out = Vec::new();
        self.walk(keep, bar, |range, glue| out.push((range, glue)));
        out
    }
}

/// The text of kept stretches with its spans and gaps; `units_in(range)` counts what a gap held.
pub(crate) fn mapped(
    source: &str,
    stretches: impl IntoIterator<Item = (Range<usize>, &'static str)>,
    mut units_in: impl FnMut(Range<usize>) -> usize,
) -> (String, Vec<Span>, Vec<Gap>) {
    let (mut text, mut spans, mut gaps) = (String::new(), Vec::new(), Vec::new());
    let mut from = 0;
    let mut gap = |at: usize, src: Range<usize>, gaps: &mut Vec<Gap>| {
        if !src.is_empty() {
            gaps.push(Gap { at, src: src.clone(), units: units_in(src) });
        }
    };
    for (src, glue) in stretches {
        gap(text.len(), from..src.start, &mut gaps);
        text.push_str(glue);
        let at = text.len();
        text.push_str(&source[src.clone()]);
        from = src.end;
        spans.push(Span { out: at..text.len(), src });
    }
    gap(text.len(), from..source.len(), &mut gaps);
    (text, spans, gaps)
}

enum Between {
    /// The bytes of the source, which are few.
    Source,
    /// A separator.
    Glue(&'static str),
}
