//! Quotations: what stands between two marks that belong together, those around code among them.

use std::ops::Range;

/// A longer quotation is no unit: it would be kept or dropped whole where a word of it is asked for.
const MOST_WORDS: usize = 8;
/// Nor is one of more bytes, and what closes it is looked for no further.
const MOST_BYTES: usize = 240;

/// What closes a quotation that `open` opens.
fn closers(open: char) -> &'static [char] {
    match open {
        '"' => &['"'],
        '`' => &['`'],
        '“' | '‟' => &['”'],
        '„' => &['“', '”', '‟'],
        '«' => &['»'],
        '»' => &['«'],
        '‹' => &['›'],
        '‘' => &['’'],
        '「' => &['」'],
        '『' => &['』'],
        '《' => &['》'],
        _ => &[],
    }
}

/// The quotations inside `range` of `text` that are at most a few words, with their marks, in order and apart from
/// each other. A mark without its other one quotes nothing.
pub(crate) fn within(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let here = &text[range.clone()];
    let mut found = Vec::new();
    if !here.as_bytes().iter().any(is_first) {
        return found;
    }
    let mut at = 0;
    while let Some((open, mark)) = next(here, at) {
        let inside = open + mark.len_utf8();
        // An apostrophe stands before a letter, and a straight mark after a space opens; what closes does not.
        let mut near = here[inside..].char_indices().take_while(|(step, _)| *step <= MOST_BYTES);
        let mut before = mark;
        let close = near.find(|&(step, c)| {
            let spaced = std::mem::replace(&mut before, c).is_whitespace();
            let after = here[inside + step + c.len_utf8()..].chars().next();
            match c {
                '’' => closers(mark).contains(&c) && !after.is_some_and(char::is_alphanumeric),
                '"' => mark == '"' && !spaced && !after.is_some_and(char::is_alphanumeric),
                _ => closers(mark).contains(&c),
            }
        });
        let Some((length, c)) = close else {
            at = inside;
            continue;
        };
        let end = inside + length + c.len_utf8();
        let words = here[inside..inside + length].split_whitespace().count();
        if (1..=MOST_WORDS).contains(&words) {
            found.push(range.start + open..range.start + end);
        }
        at = end;
    }
    found
}

/// The next mark that may open a quotation, from `at` on.
fn next(text: &str, at: usize) -> Option<(usize, char)> {
    let mut from = at;
    while let Some(ahead) = text.as_bytes()[from..].iter().position(is_first) {
        let here = from + ahead;
        let mark = text[here..].chars().next()?;
        from = here + mark.len_utf8();
        if closers(mark).is_empty() {
            continue;
        }
        // A straight mark opens after a space or a bracket and before a word; after a digit it means inches, after a
        // word it closes what began in another sentence.
        let before = text[..here].chars().next_back();
        let after = text[from..].chars().next();
        let apart = before.is_none_or(|c| c.is_whitespace() || "([{—–-“‘".contains(c));
        if mark != '"' || (apart && after.is_some_and(|c| !c.is_whitespace())) {
            return Some((here, mark));
        }
    }
    None
}

/// Whether a mark begins with this byte, which is never inside a character.
fn is_first(byte: &u8) -> bool {
    matches!(byte, b'"' | b'`' | 0xC2 | 0xE2 | 0xE3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let got: Vec<&str> = within(text, 0..text.len()).into_iter().map(|at| &text[at]).collect();
        assert_eq!(got, expect, "{text}");
    }

    #[test]
    fn short_quotations_are_found_with_their_marks() {
        check("He said \"so be it\" and left.", &["\"so be it\""]);
        check("The “Seller” and the ‘Buyer’s bank’ agree.", &["“Seller”", "‘Buyer’s bank’"]);
        check("Er nannte es „reine Willkür“ und ging.", &["„reine Willkür“"]);
        check("Il parla de « bonne foi » hier.", &["« bonne foi »"]);
        check("Call `std::mem::take(&mut a)` there.", &["`std::mem::take(&mut a)`"]);
        check("彼は「行かない」と言った。", &["「行かない」"]);
        check("A \"b\" and \"c d\".", &["\"b\"", "\"c d\""]);
    }

    #[test]
    fn what_is_not_closed_or_long_or_empty_is_none() {
        check("A 5\" pipe and a 7\" one.", &[]);
        check("He said \"so be it and left.", &[]);
        check("“one two three four five six seven eight nine”", &[]);
        check("the users’ and the dogs’ rights", &[]);
        check("\"\" and “”", &[]);
        check("We saw,\" he said, \"and left.\"", &["\"and left.\""]);
    }
}
