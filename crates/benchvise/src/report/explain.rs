//! One compressed document explained: a page of its own, in which every gap opens where it is.

use protocol::{AnchorView, CompressedDocument, DroppedView, FidelityView, GapView, HeatView};

use super::escape::escape;
use super::html::head;
use super::parts::missing;
use super::sections::{curve, document, graded, heat};
use protocol::moment::moment;

/// Bytes of dropped text that gaps open to, all together; a gap beyond that says only how much it is.
const GAPS_BYTES: usize = 512 * 1024;

/// Who made the page, and when.
pub(crate) struct Maker<'a> {
    /// Version of the program.
    pub(crate) version: &'a str,
    /// ms UTC.
    pub(crate) created_ms: i64,
    /// What was kept first, if somebody asked for something.
    pub(crate) focus: Option<&'a str>,
}

/// What was measured on the document beside its compression.
#[derive(Default)]
pub(crate) struct Measured {
    /// What is left at other ratios.
    pub(crate) fidelity: Option<FidelityView>,
    /// How far each stretch survives.
    pub(crate) heat: Option<HeatView>,
    /// Why there is neither.
    pub(crate) absent: Option<String>,
}

/// The page as one file that needs nothing else. `source` is the text that the map points into.
pub(crate) fn explain(
    source: &str,
    made: &CompressedDocument,
    measured: &Measured,
    maker: &Maker<'_>,
) -> String {
    let name = escape(&made.name);
    let mut out = head(&format!("{name}, compressed"));
    out += &format!(
        "<header class=\"masthead\"><div class=\"brand\">Benchvise</div><h1>{name}, compressed</h1>\
         <p class=\"when\">{}</p></header>\n<main>\n<article class=\"document\">{}",
        moment(maker.created_ms),
        about(made, maker),
    );
    out += &document::refused(made);
    out += &document::figures(made);
    out += &lost(&made.dropped);
    out += &left_out(made);
    out += &opening(source, made);
    out += "</article>\n";
    if let Some(view) = &measured.fidelity {
        let section = curve::section(view, made.ratio);
        out += &format!("<article class=\"document\">{section}</article>\n");
    } else if let Some(why) = &measured.absent {
        out += &format!("<article class=\"document\">{}</article>\n", missing(why));
    }
    out += &format!(
        "<article class=\"document\">{}</article>\n",
        match source.is_empty() {
            true => missing("The document has no text."),
            false => measured.heat.as_ref().map_or_else(
                || document::source(source, made),
                |view| graded::section(source, made, view),
            ),
        }
    );
    out += &format!(
        "</main>\n<footer><p>Made by Benchvise {}. The document has SHA-256 <code>{}</code>.</p></footer>\n</body>\n</html>\n",
        escape(maker.version),
        escape(&made.source_sha256),
    );
    out
}

fn about(made: &CompressedDocument, maker: &Maker<'_>) -> String {
    let focus = maker.focus.map_or_else(
        || "Nothing was asked for in particular: no focus.".to_owned(),
        |focus| format!("Kept first was what bears on: <q>{}</q>", escape(focus)),
    );
    let content = made.content.as_ref().map_or_else(String::new, |content| {
        format!("<p class=\"small\">What it is like: {}.</p>", escape(&content.summary()))
    });
    let retention = made.retention.as_ref().map_or_else(String::new, |retention| {
        format!("<p class=\"small\">Retention: {}.</p>", escape(&retention.words()))
    });
    format!(
        "<p class=\"sub\">Read as {}; tokens counted by {}. {focus}</p>{content}{retention}",
        escape(&made.kind),
        escape(&made.tokenizer)
    )
}

/// What was lost, by name: the first of each sort.
fn lost(dropped: &DroppedView) -> String {
    let sorts = [
        ("numbers", dropped.numbers, &dropped.first_numbers),
        ("names", dropped.entities, &dropped.first_entities),
        ("negations", dropped.negations, &dropped.first_negations),
        ("sections", dropped.sections, &dropped.first_sections),
    ];
    let items: String = sorts
        .iter()
        .filter(|(_, _, first)| !first.is_empty())
        .map(|(what, count, first)| {
            let named: Vec<String> =
                first.iter().map(|one| format!("<bdi>{}</bdi>", escape(one))).collect();
            let rest = count.saturating_sub(first.len() as u64);
            let rest = if rest == 0 { String::new() } else { format!(" and {rest} more") };
            format!("<li><b>{what}</b>: {}{rest}</li>", named.join(" · "))
        })
        .collect();
    match items.is_empty() {
        true => String::new(),
        false => format!(
            "<details><summary>The first of them by name</summary><ul class=\"notes\">{items}</ul></details>"
        ),
    }
}

/// What the text never had of the file.
fn left_out(made: &CompressedDocument) -> String {
    let words = made.extraction.left_out_words();
    match words.is_empty() {
        true => String::new(),
        false => {
            format!("<p class=\"small\">In the file, but not in its text: {}.</p>", escape(&words))
        }
    }
}

/// What is left, with a marker in every gap.
fn opening(source: &str, made: &CompressedDocument) -> String {
    if made.text.is_empty() {
        return missing("Nothing is left.");
    }
    let text = heat::shown(&made.text);
    let within = |gap: &&GapView| gap.at <= text.len() as u64;
    let mut gaps: Vec<&GapView> = made.gaps.iter().filter(within).collect();
    gaps.sort_by_key(|gap| (gap.at, gap.src));
    let (mut body, mut at, mut room) = (String::new(), 0, GAPS_BYTES);
    for gap in gaps {
        let place = heat::border(text, gap.at);
        body += &escape(text.get(at..place).unwrap_or_default());
        at = place.max(at);
        let [from, to] = gap.src.map(|offset| heat::border(source, offset));
        let dropped = source.get(from..to).unwrap_or_default();
        let opened = dropped.len() <= room;
        room -= if opened { dropped.len() } else { 0 };
        body += &marker(gap, opened.then_some(dropped), anchor(&made.extraction.anchors, gap));
    }
    body += &escape(text.get(at..).unwrap_or_default());
    format!(
        "<h4>What is left</h4><p class=\"small\">Each <span class=\"gap\">⋯</span> stands where something was dropped, and opens to show it.</p>\
         <div class=\"text open\" tabindex=\"0\">{body}</div><p class=\"small\">{}</p>",
        heat::rest(&made.text)
    )
}

fn marker(gap: &GapView, dropped: Option<&str>, place: Option<&str>) -> String {
    let mut says = match gap.units {
        1 => "1 piece dropped".to_owned(),
        units => format!("{units} pieces dropped"),
    };
    if let Some(place) = place {
        says += &format!(", {}", escape(place));
    }
    let inside = match dropped {
        Some(text) => format!("<span class=\"dropped\">{}</span>", escape(text.trim())),
        None => {
            "<span class=\"dropped\">The page would be too large with this in it.</span>".into()
        }
    };
    format!(
        "<details class=\"gap\"><summary aria-label=\"{says}\" title=\"{says}\">⋯</summary>{inside}</details>"
    )
}

/// The last named place that begins before a gap does.
fn anchor<'a>(anchors: &'a [AnchorView], gap: &GapView) -> Option<&'a str> {
    let [from, _] = gap.src;
    let before = anchors.partition_point(|anchor| anchor.at <= from);
    let last = before.checked_sub(1).and_then(|last| anchors.get(last))?;
    Some(last.name.as_str())
}
