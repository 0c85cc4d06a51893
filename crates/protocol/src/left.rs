//! What is left of a document, as people and other programs take it away.

mod table;

use serde_json::{Value, json};

use crate::CompressedDocument;

/// How it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LeftFormat {
    /// The text alone.
    #[default]
    Text,
    /// A page for people: gaps say how much they held, and what was lost is listed.
    Markdown,
    /// One JSON document: the text, and where every byte of it comes from.
    Map,
    /// One line of JSON a document, for files of many.
    Lines,
}

impl LeftFormat {
    /// All of them: name on the command line, what a person calls it, ending of its files.
    pub const ALL: [(LeftFormat, &'static str, &'static str, &'static str); 4] = [
        (LeftFormat::Text, "text", "Text", "txt"),
        (LeftFormat::Markdown, "markdown", "Markdown, gaps labelled", "md"),
        (LeftFormat::Map, "json", "JSON with the span map", "json"),
        (LeftFormat::Lines, "jsonl", "JSON lines", "jsonl"),
    ];

    /// The ending of its files, without the dot.
    pub fn ending(self) -> &'static str {
        LeftFormat::ALL.iter().find(|(one, ..)| *one == self).map_or("txt", |(.., ending)| *ending)
    }

    /// A document so written.
    pub fn write(self, document: &CompressedDocument) -> String {
        match self {
            LeftFormat::Text => document.text.clone(),
            LeftFormat::Markdown => markdown(document),
            LeftFormat::Map => format!("{}\n", span_map(document)),
            LeftFormat::Lines => format!("{}\n", line(document)),
        }
    }
}

/// Where each kept byte comes from, with the text. What is taken out of a file is in no file of its own, so
/// it is told here, where the document brings it along.
pub fn span_map(document: &CompressedDocument) -> Value {
    let taken_out = document.extraction.format != "text";
    json!({
        "schema": "benchvise.map/1",
        "name": document.name,
        "source_sha256": document.source_sha256,
        "format": document.extraction.format,
        "source": document.source.as_ref().filter(|_| taken_out),
        "tokenizer": document.tokenizer,
        "tokens_in": document.tokens_in,
        "tokens_lossless": document.tokens_lossless,
        "tokens_out": document.tokens_out,
        "text": document.text,
        "spans": document.spans,
        "gaps": document.gaps,
        "folds": document.folds,
        "anchors": document.extraction.anchors,
    })
}

fn line(document: &CompressedDocument) -> Value {
    json!({
        "schema": "benchvise.left/1",
        "name": document.name,
        "source_sha256": document.source_sha256,
        "kind": document.kind,
        "tokenizer": document.tokenizer,
        "tokens_in": document.tokens_in,
        "tokens_lossless": document.tokens_lossless,
        "tokens_out": document.tokens_out,
        "ratio": document.ratio,
        "refused": document.refused,
        "text": document.text,
        "spans": document.spans,
        "dropped": document.dropped,
    })
}

/// How many of what is missing in a gap: words, or lines where the text is made of lines.
pub fn missing(units: u64, kind: &str) -> String {
    let (one, many) = match kind {
        "json" | "table" => ("record", "records"),
        "code" | "log" => ("line", "lines"),
        _ => ("word", "words"),
    };
    format!("{units} {}", if units == 1 { one } else { many })
}

/// Units of a gap from which on it says how many they were. A text in telegram style has a gap every few
/// words: a small one is a mark at most.
pub const SAID_FROM: u64 = 5;

fn markdown(document: &CompressedDocument) -> String {
    let CompressedDocument { name, tokens_in, tokens_out, tokenizer, kind, .. } = document;
    let mut page = format!("# {name}\n\n");
    let ratio = document.ratio.map_or("nothing is left".into(), |ratio| format!("{ratio:.1}×"));
    let lossless = document
        .tokens_lossless
        .map_or(String::new(), |tokens| format!("{tokens} without loss → "));
    let made = format!("{tokens_in} → {lossless}{tokens_out} tokens ({ratio}, {tokenizer})");
    page += &format!("*{made}; kept word for word and in order*\n\n");
    if let Some(refused) = &document.refused {
        page += &format!("*{refused}*\n\n");
    }
    match kind.as_str() {
        // What stands between fences is what it was: JSON stays JSON.
        "json" => match table::of(&document.text) {
            Some(table) => page.push_str(&table),
            None => fenced(&mut page, "json", &document.text),
        },
        "code" => fenced(&mut page, "", &document.text),
        "log" | "table" => fenced(&mut page, "", &labelled(document, "… ", " …", Own::Line)),
        _ => page.push_str(&labelled(document, "*[… ", "]*", Own::Words)),
    }
    if !page.ends_with('\n') {
        page.push('\n');
    }
    let dropped = &document.dropped;
    let lost = [
        ("numbers", dropped.numbers, &dropped.first_numbers),
        ("names", dropped.entities, &dropped.first_entities),
        ("negations", dropped.negations, &dropped.first_negations),
        ("sections", dropped.sections, &dropped.first_sections),
    ];
    if lost.iter().any(|(_, count, _)| *count > 0) {
        page.push_str("\n---\n\nLost:\n\n");
    }
    for (what, count, first) in lost.into_iter().filter(|(_, count, _)| *count > 0) {
        let more = if count > first.len() as u64 && !first.is_empty() { ", …" } else { "" };
        let named =
            if first.is_empty() { String::new() } else { format!(": {}", first.join(", ")) };
        page += &format!("- {count} {what}{named}{more}\n");
    }
    page
}

