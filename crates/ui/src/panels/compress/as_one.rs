//! Several documents as one text: what is left of all of them, whose each stretch is, and the source that is
//! looked at beside it.

use std::collections::BTreeSet;
use std::ops::Range;

use protocol::{
    AsOneView, Command, CompressedDocument, DocumentOutcome, DroppedView, Extraction, GapView,
    MemberView, SpanView, Work,
};

use super::Compress;
use super::documents::{BYTES_A_TOKEN, Entry, Given, entries};
use super::flow::{Bit, Flow, Link, Part, result_flow, within};
use super::pane_ui::Pane;
use super::reading::Reading;
use crate::panel::Scene;

/// All documents as one.
#[derive(Debug)]
pub(super) struct AsOne {
    pub(super) view: AsOneView,
    /// Each of the documents, with what of it is in the text.
    pub(super) entries: Vec<Entry>,
    /// The text as a document of its own, for its losses.
    pub(super) whole: Reading,
    pub(super) document: CompressedDocument,
    pub(super) result: Flow,
    pub(super) right: Pane,
    /// The source that is looked at.
    pub(super) open: Option<Reading>,
    /// In terms of the text.
    pub(super) hovered: Option<Link>,
    /// The stretch of the source to go to once its text is here.
    goal: Option<[u64; 2]>,
}

/// What is left of what is looked at: of one document, or of all as one.
pub(super) struct Left<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
    pub(super) tokens: u64,
}

impl AsOne {
    pub(super) fn new(view: AsOneView, given: &[Given]) -> AsOne {
        let entries = entries(given, outcomes(&view));
        let document = whole(&view);
        let mut result = result_flow(&view.text, None, &document.spans, &[], "", &BTreeSet::new());
        cite(&mut result, &marks(&view));
        let mut right = Pane::default();
        right.renew(&result);
        AsOne {
            whole: Reading::new(0, &document, None),
            entries,
            document,
            result,
            right,
            open: None,
            hovered: None,
            goal: None,
            view,
        }
    }

    /// Bytes of all documents, roughly.
    pub(super) fn bytes(&self) -> u64 {
        self.view.tokens_in.saturating_mul(BYTES_A_TOKEN)
    }

    /// What came of them, as a sentence.
    pub(super) fn aloud(&self) -> String {
        let AsOneView { tokens_in, tokens_out, documents, .. } = &self.view;
        format!("{} documents as one: {tokens_out} of {tokens_in} tokens are left", documents.len())
    }

    /// Documents that are in the text.
    pub(super) fn used(&self) -> usize {
        self.view.documents.iter().filter(|one| one.number.is_some()).count()
    }

    /// Passages that are left out since an earlier document has them.
    pub(super) fn twice(&self) -> usize {
        self.view.documents.iter().map(|one| one.duplicates.len()).sum()
    }

    /// Looks at a source beside the text, at a stretch of it where one is meant.
    pub(super) fn look_at(&mut self, place: usize, src: Option<[u64; 2]>) {
        let Some(entry) = self.entries.get(place) else { return };
        let Ok(document) = &entry.outcome else { return };
        if self.open.as_ref().is_none_or(|open| open.entry != place) {
            self.open = Some(Reading::new(place, document, entry.text.as_ref()));
        }
        self.goal = src;
        self.arrive();
    }

    /// The source's text may be here now: goes where it is to be looked at.
    pub(super) fn arrive(&mut self) {
        let Some(open) = &mut self.open else { return };
        if let Some(flow) = &open.source
            && let Some(src) = self.goal.take()
        {
            open.left.go(within(&flow.text, src).start);
        }
    }

    /// Goes to the first stretch of a source in the text.
    pub(super) fn go_to(&mut self, place: usize) {
        let first = self.view.spans.iter().position(|span| span.document == place as u64);
        if let Some(byte) = first.and_then(|span| self.result.find(Link::Span(span))) {
            self.right.go(byte);
        }
    }

    /// A stretch of the open source as a stretch of the text, which has those of all.
    pub(super) fn in_text(&self, link: Link) -> Option<Link> {
        let Link::Span(span) = link else { return None };
        Some(Link::Span(self.first_span()? + span))
    }

