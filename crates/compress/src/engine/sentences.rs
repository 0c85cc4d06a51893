//! Lines, paragraphs and sentences.

use super::blocks::Block;
use crate::chars::{Categories, LOWER, SPACE};
use crate::request::{Kind, Strategy};

/// What role a line plays; decides whether it may be cut into phrases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Running text, cut into phrases.
    Running,
    /// A heading; part of the skeleton.
    Heading,
    /// A row, a line of code or of a log: kept or dropped whole.
    Line,
}

/// A sentence, or a line that is treated as one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sentence {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) paragraph: u32,
    /// Place within its paragraph, from 0.
    pub(crate) place: u32,
    pub(crate) role: Role,
}

impl Sentence {
    /// A stretch that is a line of its own.
    pub(crate) fn of_range(range: &std::ops::Range<usize>) -> Self {
        Self {
            start: range.start as u32,
            end: range.end as u32,
            paragraph: range.start as u32,
            place: 0,
            role: Role::Line,
        }
    }
}

/// A longer sentence is cut at a space, so that one unit can never cost a whole budget.
const LONGEST: usize = 600;
/// A shorter one is joined to the next ("Dr.", "i.e.").
const SHORTEST: usize = 8;

/// Cuts `text` into sentences.
pub(crate) fn split(text: &str, kind: Kind, strategy: Strategy) -> Vec<Sentence> {
    let mut splitter = Splitter::new(text);
    match strategy {
        Strategy::Lines => splitter.lines(lines(text)),
        _ => splitter.running(lines(text), kind, wrapped_width(text, lines(text))),
    }
    splitter.out
}

/// Cuts the `blocks` of `text` into sentences; records, and with [`Strategy::Lines`] everything, into lines.
pub(crate) fn split_blocks(text: &str, blocks: &[Block], strategy: Strategy) -> Vec<Sentence> {
    let mut splitter = Splitter::new(text);
    let by_line = |block: &&Block| block.by_record() || strategy == Strategy::Lines;
    let running = blocks.iter().filter(|block| !by_line(block));
    let wrap = wrapped_width(text, running.flat_map(|block| lines_in(text, &block.range)));
    for block in blocks {
        let lines = lines_in(text, &block.range);
        match by_line(&block) {
            true => splitter.lines(lines),
            false => splitter.running(lines, block.kind, wrap),
        }
    }
    splitter.out
}

/// The lines of a stretch of `text`.
fn lines_in(text: &str, range: &std::ops::Range<usize>) -> impl Iterator<Item = Line> {
    let at = range.start;
    lines(&text[range.clone()])
        .map(move |line| Line { start: line.start + at, content_end: line.content_end + at })
}

/// A line without its line ending.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) start: usize,
    pub(crate) content_end: usize,
}

/// The lines of `text`; LF, CR LF and a lone CR each end one.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Line> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= bytes.len() {
            return None;
        }
        let start = at;
        let length = bytes[start..]
            .iter()
            .position(|&b| b == b'\n' || b == b'\r')
            .unwrap_or(bytes.len() - start);
        let content_end = start + length;
        at = content_end + 1;
        if bytes.get(content_end..content_end + 2) == Some(b"\r\n") {
            at += 1;
        }
        Some(Line { start, content_end })
    })
}

fn begins_item(line: &str) -> bool {
    let line = line.trim_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    line.is_empty()
        || line.starts_with(['-', '*', '+', '•', '#', '|', '>'])
        || (digits > 0 && digits < 4 && line[digits..].starts_with([')', '.']))
}

/// The width a text is wrapped to by hand; `None` where its lines are paragraphs.
fn wrapped_width(text: &str, lines: impl Iterator<Item = Line>) -> Option<usize> {
    let (mut lengths, mut follow, mut follow_lower) = (Vec::new(), 0usize, 0usize);
    let mut previous_long = false;
    for line in lines.take(4000) {
        let content = text[line.start..line.content_end].trim();
        if content.is_empty() {
            previous_long = false;
            continue;
        }
        if previous_long {
            follow += 1;
            follow_lower += usize::from(content.starts_with(char::is_lowercase));
        }
        lengths.push(content.len());
        previous_long = content.len() >= 40;
    }
    if follow < 4 || follow_lower * 4 < follow {
        return None;
    }
    lengths.sort_unstable();
    let width = lengths[lengths.len() * 9 / 10];
    (40..=130).contains(&width).then_some(width)
}