fn fenced(page: &mut String, label: &str, text: &str) {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    *page += &format!("{fence}{label}\n{}\n{fence}\n", text.trim_end_matches('\n'));
}

/// Where a label stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Own {
    /// Among the words.
    Words,
    /// On a line of its own.
    Line,
}

/// The text with a label for every larger gap, in the place of the mark that stood there, and one behind every line
/// of a log that stands for others.
fn labelled(document: &CompressedDocument, open: &str, close: &str, own: Own) -> String {
    let text = &document.text;
    let mut out = String::with_capacity(text.len() * 2);
    let mut spans = document.spans.iter().peekable();
    let mut at = 0;
    let to = |byte: u64| text.floor_char_boundary(usize::try_from(byte).unwrap_or(usize::MAX));
    let mut folds = document.folds.iter().peekable();
    let mut put = |from: usize, end: usize, out: &mut String| {
        let mut from = from;
        while let Some(fold) = folds.next_if(|fold| to(fold.at) <= end) {
            let at = to(fold.at).max(from);
            out.push_str(text.get(from..at).unwrap_or_default());
            out.push_str(&format!(" … {} like this", fold.lines));
            from = at;
        }
        out.push_str(text.get(from..end).unwrap_or_default());
    };
    for gap in document.gaps.iter().filter(|gap| gap.units >= SAID_FROM) {
        let from = to(gap.at).max(at);
        put(at, from, &mut out);
        while spans.next_if(|span| to(span.out[1]) <= from).is_some() {}
        let end = spans.peek().map_or(text.len(), |span| to(span.out[0])).max(from);
        let glue = text.get(from..end).unwrap_or_default();
        let words = format!(
            "{open}{} left out{}{close}",
            missing(gap.units, &document.kind),
            page_of(document, gap.src[0])
        );
        let broken = glue.contains('\n') || own == Own::Line;
        match broken {
            true => {
                if !out.is_empty() && !out.ends_with('\n') {
                    out.push('\n');
                }
                let blank = if own == Own::Words { "\n" } else { "" };
                out.push_str(if out.is_empty() { "" } else { blank });
                out.push_str(&words);
                out.push('\n');
                out.push_str(blank);
            }
            false => {
                if !out.is_empty() && !out.ends_with(char::is_whitespace) {
                    out.push(' ');
                }
                out.push_str(&words);
                out.push_str(if end < text.len() { " " } else { "" });
            }
        }
        at = end;
    }
    put(at, text.len(), &mut out);
    out
}

