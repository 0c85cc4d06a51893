//! What is never parted: a name with its initials, a number with its sign and unit, a negation with what it negates,
//! an address, a token of code.
//!
//! [`run_end`] says where the unit that begins with a word ends, [`with_signs`] what of the signs around it is its.

use super::han::is_han;
use super::script::is_unbroken;
use super::sentences::is_abbreviation;
use super::words::{Class, Word};

/// Words of a unit that only stand beside each other.
const MOST_WORDS: usize = 8;
/// The same where words are but pieces of a script without spaces: a run between two of its spaces, and a short one more.
const MOST_PIECES: usize = 4;
/// A tie is cut beyond so many words, lest a unit cost a whole budget.
const MOST_TIED: usize = 24;
/// Function words between a negation and what it negates.
const MOST_BETWEEN: usize = 3;

/// Words between a negation and what it negates that are no function words.
const ADVERBS: &[&str] = &[
    "yet",
    "even",
    "always",
    "necessarily",
    "really",
    "fully",
    "entirely",
    "quite",
    "immer",
    "mehr",
    "ganz",
    "encore",
    "toujours",
    "siempre",
    "todavía",
    "sempre",
    "ancora",
    "ainda",
    "altijd",
    "всегда",
];

/// Function words that may stand inside a name.
const LINKS: &[&str] = &[
    "of", "the", "de", "la", "le", "du", "des", "del", "van", "von", "der", "den", "and", "y",
    "et", "und", "to", "di", "da",
];

fn between<'t>(text: &'t str, a: &Word, b: &Word) -> &'t str {
    text.get(a.end as usize..b.start as usize).unwrap_or("")
}

/// The index after the last word of the run that starts at `from`.
pub(crate) fn run_end(text: &str, words: &[Word], from: usize) -> usize {
    let mut last = from;
    let most = if unbroken(text, &words[from]) { MOST_PIECES } else { MOST_WORDS };
    while last + 1 < words.len() && last + 1 - from < MOST_TIED {
        if let Some(next) = tied(text, words, last) {
            last = next;
        } else if last + 1 - from < most
            && let Some(next) = joined(text, words, last)
        {
            last = next;
        } else {
            break;
        }
    }
    last + 1
}

/// The word up to which what follows `last` belongs to it, however long that makes the unit.
fn tied(text: &str, words: &[Word], last: usize) -> Option<usize> {
    let (word, next) = (words.get(last)?, words.get(last + 1)?);
    let gap = between(text, word, next);
    if gap.is_empty() && unbroken(text, word) && unbroken(text, next) {
        return Some(last + 1);
    }
    // A foreign name in Han or kana: its parts are apart by a dot.
    if matches!(gap, "·" | "・" | "‧") && is_wide(text, word) && is_wide(text, next) {
        return Some(last + 1);
    }
    if is_inside_token(gap)
        || (gap.trim().is_empty() && word.class == Class::Number && next.class != Class::Stop)
    {
        return Some(last + 1);
    }
    if word.class == Class::Negation {
        return negated(text, words, last);
    }
    // "J. R. Hall", "St. Petersburg", "Dr. Weiss".
    let initial = || is_abbreviation(&text[word.start as usize..word.end as usize]);
    (word.capital && next.capital && matches!(gap, ". " | ".") && initial()).then_some(last + 1)
}

/// The first word after the negation `at` that means something, over a few function words and adverbs in the same
/// clause.
fn negated(text: &str, words: &[Word], at: usize) -> Option<usize> {
    let mut found = None;
    for next in at + 1..words.len().min(at + 2 + MOST_BETWEEN) {
        let word = &words[next];
        if !between(text, &words[next - 1], word).trim().is_empty() {
            break;
        }
        if word.class != Class::Stop {
            found = Some(next);
            let shown = text.get(word.start as usize..word.end as usize).unwrap_or("");
            if !ADVERBS.contains(&shown) {
                break;
            }
        }
    }
    found
}

fn unbroken(text: &str, word: &Word) -> bool {
    text[word.start as usize..].starts_with(is_unbroken)
}

/// Whether a word is Han or kana, which have no spaces between words.
fn is_wide(text: &str, word: &Word) -> bool {
    text[word.start as usize..].starts_with(|c| is_han(c) || matches!(c, '\u{3041}'..='\u{30ff}'))
}

/// Whether what stands between two words is part of one token with them: `std::vec`, `a?x=1`, `user@host`.
fn is_inside_token(gap: &str) -> bool {
    !gap.is_empty()
        && gap.bytes().all(|b| b != b' ' && b":=?#+~%\\*^|<>@$_/&-.".contains(&b))
        && !matches!(gap, "." | "-" | ":")
}