fn markdown_role(line: &str, fence: &mut Option<char>) -> Role {
    let trimmed = line.trim_start();
    if let Some(mark) = *fence {
        if trimmed.starts_with(mark)
            && trimmed.len() >= 3
            && trimmed.trim_end().chars().all(|c| c == mark)
        {
            *fence = None;
        }
        return Role::Line;
    }
    for mark in ['`', '~'] {
        if trimmed.chars().take(3).filter(|&c| c == mark).count() == 3 {
            *fence = Some(mark);
            return Role::Line;
        }
    }
    let hashes = trimmed.bytes().take_while(|&b| b == b'#').count();
    if (1..=6).contains(&hashes) && trimmed[hashes..].starts_with(' ') {
        return Role::Heading;
    }
    if trimmed.starts_with('|') && trimmed.trim_end().ends_with('|') && trimmed.len() > 2 {
        return Role::Line;
    }
    Role::Running
}

struct Splitter<'a> {
    text: &'a str,
    categories: Categories,
    out: Vec<Sentence>,
    paragraph: u32,
    place: u32,
}

impl<'a> Splitter<'a> {
    fn new(text: &'a str) -> Self {
        let out = Vec::with_capacity(text.len() / 80 + 1);
        Self { text, categories: Categories::get(), out, paragraph: 0, place: 0 }
    }

    /// Every line by itself.
    fn lines(&mut self, lines: impl Iterator<Item = Line>) {
        for line in lines {
            self.whole(line.start, line.content_end, Role::Line);
        }
    }

    /// Lines of running text, joined where they are wrapped by hand to `wrap`.
    fn running(&mut self, lines: impl Iterator<Item = Line>, kind: Kind, wrap: Option<usize>) {
        let text = self.text;
        let mut fence = None;
        let mut pending: Option<(usize, usize)> = None;
        let mut all = lines.peekable();
        while let Some(line) = all.next() {
            let content = &text[line.start..line.content_end];
            let role = match kind {
                Kind::Markdown | Kind::Scientific | Kind::Legal => {
                    markdown_role(content, &mut fence)
                }
                _ => Role::Running,
            };
            if role != Role::Running || content.trim().is_empty() {
                if let Some((start, end)) = pending.take() {
                    self.paragraph(start, end);
                }
                if role != Role::Running {
                    self.whole(line.start, line.content_end, role);
                }
                continue;
            }
            let start = pending.take().map_or(line.start, |(start, _)| start);
            // In text wrapped by hand a line end is a space, unless the line ends early or a list begins.
            let soft = wrap.is_some_and(|width| content.trim_end().len() * 10 >= width * 6)
                && all.peek().is_some_and(|next| !begins_item(&text[next.start..next.content_end]));
            if soft {
                pending = Some((start, line.content_end));
            } else {
                self.paragraph(start, line.content_end);
            }
        }
        if let Some((start, end)) = pending {
            self.paragraph(start, end);
        }
    }

    fn whole(&mut self, start: usize, end: usize, role: Role) {
        let end = start + self.text[start..end].trim_end().len();
        self.place = 0;
        if end > start && !self.text[start..end].trim().is_empty() {
            self.push(start, end, role);
        }
        self.paragraph += 1;
    }

    fn paragraph(&mut self, start: usize, end: usize) {
        self.place = 0;
        let mut from = start;
        let mut at = start;
        while at < end {
            // Plain letters and spaces, which most are, end nothing.
            let rest = &self.text.as_bytes()[at..end];
            let ends = |b: &u8| !b.is_ascii() || matches!(b, b'.' | b'!' | b'?');
            at += rest.iter().position(ends).unwrap_or(rest.len());
            let Some((c, _)) = self.categories.at(self.text, at).filter(|_| at < end) else {
                break;
            };
            let after = at + c.len_utf8();
            if let Some(cut) = self.boundary(from, at, c, end) {
                self.sentence(from, cut);
                from = cut;
                at = cut;
            } else {
                at = after;
            }
        }
        self.sentence(from, end);
        self.paragraph += 1;
    }

    /// Where the next sentence starts if the character `c` at `at` ends this one.
    fn boundary(&self, from: usize, at: usize, c: char, end: usize) -> Option<usize> {
        let wide = matches!(c, '。' | '！' | '？');
        if !wide && !matches!(c, '.' | '!' | '?' | '؟' | '।' | '…' | '۔') {
            return None;
        }
        let mut cut = at + c.len_utf8();
        let mut spaces = 0;
        while cut < end
            && let Some((next, flags)) = self.categories.at(self.text, cut)
        {
            let closes = spaces == 0
                && matches!(next, '"' | '”' | '’' | ')' | ']' | '»' | '\'' | '」' | '』');
            if flags & SPACE != 0 {
                spaces += 1;
            } else if !closes {
                break;
            }
            cut += next.len_utf8();
        }
        if cut < end && spaces == 0 && !wide {
            return None;
        }
        if cut - from < SHORTEST && !wide {
            return None;
        }
        if c == '.' && cut < end {
            let (_, flags) = self.categories.at(self.text, cut)?;
            if flags & LOWER != 0 || is_abbreviation(&self.text[from..at]) {
                return None;
            }
        }
        Some(cut)
    }

