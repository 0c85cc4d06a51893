//! From lines to paragraphs, headings, items and rows.

use std::collections::{BTreeMap, HashSet};

use super::super::Broken;
use super::super::draft::Draft;
use super::columns::Line;
use super::letters::Page;

/// A heading's letters are so much larger than the text's.
const LARGER: f32 = 1.18;
/// A longer line of large letters is text.
const LONGEST_HEADING: usize = 200;

/// Writes all pages.
pub(super) fn write(pages: &[Page], draft: &mut Draft) -> Result<(), Broken> {
    let lines = || pages.iter().flat_map(|page| &page.lines);
    let sizes = Sizes::of(lines());
    let words: HashSet<String> = lines()
        .flat_map(|line| line.text.split(|c: char| !(c.is_alphanumeric() || c == '-')))
        .map(str::to_lowercase)
        .collect();
    let mut writer = Writer { draft, sizes, words, before: None, leading: 0.0 };
    for (index, page) in pages.iter().enumerate() {
        writer.draft.anchor(format!("page {}", index + 1));
        let edges = Edges::of(&page.lines);
        for (line, edge) in page.lines.iter().zip(edges) {
            writer.line(line, edge);
            writer.draft.check()?;
        }
    }
    writer.end();
    Ok(())
}

/// Where the column of a line begins and ends.
#[derive(Debug, Clone, Copy)]
struct Edges {
    left: f32,
    right: f32,
}

impl Edges {
    /// Of every line; columns begin where a line says so.
    fn of(lines: &[Line]) -> Vec<Edges> {
        let mut all = Vec::with_capacity(lines.len());
        let mut begin = 0;
        while begin < lines.len() {
            let rest = lines[begin + 1..].iter();
            let end = begin + 1 + rest.take_while(|line| !line.starts).count();
            let column = &lines[begin..end];
            let left = column.iter().map(|line| line.x0).fold(f32::INFINITY, f32::min);
            let right = column.iter().map(|line| line.x1).fold(f32::NEG_INFINITY, f32::max);
            all.extend(std::iter::repeat_n(Edges { left, right }, end - begin));
            begin = end;
        }
        all
    }
}

/// The size of the text, and the ranks of what is larger.
struct Sizes {
    text: f32,
    larger: Vec<i32>,
}

impl Sizes {
    fn of<'a>(lines: impl Iterator<Item = &'a Line>) -> Self {
        let mut letters: BTreeMap<i32, usize> = BTreeMap::new();
        for line in lines {
            *letters.entry(half_points(line.size)).or_default() += line.text.len();
        }
        let text = letters.iter().max_by_key(|(_, letters)| **letters).map_or(0, |(size, _)| *size);
        let text = text as f32 / 2.0;
        let larger = letters.keys().filter(|&&size| size as f32 / 2.0 >= LARGER * text);
        Self { text, larger: larger.rev().copied().collect() }
    }

    fn level(&self, line: &Line) -> Option<usize> {
        let is_larger = line.size >= LARGER * self.text && line.text.len() < LONGEST_HEADING;
        let has_words = line.text.chars().filter(|c| c.is_alphabetic()).count() > 1;
        if !is_larger || !has_words {
            return None;
        }
        let place = self.larger.iter().position(|&size| size <= half_points(line.size))?;
        Some((place + 1).min(4))
    }
}

fn half_points(size: f32) -> i32 {
    (size * 2.0).round().clamp(0.0, 10_000.0) as i32
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Text,
    Heading(usize),
    Row,
}

/// The line before.
struct Before {
    what: What,
    y: f32,
    size: f32,
    x1: f32,
    right: f32,
    /// Its last word, where a hyphen ends it; not written yet.
    divided: Option<String>,
    ends_sentence: bool,
}

struct Writer<'a> {
    draft: &'a mut Draft,
    sizes: Sizes,
    words: HashSet<String>,
    before: Option<Before>,
    /// The distance of lines within the paragraph.
    leading: f32,
}