    /// And back; `None` where it is another document's.
    pub(super) fn in_source(&self, link: Link) -> Option<Link> {
        let (Link::Span(span), open) = (link, self.open.as_ref()?) else { return None };
        let mine = self.view.spans.get(span)?.document == open.entry as u64;
        mine.then_some(Link::Span(span.checked_sub(self.first_span()?)?))
    }

    /// The open source's first stretch; a document's stretches follow each other.
    fn first_span(&self) -> Option<usize> {
        let open = self.open.as_ref()?.entry as u64;
        self.view.spans.iter().position(|span| span.document == open)
    }

    /// Texts of documents that were read before, where they are the same still.
    fn keep_texts(&mut self, before: &[Entry]) {
        let known: Vec<&Entry> = before.iter().filter(|old| old.text.is_some()).collect();
        for entry in &mut self.entries {
            let Ok(new) = &entry.outcome else { continue };
            let same = |old: &Entry| {
                old.outcome.as_ref().is_ok_and(|old| old.source_sha256 == new.source_sha256)
            };
            entry.text = known.iter().find(|old| same(old)).and_then(|old| old.text.clone());
        }
    }
}

/// Each of the documents, as if it had been compressed by itself: its stretches, and as gaps what an earlier
/// document has too.
fn outcomes(view: &AsOneView) -> Vec<DocumentOutcome> {
    let mut spans: Vec<Vec<SpanView>> = view.documents.iter().map(|_| Vec::new()).collect();
    for span in &view.spans {
        let own = usize::try_from(span.document).ok().and_then(|place| spans.get_mut(place));
        own.into_iter().for_each(|own| own.push(SpanView { out: span.out, src: span.src }));
    }
    let outcome = |(member, spans): (&MemberView, Vec<SpanView>)| {
        let name = member.name.clone();
        if let Some(failure) = &member.failure {
            return DocumentOutcome { name, result: Err(failure.clone()) };
        }
        let twice = member.duplicates.iter();
        let document = CompressedDocument {
            name: name.clone(),
            source_sha256: member.source_sha256.clone(),
            kind: member.kind.clone(),
            tokens_in: member.tokens_in,
            spans,
            gaps: twice.map(|one| GapView { at: 0, src: one.src, units: 1 }).collect(),
            ..bare(view)
        };
        DocumentOutcome { name, result: Ok(document) }
    };
    view.documents.iter().zip(spans).map(outcome).collect()
}

/// The text as a document.
fn whole(view: &AsOneView) -> CompressedDocument {
    // Of one kind where all are.
    let mut kinds = view.documents.iter().filter(|one| !one.kind.is_empty()).map(|one| &one.kind);
    let first = kinds.next();
    let kind = first.filter(|first| kinds.all(|kind| kind == *first)).map_or("prose", |kind| kind);
    CompressedDocument {
        kind: kind.to_owned(),
        text: view.text.clone(),
        spans: view.spans.iter().map(|span| SpanView { out: span.out, src: span.src }).collect(),
        dropped: view.dropped.clone(),
        ..bare(view)
    }
}

fn bare(view: &AsOneView) -> CompressedDocument {
    CompressedDocument {
        name: String::new(),
        source_sha256: String::new(),
        tokenizer: view.tokenizer.clone(),
        tokens_in: view.tokens_in,
        tokens_out: view.tokens_out,
        tokens_lossless: None,
        ratio: view.ratio,
        kind: String::new(),
        content: None,
        refused: None,
        dropped: DroppedView::default(),
        text: String::new(),
        spans: Vec::new(),
        gaps: Vec::new(),
        folds: Vec::new(),
        elapsed_ms: view.elapsed_ms,
        work: Work::Done,
        extraction: Extraction::default(),
        source: None,
        retention: None,
    }
}

