//! Blocks: where one text is prose here, a table there and a log below.
//!
//! A block is a run of whole lines of one kind. What frames a block (the fences of code, the header of
//! a table) is known, so that it goes and stays with what it frames.

use std::ops::Range;

use super::detect::{is_code, is_log, is_strongly_code};
use super::json;
use super::sentences::{Line, lines};
use crate::request::Kind;

/// A stretch of whole lines of one kind, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) range: Range<usize>,
    pub(crate) kind: Kind,
    /// Lines at its beginning and at its end that are worth nothing by themselves.
    pub(crate) head: usize,
    pub(crate) tail: usize,
}

impl Block {
    /// Whether it is cut into records and not into phrases.
    pub(crate) fn by_record(&self) -> bool {
        self.kind.by_record()
    }
}

/// Fewer lines of a log, of code or of separated values are not a block of their own.
const FEWEST: usize = 4;
/// A shorter JSON value stays where it is, in its sentence.
const SHORTEST_JSON: usize = 80;

/// The blocks of a text that is mostly `whole`, in order, without holes but for blank lines between.
pub(crate) fn cut(text: &str, whole: Kind) -> Vec<Block> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    if matches!(whole, Kind::Code | Kind::Json | Kind::Table) {
        return vec![Block { range: 0..text.len(), kind: whole, head: 0, tail: 0 }];
    }
    let lines: Vec<Line> = lines(text).collect();
    let mut cutter =
        Cutter { text, lines: &lines, whole, blocks: Vec::new(), vain: Vain::new(text.len()) };
    cutter.run();
    cutter.blocks
}

struct Cutter<'a> {
    text: &'a str,
    lines: &'a [Line],
    whole: Kind,
    blocks: Vec<Block>,
    vain: Vain,
}

/// What was looked for and not found, so that a text of many beginnings without an end costs no square.
struct Vain {
    /// Bytes that may still be tried as JSON.
    json_bytes: usize,
    /// The line up to which lines are known to be no code.
    code: usize,
    /// The width from which on no fence is closed, of backticks and of tildes.
    fence: [usize; 2],
}

impl Vain {
    fn new(bytes: usize) -> Self {
        Self { json_bytes: bytes.saturating_mul(4), code: 0, fence: [usize::MAX; 2] }
    }
}

impl<'a> Cutter<'a> {
    fn run(&mut self) {
        let (mut at, mut from) = (0, 0);
        while at < self.lines.len() {
            match self.special(at) {
                Some((end, kind, head, tail)) => {
                    self.add(from, at, self.whole, 0, 0);
                    self.add(at, end, kind, head, tail);
                    at = end;
                    from = end;
                }
                None => at += 1,
            }
        }
        self.add(from, self.lines.len(), self.whole, 0, 0);
    }

    /// Adds the lines `from..to` without blank ones at either end.
    fn add(&mut self, mut from: usize, mut to: usize, kind: Kind, head: usize, tail: usize) {
        while from < to && self.line(from).trim().is_empty() {
            from += 1;
        }
        while to > from && self.line(to - 1).trim().is_empty() {
            to -= 1;
        }
        if from < to {
            let range = self.lines[from].start..self.lines[to - 1].content_end;
            self.blocks.push(Block { range, kind, head, tail });
        }
    }

