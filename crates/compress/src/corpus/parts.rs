//! What is kept of each document.

use std::ops::Range;

use super::gather::Gathered;
use super::{CorpusRequest, Member, going};
use crate::blocks::WithLineEnd;
use crate::compressed::Dropped;
use crate::engine;
use crate::error::Error;
use crate::request::{Budget, Kind, Request};
use crate::tokens::TokenCounter;

/// All that is kept, document by document.
pub(super) struct Parts {
    pub(super) documents: Vec<Vec<Piece>>,
    /// Everything is there.
    pub(super) complete: bool,
    /// What is nowhere in it.
    pub(super) dropped: Dropped,
}

/// A stretch of a document, and what stands before it.
pub(super) struct Piece {
    pub(super) glue: String,
    pub(super) src: Range<usize>,
}

/// Stretches of documents, one after the other.
#[derive(Default)]
struct Joined {
    text: String,
    /// Where a stretch stands, whose it is, and where it begins there.
    stretches: Vec<(Range<usize>, usize, usize)>,
}

const BETWEEN: &str = "\n\n";

impl Joined {
    fn add(&mut self, document: usize, member: &Member<'_>, stretches: &[Range<usize>]) {
        if stretches.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str(BETWEEN);
        }
        for stretch in stretches {
            let at = self.text.len();
            self.text.push_str(&member.text[stretch.clone()]);
            self.stretches.push((at..self.text.len(), document, stretch.start));
        }
    }
}

/// Compresses what is left of the documents to `budget` tokens together.
pub(super) fn compress(
    request: &CorpusRequest<'_>,
    gathered: &Gathered,
    budget: usize,
    (counter, go_on): (&dyn TokenCounter, &dyn Fn() -> bool),
) -> Result<Parts, Error> {
    let counter = WithLineEnd(counter);
    let mut running = Joined::default();
    let mut others: Vec<(Joined, Kind)> = Vec::new();
    let (mut kinds, mut mixed): (Option<Kind>, bool) = (None, false);
    for (document, left) in gathered.members.iter().enumerate() {
        let member = &request.documents[document];
        if left.runs() {
            running.add(document, member, &left.stretches);
            mixed |= kinds.replace(left.kind).is_some_and(|before| before != left.kind);
        } else {
            let mut alone = Joined::default();
            alone.add(document, member, &left.stretches);
            others.push((alone, left.kind));
        }
    }
    // Headings and fences are met in Markdown alone, and do no harm where there are none.
    let kind = if mixed { Some(Kind::Markdown) } else { kinds };
    let mut groups = vec![(running, kind)];
    groups.extend(others.into_iter().map(|(alone, kind)| (alone, Some(kind))));
    let bytes: Vec<usize> = groups.iter().map(|(joined, _)| joined.text.len()).collect();
    let all: usize = bytes.iter().sum();
    let mut parts = Parts {
        documents: gathered.members.iter().map(|_| Vec::new()).collect(),
        complete: true,
        dropped: Dropped::default(),
    };
    // By tokens where there are several groups; one group has it all.
    let tokens: Vec<usize> =
        match groups.iter().filter(|(joined, _)| !joined.text.is_empty()).count() {
            0 | 1 => bytes,
            _ => groups.iter().map(|(joined, _)| counter.count(&joined.text)).collect(),
        };
    let total = tokens.iter().sum::<usize>().max(1);
    if all == 0 {
        return Ok(parts);
    }
    for ((joined, kind), tokens) in groups.iter().zip(tokens) {
        let share = (budget as u128 * tokens as u128 / total as u128) as usize;
        if joined.text.is_empty() {
            continue;
        }
        going(go_on)?;
        let made = engine::compress(
            &Request {
                focus: request.focus,
                lang: request.lang,
                kind: *kind,
                strategy: request.strategy,
                weights: request.weights,
                // What has no share is lost; one token says what that is.
                ..Request::new(&joined.text, Budget::Tokens(share.max(1)))
            },
            &counter,
        )?;
        parts.complete &= made.gaps.is_empty();
        parts.dropped.add(&made.dropped);
        if share == 0 {
            continue;
        }
        let mut at = 0;
        let mut stretches = joined.stretches.iter().peekable();
        for span in &made.spans {
            let mut glue = made.text[at..span.out.start].to_owned();
            at = span.out.end;
            // A span may go over the end of a stretch where all is kept.
            while let Some((range, document, begin)) = stretches.peek() {
                let (from, to) = (span.src.start.max(range.start), span.src.end.min(range.end));
                if from < to {
                    let src = from - range.start + begin..to - range.start + begin;
                    parts.documents[*document].push(Piece { glue: std::mem::take(&mut glue), src });
                }
                if range.end > span.src.end {
                    break;
                }
                stretches.next();
            }
        }
    }
    Ok(parts)
}
