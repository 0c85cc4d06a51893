//! OpenDocument texts: paragraphs, headings, lists, tables, notes.

use std::collections::BTreeSet;

use super::super::Broken;
use super::super::draft::Extracted;
use super::super::refused::Refused;
use super::composer::{Block, Composer};
use super::package::Package;
use super::xml::{Element, Seen, walk};

const WHAT: &str = "an OpenDocument text";

pub(super) fn read(package: &mut Package<'_>, limit: u64) -> Result<Extracted, Broken> {
    if let Some(manifest) = package.text("META-INF/manifest.xml").ok().flatten()
        && manifest.contains("encryption-data")
    {
        return Err(Refused::LOCKED_TEXT.into());
    }
    let Some(text) = package.text("content.xml")? else {
        return Err(Broken::Damaged(WHAT, "its part content.xml is missing".into()));
    };
    let mut body = Body::new(limit);
    walk(WHAT, &text, |seen| body.see(seen))?;
    let mut composer = body.composer;
    composer.left_out("comments", body.comments);
    composer.left_out("tables of contents and indices", body.indices);
    composer.left_out("pictures", body.pictures);
    composer.done()
}

struct Body {
    composer: Composer,
    /// The element of which nothing is read and those within it, open.
    silent: usize,
    in_body: bool,
    /// Paragraphs and headings that are open: a note's stand within another's.
    paragraphs: usize,
    lists: usize,
    /// The item has no paragraph yet.
    fresh_item: bool,
    /// Styles of titles.
    titles: BTreeSet<String>,
    pages: usize,
    comments: usize,
    indices: usize,
    pictures: usize,
}

impl Body {
    fn new(limit: u64) -> Self {
        Self {
            composer: Composer::new(limit),
            silent: 0,
            in_body: false,
            paragraphs: 0,
            lists: 0,
            fresh_item: false,
            titles: BTreeSet::from(["Title".to_owned()]),
            pages: 1,
            comments: 0,
            indices: 0,
            pictures: 0,
        }
    }

    fn see(&mut self, seen: Seen<'_>) -> Result<(), Broken> {
        match seen {
            Seen::Open(element) => self.open(&element),
            Seen::Close(name) => {
                self.close(name);
                Ok(())
            }
            Seen::Text(words) if self.paragraphs > 0 && self.silent == 0 => {
                self.composer.words(words)
            }
            Seen::Text(_) => Ok(()),
        }
    }

    fn open(&mut self, element: &Element<'_>) -> Result<(), Broken> {
        if self.silent > 0 {
            self.silent += 1;
            return Ok(());
        }
        if is_silent(element) {
            self.silent = 1;
            self.comments += usize::from(element.name == "annotation");
            self.indices += usize::from(is_index(element.name));
            return Ok(());
        }
        match element.name {
            "style" if element.get("parent-style-name").as_deref() == Some("Title") => {
                self.titles.extend(element.get("name"));
            }
            "text" => self.in_body = true,
            "p" | "h" if self.in_body => {
                let block = self.block(element);
                self.paragraphs += 1;
                self.composer.begin(block);
            }
            "list" => self.lists += 1,
            "list-item" | "list-header" => self.fresh_item = true,
            "s" | "tab" => self.composer.words(" ")?,
            "line-break" => self.composer.line(),
            "soft-page-break" => {
                self.pages += 1;
                self.composer.anchor(format!("page {}", self.pages));
            }
            "image" => self.pictures += 1,
            "table" => self.composer.open_table(),
            "table-cell" => {
                let count = element.get("number-columns-repeated");
                let count = count.and_then(|count| count.parse().ok()).unwrap_or(1);
                self.composer.columns(count, true);
            }
            "note-body" => self.composer.begin_note(),
            _ => {}
        }
        Ok(())
    }

    fn block(&mut self, element: &Element<'_>) -> Block {
        if element.name == "h" {
            let level = element.get("outline-level").and_then(|level| level.parse().ok());
            return Block::Heading(level.unwrap_or(1));
        }
        if element.get("style-name").is_some_and(|style| self.titles.contains(&style)) {
            return Block::Heading(1);
        }
        match self.lists > 0 && std::mem::take(&mut self.fresh_item) {
            true => Block::Item(self.lists),
            false => Block::Text,
        }
    }

    fn close(&mut self, name: &str) {
        if self.silent > 0 {
            self.silent -= 1;
            return;
        }
        match name {
            "p" | "h" if self.in_body => {
                self.paragraphs = self.paragraphs.saturating_sub(1);
                self.composer.end();
            }
            "list" => self.lists = self.lists.saturating_sub(1),
            "table-cell" | "covered-table-cell" => self.composer.end_cell(),
            "table-row" => self.composer.end_row(),
            "table" => self.composer.close_table(),
            "note-body" => self.composer.end_note(),
            _ => {}
        }
    }
}

fn is_index(name: &str) -> bool {
    matches!(name, "table-of-content" | "alphabetical-index" | "illustration-index" | "table-index")
}

/// Comments, deleted text, the marks of notes, forms, titles of pictures, indices. A title that is not
/// a picture's is a field, and text.
fn is_silent(element: &Element<'_>) -> bool {
    is_index(element.name)
        || match element.name {
            "title" | "desc" => element.is_of("svg"),
            name => matches!(
                name,
                "annotation"
                    | "tracked-changes"
                    | "note-citation"
                    | "forms"
                    | "ruby-text"
                    | "sequence-decls"
                    | "variable-decls"
            ),
        }
}
