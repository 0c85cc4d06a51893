//! One document that is looked at: both its texts, what is opened and pointed at, and its heat.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use protocol::left::missing;
use protocol::{CompressedDocument, HeatView, Room};

use super::curve::{Curve, Thing};
use super::document_ui::View;
use super::flow::{Flow, Link, result_flow, source_flow, within};
use super::grounds::Shading;
use super::pane_ui::{Pane, Pointed};

/// Letters of what a gap held that are shown on hover.
const PREVIEW: usize = 240;

/// A document on the page.
#[derive(Debug)]
pub(super) struct Reading {
    /// Which of the documents it is.
    pub(super) entry: usize,
    pub(super) source: Option<Flow>,
    pub(super) result: Flow,
    pub(super) left: Pane,
    pub(super) right: Pane,
    pub(super) heat: Option<HeatView>,
    pub(super) shading: Shading,
    pub(super) hovered: Option<Link>,
    /// What was looked for in the source.
    pub(super) found: Option<Range<usize>>,
    pub(super) view: View,
    /// What is left at each ratio, once it was measured.
    pub(super) curve: Option<Curve>,
    /// Which of what is counted is looked at.
    pub(super) thing: Thing,
    opened: BTreeSet<usize>,
    text: Option<Arc<str>>,
}

impl Reading {
    pub(super) fn new(
        entry: usize,
        document: &CompressedDocument,
        text: Option<&Arc<str>>,
    ) -> Reading {
        let mut reading = Reading {
            entry,
            source: None,
            result: result_flow("", None, &[], &[], "", &BTreeSet::new()),
            left: Pane::default(),
            right: Pane::default(),
            heat: None,
            shading: Shading::Heat,
            hovered: None,
            found: None,
            view: View::Texts,
            curve: None,
            thing: Thing::default(),
            opened: BTreeSet::new(),
            text: text.cloned(),
        };
        reading.flow_again(document);
        reading
    }

    /// The same document, compressed otherwise: the source stays where it was scrolled to.
    pub(super) fn renew(&mut self, document: &CompressedDocument, text: Option<&Arc<str>>) {
        self.opened.clear();
        self.hovered = None;
        self.found = None;
        self.text = text.cloned();
        self.flow_again(document);
        self.right.rewind();
    }

    /// The document's own text has come.
    pub(super) fn with_text(&mut self, document: &CompressedDocument, text: &Arc<str>) {
        self.text = Some(Arc::clone(text));
        self.flow_again(document);
    }

    /// Its heat has come, or holds no longer.
    pub(super) fn with_heat(&mut self, document: &CompressedDocument, heat: Option<HeatView>) {
        self.heat = heat;
        self.flow_source(document);
    }

    /// Opens or closes a gap.
    pub(super) fn toggle(&mut self, document: &CompressedDocument, gap: usize) {
        if !self.opened.remove(&gap) {
            self.opened.insert(gap);
        }
        self.flow_result(document);
    }

    /// Looks for a word of what was lost, after the place it was found at last; whether it is there.
    pub(super) fn look_for(&mut self, word: &str, document: &CompressedDocument) -> bool {
        self.found = self.text.as_ref().and_then(|text| {
            let after =
                self.found.as_ref().filter(|found| text.get((*found).clone()) == Some(word));
            let after = after.map_or(0, |found| found.end);
            lost(text, word, document, after)
        });
        if let Some(found) = &self.found {
            self.left.go(found.start);
        }
        self.found.is_some()
    }

    /// Goes to where a stretch of the source is now, on both sides.
    pub(super) fn go_to(&mut self, document: &CompressedDocument, src: [u64; 2]) {
        let meets = |range: [u64; 2]| range[0] < src[1] && src[0] < range[1];
        let span = document.spans.iter().position(|span| meets(span.src)).map(Link::Span);
        let gap = || document.gaps.iter().position(|gap| meets(gap.src)).map(Link::Gap);
        if let Some(byte) = span.or_else(gap).and_then(|link| self.result.find(link)) {
            self.right.go(byte);
        }
        if let Some(flow) = &self.source {
            self.left.go(within(&flow.text, src).start);
        }
    }

    /// What is pointed out on the left and on the right.
    pub(super) fn pointed(&self) -> (Pointed, Pointed) {
        let left = Pointed { link: self.hovered, found: self.found.clone() };
        (left, Pointed { link: self.hovered, found: None })
    }

    fn flow_again(&mut self, document: &CompressedDocument) {
        self.flow_source(document);
        self.flow_result(document);
    }

    fn flow_source(&mut self, document: &CompressedDocument) {
        let heat = self.heat.as_ref().map_or(&[][..], |heat| &heat.spans);
        self.source =
            self.text.as_ref().map(|text| source_flow(text, &document.spans, &document.gaps, heat));
        if let Some(flow) = &self.source {
            self.left.renew(flow);
        }
    }

