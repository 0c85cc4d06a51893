//! From spans, gaps and heat to two texts that can be laid out: the source, every byte of it kept or
//! dropped, and what is left, with a chip wherever something is missing.
//!
//! Offsets come from outside. They are UTF-8 bytes that should lie in the text, in order and on
//! characters; those that do not are moved to where they do, so that a bad map shows a text that is
//! marked wrongly, and never ends the window.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use protocol::left::{SAID_FROM, missing};
use protocol::{GapView, HeatSpan, Room, SpanView};

/// What a stretch of a shown text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Of the source: it is in what is left. Of what is left: it was in the source.
    Kept(usize),
    /// Of the source: it is not in what is left; the gap it belongs to, where one says so.
    Dropped(Option<usize>),
    /// Of what is left: nothing of the source, such as the line break between two lines.
    Glue,
    /// A chip that says how much is missing.
    Chip(usize),
    /// What is missing, opened in place.
    Opened(usize),
    /// A chip after what is opened: it is to stay.
    Restore(usize, Room),
    /// Between such chips: of neither text.
    Space,
    /// A mark that names a document, of several that became one text.
    Cite(usize),
}

impl Part {
    /// What it has in common with its other side.
    pub(super) fn link(self) -> Option<Link> {
        match self {
            Part::Kept(span) => Some(Link::Span(span)),
            Part::Dropped(gap) => gap.map(Link::Gap),
            Part::Chip(gap) | Part::Opened(gap) | Part::Restore(gap, _) => Some(Link::Gap(gap)),
            Part::Cite(document) => Some(Link::Source(document)),
            Part::Glue | Part::Space => None,
        }
    }
}

/// What ties the two sides together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// A kept stretch.
    Span(usize),
    /// A dropped one.
    Gap(usize),
    /// A document of several.
    Source(usize),
}

/// A stretch of a shown text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bit {
    /// Where it stands in the shown text.
    pub(super) at: Range<usize>,
    /// The bytes it stands for: of the side's own text; of the source where it is opened.
    pub(super) from: Range<usize>,
    /// What it is.
    pub(super) part: Part,
    /// How many ratios it survived, where that was measured.
    pub(super) survived: Option<u32>,
}

/// A text as it is shown: its bits cover it once, in order.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    /// The text.
    pub(super) text: Arc<str>,
    /// Its bits.
    pub(super) bits: Vec<Bit>,
}

impl Flow {
    /// The first bit at or after a byte.
    pub(super) fn bit_at(&self, byte: usize) -> usize {
        self.bits.partition_point(|bit| bit.at.end <= byte)
    }

    /// Where the first stretch with this link begins.
    pub(super) fn find(&self, link: Link) -> Option<usize> {
        self.bits.iter().find(|bit| bit.part.link() == Some(link)).map(|bit| bit.at.start)
    }
}

/// A stretch, and what is said of it.
type Tile<T> = (Range<usize>, T);

/// The stretch of `text` that two offsets from outside mean; both ends on characters.
pub(super) fn within(text: &str, range: [u64; 2]) -> Range<usize> {
    let [start, end] = range.map(|at| usize::try_from(at).unwrap_or(usize::MAX));
    let start = text.floor_char_boundary(start);
    start..text.floor_char_boundary(end).max(start)
}

/// Covers a text once and in order: stretches that overlap are cut, holes are `None`.
fn tiles<T: Copy>(text: &str, mut items: Vec<Tile<T>>) -> Vec<Tile<Option<T>>> {
    items.sort_by_key(|(range, _)| range.start);
    let mut tiles = Vec::with_capacity(items.len() * 2 + 1);
    let mut at = 0;
    for (range, what) in items {
        let start = range.start.max(at);
        if range.end <= start {
            continue;
        }
        if start > at {
            tiles.push((at..start, None));
        }
        tiles.push((start..range.end, Some(what)));
        at = range.end;
    }
    if at < text.len() {
        tiles.push((at..text.len(), None));
    }
    tiles
}

/// Two coverings of the same text, cut where either is.
fn overlay<A: Copy, B: Copy>(a: &[Tile<A>], b: &[Tile<B>]) -> Vec<Tile<(A, B)>> {
    let mut both = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut at = 0;
    while let (Some((ra, ta)), Some((rb, tb))) = (a.peek(), b.peek()) {
        let end = ra.end.min(rb.end);
        both.push((at..end, (*ta, *tb)));
        if ra.end == end {
            a.next();
        }
        if rb.end == end {
            b.next();
        }
        at = end;
    }
    both
}

