//! A source text by how far each stretch survives, with what this compression kept underlined.

use protocol::{CompressedDocument, HeatView};

use super::heat;
use crate::report::escape::escape;
use crate::report::figure::share;
use protocol::numbers::short;

/// Shades there are in the page's style.
const SHADES: usize = 8;
/// Steps of the map of a whole document.
const BINS: usize = 160;

/// The section: a strip over the whole, and the text.
pub(crate) fn section(source: &str, made: &CompressedDocument, view: &HeatView) -> String {
    let stretches = stretches(source, made, view);
    let shades: String = view
        .ratios
        .iter()
        .enumerate()
        .map(|(at, &ratio)| {
            let shade = shade(at as u32 + 1, view);
            format!(
                "<span class=\"key\"><span class=\"w{shade} swatch-word\">{}×</span></span>",
                short(ratio)
            )
        })
        .collect();
    format!(
        "<h4>How far each stretch survives</h4>{}\
         <p class=\"ends\" aria-hidden=\"true\"><span>beginning</span><span>end of the document</span></p>\
         <p class=\"small keys\"><span class=\"key dropped\">gone at the first</span>{shades}<span class=\"key\"><u class=\"here\">kept here</u></span></p>\
         <figure><pre class=\"text\" tabindex=\"0\">{}</pre><figcaption>The document was compressed to each of these ratios; the darker, the further a stretch came. Underlined is what this compression kept.{}</figcaption></figure>",
        strip(source.len(), view),
        text(source, &stretches),
        heat::rest(source)
    )
}

/// A stretch of the source: from, to, its shade, and whether it was kept here.
type Stretch = (usize, usize, usize, bool);

/// From 0, gone at the first ratio, to [`SHADES`], there at the last.
fn shade(survived: u32, view: &HeatView) -> usize {
    let all = view.ratios.len().max(1);
    (survived as usize).min(all) * SHADES / all
}

/// The source from its beginning to its end, cut where either changes. The map comes from outside, so nothing
/// about it is taken for granted.
fn stretches(source: &str, made: &CompressedDocument, view: &HeatView) -> Vec<Stretch> {
    let kept = heat::kept(source, &made.spans);
    let mut shades: Vec<(usize, usize, usize)> = Vec::new();
    let mut at = 0;
    for span in &view.spans {
        let [from, to] = span.src.map(|offset| heat::border(source, offset));
        let from = from.max(at);
        if from > at {
            shades.push((at, from, 0));
        }
        if to > from {
            shades.push((from, to, shade(span.survived, view)));
            at = to;
        }
    }
    if at < source.len() {
        shades.push((at, source.len(), 0));
    }
    let mut out = Vec::with_capacity(shades.len() + 2 * kept.len());
    let mut next = 0;
    for (from, to, shade) in shades {
        let mut at = from;
        while at < to {
            while kept.get(next).is_some_and(|[_, end]| *end <= at) {
                next += 1;
            }
            let (end, here) = match kept.get(next) {
                Some(&[begin, end]) if begin <= at => (end.min(to), true),
                Some(&[begin, _]) => (begin.min(to), false),
                None => (to, false),
            };
            out.push((at, end, shade, here));
            at = end;
        }
    }
    out
}

fn text(source: &str, stretches: &[Stretch]) -> String {
    let end = heat::shown(source).len();
    let mut out = String::with_capacity(end * 2);
    for &(from, to, shade, here) in stretches.iter().take_while(|stretch| stretch.0 < end) {
        let words = escape(source.get(from..to.min(end)).unwrap_or_default());
        let words = if here { format!("<u class=\"here\">{words}</u>") } else { words };
        out += &match shade {
            0 => format!("<span class=\"dropped\">{words}</span>"),
            shade => format!("<span class=\"w{shade}\">{words}</span>"),
        };
    }
    out
}

/// The document from its beginning to its end: the darker, the further what stands there survives.
fn strip(length: usize, view: &HeatView) -> String {
    if length == 0 || view.ratios.is_empty() {
        return String::new();
    }
    let bins = BINS.min(length);
    let width = length as f64 / bins as f64;
    let mut shares = vec![0.0; bins];
    let mut all = 0.0;
    for span in &view.spans {
        let [from, to] = span.src.map(|at| (at as f64).min(length as f64));
        let worth = (f64::from(span.survived) / view.ratios.len() as f64).min(1.0);
        all += (to - from).max(0.0) * worth / length as f64;
        let first = (from / width) as usize;
        for (bin, place) in shares.iter_mut().enumerate().skip(first) {
            let (left, right) = (bin as f64 * width, (bin + 1) as f64 * width);
            if left >= to {
                break;
            }
            *place += (right.min(to) - left.max(from)).max(0.0) / width * worth;
        }
    }
    let says = format!(
        "How far the document survives from beginning to end; on average a stretch survives {} of the ratios",
        share(all)
    );
    let body: String = shares
        .iter()
        .enumerate()
        .filter(|(_, share)| **share > 0.004)
        .map(|(bin, share)| {
            format!(
                "<rect class=\"heat\" x=\"{bin}\" y=\"0\" width=\"1.02\" height=\"1\" fill-opacity=\"{:.2}\"/>",
                share.min(1.0)
            )
        })
        .collect();
    format!(
        "<svg class=\"heatstrip\" viewBox=\"0 0 {bins} 1\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{says}\"><title>{says}</title>{body}</svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{HeatSpan, SpanView};

    #[test]
    fn stretches_are_the_source_whatever_the_map_says() {
        let spans = |spans: &[([u64; 2], u32)]| HeatView {
            source_sha256: String::new(),
            ratios: vec![2.0, 4.0],
            spans: spans.iter().map(|&(src, survived)| HeatSpan { src, survived }).collect(),
        };
        let source = "abcäf";
        let made = CompressedDocument {
            spans: vec![SpanView { out: [0, 2], src: [1, 3] }],
            ..crate::report::tests::made(source)
        };
        let check = |view: &HeatView, expect: &[Stretch]| {
            let got = stretches(source, &made, view);
            assert_eq!(got, expect);
            let all: String = got.iter().map(|&(from, to, ..)| &source[from..to]).collect();
            assert_eq!(all, source);
        };
        check(
            &spans(&[([0, 2], 2), ([2, 6], 1)]),
            &[(0, 1, 8, false), (1, 2, 8, true), (2, 3, 4, true), (3, 6, 4, false)],
        );
        check(
            &spans(&[([2, 4], 9), ([1, 99], 0)]),
            &[(0, 1, 0, false), (1, 2, 0, true), (2, 3, 8, true), (3, 6, 0, false)],
        );
        check(&spans(&[]), &[(0, 1, 0, false), (1, 3, 0, true), (3, 6, 0, false)]);
    }
}
