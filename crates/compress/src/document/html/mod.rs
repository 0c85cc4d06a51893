//! Web pages: what is there to be read, with headings, lists and tables.

mod content;
mod table;
mod tree;

use super::Broken;
use super::draft::{Draft, Extracted, is_power, is_seen};
use super::encoding::{self, Encoding};
use super::formats::{self, Format};
use super::refused::Refused;
use content::Content;
use tree::{Node, Syntax, Tag};

/// Bytes at the beginning of a page in which it may say how it is encoded.
const PRESCAN_BYTES: usize = 4096;
/// A longer heading with paragraphs in it is one that was never closed.
const LONGEST_HEADING: usize = 300;
const HIDDEN: &str = "words of hidden parts";

/// Whether these are a web page, by name or by how they begin.
pub(super) fn is_page(name: &str, bytes: &[u8]) -> bool {
    let by_name = formats::sort_of(name).is_some_and(|sort| sort.format == Format::Html);
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_lowercase();
    let mut head = head.trim_start_matches('\u{feff}').trim_start();
    while let Some((_, rest)) = head.strip_prefix("<!--").and_then(|rest| rest.split_once("-->")) {
        head = rest.trim_start();
    }
    by_name
        || ["<!doctype html", "<html", "<head>", "<body"].iter().any(|mark| head.starts_with(mark))
        || (head.starts_with("<?xml") && head.contains("<html"))
}

/// The text of a page.
pub(super) fn read(bytes: &[u8], limit: u64) -> Result<(Encoding, Extracted), Broken> {
    let declared = declared(bytes);
    let (encoding, page) = encoding::decode(bytes, declared).ok_or(Refused::BINARY)?;
    let nodes = tree::read(&page, syntax(&page))?;
    drop(page);
    let content = content::find(&nodes);
    let mut writer =
        Writer { nodes: &nodes, content: &content, draft: Draft::new(limit), numbers: Vec::new() };
    writer.title();
    writer.children(content.root, 0)?;
    let (images, links) = (writer.count(Tag::Image), writer.count(Tag::Link));
    let mut draft = writer.draft;
    draft.left_out("words of navigation and the like", content.words_left_out);
    draft.left_out(HIDDEN, content.words_hidden);
    draft.left_out("pictures", images);
    draft.left_out("link addresses", links);
    Ok((encoding, draft.done()?))
}

/// Adds the text of a chapter, which is an XHTML page without furniture.
pub(super) fn add_chapter(page: &str, draft: Draft) -> Result<Draft, Broken> {
    let nodes = tree::read(page, Syntax::Xhtml)?;
    let content = content::whole(&nodes);
    let mut writer = Writer { nodes: &nodes, content: &content, draft, numbers: Vec::new() };
    writer.children(0, 0)?;
    let images = writer.count(Tag::Image);
    let mut draft = writer.draft;
    draft.left_out(HIDDEN, content.words_hidden);
    draft.left_out("pictures", images);
    Ok(draft)
}

fn syntax(page: &str) -> Syntax {
    match page.trim_start().starts_with("<?xml") {
        true => Syntax::Xhtml,
        false => Syntax::Html,
    }
}

/// What the page says its encoding is: `charset=` in a `meta`, or `encoding=` of XML.
fn declared(bytes: &[u8]) -> Option<Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(PRESCAN_BYTES)]).to_lowercase();
    let label = |from: &str, key: &str| {
        let value = &head[head.find(from)?..];
        let value = value[value.find(key)? + key.len()..].trim_start_matches(['"', '\'', ' ']);
        let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:".contains(c)))?;
        Encoding::from_label(&value[..end])
    };
    label("<meta", "charset=").or_else(|| label("<?xml", "encoding="))
}

struct Writer<'a> {
    nodes: &'a [Node],
    content: &'a Content,
    draft: Draft,
    /// The number of the next item, for each list around, of those that count.
    numbers: Vec<Option<i32>>,
}

