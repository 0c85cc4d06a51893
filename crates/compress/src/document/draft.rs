//! The text of a document that is not plain text, as it is put together: paragraphs, headings, lists
//! and tables in the marks of Markdown, white space evened out.
//!
//! Words come from the document alone. `#`, `- ` and `|` say what was a heading, an item or a cell; a `|` within
//! a cell is `\|`.

use serde::{Deserialize, Serialize};

use super::Broken;
use crate::request::Kind;

/// A table with a longer cell, in bytes, serves to place text on the page.
pub(super) const LONGEST_CELL: usize = 1000;

/// A place in the text that the document has a name for: a page, a chapter, a minute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// Where it begins, in bytes of the text.
    pub at: usize,
    /// What it is called, such as `page 3`. It is not part of the text.
    pub name: String,
}

/// What a document holds besides its text, and that was left out when the text was taken out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// What, in the plural: `time stamps`, `headers and footers of pages`.
    pub what: String,
    /// How many.
    pub count: usize,
}

/// A text being written.
#[derive(Debug, Default)]
pub(super) struct Draft {
    text: String,
    anchors: Vec<Anchor>,
    left_out: Vec<LeftOut>,
    /// Anchors of which no text has come yet.
    waiting: Vec<String>,
    /// Line ends before the next word.
    breaks: usize,
    /// A space before the next word.
    space: bool,
    /// What the next line begins with.
    mark: String,
    /// It has a heading or a row.
    marked: bool,
    limit: usize,
}

impl Draft {
    /// An empty text that may grow to `limit` bytes.
    pub(super) fn new(limit: u64) -> Self {
        Self { limit: usize::try_from(limit).unwrap_or(usize::MAX), ..Self::default() }
    }

    /// Adds running text: white space of any kind and length becomes one space, soft hyphens and
    /// spaces of no width go.
    pub(super) fn words(&mut self, text: &str) {
        for letter in text.chars() {
            if letter.is_whitespace() {
                self.space = true;
            } else if is_seen(letter) {
                self.letter(letter);
            }
        }
    }

    /// Adds text whose line ends and spaces matter.
    pub(super) fn verbatim(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.line();
            }
            let line = line.trim_end();
            let words = line.trim_start();
            if words.is_empty() {
                continue;
            }
            if self.breaks > 0 || self.text.is_empty() {
                self.settle();
                self.text.push_str(&line[..line.len() - words.len()]);
            } else if line.len() > words.len() {
                self.space = true;
            }
            for letter in words.chars().filter(|letter| *letter == '\t' || !letter.is_control()) {
                self.letter(letter);
            }
        }
    }

    fn letter(&mut self, letter: char) {
        self.settle();
        self.text.push(letter);
    }

    /// Writes the line ends, the mark and the space that wait for a word.
    fn settle(&mut self) {
        if self.text.is_empty() {
            (self.breaks, self.space) = (0, false);
        }
        if self.breaks > 0 {
            self.text.extend(std::iter::repeat_n('\n', self.breaks));
            self.space = false;
        }
        let fresh = self.breaks > 0 || self.text.is_empty();
        if self.space {
            self.text.push(' ');
        }
        let at = self.text.len();
        self.anchors.extend(self.waiting.drain(..).map(|name| Anchor { at, name }));
        if fresh {
            self.text.push_str(&self.mark);
        }
        self.mark.clear();
        (self.breaks, self.space) = (0, false);
    }

    /// What comes next stands on a line of its own.
    pub(super) fn line(&mut self) {
        self.breaks = self.breaks.max(1);
    }

    /// What comes next is a new paragraph.
    pub(super) fn paragraph(&mut self) {
        self.breaks = 2;
        self.mark.clear();
    }

    /// What comes next is a heading, `level` from 1.
    pub(super) fn heading(&mut self, level: usize) {
        self.paragraph();
        self.marked = true;
        self.mark = format!("{} ", "#".repeat(level.clamp(1, 6)));
    }

    /// What comes next is an item of a list in `depth` lists, from 1.
    pub(super) fn item(&mut self, depth: usize) {
        self.line();
        self.mark = format!("{}- ", indent(depth));
    }

    /// What comes next is an item with a number.
    pub(super) fn numbered(&mut self, depth: usize, number: i32) {
        self.line();
        self.verbatim(&format!("{}{number}.", indent(depth)));
        self.space = true;
    }

    /// A table's row; one of a single cell is a line of text.
    pub(super) fn row(&mut self, cells: &[String]) {
        let cells: Vec<&str> = cells.iter().map(|cell| cell.trim()).collect();
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        self.line();
        match (filled, cells.len()) {
            (0, _) => {}
            (1, 1) => self.words(&cells.concat()),
            _ => {
                self.marked = true;
                // One within a cell is no border.
                let cells = cells.iter().map(|cell| cell.replace('|', "\\|"));
                let row = cells.collect::<Vec<_>>().join(" | ");
                self.words(&format!("| {row} |"));
            }
        }
        self.line();
    }

    /// The document calls what comes next `name`.
    pub(super) fn anchor(&mut self, name: impl Into<String>) {
        self.waiting.push(name.into());
    }

    /// Something was left out.
    pub(super) fn left_out(&mut self, what: &str, count: usize) {
        if count == 0 {
            return;
        }
        match self.left_out.iter_mut().find(|known| known.what == what) {
            Some(known) => known.count += count,
            None => self.left_out.push(LeftOut { what: what.to_owned(), count }),
        }
    }

    /// The text has outgrown its limit.
    pub(super) fn check(&self) -> Result<(), Broken> {
        match self.text.len() > self.limit {
            true => Err(Broken::Inflated(self.limit as u64)),
            false => Ok(()),
        }
    }

    /// The text, with a line end after it.
    pub(super) fn done(mut self) -> Result<Extracted, Broken> {
        self.check()?;
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        Ok(Extracted {
            text: self.text,
            kind: self.marked.then_some(Kind::Markdown),
            anchors: self.anchors,
            left_out: self.left_out,
        })
    }
}

