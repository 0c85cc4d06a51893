//! Lists of references: what a text cites, at its end or at the end of a chapter.
//!
//! Years, pages and names make such a list look dense, and nobody asks a text about them. It begins with a heading
//! of its own and goes on for as long as its lines look like entries.

use super::sentences::Sentence;

/// What such a list is headed by, in small letters, without numbers and signs.
const HEADINGS: &[&str] = &[
    "references",
    "references and notes",
    "references cited",
    "bibliography",
    "literature",
    "literature cited",
    "works cited",
    "literatur",
    "literaturverzeichnis",
    "quellen",
    "quellenverzeichnis",
    "références",
    "références bibliographiques",
    "bibliographie",
    "referencias",
    "referencias bibliográficas",
    "bibliografía",
    "riferimenti bibliografici",
    "bibliografia",
    "referências",
    "referências bibliográficas",
    "literatuur",
    "literatuurlijst",
    "referenties",
    "bronnen",
    "литература",
    "список литературы",
    "参考文献",
    "參考文獻",
    "참고문헌",
];

/// A longer line is no heading.
const LONGEST_HEADING: usize = 60;
/// A list goes on over so many sentences that do not look like entries, as one entry is cut into several.
const MOST_BETWEEN: usize = 5;
/// Fewer sentences that look like entries are no list.
const FEWEST: usize = 3;

/// Which sentences are entries of a list of references; empty where none is.
pub(crate) fn entries(text: &str, sentences: &[Sentence]) -> Vec<bool> {
    let shown = |at: usize| text[sentences[at].start as usize..sentences[at].end as usize].trim();
    let mut listed = Vec::new();
    let mut at = 0;
    while at < sentences.len() {
        // A heading stands by itself.
        let alone = |at: usize| {
            let next = sentences.get(at + 1).is_none_or(|next| next.place == 0);
            sentences[at].place == 0 && next
        };
        let short = (sentences[at].end - sentences[at].start) as usize <= LONGEST_HEADING;
        if !short || !alone(at) || !heads(shown(at)) {
            at += 1;
            continue;
        }
        let (mut end, mut found, mut step) = (at + 1, 0, at + 1);
        while step < sentences.len() && step - end <= MOST_BETWEEN {
            let line = shown(step);
            // Another heading ends it: marked as one, in capitals, or a short line by itself without a mark of an entry.
            let bare = alone(step) && line.len() <= LONGEST_HEADING && !is_entry(line);
            let capitals =
                line.chars().any(char::is_alphabetic) && !line.chars().any(char::is_lowercase);
            let titled = bare && !line.ends_with(['.', ',', ';', ':']);
            if line.starts_with('#') || (bare && (capitals || (titled && found >= FEWEST))) {
                break;
            }
            if is_entry(line) {
                found += 1;
                end = step + 1;
            }
            step += 1;
        }
        if found >= FEWEST {
            listed.resize(sentences.len(), false);
            listed[at + 1..end].fill(true);
            at = end;
        } else {
            at += 1;
        }
    }
    listed
}

/// Whether a line is the heading of such a list: "## References", "7. REFERENCES:", "**Literatur**".
fn heads(line: &str) -> bool {
    let signs = |c: char| c.is_ascii_digit() || c.is_whitespace() || "#*_.:)".contains(c);
    let words = line.trim_matches(signs).to_lowercase();
    HEADINGS.contains(&words.as_str())
}

/// Whether a sentence has what only entries have so often: a number in brackets at its beginning, a year, pages, an
/// address.
fn is_entry(line: &str) -> bool {
    let rest = line.trim_start_matches(['-', '*', '•', ' ']);
    let bytes = rest.as_bytes();
    let bracket = bytes.first() == Some(&b'[') && bytes.iter().take(12).any(|b| *b == b']');
    let year = |w: &[u8]| {
        matches!(w[..2], [b'1', b'8' | b'9'] | [b'2', b'0']) && w.iter().all(u8::is_ascii_digit)
    };
    bracket
        || bytes.windows(4).any(year)
        || ["doi", "http", "arXiv", "pp."].iter().any(|mark| rest.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::super::sentences::split;
    use super::*;
    use crate::request::{Kind, Strategy};

    #[track_caller]
    fn check(text: &str, kind: Kind, expect: &[&str]) {
        let sentences = split(text, kind, Strategy::Automatic);
        let listed = entries(text, &sentences);
        let got: Vec<&str> = sentences
            .iter()
            .zip(listed)
            .filter(|(_, listed)| *listed)
            .map(|(s, _)| text[s.start as usize..s.end as usize].trim())
            .collect();
        assert_eq!(got, expect, "{text}");
    }

    #[test]
    fn a_list_begins_with_its_heading_and_ends_with_its_last_entry() {
        let list =
            "[1] A. Weiss, Pumps, 1987.\n[2] B. Hall, Valves, pp. 3-9.\n[3] C. Ode, doi:10.1/2.\n";
        let entries: Vec<&str> = list.lines().collect();
        check(&format!("It rose.\n\n7. REFERENCES\n{list}"), Kind::Prose, &entries);
        let after = "## Appendix\n\nIt fell in 1990.\n";
        check(
            &format!("# A\n\nIt rose.\n\n## References\n\n{list}\n{after}"),
            Kind::Markdown,
            &entries,
        );
        check(
            &format!("REFERENCES\n{list}\nAPPENDIX A\nIn 1990 it fell, and in 1991 too.\n"),
            Kind::Prose,
            &entries,
        );
        check(&format!("**Literatur**\n\n{list}"), Kind::Prose, &entries);
    }

    #[test]
    fn a_chapter_called_so_that_lists_nothing_is_none() {
        check(
            "References\n\nGood ones help.\nAsk for them.\nThen call.\nIn 1990 nobody did.\n",
            Kind::Prose,
            &[],
        );
        check(
            "He read the references.\n[1] A, 1987.\n[2] B, 1988.\n[3] C, 1989.\n",
            Kind::Prose,
            &[],
        );
    }
}
