//! What is left of a document at other ratios, beside sentences drawn by lot and the document's beginning.

use protocol::numbers::short;
use protocol::{FidelityRow, FidelityView, ShareLeft};

use crate::report::escape::escape;
use crate::report::figure::{count, share};
use crate::report::parts::missing;
use crate::report::svg::curve::{Line, fidelity};

/// What is counted, and where it stands in a row.
type Thing = (&'static str, fn(&FidelityRow) -> Option<ShareLeft>);

const THINGS: [Thing; 4] = [
    ("numbers", |row| row.numbers),
    ("names", |row| row.names),
    ("sections", |row| row.sections),
    ("phrases", |row| row.phrases),
];

/// The section; `here` is the ratio that this compression reached.
pub(crate) fn section(view: &FidelityView, here: Option<f64>) -> String {
    let there: Vec<&Thing> =
        THINGS.iter().filter(|(_, of)| view.rows.iter().any(|row| of(row).is_some())).collect();
    if there.is_empty() {
        return format!(
            "<h4>At other ratios</h4>{}",
            missing(
                "The document has neither numbers nor names, sections or phrases that could be counted."
            )
        );
    }
    let figures: String = there.iter().map(|thing| figure(view, thing, here)).collect();
    format!(
        "<h4>At other ratios</h4>\
         <p class=\"small keys\"><span class=\"key\"><i class=\"swatch-line own\"></i>this way of compressing, with its 95 % interval</span>\
         <span class=\"key\"><i class=\"swatch-line random\"></i>sentences drawn by lot</span>\
         <span class=\"key\"><i class=\"swatch-line lead\"></i>the document’s beginning</span>\
         <span class=\"key\"><i class=\"swatch-edge\"></i>this compression</span></p>\
         <div class=\"pair curves\">{figures}</div>\
         <p class=\"small\">The document was compressed to each ratio, and what is still there was counted: distinct numbers and names, sections of which a word is left, phrases of two to four words taken at random.</p>{}",
        table(view, &there)
    )
}

fn rows<'v>(view: &'v FidelityView, class: &'v str) -> impl Iterator<Item = &'v FidelityRow> {
    view.rows.iter().filter(move |row| match class {
        "own" => row.method != "random" && row.method != "lead",
        blind => row.method == blind,
    })
}

fn figure(view: &FidelityView, (what, of): &Thing, here: Option<f64>) -> String {
    let lines: Vec<Line<'_>> = ["random", "lead", "own"]
        .map(|class| Line {
            class,
            points: rows(view, class)
                .filter_map(|row| of(row).map(|left| (row.asked, left.share, [left.lo, left.hi])))
                .collect(),
        })
        .into();
    let many = rows(view, "own").find_map(of).map_or(0, |left| left.of);
    format!(
        "<figure><h5>{what}, {} in the document</h5>{}</figure>",
        count(many),
        fidelity(what, &lines, here)
    )
}

fn table(view: &FidelityView, there: &[&Thing]) -> String {
    let head: String =
        there.iter().map(|(what, _)| format!("<th scope=\"col\">{what}</th>")).collect();
    let mut body = String::new();
    for row in rows(view, "own") {
        let beside = |blind: &'static str| rows(view, blind).find(|other| other.asked == row.asked);
        let (random, lead) = (beside("random"), beside("lead"));
        let cells: String = there
            .iter()
            .map(|(_, of)| {
                let shown = |row: Option<&FidelityRow>| {
                    row.and_then(of).map_or_else(|| "–".to_owned(), |left| share(left.share))
                };
                format!(
                    "<td>{} <span class=\"quiet\">{} · {}</span></td>",
                    shown(Some(row)),
                    shown(random),
                    shown(lead)
                )
            })
            .collect();
        body += &format!("<tr><th scope=\"row\">{}×</th>{cells}</tr>", short(row.asked));
    }
    format!(
        "<details><summary>The same in figures</summary><div class=\"scroll\" tabindex=\"0\"><table><caption><span>Shares that are left: this way, then by lot · the beginning. {} tokens, counted by {}.</span></caption><thead><tr><th scope=\"col\">ratio</th>{head}</tr></thead><tbody>{body}</tbody></table></div></details>",
        count(view.tokens),
        escape(&view.tokenizer)
    )
}