/// Every mark with its document: those of the text, and the lines of the index.
fn marks(view: &AsOneView) -> Vec<(Range<usize>, usize)> {
    let place = |document: u64| usize::try_from(document).unwrap_or(usize::MAX);
    let mut marks: Vec<_> = view
        .marks
        .iter()
        .map(|mark| (within(&view.text, mark.out), place(mark.document)))
        .collect();
    let mut cited: Vec<(u64, usize)> = view
        .documents
        .iter()
        .enumerate()
        .filter_map(|(place, one)| one.number.map(|number| (number, place)))
        .collect();
    cited.sort_unstable();
    let mut cited = cited.into_iter();
    let index = within(&view.text, view.index);
    let mut at = index.start;
    for line in view.text.get(index).unwrap_or_default().split_inclusive('\n') {
        let words = line.trim_end_matches('\n');
        if let Some((_, document)) = (!words.is_empty()).then(|| cited.next()).flatten() {
            marks.push((at..at + words.len(), document));
        }
        at += line.len();
    }
    marks
}

/// Makes the marks, which are in order, of a text that has no chips bits of their own.
fn cite(flow: &mut Flow, marks: &[(Range<usize>, usize)]) {
    let mut bits = Vec::with_capacity(flow.bits.len() + 2 * marks.len());
    let mut marks = marks.iter().peekable();
    let piece = |bit: &Bit, at: Range<usize>, part| Bit { at: at.clone(), from: at, part, ..*bit };
    for bit in &flow.bits {
        let mut at = bit.at.start;
        while let Some((range, document)) = marks.next_if(|(range, _)| range.start < bit.at.end) {
            let (from, to) = (range.start.max(at), range.end.min(bit.at.end));
            if bit.part != Part::Glue || from >= to {
                continue;
            }
            if at < from {
                bits.push(piece(bit, at..from, bit.part));
            }
            bits.push(piece(bit, from..to, Part::Cite(*document)));
            at = to;
        }
        if at < bit.at.end {
            bits.push(piece(bit, at..bit.at.end, bit.part));
        }
    }
    flow.bits = bits;
}

impl Compress {
    /// Compresses all that is here to one text.
    pub(super) fn compress_as_one(&mut self, scene: &mut Scene<'_>) {
        let sources = self.given.iter().map(|given| given.handed.source.clone()).collect();
        let Ok(spec) = self.form.as_one(sources, scene.model.setting("tokenizer")) else { return };
        self.asked = Some(self.form.clone());
        self.trouble = None;
        self.keeping.cancel(scene.asks);
        self.work.start(Command::CompressAsOne { spec }, scene.asks);
    }

    /// The text is here.
    pub(super) fn became_one(&mut self, view: AsOneView, scene: &mut Scene<'_>) {
        self.close(scene);
        let mut one = AsOne::new(view, &self.given);
        let old = self.as_one.take();
        let before = old.as_ref().map_or(&self.entries, |old| &old.entries);
        one.keep_texts(before);
        self.entries.clear();
        if let Some(old) = old {
            one.right = old.right;
            one.right.renew(&one.result);
            if let Some(open) = old.open {
                one.look_at(open.entry, None);
            }
        }
        self.as_one = Some(one);
        self.fetch_source(scene);
        // The controls were changed while it went on.
        if self.is_stale() && self.is_small() {
            self.due_s = Some(0.0);
        }
    }

    /// Asks for the text of the source that is looked at, where it is not here.
    pub(super) fn fetch_source(&mut self, scene: &mut Scene<'_>) {
        let Some(one) = &self.as_one else { return };
        let Some(open) = &one.open else { return };
        let Some(entry) = one.entries.get(open.entry) else { return };
        if entry.text.is_none() {
            self.fetch_from(entry.source.clone(), 64, scene);
        }
    }

    /// What is left of what is looked at.
    pub(super) fn left(&self) -> Option<Left<'_>> {
        if let Some(one) = &self.as_one {
            let tokens = one.view.tokens_out;
            return Some(Left { name: "documents", text: &one.view.text, tokens });
        }
        let (entry, document) = self.looked_at()?;
        Some(Left { name: &entry.name, text: &document.text, tokens: document.tokens_out })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use protocol::{Code, Failure, MarkView, MemberSpan};

    const TEXT: &str = "The pump runs. [1]\nNobody came. [2]\n\n[1] a.md\n[2] c.md";