impl Writer<'_> {
    /// The page's title, where nothing that is read says the same as a heading.
    fn title(&mut self) {
        let first =
            self.nodes.iter().enumerate().position(|(place, node)| {
                matches!(node.tag, Tag::Heading(_)) && self.is_read(place)
            });
        let title = self.nodes.iter().position(|node| node.tag == Tag::Title);
        let Some(title) = title else { return };
        let words = self.flat(title);
        let said = first.is_some_and(|first| {
            self.nodes[first].tag == Tag::Heading(1) || words.contains(self.flat(first).trim())
        });
        if !said && !words.trim().is_empty() {
            self.draft.heading(1);
            self.draft.words(&words);
            self.draft.paragraph();
        }
    }

    /// Whether an element is in the part that is read.
    fn is_read(&self, mut place: usize) -> bool {
        loop {
            if self.content.skipped[place] {
                return false;
            }
            if place == self.content.root {
                return true;
            }
            if place == 0 {
                return false;
            }
            place = self.nodes[place].parent;
        }
    }

    fn count(&self, tag: Tag) -> usize {
        let found = self.nodes.iter().enumerate().filter(|(_, node)| node.tag == tag);
        found.filter(|&(place, _)| self.is_read(place)).count()
    }

    /// Writes what is in an element that stands in so many lists.
    fn children(&mut self, place: usize, lists: usize) -> Result<(), Broken> {
        self.draft.check()?;
        for &child in &self.nodes[place].children {
            self.element(child as usize, lists)?;
        }
        Ok(())
    }

    fn element(&mut self, place: usize, lists: usize) -> Result<(), Broken> {
        if self.content.skipped[place] {
            return Ok(());
        }
        let node = &self.nodes[place];
        match node.tag {
            Tag::Text => self.draft.words(&node.text),
            Tag::Break => self.draft.line(),
            Tag::Rule => self.draft.paragraph(),
            Tag::Inline | Tag::Link | Tag::Root => self.children(place, lists)?,
            Tag::Superscript => self.superscript(place),
            Tag::Heading(level) if self.is_swallowing(place) => {
                self.draft.heading(usize::from(level));
                self.children(place, lists)?;
                self.draft.paragraph();
            }
            Tag::Heading(level) => {
                let words = self.flat(place);
                if !words.trim().is_empty() {
                    self.draft.heading(usize::from(level));
                    self.draft.words(&words);
                }
                self.draft.paragraph();
            }
            Tag::Pre => self.pre(place),
            Tag::List => {
                let open = if lists == 0 { Draft::paragraph } else { Draft::line };
                open(&mut self.draft);
                self.numbers.push(node.number);
                self.children(place, lists + 1)?;
                self.numbers.pop();
                open(&mut self.draft);
            }
            Tag::Item => {
                self.item(place, lists);
                self.children(place, lists)?;
                self.draft.line();
            }
            Tag::Term => {
                self.draft.line();
                self.children(place, lists)?;
                self.draft.line();
            }
            Tag::Table if let Some(parts) = self.data(place) => {
                self.draft.paragraph();
                self.rows(parts);
                self.draft.paragraph();
            }
            Tag::Image | Tag::Title | Tag::Silent => {}
            // The paragraph of an item stands on the item's line.
            _ if lists > 0 => {
                self.children(place, lists)?;
                self.draft.line();
            }
            _ => {
                self.draft.paragraph();
                self.children(place, lists)?;
                self.draft.paragraph();
            }
        }
        Ok(())
    }

    /// A power is no digit of the number it stands at.
    fn superscript(&mut self, place: usize) {
        let words = self.flat(place);
        if is_power(&words) {
            self.draft.words("^");
        }
        self.draft.words(&words);
    }

    fn pre(&mut self, place: usize) {
        let mut text = String::new();
        self.gather(place, &mut text, Gathered::Verbatim);
        let text = text.trim_matches('\n').trim_end();
        if text.is_empty() {
            return;
        }
        let fence = if text.contains("```") || !text.contains('\n') { "" } else { "```" };
        self.draft.paragraph();
        self.draft.words(fence);
        self.draft.line();
        self.draft.verbatim(text);
        self.draft.line();
        self.draft.words(fence);
        self.draft.paragraph();
    }

    /// Begins an item: by its number in a list that counts, by a dash in another.
    fn item(&mut self, place: usize, lists: usize) {
        let next = self.numbers.last_mut().and_then(Option::as_mut);
        let number = next.map(|next| {
            let number = self.nodes[place].number.unwrap_or(*next);
            *next = number.saturating_add(1);
            number
        });
        self.draft.line();
        match (self.begins_with_words(place), number) {
            (Some(true), None) => self.draft.item(lists),
            (Some(true), Some(number)) => self.draft.numbered(lists, number),
            _ => {}
        }
    }

    /// Whether words come first in an element, or else something with a mark of its own.
    fn begins_with_words(&self, place: usize) -> Option<bool> {
        let children = self.nodes[place].children.iter().map(|&child| child as usize);
        children.filter(|&child| !self.content.skipped[child]).find_map(|child| {
            let node = &self.nodes[child];
            match node.tag {
                Tag::Text => node.text.chars().any(is_seen).then_some(true),
                Tag::Heading(_) | Tag::List | Tag::Table | Tag::Pre => Some(false),
                _ => self.begins_with_words(child),
            }
        })
    }

    /// Whether a heading has in it what no heading has.
    fn is_swallowing(&self, heading: usize) -> bool {
        let (mut waiting, mut length, mut blocks) = (vec![heading], 0, false);
        while let Some(place) = waiting.pop() {
            let node = &self.nodes[place];
            match node.tag {
                Tag::Table | Tag::List | Tag::Pre => return true,
                Tag::Block | Tag::Paragraph | Tag::Term | Tag::Main | Tag::Article => blocks = true,
                _ => {}
            }
            length += node.text.len();
            let children = node.children.iter().map(|&child| child as usize);
            waiting.extend(children.filter(|&child| !self.content.skipped[child]));
        }
        blocks && length > LONGEST_HEADING
    }

    /// All text of an element in one line.
    fn flat(&self, place: usize) -> String {
        let mut text = String::new();
        self.gather(place, &mut text, Gathered::Flat);
        text
    }

    fn gather(&self, place: usize, text: &mut String, how: Gathered) {
        for &child in &self.nodes[place].children {
            let child = child as usize;
            if self.content.skipped[child] && self.nodes[place].tag != Tag::Title {
                continue;
            }
            let node = &self.nodes[child];
            let apart = !matches!(
                node.tag,
                Tag::Text | Tag::Inline | Tag::Link | Tag::Superscript | Tag::Image
            );
            match (apart, how) {
                (true, Gathered::Flat) => text.push(' '),
                (true, Gathered::Verbatim) => text.push('\n'),
                (false, _) => {}
            }
            text.push_str(&node.text);
            self.gather(child, text, how);
            if apart && how == Gathered::Flat {
                text.push(' ');
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gathered {
    Flat,
    Verbatim,
}

#[cfg(test)]
mod tests;
