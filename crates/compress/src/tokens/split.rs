//! The pre-tokenizers of `o200k_base` and `cl100k_base`, written out as scanners.
//!
//! Both vocabularies define their pieces by a pattern that is tried at the end of the piece before. The
//! scanners below take the alternatives in the pattern's order; where backtracking changes the outcome
//! the comment says how. They never look back further than the piece they are in, so a line of
//! megabytes costs what its bytes cost.

use crate::chars::{Categories, LETTER, LOWER, MARK, NUMBER, OTHER_LETTER, SPACE, UPPER};

/// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
const HEAD: u8 = UPPER | OTHER_LETTER | MARK;
/// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
const TAIL: u8 = LOWER | OTHER_LETTER | MARK;

struct Scanner<'a> {
    text: &'a str,
    categories: Categories,
}

impl Scanner<'_> {
    #[inline(always)]
    fn at(&self, at: usize) -> Option<(char, u8)> {
        self.categories.at(self.text, at)
    }

    /// The end of the run of characters from `at` whose flags meet `wanted`.
    #[inline(always)]
    fn run(&self, mut at: usize, wanted: u8) -> usize {
        while let Some((c, flags)) = self.at(at) {
            if flags & wanted == 0 {
                break;
            }
            at += c.len_utf8();
        }
        at
    }

    /// `[^\s\p{L}\p{N}]+` from `at`.
    #[inline(always)]
    fn punctuation(&self, mut at: usize) -> usize {
        while let Some((c, flags)) = self.at(at) {
            if flags & (SPACE | LETTER | NUMBER) != 0 {
                break;
            }
            at += c.len_utf8();
        }
        at
    }

    /// `\p{N}{1,3}` from `at`, which is a number.
    fn digits(&self, mut at: usize) -> usize {
        for _ in 0..3 {
            match self.at(at) {
                Some((c, flags)) if flags & NUMBER != 0 => at += c.len_utf8(),
                _ => break,
            }
        }
        at
    }

    /// The letters of `(?i:'s|'t|'re|'ve|'m|'ll|'d)` after an apostrophe at `at`; `at` where there are none.
    fn contraction(&self, at: usize) -> usize {
        if self.text.as_bytes().get(at) != Some(&b'\'') {
            return at;
        }
        let mut rest = self.text[at + 1..].chars();
        let first = rest.next().map(|c| c.to_ascii_lowercase());
        let second = rest.next().map(|c| c.to_ascii_lowercase());
        match (first, second) {
            (Some('s' | 't' | 'm' | 'd'), _) => at + 2,
            // The long s folds to s.
            (Some('ſ'), _) => at + 1 + 'ſ'.len_utf8(),
            (Some('r' | 'v'), Some('e')) | (Some('l'), Some('l')) => at + 3,
            _ => at,
        }
    }

    /// `\s*[\r\n]+`, `\s+(?!\S)`, `\s+` from `at`, in that order.
    fn space(&self, at: usize) -> usize {
        let (mut end, mut last, mut after_newline) = (at, at, None);
        while let Some((c, flags)) = self.at(end) {
            if flags & SPACE == 0 {
                break;
            }
            last = end;
            end += c.len_utf8();
            if c == '\n' || c == '\r' {
                after_newline = Some(end);
            }
        }
        match after_newline {
            Some(end) => end,
            // Before a non-space the last space is left to it, unless it is the only one.
            None if end < self.text.len() && last > at => last,
            None => end,
        }
    }
}

/// Calls `piece` with each piece of `text` by the pattern of `o200k_base`.
pub(super) fn o200k(text: &str, mut piece: impl FnMut(&[u8])) {
    let scanner = Scanner { text, categories: Categories::get() };
    let mut at = 0;
    while let Some((c, flags)) = scanner.at(at) {
        let end = o200k_end(&scanner, at, c, flags);
        piece(&text.as_bytes()[at..end]);
        at = end;
    }
}