    fn member(name: &str, number: Option<u64>) -> MemberView {
        MemberView {
            name: name.into(),
            source_sha256: name.into(),
            number,
            kind: "prose".into(),
            tokens_in: 20,
            kept_bytes: 14,
            duplicates: Vec::new(),
            failure: None,
        }
    }

    fn view() -> AsOneView {
        let span = |out, document, src| MemberSpan { out, document, src };
        let failure = Some(Failure::new(Code::BadInput, "it is no text"));
        AsOneView {
            text: TEXT.into(),
            tokenizer: "o200k".into(),
            tokens_in: 60,
            tokens_out: 20,
            ratio: Some(3.0),
            spans: vec![
                span([0, 4], 0, [0, 4]),
                span([4, 14], 0, [20, 30]),
                span([19, 31], 2, [5, 17]),
            ],
            marks: vec![
                MarkView { out: [14, 18], document: 0 },
                MarkView { out: [31, 35], document: 2 },
            ],
            index: [36, TEXT.len() as u64],
            documents: vec![
                member("a.md", Some(1)),
                MemberView { failure, ..member("b.png", None) },
                member("c.md", Some(2)),
            ],
            dropped: DroppedView::default(),
            refused: None,
            elapsed_ms: 1.0,
        }
    }

    fn given() -> Vec<Given> {
        ["a.md", "b.png", "c.md"]
            .map(|name| Given::document(protocol::DocumentSource::File(name.into())))
            .into()
    }

    #[test]
    fn marks_and_the_index_lead_to_their_sources() {
        let one = AsOne::new(view(), &given());
        let cited: Vec<(&str, usize)> = one
            .result
            .bits
            .iter()
            .filter_map(|bit| match bit.part {
                Part::Cite(document) => Some((one.result.text.get(bit.at.clone())?, document)),
                _ => None,
            })
            .collect();
        assert_eq!(cited, [(" [1]", 0), (" [2]", 2), ("[1] a.md", 0), ("[2] c.md", 2)]);
        let all: String =
            one.result.bits.iter().filter_map(|bit| TEXT.get(bit.at.clone())).collect();
        assert_eq!(all, TEXT, "the bits cover the text once");
    }

    #[test]
    fn a_stretch_is_the_same_on_both_sides() {
        let mut one = AsOne::new(view(), &given());
        assert_eq!(one.in_text(Link::Span(0)), None, "nothing is open");
        one.look_at(1, None);
        assert!(one.open.is_none(), "it could not be read");
        one.look_at(2, None);
        assert_eq!(one.in_text(Link::Span(0)), Some(Link::Span(2)));
        assert_eq!(one.in_source(Link::Span(2)), Some(Link::Span(0)));
        assert_eq!(one.in_source(Link::Span(0)), None, "another's");
        assert_eq!((one.used(), one.twice()), (2, 0));
    }

    #[test]
    fn odd_offsets_end_nothing() {
        let odd = AsOneView {
            spans: vec![MemberSpan { out: [9, 900], document: 77, src: [u64::MAX, 0] }],
            marks: vec![
                MarkView { out: [3, 1], document: 9 },
                MarkView { out: [50, 99], document: 9 },
            ],
            index: [90, 20],
            ..view()
        };
        let mut one = AsOne::new(odd, &given());
        one.look_at(99, Some([1, 2]));
        one.look_at(0, Some([900, 2]));
        one.go_to(5);
        assert_eq!(one.result.bits.last().map(|bit| bit.at.end), Some(TEXT.len()));
    }

    #[test]
    fn texts_that_were_read_before_are_kept_while_they_are_the_same() {
        let mut one = AsOne::new(view(), &given());
        one.entries[0].text = Some(Arc::from("The pump runs."));
        let mut again = AsOne::new(view(), &given());
        again.keep_texts(&one.entries);
        assert!(again.entries[0].text.is_some() && again.entries[2].text.is_none());
        let mut other = view();
        other.documents[0].source_sha256 = "other".into();
        let mut other = AsOne::new(other, &given());
        other.keep_texts(&one.entries);
        assert!(other.entries[0].text.is_none());
    }
}
