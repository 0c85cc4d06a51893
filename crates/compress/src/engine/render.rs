//! From kept units to the output, with the span map.

use super::sentences::{Role, Sentence};
use super::units::Unit;
use crate::compressed::{Gap, Span};

/// Puts kept units together in source order.
pub(crate) struct Renderer<'a> {
    pub(crate) text: &'a str,
    pub(crate) sentences: &'a [Sentence],
    pub(crate) units: &'a [Unit],
}

/// The longest stretch of function words kept between two neighbouring units, in bytes and words.
const CONNECTIVE_BYTES: usize = 10;
const CONNECTIVE_WORDS: usize = 2;

impl Renderer<'_> {
    /// What stands between unit `a` and the next kept unit `b`: the source itself, or glue.
    fn between(&self, a: usize, b: usize) -> Between {
        let (from, to) = (self.units[a].end as usize, self.units[b].start as usize);
        let gap = self.text.get(from..to).unwrap_or("");
        let (sa, sb) = (self.units[a].sentence as usize, self.units[b].sentence as usize);
        let (first, second) = (&self.sentences[sa], &self.sentences[sb]);
        if b == a + 1 && gap.len() <= CONNECTIVE_BYTES && count_words(gap) <= CONNECTIVE_WORDS {
            return Between::Source;
        }
        if sa == sb {
            return Between::Glue(" ");
        }
        if first.paragraph != second.paragraph
            || first.role == Role::Line
            || second.role == Role::Line
        {
            return Between::Glue("\n");
        }
        Between::Glue("… ")
    }

    /// The text of the units marked in `keep`.
    pub(crate) fn text(&self, keep: &[bool], out: &mut String) {
        out.clear();
        self.walk(keep, |range, glue| {
            out.push_str(glue);
            out.push_str(&self.text[range]);
        });
    }

    /// Calls `part(source range, glue before it)` for every kept stretch, in order.
    fn walk(&self, keep: &[bool], mut part: impl FnMut(std::ops::Range<usize>, &'static str)) {
        let mut open: Option<(usize, usize, &'static str)> = None;
        let mut previous = 0;
        for (index, unit) in self.units.iter().enumerate() {
            if !keep[index] {
                continue;
            }
            open = Some(match open {
                None => (unit.start as usize, unit.end as usize, ""),
                Some((start, end, glue)) => match self.between(previous, index) {
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
    }

    /// The text with its spans and gaps; `words_in(range)` counts what a gap held.
    pub(crate) fn mapped(
        &self,
        keep: &[bool],
        mut units_in: impl FnMut(std::ops::Range<usize>) -> usize,
    ) -> (String, Vec<Span>, Vec<Gap>) {
        let (mut text, mut spans, mut gaps) = (String::new(), Vec::new(), Vec::new());
        let mut from = 0;
        self.walk(keep, |src, glue| {
            if src.start > from {
                gaps.push(Gap {
                    at: text.len(),
                    src: from..src.start,
                    units: units_in(from..src.start),
                });
            }
            text.push_str(glue);
            let at = text.len();
            text.push_str(&self.text[src.clone()]);
            spans.push(Span { out: at..text.len(), src: src.clone() });
            from = src.end;
        });
        if from < self.text.len() {
            gaps.push(Gap {
                at: text.len(),
                src: from..self.text.len(),
                units: units_in(from..self.text.len()),
            });
        }
        (text, spans, gaps)
    }
}

enum Between {
    /// The bytes of the source, which are few.
    Source,
    /// A separator.
    Glue(&'static str),
}

fn count_words(gap: &str) -> usize {
    gap.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
        .filter(|w| !w.is_empty())
        .count()
}