/// The word up to which what follows `last` may be in one unit with it.
fn joined(text: &str, words: &[Word], last: usize) -> Option<usize> {
    let (word, next) = (&words[last], &words[last + 1]);
    let gap = between(text, word, next);
    let close = gap.trim().is_empty();
    let named = |w: &Word| matches!(w.class, Class::Entity | Class::Number);
    if next.class != Class::Stop {
        let joins = close
            || (named(word)
                && named(next)
                && matches!(gap.trim(), "-" | "–" | "—" | "&" | "/" | "×" | "%" | "±"));
        return joins.then_some(last + 1);
    }
    // One function word may stand inside a name.
    let beyond = words.get(last + 2).filter(|w| w.class != Class::Stop)?;
    let tight = close && between(text, next, beyond).trim().is_empty();
    if word.end == next.start && next.end == beyond.start && is_wide(text, next) {
        return Some(last + 2);
    }
    let link = LINKS.contains(&text.get(next.start as usize..next.end as usize).unwrap_or(""));
    (tight && link && named(word) && named(beyond)).then_some(last + 2)
}

/// Whether the word `at` is a negation at the end of its clause, so that it negates what stands before it: "er kommt
/// nicht", "I think not".
pub(crate) fn negates_backwards(text: &str, words: &[Word], at: usize) -> bool {
    words[at].class == Class::Negation && negated(text, words, at).is_none()
}

/// The same for a run that holds nothing together: other words in a row, or one name, number or negation.
pub(crate) fn plain_end(text: &str, words: &[Word], from: usize) -> usize {
    let plain = |word: &Word| word.class == Class::Content;
    let apart = |pair: &[Word]| {
        !plain(&pair[0]) || !plain(&pair[1]) || !between(text, &pair[0], &pair[1]).trim().is_empty()
    };
    let most = words.len().min(from + MOST_WORDS);
    let joined = words[from..most].windows(2).take_while(|pair| !apart(pair)).count();
    from + joined + 1
}

/// The byte range of the words `from..to`, with the signs that belong to the first and the last of them.
pub(crate) fn with_signs(text: &str, words: &[Word], from: usize, to: usize) -> (u32, u32) {
    let (first, last) = (&words[from], &words[to - 1]);
    let (mut start, mut end) = (first.start as usize, last.end as usize);
    let floor = if from == 0 { 0 } else { start.min(words[from - 1].end as usize) };
    let before = &text[floor..start];
    // Words between spaces and plain stops, which most are, have none.
    let bare = matches!(before.as_bytes().last(), None | Some(b' '))
        && matches!(text.as_bytes().get(end), None | Some(b' ' | b',' | b'.' | b';' | b'\n'));
    if bare && first.class != Class::Number && last.class != Class::Number {
        return (first.start, last.end);
    }
    // A space is allowed between an amount and its currency.
    let near = before.trim_end_matches([' ', '\u{a0}', '\u{202f}']);
    let number = first.class == Class::Number;
    if let Some(sign) = before.chars().next_back().filter(|c| "$€£¥#~<>±@≈≤≥".contains(*c))
    {
        start -= sign.len_utf8();
        // "≥ -5" and "--pin" aside, one sign is enough; "-$5" and "<=5" have two.
        let outer = text[floor..start].chars().next_back().filter(|c| "-−+<>".contains(*c));
        start -= outer.map_or(0, char::len_utf8);
    } else if let Some(sign) =
        near.chars().next_back().filter(|c| number && "$€£¥<>≈≤≥±".contains(*c))
    {
        start = floor + near.len() - sign.len_utf8();
    } else if let Some(dashes) = leading_dashes(before) {
        start -= dashes;
    }
    let after = &text[end..];
    let spaced = after.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let gap = after.len() - spaced.len();
    let unit = |c: &char| "%°‰€$£¥″′".contains(*c);
    let next_is_its = |sign: &char| {
        "$€£¥".contains(*sign)
            && after[sign.len_utf8()..].trim_start().starts_with(|c: char| c.is_numeric())
    };
    if let Some(sign) = after.chars().next().filter(unit).filter(|sign| !next_is_its(sign)) {
        end += sign.len_utf8();
    } else if last.class == Class::Number
        && let Some(sign) = spaced.chars().next().filter(|c| "%°‰€£".contains(*c))
        && gap <= 3
        // "in 1987 £500": the sign is the next one's.
        && !spaced[sign.len_utf8()..].trim_start().starts_with(|c: char| c.is_numeric())
    {
        end += gap + sign.len_utf8();
    } else if let Some(tail) = ["++", "()", "#"].into_iter().find(|tail| after.starts_with(tail)) {
        // `C++`, `go()`, `C#`.
        end += tail.len();
    }
    (start as u32, end as u32)
}

/// Bytes of `-`, `--` or `−` that belong to the word after them: they do where something else than a word or a number
/// stands before them.
fn leading_dashes(before: &str) -> Option<usize> {
    let rest = before.trim_end_matches(['-', '−', '+']);
    let dashes = &before[rest.len()..];
    let apart =
        rest.is_empty() || rest.ends_with(|c: char| c.is_whitespace() || "([{,;:=/".contains(c));
    (apart && matches!(dashes, "-" | "--" | "−" | "+")).then_some(dashes.len())
}
