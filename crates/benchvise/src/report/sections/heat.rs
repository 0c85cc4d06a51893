//! A source text with what was kept marked and what was dropped dimmed.

use protocol::SpanView;

use crate::report::escape::escape;

/// Bytes of a text shown; the rest is counted. A page of many megabytes opens in no browser.
const SHOWN_BYTES: usize = 512 * 1024;
/// Steps of the map of a whole document.
const BINS: usize = 160;

/// Kept ranges of the source: in order, apart, inside the text, on character borders. The map comes
/// from outside, so nothing about it is taken for granted.
pub(crate) fn kept(source: &str, spans: &[SpanView]) -> Vec<[usize; 2]> {
    let place = |offset: u64| border(source, offset);
    let mut ranges: Vec<[usize; 2]> =
        spans.iter().map(|span| span.src.map(place)).filter(|[from, to]| from < to).collect();
    ranges.sort_unstable();
    let mut kept: Vec<[usize; 2]> = Vec::with_capacity(ranges.len());
    for [from, to] in ranges {
        match kept.last_mut() {
            Some(last) if from <= last[1] => last[1] = last[1].max(to),
            _ => kept.push([from, to]),
        }
    }
    kept
}

/// An offset from outside, brought inside a text and onto a character's border.
pub(crate) fn border(text: &str, offset: u64) -> usize {
    text.floor_char_boundary(usize::try_from(offset).unwrap_or(usize::MAX).min(text.len()))
}

/// As much of a text as is shown.
pub(crate) fn shown(text: &str) -> &str {
    text.get(..border(text, SHOWN_BYTES as u64)).unwrap_or_default()
}

/// The text itself.
pub(crate) fn text(source: &str, kept: &[[usize; 2]]) -> String {
    let end = source.floor_char_boundary(SHOWN_BYTES.min(source.len()));
    let slice = |from: usize, to: usize| escape(source.get(from..to).unwrap_or_default());
    let mut out = String::with_capacity(end + 32 * kept.len());
    let mut at = 0;
    for &[from, to] in kept {
        let (from, to) = (from.min(end), to.min(end));
        if from > at {
            out += &format!("<span class=\"dropped\">{}</span>", slice(at, from));
        }
        if to > from {
            out += &format!("<mark>{}</mark>", slice(from, to));
        }
        at = to.max(at);
    }
    if at < end {
        out += &format!("<span class=\"dropped\">{}</span>", slice(at, end));
    }
    out
}

/// Text without marks, as far as it is shown.
pub(crate) fn plain(text: &str) -> String {
    escape(shown(text))
}

/// How much of a text is not shown, in words; empty where all is.
pub(crate) fn rest(text: &str) -> String {
    let rest = text.len().saturating_sub(SHOWN_BYTES);
    if rest == 0 {
        return String::new();
    }
    format!(" The last {} are not shown.", crate::report::figure::quantity(rest as f64, "B"))
}

/// The document from its beginning to its end as a strip: the darker, the more was kept there.
pub(crate) fn strip(length: usize, kept: &[[usize; 2]]) -> String {
    if length == 0 {
        return String::new();
    }
    let bins = BINS.min(length);
    let mut shares = vec![0.0; bins];
    let width = length as f64 / bins as f64;
    for &[from, to] in kept {
        let first = (from as f64 / width) as usize;
        for (bin, place) in shares.iter_mut().enumerate().skip(first) {
            let (left, right) = (bin as f64 * width, (bin + 1) as f64 * width);
            if left >= to as f64 {
                break;
            }
            *place += (right.min(to as f64) - left.max(from as f64)).max(0.0) / width;
        }
    }
    let whole: usize = kept.iter().map(|[from, to]| to - from).sum();
    let says = format!(
        "Where the kept text stands in the document, from beginning to end; {} of its bytes are kept",
        crate::report::figure::share(whole as f64 / length as f64)
    );
    let mut body = String::new();
    for (bin, share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.004) {
        body += &format!(
            "<rect class=\"heat\" x=\"{bin}\" y=\"0\" width=\"1.02\" height=\"1\" fill-opacity=\"{:.2}\"/>",
            share.min(1.0)
        );
    }
    format!(
        "<svg class=\"heatstrip\" viewBox=\"0 0 {bins} 1\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{says}\"><title>{says}</title>{body}</svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: u64, to: u64) -> SpanView {
        SpanView { out: [0, 0], src: [from, to] }
    }

    fn check(source: &str, spans: &[SpanView], expect: &str) {
        assert_eq!(text(source, &kept(source, spans)), expect);
    }

    #[test]
    fn kept_and_dropped_take_turns() {
        check(
            "abcdef",
            &[span(1, 3)],
            "<span class=\"dropped\">a</span><mark>bc</mark><span class=\"dropped\">def</span>",
        );
        check("abc", &[], "<span class=\"dropped\">abc</span>");
        check("abc", &[span(0, 3)], "<mark>abc</mark>");
        check("", &[span(0, 3)], "");
    }

    #[test]
    fn a_map_that_lies_does_no_harm() {
        check("abc", &[span(2, 1), span(0, u64::MAX)], "<mark>abc</mark>");
        check("äöü", &[span(1, 3)], "<mark>ä</mark><span class=\"dropped\">öü</span>");
        check("abcd", &[span(2, 4), span(0, 3), span(1, 2)], "<mark>abcd</mark>");
    }

    #[test]
    fn markup_in_a_document_stays_text() {
        check("<b>", &[span(0, 1)], "<mark>&lt;</mark><span class=\"dropped\">b&gt;</span>");
    }

    #[test]
    fn the_strip_is_darkest_where_all_was_kept() {
        let strip = strip(320, &[[0, 2], [4, 5]]);
        assert!(
            strip.contains("x=\"0\" y=\"0\" width=\"1.02\" height=\"1\" fill-opacity=\"1.00\"")
        );
        assert!(
            strip.contains("x=\"2\" y=\"0\" width=\"1.02\" height=\"1\" fill-opacity=\"0.50\"")
        );
        assert!(!strip.contains("x=\"1\" "));
    }
}