/// The page or chapter that a byte of the source is on, where the document has names for them.
fn page_of(document: &CompressedDocument, byte: u64) -> String {
    let anchors = document.extraction.anchors.iter();
    let last = anchors.take_while(|anchor| anchor.at <= byte).last();
    last.map_or(String::new(), |anchor| format!(", {}", anchor.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AnchorView, FoldView, GapView, SpanView};

    fn document(kind: &str, parts: &[(&str, u64)], glue: &str) -> CompressedDocument {
        let (mut text, mut spans, mut gaps, mut src) = (String::new(), Vec::new(), Vec::new(), 0);
        for (part, units) in parts {
            if !text.is_empty() && !part.is_empty() {
                text.push_str(glue);
            }
            let out = text.len() as u64;
            text.push_str(part);
            let length = part.len() as u64;
            if length > 0 {
                spans.push(SpanView { out: [out, out + length], src: [src, src + length] });
            }
            src += length;
            if *units > 0 {
                gaps.push(GapView { at: text.len() as u64, src: [src, src + 40], units: *units });
                src += 40;
            }
        }
        let mut document: CompressedDocument = serde_json::from_value(json!({
            "name": "notes.md", "source_sha256": "5f", "tokenizer": "o200k", "tokens_in": 90,
            "tokens_out": 30, "ratio": 3.0, "kind": kind, "refused": null,
            "dropped": crate::DroppedView::default(), "text": text, "spans": spans, "gaps": gaps,
            "elapsed_ms": 1.0,
        }))
        .expect("it is a document");
        document.dropped.numbers = 9;
        document.dropped.first_numbers = vec!["40".into(), "1987".into()];
        document
    }

    #[test]
    fn a_page_says_how_much_is_missing_and_what_was_lost() {
        let mut prose = document(
            "prose",
            &[("The pump failed.", 26), ("It was 40.", 2), ("Ann came.", 7)],
            " … ",
        );
        prose.extraction.anchors = vec![
            AnchorView { at: 0, name: "page 1".into() },
            AnchorView { at: 60, name: "page 2".into() },
        ];
        let page = LeftFormat::Markdown.write(&prose);
        let expect = "# notes.md\n\n*90 → 30 tokens (3.0×, o200k); kept word for word and in order*\n\n\
            The pump failed. *[… 26 words left out, page 1]* It was 40. … Ann came. *[… 7 words left out, page 2]*\n\
            \n---\n\nLost:\n\n- 9 numbers: 40, 1987, …\n";
        assert_eq!(page, expect);
        let lines = document("log", &[("INFO a ```", 12), ("INFO b", 0)], "\n");
        let page = LeftFormat::Markdown.write(&lines);
        assert!(page.contains("````\nINFO a ```\n… 12 lines left out …\nINFO b\n````\n"), "{page}");
        let mut folded = document("log", &[("INFO a 1", 12), ("INFO b", 2), ("INFO a 9", 0)], "\n");
        folded.folds = vec![FoldView { at: 8, lines: 13 }, FoldView { at: 15, lines: 3 }];
        folded.tokens_lossless = Some(70);
        let page = LeftFormat::Markdown.write(&folded);
        let text = "```\nINFO a 1 … 13 like this\n… 12 lines left out …\nINFO b … 3 like this\nINFO a 9\n```\n";
        assert!(page.contains(text), "{page}");
        assert!(page.contains("*90 → 70 without loss → 30 tokens (3.0×"), "{page}");
        let records = document("json", &[("[{\"a\":1},", 50), ("{\"a\":2}]", 0)], "");
        let page = LeftFormat::Markdown.write(&records);
        assert!(page.contains("\n| a: number |\n| --- |\n| 1 |\n| 2 |\n"), "{page}");
        let value = document("json", &[("[1,", 50), ("2]", 0)], "");
        let page = LeftFormat::Markdown.write(&value);
        assert!(page.contains("```json\n[1,2]\n```\n"), "{page}");
    }

    #[test]
    fn a_gap_at_the_beginning_and_between_paragraphs_has_its_own_line() {
        let mut prose = document("prose", &[("One.", 30), ("Two.", 0)], "\n");
        prose.gaps.insert(0, GapView { at: 0, src: [0, 9], units: 8 });
        let page = LeftFormat::Markdown.write(&prose);
        let text = "*[… 8 words left out]* One.\n\n*[… 30 words left out]*\n\nTwo.\n";
        assert!(page.contains(text), "{page}");
    }

    #[test]
    fn maps_and_lines_are_json_that_leads_back() {
        let made = document("prose", &[("The pump failed.", 26), ("It was 40.", 0)], " … ");
        let lines = LeftFormat::Lines.write(&made);
        assert_eq!(lines.matches('\n').count(), 1);
        for (format, schema) in
            [(LeftFormat::Lines, "benchvise.left/1"), (LeftFormat::Map, "benchvise.map/1")]
        {
            let value: Value = serde_json::from_str(&format.write(&made)).expect("JSON");
            assert_eq!(value["schema"], schema);
            assert_eq!(value["text"], made.text.as_str());
            assert_eq!(value["spans"][1]["out"][0], 21);
        }
        assert_eq!(LeftFormat::Text.write(&made), made.text);
    }

    #[test]
    fn offsets_from_elsewhere_end_nothing() {
        let mut odd = document("prose", &[("été µ", 26), ("½ ½", 9)], " … ");
        odd.gaps = vec![
            GapView { at: 1, src: [0, 1], units: 9 },
            GapView { at: u64::MAX, src: [9, 3], units: 9 },
            GapView { at: 3, src: [9, 3], units: 9 },
        ];
        let fold = |at| FoldView { at, lines: 2 };
        odd.folds = vec![fold(1), fold(9), fold(4), fold(u64::MAX), fold(0)];
        odd.spans = vec![
            SpanView { out: [u64::MAX, 4], src: [0, 1] },
            SpanView { out: [2, 1], src: [0, 0] },
        ];
        assert!(LeftFormat::Markdown.write(&odd).contains("9 words left out"));
    }
}
