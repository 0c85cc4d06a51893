//! The documents without what an earlier one has too.

use std::ops::Range;

use super::{Duplicate, Member, going};
use crate::blocks::cutter::{self, Sizes};
use crate::engine;
use crate::error::Error;
use crate::request::Kind;
use crate::same::near::Seen;

/// A longer paragraph is taken apart.
const LONGEST_PASSAGE: usize = 4096;
const SIZES: Sizes = Sizes::around(1024);

/// What is left of each document.
pub(super) struct Gathered {
    pub(super) members: Vec<Left>,
}

pub(super) struct Left {
    pub(super) kind: Kind,
    /// Stretches that no earlier document has, in order, neighbours joined.
    pub(super) stretches: Vec<Range<usize>>,
    pub(super) duplicates: Vec<Duplicate>,
}

impl Left {
    /// Whether it is running text, which can stand beside another.
    pub(super) fn runs(&self) -> bool {
        !self.kind.by_record()
    }

    pub(super) fn bytes(&self) -> usize {
        self.stretches.iter().map(ExactSizeIterator::len).sum()
    }
}

impl Gathered {
    /// # Errors
    /// [`Error::Stopped`] where `go_on` says no.
    pub(super) fn of(documents: &[Member<'_>], go_on: &dyn Fn() -> bool) -> Result<Self, Error> {
        let mut seen = Seen::default();
        // Where each passage that was seen stands.
        let mut places: Vec<(usize, Range<usize>)> = Vec::new();
        let members = documents
            .iter()
            .enumerate()
            .map(|(owner, member)| {
                going(go_on)?;
                let kind = engine::kind_of(member.text, member.kind);
                let mut left = Left { kind, stretches: Vec::new(), duplicates: Vec::new() };
                for passage in passages(member.text, kind) {
                    let text = &member.text[passage.clone()];
                    if let Some((place, same)) = seen.duplicate(places.len(), owner, text) {
                        let (document, first) = places[place].clone();
                        left.duplicates.push(Duplicate { src: passage, document, first, same });
                        continue;
                    }
                    places.push((owner, passage.clone()));
                    match left.stretches.last_mut() {
                        Some(last) if last.end == passage.start => last.end = passage.end,
                        _ => left.stretches.push(passage),
                    }
                }
                Ok(left)
            })
            .collect::<Result<_, Error>>()?;
        Ok(Self { members })
    }
}

/// Paragraphs, with the blank lines after them; long ones in parts. One JSON value is one passage, for it
/// would not be one without some of its lines; so is a program.
fn passages(text: &str, kind: Kind) -> Vec<Range<usize>> {
    if kind == Kind::Code || engine::is_json_value(text) {
        return std::iter::once(0..text.len()).filter(|whole| !whole.is_empty()).collect();
    }
    let (mut out, mut from, mut at, mut blank): (Vec<Range<usize>>, _, _, _) =
        (Vec::new(), 0, 0, false);
    let mut push = |range: Range<usize>| {
        if range.len() <= LONGEST_PASSAGE {
            out.push(range);
        } else {
            let parts = cutter::cut(&text[range.clone()], SIZES);
            out.extend(
                parts.into_iter().map(|part| part.start + range.start..part.end + range.start),
            );
        }
    };
    for line in text.split_inclusive('\n') {
        let is_blank = line.trim_ascii().is_empty();
        if blank && !is_blank && at > from {
            push(from..at);
            from = at;
        }
        blank = is_blank;
        at += line.len();
    }
    if from < text.len() {
        push(from..text.len());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_are_the_text() {
        let text = format!(
            "One.\n\nTwo,\nstill two.\n \n\n{}",
            "A long line of a log that goes on, 17.\n".repeat(400)
        );
        let all = passages(&text, Kind::Prose);
        assert!(all.len() > 4, "{all:?}");
        assert_eq!(all.iter().map(|range| &text[range.clone()]).collect::<String>(), text);
        assert_eq!(passages("[1,\n\n2]", Kind::Json).len(), 1);
    }
}