    fn sentence(&mut self, mut start: usize, end: usize) {
        while end - start > LONGEST {
            let mut limit = start + LONGEST;
            while !self.text.is_char_boundary(limit) {
                limit -= 1;
            }
            let window = &self.text.as_bytes()[start + LONGEST / 3..limit];
            let space = |b: &u8| matches!(b, b' ' | b'\n' | b'\t' | b'\r');
            let Some(cut) = window.iter().rposition(space) else {
                break;
            };
            let cut = start + LONGEST / 3 + cut + 1;
            self.push(start, cut, Role::Running);
            start = cut;
        }
        if !self.text[start..end].trim().is_empty() {
            self.push(start, end, Role::Running);
        }
    }

    fn push(&mut self, start: usize, end: usize, role: Role) {
        self.out.push(Sentence {
            start: start as u32,
            end: end as u32,
            paragraph: self.paragraph,
            place: self.place,
            role,
        });
        self.place += 1;
    }
}

/// Whether the text before a full stop ends in an abbreviation or a single initial.
pub(crate) fn is_abbreviation(before: &str) -> bool {
    let word = before
        .rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '“'))
        .next()
        .unwrap_or("");
    let mut chars = word.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return c.is_uppercase();
    }
    const KNOWN: &[&str] = &[
        "Mr", "Mrs", "Ms", "Dr", "Prof", "St", "Jr", "Sr", "vs", "etc", "e.g", "i.e", "No", "Nos",
        "Fig", "Figs", "Eq", "Eqs", "Sec", "al", "approx", "Inc", "Ltd", "Co", "Corp", "U.S",
        "U.K", "Gen", "Col", "Lt", "Sgt", "Rev", "Hon", "cf", "ca", "vol", "pp", "Art", "Abs",
        "Nr", "bzw", "z.B", "d.h", "u.a", "usw", "Sra", "Srta", "Ud", "Uds", "p.ej", "M", "Mme",
        "Mlle", "art", "env",
    ];
    KNOWN.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, kind: Kind, expect: &[&str]) {
        let got: Vec<&str> = split(text, kind, Strategy::Automatic)
            .iter()
            .map(|s| text[s.start as usize..s.end as usize].trim())
            .collect();
        assert_eq!(got, expect, "{text:?}");
    }

    #[test]
    fn sentences_end_where_a_reader_would_end_them() {
        check("It is so. It was not.", Kind::Prose, &["It is so.", "It was not."]);
        check(
            "Dr. Weiss met J. R. Hall. They ate.",
            Kind::Prose,
            &["Dr. Weiss met J. R. Hall.", "They ate."],
        );
        check(
            "It grew by 3.5 percent, i.e. a lot.",
            Kind::Prose,
            &["It grew by 3.5 percent, i.e. a lot."],
        );
        check("今日は晴れ。明日は雨。", Kind::Prose, &["今日は晴れ。", "明日は雨。"]);
        check(
            "One line here\r\nanother one\rlast",
            Kind::Prose,
            &["One line here", "another one", "last"],
        );
    }

    #[test]
    fn text_wrapped_by_hand_is_joined_and_lists_are_not() {
        let wrapped = "The first line of this paragraph runs to about the width\nof the page and goes on in the next line, and it goes\non still in the third line so that nobody can take the\nline ends for paragraphs, as there are many of them in\nevery one of these. Then a second sentence follows\nhere.\n\n- one item\n- two items\n";
        let got = split(wrapped, Kind::Prose, Strategy::Automatic);
        assert_eq!(got.len(), 4);
        assert_eq!(got[1].place, 1);
    }

    #[test]
    fn markdown_fences_and_tables_stay_whole_lines() {
        let text = "# Title\n\nSome words here.\n\n```\nlet x = 1. Then\n```\n\n| a | b |\n";
        let roles: Vec<Role> =
            split(text, Kind::Markdown, Strategy::Automatic).iter().map(|s| s.role).collect();
        assert_eq!(
            roles,
            [Role::Heading, Role::Running, Role::Line, Role::Line, Role::Line, Role::Line]
        );
    }
}