#[inline(always)]
fn o200k_end(scanner: &Scanner<'_>, at: usize, c: char, flags: u8) -> usize {
    let after = at + c.len_utf8();
    let line_end = c == '\n' || c == '\r';
    // `[^\r\n\p{L}\p{N}]?` takes one character in front of a word where there is a word.
    let prefixed = flags & (LETTER | NUMBER) == 0 && !line_end;
    let from = if prefixed { after } else { at };
    if flags & NUMBER == 0
        && let Some(end) = word(scanner, from)
    {
        return scanner.contraction(end);
    }
    // Without the optional character only a mark can still begin a word, and stands alone.
    if flags & MARK != 0 {
        return scanner.contraction(after);
    }
    if flags & NUMBER != 0 {
        return scanner.digits(at);
    }
    let punctuation = if c == ' ' { after } else { at };
    let mut end = scanner.punctuation(punctuation);
    if end > punctuation {
        while matches!(scanner.text.as_bytes().get(end), Some(b'\r' | b'\n' | b'/')) {
            end += 1;
        }
        return end;
    }
    scanner.space(at)
}

/// `HEAD*TAIL+` or, failing that, `HEAD+TAIL*` from `from`; `None` when neither matches.
#[inline(always)]
fn word(scanner: &Scanner<'_>, from: usize) -> Option<usize> {
    let (mut at, mut tail_end) = (from, None);
    while let Some((c, flags)) = scanner.at(at) {
        if flags & HEAD == 0 {
            break;
        }
        at += c.len_utf8();
        if flags & TAIL != 0 {
            tail_end = Some(at);
        }
    }
    let end = scanner.run(at, LOWER);
    if end > at {
        // HEAD* stopped at a lowercase letter: TAIL+ goes on from there.
        return Some(scanner.run(end, TAIL));
    }
    // HEAD* gives back characters until one is also a TAIL.
    tail_end.or((at > from).then_some(at))
}

/// Calls `piece` with each piece of `text` by the pattern of `cl100k_base`.
pub(super) fn cl100k(text: &str, mut piece: impl FnMut(&[u8])) {
    let scanner = Scanner { text, categories: Categories::get() };
    let mut at = 0;
    while let Some((c, flags)) = scanner.at(at) {
        let end = cl100k_end(&scanner, at, c, flags);
        piece(&text.as_bytes()[at..end]);
        at = end;
    }
}

#[inline(always)]
fn cl100k_end(scanner: &Scanner<'_>, at: usize, c: char, flags: u8) -> usize {
    let after = at + c.len_utf8();
    if c == '\'' {
        let end = scanner.contraction(at);
        if end > at {
            return end;
        }
    }
    let prefixed = flags & (LETTER | NUMBER) == 0 && c != '\n' && c != '\r';
    let from = if prefixed { after } else { at };
    if flags & NUMBER == 0 {
        let end = scanner.run(from, LETTER);
        if end > from {
            return end;
        }
    } else {
        return scanner.digits(at);
    }
    let punctuation = if c == ' ' { after } else { at };
    let mut end = scanner.punctuation(punctuation);
    if end > punctuation {
        while matches!(scanner.text.as_bytes().get(end), Some(b'\r' | b'\n')) {
            end += 1;
        }
        return end;
    }
    // `\s++$` comes before the newline rule, and its last rule takes a single space.
    let run = scanner.run(at, SPACE);
    if run == scanner.text.len() {
        return run;
    }
    scanner.space(at)
}

#[cfg(test)]
mod tests {
    fn check_o200k(text: &str, expect: &[&str]) {
        let mut got = Vec::new();
        super::o200k(text, |p| got.push(String::from_utf8_lossy(p).into_owned()));
        assert_eq!(got, expect, "{text:?}");
    }

    #[test]
    fn words_take_the_space_before_them_and_case_changes_cut() {
        check_o200k("Hello world", &["Hello", " world"]);
        check_o200k("camelCase HTTPServer", &["camel", "Case", " HTTPServer"]);
        check_o200k("it's I'LL", &["it's", " I'LL"]);
        check_o200k("1234567", &["123", "456", "7"]);
        check_o200k("a  b", &["a", " ", " b"]);
        check_o200k("a \n\n b", &["a", " \n\n", " b"]);
        check_o200k("end  ", &["end", "  "]);
        check_o200k("漢ABC", &["漢", "ABC"]);
    }
}
