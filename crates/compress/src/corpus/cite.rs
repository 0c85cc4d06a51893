//! Marks and the index.

use std::ops::Range;

use super::gather::Gathered;
use super::parts::Parts;
use super::{CitationStyle, Citations, CorpusRequest, CorpusSpan, Mark, MemberOutcome};
use crate::tokens::TokenCounter;

/// The text with its map.
#[derive(Default)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) tokens: usize,
    pub(super) spans: Vec<CorpusSpan>,
    pub(super) marks: Vec<Mark>,
    pub(super) index: Range<usize>,
}

pub(super) struct Writer<'a> {
    pub(super) request: &'a CorpusRequest<'a>,
    pub(super) gathered: &'a Gathered,
    pub(super) counter: &'a dyn TokenCounter,
}

impl Writer<'_> {
    /// Tokens of an index of everything that is left.
    pub(super) fn index_tokens(&self) -> usize {
        if self.request.citations == Citations::None {
            return 0;
        }
        let all = self.gathered.members.iter().enumerate().filter(|(_, left)| left.bytes() > 0);
        let all: Vec<usize> = all.map(|(document, _)| document).collect();
        self.counter.count(&self.index(&all))
    }

    /// Puts parts together, and marks where they come from.
    pub(super) fn write(&self, parts: &Parts) -> Written {
        let mut written = Written::default();
        let mut cited = Vec::new();
        for (document, pieces) in parts.documents.iter().enumerate() {
            // Of one whose passages all stand in others, blank lines may be left: that is nothing to cite.
            let source = self.request.documents[document].text;
            if pieces.iter().all(|piece| source[piece.src.clone()].trim().is_empty()) {
                continue;
            }
            cited.push(document);
            let number = cited.len();
            let at_lines = self.request.citations == Citations::Passages
                && self.gathered.members[document].runs();
            if !written.text.is_empty() && !written.text.ends_with('\n') {
                written.text.push('\n');
            }
            if self.request.citations != Citations::None && !at_lines {
                let head = format!("{}\n", self.mark(number));
                written.mark(document, &head);
            }
            let end = if at_lines { format!(" {}", self.mark(number)) } else { String::new() };
            for (place, piece) in pieces.iter().enumerate() {
                // What stood between two documents belongs to neither.
                if place > 0 {
                    let lines = piece.glue.starts_with('\n');
                    if lines && !written.text.ends_with('\n') && !end.is_empty() {
                        written.mark(document, &end);
                    }
                    written.text.push_str(&piece.glue);
                }
                let last = place + 1 == pieces.len();
                written.copy(source, document, &piece.src, &end, last);
            }
            if !end.is_empty() && !written.text.ends_with('\n') {
                written.mark(document, &end);
            }
        }
        let index = match self.request.citations {
            Citations::None => String::new(),
            Citations::Passages | Citations::Documents => self.index(&cited),
        };
        if !index.is_empty() && !written.text.ends_with('\n') {
            written.text.push('\n');
        }
        let at = written.text.len();
        written.text.push_str(&index);
        written.index = at..written.text.len();
        written.tokens = self.counter.count(&written.text);
        written
    }

    fn mark(&self, number: usize) -> String {
        match self.request.style {
            CitationStyle::Plain => format!("[{number}]"),
            CitationStyle::Markdown => format!("[^{number}]"),
        }
    }

    /// A line for each of the documents, a blank line before.
    fn index(&self, cited: &[usize]) -> String {
        let mut index = String::new();
        for (place, &document) in cited.iter().enumerate() {
            index.push('\n');
            index.push_str(&self.mark(place + 1));
            index.push_str(match self.request.style {
                CitationStyle::Plain => " ",
                CitationStyle::Markdown => ": ",
            });
            // A name is one line.
            let name = self.request.documents[document].name;
            index.extend(name.chars().map(|c| if c.is_control() { ' ' } else { c }));
        }
        index
    }

    /// What became of each document.
    pub(super) fn outcomes(&self, tokens: &[usize], written: &Written) -> Vec<MemberOutcome> {
        let mut kept = vec![0; tokens.len()];
        for span in &written.spans {
            kept[span.document] += span.out.len();
        }
        let mut next = 0;
        let members = self.request.documents.iter().zip(&self.gathered.members);
        members
            .zip(kept.into_iter().zip(tokens))
            .map(|((member, left), (kept_bytes, &tokens_in))| {
                let number = (kept_bytes > 0).then(|| {
                    next += 1;
                    next
                });
                MemberOutcome {
                    name: member.name.to_owned(),
                    number,
                    kind: left.kind,
                    tokens_in,
                    kept_bytes,
                    duplicates: left.duplicates.clone(),
                }
            })
            .collect()
    }
}

impl Written {
    fn mark(&mut self, document: usize, mark: &str) {
        let at = self.text.len();
        self.text.push_str(mark);
        self.marks.push(Mark { out: at..self.text.len(), document });
    }

    /// Copies a stretch of `source`, with `end` before each line end in it that something stands before.
    /// The white space that ends a document's last stretch is left out.
    fn copy(&mut self, source: &str, document: usize, src: &Range<usize>, end: &str, last: bool) {
        let mut text = &source[src.clone()];
        if last {
            text = text.trim_end();
        }
        let mut from = src.start;
        for line in text.split_inclusive('\n') {
            let content = line.trim_end().len();
            let breaks = line.ends_with('\n') && content > 0 && !end.is_empty();
            let cut = if breaks { content } else { line.len() };
            self.span(source, document, from..from + cut);
            if breaks {
                self.mark(document, end);
                self.span(source, document, from + cut..from + line.len());
            }
            from += line.len();
        }
    }

    fn span(&mut self, source: &str, document: usize, src: Range<usize>) {
        if src.is_empty() {
            return;
        }
        let at = self.text.len();
        self.text.push_str(&source[src.clone()]);
        match self.spans.last_mut() {
            Some(before)
                if before.document == document
                    && before.out.end == at
                    && before.src.end == src.start =>
            {
                (before.out.end, before.src.end) = (self.text.len(), src.end);
            }
            _ => self.spans.push(CorpusSpan { out: at..self.text.len(), document, src }),
        }
    }
}