impl Writer<'_> {
    fn line(&mut self, line: &Line, edges: Edges) {
        let what = match (line.cells.is_empty(), self.sizes.level(line)) {
            (false, _) => What::Row,
            (true, Some(level)) => What::Heading(level),
            (true, None) => What::Text,
        };
        let joins = self.joins(line, what, edges);
        let distance = self.before.as_ref().map_or(0.0, |before| line.y - before.y);
        if !joins {
            self.end();
            match what {
                What::Heading(level) => self.draft.heading(level),
                What::Row if !self.after_row() => self.draft.paragraph(),
                What::Row => {}
                What::Text => match is_item(&line.text) {
                    true if self.before.is_some() && !line.starts => self.draft.line(),
                    _ => self.draft.paragraph(),
                },
            }
            self.leading = 0.0;
        } else if distance > 0.0 {
            self.leading = distance;
        }
        let mut divided = None;
        if what == What::Row {
            self.draft.row(&line.cells);
        } else {
            let text = match self.before.as_mut().and_then(|before| before.divided.take()) {
                Some(begun) => self.mended(&begun, &line.text),
                None => line.text.clone(),
            };
            let (head, last) = text.rsplit_once(' ').map_or(("", text.as_str()), |parts| parts);
            match is_divided(last) {
                true => {
                    self.draft.words(head);
                    divided = Some(last.to_owned());
                }
                false => self.draft.words(&text),
            }
            self.draft.words(" ");
        }
        self.before = Some(Before {
            what,
            y: line.y,
            size: line.size,
            x1: line.x1,
            right: edges.right,
            divided,
            ends_sentence: line.text.ends_with(['.', '!', '?', ':', '。', '！', '？', '”', '"']),
        });
    }

    /// Writes what waited for its other half.
    fn end(&mut self) {
        if let Some(begun) = self.before.as_mut().and_then(|before| before.divided.take()) {
            self.draft.words(&begun);
        }
    }

    fn after_row(&self) -> bool {
        self.before.as_ref().is_some_and(|before| before.what == What::Row)
    }

    /// Whether a line goes on with what the line before began.
    fn joins(&self, line: &Line, what: What, edges: Edges) -> bool {
        let Some(before) = &self.before else { return false };
        let alike = (line.size - before.size).abs() <= 0.08 * before.size.max(line.size);
        if before.what != what || what == What::Row || is_item(&line.text) {
            return false;
        }
        let goes_on = line.text.starts_with(|c: char| c.is_lowercase());
        if line.starts || line.y <= before.y {
            // Over the end of a column or a page only what is plainly one sentence is joined.
            return what == What::Text
                && alike
                && (goes_on && !before.ends_sentence || before.divided.is_some());
        }
        let distance = line.y - before.y;
        let most = match self.leading > 0.0 {
            true => 1.25 * self.leading,
            false => 1.75 * before.size,
        };
        if !alike || distance > most {
            return false;
        }
        if matches!(what, What::Heading(_)) || before.divided.is_some() {
            return true;
        }
        let indented =
            line.x0 - edges.left > 0.9 * line.size && line.x0 - edges.left < 4.0 * line.size;
        let short = before.x1 < before.right - 0.12 * (before.right - edges.left);
        !(before.ends_sentence && (indented || short && !goes_on))
    }

    /// A word that was divided at a line's end, whole again. The document itself says whether it has a
    /// hyphen elsewhere; where it does not, the hyphen was the printer's.
    fn mended(&self, begun: &str, rest: &str) -> String {
        let stem = begun.trim_end_matches(['-', '\u{ad}', '\u{2010}']);
        let next: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
        let last = |c: char| !(c.is_alphanumeric() || c == '-');
        let first = stem.rsplit(last).next().unwrap_or(stem);
        let (whole, hyphened) = (format!("{first}{next}"), format!("{first}-{next}"));
        let known = |word: &str| self.words.contains(&word.to_lowercase());
        let lowercase = rest.starts_with(|c: char| c.is_lowercase());
        match !known(&whole) && known(&hyphened) || !lowercase {
            true => format!("{stem}-{rest}"),
            false => format!("{stem}{rest}"),
        }
    }
}

/// Whether a line's last word goes on in the next.
fn is_divided(word: &str) -> bool {
    let stem = word.trim_end_matches(['-', '\u{ad}', '\u{2010}']);
    stem.len() < word.len() && stem.ends_with(|c: char| c.is_alphabetic())
}

/// Whether a line begins an item of a list.
fn is_item(text: &str) -> bool {
    if text.starts_with(['•', '▪', '◦', '‣', '●', '○', '■']) || text.starts_with("– ")
    {
        return true;
    }
    let Some((mark, _)) = text.split_once(' ') else { return false };
    let digits = mark.trim_end_matches(['.', ')']);
    digits.len() < mark.len()
        && (1..=3).contains(&digits.len())
        && digits.trim_start_matches('(').chars().all(|c| c.is_ascii_digit())
}