    fn line(&self, at: usize) -> &'a str {
        self.lines.get(at).map_or("", |line| &self.text[line.start..line.content_end])
    }

    /// A block that begins at this line: where it ends, its kind, its frame.
    fn special(&mut self, at: usize) -> Option<(usize, Kind, usize, usize)> {
        let line = self.line(at);
        let trimmed = line.trim();
        match trimmed.as_bytes().first()? {
            b'`' | b'~' => {
                if let Some(found) = self.fence(at) {
                    return Some(found);
                }
            }
            b'{' | b'[' => {
                if let Some(end) = self.json(at) {
                    return Some((end, Kind::Json, 0, 0));
                }
            }
            b'|' if self.whole != Kind::Log => {
                let end = self.run_of(at, |line| {
                    line.len() > 2 && line.starts_with('|') && line.ends_with('|')
                });
                if end >= at + 3 {
                    let ruled = self.line(at + 1).bytes().all(|b| b" |-:\t\r".contains(&b));
                    return Some((end, Kind::Table, if ruled { 2 } else { 0 }, 0));
                }
            }
            _ => {}
        }
        if self.whole == Kind::Log {
            return None;
        }
        if trimmed.bytes().take(48).any(|b| b.is_ascii_digit()) {
            let end = self.run_of(at, is_log);
            if end >= at + FEWEST {
                return Some((end, Kind::Log, 0, 0));
            }
        }
        if let Some(end) = self.separated(at) {
            return Some((end, Kind::Table, 1, 0));
        }
        self.code(at).map(|end| (end, Kind::Code, 0, 0))
    }

    /// The end of the run of lines from `at` on of which `is` holds.
    fn run_of(&self, at: usize, is: impl Fn(&str) -> bool) -> usize {
        (at..self.lines.len()).find(|&i| !is(self.line(i).trim())).unwrap_or(self.lines.len())
    }

    /// Fenced lines, by what the fence says they are.
    fn fence(&mut self, at: usize) -> Option<(usize, Kind, usize, usize)> {
        let open = self.line(at).trim();
        let mark = open.chars().next()?;
        let width = open.chars().take_while(|&c| c == mark).count();
        let vain = usize::from(mark == '~');
        if width < 3 || width >= self.vain.fence[vain] {
            return None;
        }
        let label = open[width..].trim().to_ascii_lowercase();
        let closes = |line: &str| line.len() >= width && line.chars().all(|c| c == mark);
        let close = (at + 1..self.lines.len()).find(|&i| closes(self.line(i).trim()));
        let Some(close) = close else {
            self.vain.fence[vain] = width;
            return None;
        };
        let kind = match label.split([' ', ',', '{']).next().unwrap_or("") {
            "csv" | "tsv" => Kind::Table,
            "log" | "console" | "text" | "txt" | "output" => {
                let logged = (at + 1..close).filter(|&i| is_log(self.line(i).trim())).count();
                if logged * 2 > close - at - 1 { Kind::Log } else { Kind::Code }
            }
            // Code and not JSON: a value in fences must lose neither and stay JSON between them.
            _ => Kind::Code,
        };
        let head = if kind == Kind::Table { 2 } else { 1 };
        Some((close + 1, kind, head, 1))
    }

    /// The end of one JSON value that fills whole lines.
    fn json(&mut self, at: usize) -> Option<usize> {
        let start = self.lines[at].start;
        let end = json::value_end(&self.text[start..], &mut self.vain.json_bytes)? + start;
        let last = self.lines.partition_point(|line| line.content_end < end);
        let rest = self.text.get(end..self.lines.get(last)?.content_end)?;
        let value = self.text.get(start..end)?;
        (rest.trim().is_empty()
            && value.len() >= SHORTEST_JSON
            && self.lines[last].start < end
            && json::is_value(value))
        .then_some(last + 1)
    }

    /// Rows of as many short fields each, apart by tabs or commas.
    fn separated(&self, at: usize) -> Option<usize> {
        let fields = |line: &str, mark: char| line.matches(mark).count();
        let first = self.line(at);
        let mark = ['\t', ',', ';'].into_iter().find(|&mark| {
            let least = if mark == '\t' { 1 } else { 2 };
            fields(first, mark) >= least
        })?;
        let marks = fields(first.trim_end(), mark);
        let is_row = |line: &str| {
            fields(line, mark) == marks
                && line.len() <= 32 * (marks + 1)
                && !line.ends_with(['.', '?', '!'])
                && (mark == '\t' || !line.contains(", "))
        };
        let end = (at..self.lines.len())
            .find(|&i| !is_row(self.line(i).trim_end()))
            .unwrap_or(self.lines.len());
        (end >= at + FEWEST).then_some(end)
    }

    /// Lines of code without a fence. Prose has lines that look like it, so most must, and some without
    /// a doubt.
    fn code(&mut self, at: usize) -> Option<usize> {
        let looks = |i: usize| is_code(self.line(i), self.line(i).trim());
        if at < self.vain.code || !looks(at) {
            return None;
        }
        let (mut end, mut coded, mut strong, mut filled, mut missed) = (at, 0, 0, 0, 0);
        for i in at..self.lines.len() {
            let trimmed = self.line(i).trim();
            if trimmed.is_empty() {
                continue;
            }
            filled += 1;
            if looks(i) {
                coded += 1;
                strong += usize::from(is_strongly_code(trimmed));
                end = i + 1;
                missed = 0;
            } else {
                missed += 1;
                if missed > 2 || trimmed.len() > 120 {
                    filled -= missed;
                    break;
                }
            }
        }
        let found =
            coded >= FEWEST && strong >= 3 && strong * 5 >= coded * 2 && coded * 3 >= filled * 2;
        if !found {
            self.vain.code = end;
        }
        found.then_some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, whole: Kind, expect: &[(Kind, &str)]) {
        let blocks = cut(text, whole);
        let got: Vec<(Kind, &str)> = blocks
            .iter()
            .map(|b| (b.kind, text[b.range.clone()].lines().next().unwrap()))
            .collect();
        assert_eq!(got, expect, "{text}");
        for pair in blocks.windows(2) {
            assert!(text[pair[0].range.end..pair[1].range.start].trim().is_empty());
        }
    }

    #[test]
    fn fences_and_tables_inside_markdown_are_blocks_of_their_own() {
        check(
            "# A\n\nSome text.\n\n```rust\nfn go() {}\n```\n\nMore.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nEnd.\n",
            Kind::Markdown,
            &[
                (Kind::Markdown, "# A"),
                (Kind::Code, "```rust"),
                (Kind::Markdown, "More."),
                (Kind::Table, "| a | b |"),
                (Kind::Markdown, "End."),
            ],
        );
        check("```\nnever closed\n", Kind::Markdown, &[(Kind::Markdown, "```")]);
    }

    #[test]
    fn logs_values_and_code_inside_prose_are_found() {
        let log = "2024-01-02T10:11:12Z INFO started\n".repeat(5);
        let text = format!("It failed at ten.\n\n{log}\nNobody knows why.\n");
        check(
            &text,
            Kind::Prose,
            &[
                (Kind::Prose, "It failed at ten."),
                (Kind::Log, "2024-01-02T10:11:12Z INFO started"),
                (Kind::Prose, "Nobody knows why."),
            ],
        );
        check(
            "The answer was:\n{\n  \"name\": \"a pump with a long name\",\n  \"parts\": [1, 2, 3, 4, 5],\n  \"made\": \"1987-05-04 in the yard\"\n}\nThat is all.\n",
            Kind::Prose,
            &[(Kind::Prose, "The answer was:"), (Kind::Json, "{"), (Kind::Prose, "That is all.")],
        );
        check(
            "Call it so:\nfn main() {\n    let x = go(1);\n    println(x);\n}\n\nThen wait.\n",
            Kind::Prose,
            &[
                (Kind::Prose, "Call it so:"),
                (Kind::Code, "fn main() {"),
                (Kind::Prose, "Then wait."),
            ],
        );
        check(
            "Weights:\npart,kg,year\nvalve,3,1987\npump,40,1990\nlid,1,1991\n\nAll were weighed.\n",
            Kind::Prose,
            &[
                (Kind::Prose, "Weights:"),
                (Kind::Table, "part,kg,year"),
                (Kind::Prose, "All were weighed."),
            ],
        );
    }

    #[test]
    fn prose_that_only_looks_like_something_else_stays_whole() {
        for text in [
            "We shall fight, we shall win, we shall rest.\n".repeat(6),
            "(a) the buyer;\n(b) the seller;\n(c) the agent;\n(d) the carrier;\n(e) the bank;\n"
                .into(),
            "[1] A reference to a paper, 1987.\n[2] Another one, 1990.\n".repeat(4),
            "In 1987 it was built.\nIn 1990 it was sold at 10:30.\n".repeat(4),
        ] {
            assert_eq!(cut(&text, Kind::Prose).len(), 1, "{text}");
        }
    }
}