/// What an item in `depth` lists stands behind.
fn indent(depth: usize) -> String {
    "  ".repeat(depth.saturating_sub(1).min(8))
}

/// Whether a letter is written: neither white space nor one that nobody sees.
pub(super) fn is_seen(letter: char) -> bool {
    !letter.is_whitespace()
        && !letter.is_control()
        && !matches!(letter, '\u{ad}' | '\u{200b}' | '\u{feff}')
}

/// Whether what is raised is a power, which is no digit of the number it stands at.
pub(super) fn is_power(raised: &str) -> bool {
    raised.starts_with(|first: char| first.is_ascii_digit() || "+-−".contains(first))
}

/// The text of a document, taken out of it.
#[derive(Debug, Default)]
pub(super) struct Extracted {
    pub(super) text: String,
    /// What the text is made of, where its format says so.
    pub(super) kind: Option<Kind>,
    pub(super) anchors: Vec<Anchor>,
    pub(super) left_out: Vec<LeftOut>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_evened_out_and_marks_say_what_is_what() {
        let mut draft = Draft::new(1000);
        draft.anchor("page 1");
        draft.heading(2);
        draft.words(" The\n  harbour ");
        draft.paragraph();
        draft.words("It is co\u{ad}ld. ");
        draft.words(" Very.");
        draft.item(1);
        draft.words("one");
        draft.item(2);
        draft.words("two");
        draft.anchor("page 2");
        draft.row(&["a b ".into(), String::new(), "c".into()]);
        draft.paragraph();
        draft.verbatim("fn go() {\n    1\n}\n");
        let made = draft.done().unwrap();
        assert_eq!(
            made.text,
            "## The harbour\n\nIt is cold. Very.\n- one\n  - two\n| a b | | c |\n\n\
             fn go() {\n    1\n}\n"
        );
        let anchors: Vec<(&str, &str)> =
            made.anchors.iter().map(|a| (a.name.as_str(), &made.text[a.at..a.at + 3])).collect();
        assert_eq!(anchors, [("page 1", "## "), ("page 2", "| a")]);
    }

    #[test]
    fn a_border_within_a_cell_is_none() {
        let mut draft = Draft::new(1000);
        draft.row(&["a | b".into(), "c|".into()]);
        draft.row(&["alone | here".into()]);
        assert_eq!(draft.done().unwrap().text, "| a \\| b | c\\| |\nalone | here\n");
    }

    #[test]
    fn a_text_that_grows_without_end_is_stopped() {
        let mut draft = Draft::new(10);
        draft.words("more than ten letters");
        assert!(matches!(draft.done(), Err(Broken::Inflated(10))));
    }
}