/// The source, kept and dropped, with its heat where that was measured.
pub(super) fn source_flow(
    source: &Arc<str>,
    spans: &[SpanView],
    gaps: &[GapView],
    heat: &[HeatSpan],
) -> Flow {
    let ranges = |what: &mut dyn Iterator<Item = [u64; 2]>| -> Vec<Tile<usize>> {
        what.enumerate().map(|(place, range)| (within(source, range), place)).collect()
    };
    let kept = tiles(source, ranges(&mut spans.iter().map(|span| span.src)));
    let lost = tiles(source, ranges(&mut gaps.iter().map(|gap| gap.src)));
    let heat =
        heat.iter().map(|span| (within(source, span.src), span.survived)).collect::<Vec<_>>();
    let heat = tiles(source, heat);
    let bits = overlay(&overlay(&kept, &lost), &heat)
        .into_iter()
        .map(|(at, ((kept, lost), survived))| Bit {
            from: at.clone(),
            at,
            part: kept.map_or(Part::Dropped(lost), Part::Kept),
            survived,
        })
        .collect();
    Flow { text: Arc::clone(source), bits }
}

/// What can be done with what is opened; nothing breaks inside these.
const RESTORES: [(&str, Room); 2] = [
    ("\u{a0}\u{a0}Keep\u{a0}in\u{a0}this\u{a0}budget\u{a0}", Room::Made),
    ("\u{a0}\u{a0}Keep,\u{a0}budget\u{a0}grows\u{a0}", Room::Added),
];

/// What is left, with a chip for every gap that held something and, after it, what it held where
/// it is opened.
pub(super) fn result_flow(
    text: &str,
    source: Option<&str>,
    spans: &[SpanView],
    gaps: &[GapView],
    kind: &str,
    opened: &BTreeSet<usize>,
) -> Flow {
    let kept = spans.iter().enumerate().map(|(place, span)| (within(text, span.out), place));
    let tiles = tiles(text, kept.collect());
    let mut places: Vec<(usize, usize)> = gaps
        .iter()
        .enumerate()
        .filter(|(_, gap)| gap.units > 0)
        .map(|(place, gap)| (within(text, [gap.at, gap.at]).start, place))
        .collect();
    places.sort_unstable();
    let mut places = places.into_iter().peekable();
    let mut page = Page { text: String::with_capacity(text.len()), bits: Vec::new() };
    let chip = |page: &mut Page, gap: usize, from: Range<usize>| {
        let Some(view) = gaps.get(gap) else { return };
        // A text in telegram style has a gap every few words: a small one is a mark, no sentence.
        let words = match view.units < SAID_FROM && from.is_empty() {
            true => "\u{a0}\u{a0}…\u{a0}".to_owned(),
            // No break inside a chip: its spaces hold together.
            false => {
                format!(
                    "\u{a0}\u{a0}…\u{a0}{}\u{a0}",
                    missing(view.units, kind).replace(' ', "\u{a0}")
                )
            }
        };
        page.add(&words, from, Part::Chip(gap));
        if let (true, Some(source)) = (opened.contains(&gap), source) {
            let range = within(source, view.src);
            let end = range.end..range.end;
            page.add(source.get(range.clone()).unwrap_or_default(), range, Part::Opened(gap));
            for (words, room) in RESTORES {
                page.add(" ", end.clone(), Part::Space);
                page.add(words, end.clone(), Part::Restore(gap, room));
            }
            page.add(" ", end, Part::Space);
        }
    };
    for (range, span) in tiles {
        let part = span.map_or(Part::Glue, Part::Kept);
        let mut here = Vec::new();
        while let Some((at, gap)) = places.next_if(|(at, _)| *at < range.end) {
            here.push((at, gap));
        }
        let shown = text.get(range.clone()).unwrap_or_default();
        // The marker that the compressor wrote is the chip.
        if let (Part::Glue, [(_, gap)], Some(mark)) = (part, here.as_slice(), marker(shown)) {
            let (from, to) = (range.start + mark.start, range.start + mark.end);
            page.take(text, range.start..from, part);
            chip(&mut page, *gap, from..to);
            page.take(text, to..range.end, part);
            continue;
        }
        let mut at = range.start;
        for (place, gap) in here {
            page.take(text, at..place.max(at), part);
            at = place.max(at);
            chip(&mut page, gap, at..at);
        }
        page.take(text, at..range.end, part);
    }
    for (_, gap) in places {
        chip(&mut page, gap, text.len()..text.len());
    }
    Flow { text: page.text.into(), bits: page.bits }
}

/// Where the one `…` of a glue stands that says nothing else.
fn marker(glue: &str) -> Option<Range<usize>> {
    let at = glue.find('…')?;
    (glue.trim() == "…").then(|| at..at + '…'.len_utf8())
}

struct Page {
    text: String,
    bits: Vec<Bit>,
}

impl Page {
    fn take(&mut self, text: &str, from: Range<usize>, part: Part) {
        self.add(text.get(from.clone()).unwrap_or_default(), from, part);
    }

    fn add(&mut self, words: &str, from: Range<usize>, part: Part) {
        if words.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(words);
        self.bits.push(Bit { at: start..self.text.len(), from, part, survived: None });
    }
}

#[cfg(test)]
#[path = "flow_tests.rs"]
mod tests;