    fn flow_result(&mut self, document: &CompressedDocument) {
        self.result = result_flow(
            &document.text,
            self.text.as_deref(),
            &document.spans,
            &document.gaps,
            &document.kind,
            &self.opened,
        );
        self.right.renew(&self.result);
    }
}

/// What can be said of a document's gaps.
pub(super) struct Gaps<'a> {
    pub(super) document: &'a CompressedDocument,
    pub(super) reading: &'a Reading,
}

impl Gaps<'_> {
    /// How much is missing, in words.
    pub(super) fn said(&self, gap: usize) -> String {
        let units = self.document.gaps.get(gap).map_or(0, |gap| gap.units);
        format!("{} left out", missing(units, &self.document.kind))
    }

    /// What keeping it does, in words.
    pub(super) fn keeping(&self, gap: usize, room: Room) -> String {
        let units = self.document.gaps.get(gap).map_or(0, |gap| gap.units);
        let what = missing(units, &self.document.kind);
        match room {
            Room::Made => format!("Keep these {what} in this budget: something else makes room"),
            Room::Added => format!("Keep these {what}: the budget grows by their tokens"),
        }
    }

    /// What it held, its beginning.
    pub(super) fn preview(&self, gap: usize) -> String {
        let range = self.document.gaps.get(gap).map(|gap| gap.src);
        let held = match (&self.reading.text, range) {
            (Some(text), Some(range)) => text.get(within(text, range)).unwrap_or_default().trim(),
            _ => return "The document's own text is not here yet".into(),
        };
        match held.char_indices().nth(PREVIEW) {
            Some((cut, _)) => format!("{}…", held.get(..cut).unwrap_or_default()),
            None => held.to_owned(),
        }
    }
}

/// Where a lost word stands: first in what was dropped, after `after`, else from the beginning.
fn lost(
    text: &str,
    word: &str,
    document: &CompressedDocument,
    after: usize,
) -> Option<Range<usize>> {
    if word.is_empty() {
        return None;
    }
    let in_gaps = |from: usize| {
        document.gaps.iter().map(|gap| within(text, gap.src)).find_map(|gap| {
            let start = text.ceil_char_boundary(gap.start.max(from));
            let at = text.get(start..gap.end)?.find(word)?;
            Some(start + at..start + at + word.len())
        })
    };
    let anywhere = || text.find(word).map(|at| at..at + word.len());
    in_gaps(after).or_else(|| in_gaps(0)).or_else(anywhere)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{DroppedView, GapView, SpanView};

    const TEXT: &str = "Anna paid 40 francs, and 40 more. Bob paid 40";

    fn document() -> CompressedDocument {
        CompressedDocument {
            name: "n".into(),
            source_sha256: String::new(),
            tokenizer: "o200k".into(),
            tokens_in: 12,
            tokens_out: 4,
            tokens_lossless: None,
            ratio: Some(3.0),
            kind: "prose".into(),
            content: None,
            refused: None,
            dropped: DroppedView::default(),
            text: "Anna paid 40 …".into(),
            spans: vec![SpanView { out: [0, 12], src: [0, 12] }],
            gaps: vec![GapView { at: 12, src: [12, TEXT.len() as u64], units: 7 }],
            folds: Vec::new(),
            elapsed_ms: 1.0,
            work: protocol::Work::Done,
            extraction: protocol::Extraction::default(),
            source: None,
            retention: None,
        }
    }

    #[test]
    fn a_lost_word_is_found_where_it_was_dropped_and_then_further_on() {
        let text: Arc<str> = TEXT.into();
        let document = document();
        let mut reading = Reading::new(0, &document, Some(&text));
        let mut at = Vec::new();
        for _ in 0..3 {
            assert!(reading.look_for("40", &document));
            at.extend(reading.found.clone().map(|found| found.start));
        }
        assert_eq!(at, [25, 43, 25]);
        assert!(reading.look_for("Anna", &document), "else wherever it stands");
        assert!(!reading.look_for("Carla", &document));
        assert!(!reading.look_for("", &document));
    }

    #[test]
    fn a_gap_is_opened_and_closed() {
        let text: Arc<str> = TEXT.into();
        let document = document();
        let mut reading = Reading::new(0, &document, Some(&text));
        let closed = reading.result.text.len();
        reading.toggle(&document, 0);
        assert!(reading.result.text.contains("40 more"));
        reading.toggle(&document, 0);
        assert_eq!(reading.result.text.len(), closed);
    }

    #[test]
    fn a_preview_is_cut_between_characters() {
        let text: Arc<str> = "漢".repeat(400).into();
        let gaps = vec![GapView { at: 0, src: [0, 1200], units: 1 }];
        let document =
            CompressedDocument { gaps, spans: Vec::new(), text: String::new(), ..document() };
        let reading = Reading::new(0, &document, Some(&text));
        assert_eq!(
            Gaps { document: &document, reading: &reading }.preview(0).chars().count(),
            PREVIEW + 1
        );
        let reading = Reading::new(0, &document, None);
        assert!(
            Gaps { document: &document, reading: &reading }.preview(0).contains("not here yet")
        );
    }
}
