//! Word documents: paragraphs by their styles, lists, tables, notes. What was deleted under tracked
//! changes is not text, and neither are comments, headers and footers.

use std::collections::BTreeMap;

use super::super::Broken;
use super::super::draft::{Extracted, is_power};
use super::composer::{Block, Composer};
use super::formula::{Formula, symbol};
use super::package::Package;
use super::xml::{Element, Seen, walk};

const WHAT: &str = "a Word document";
/// Headings have levels 0 to 8; 9 is running text.
const LEVELS: usize = 9;
/// Styles between one and the heading it is based on.
const STYLE_STEPS: usize = 10;

pub(super) fn read(package: &mut Package<'_>, limit: u64) -> Result<Extracted, Broken> {
    let main = main_part(package)?;
    let Some(text) = package.text(&main)? else {
        return Err(Broken::Damaged(WHAT, format!("its part {main} is missing")));
    };
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    let styles = match package.text(&format!("{folder}/styles.xml"))? {
        Some(styles) => read_styles(&styles)?,
        None => BTreeMap::new(),
    };
    let mut body = Body::new(&styles, limit);
    walk(WHAT, &text, |seen| body.see(seen))?;
    for notes in ["footnotes", "endnotes"] {
        if let Some(text) = package.text(&format!("{folder}/{notes}.xml"))? {
            walk(WHAT, &text, |seen| body.see(seen))?;
        }
    }
    let furniture = |name: &str| {
        let file = name.rsplit('/').next().unwrap_or_default();
        file.ends_with(".xml") && (file.starts_with("header") || file.starts_with("footer"))
    };
    let mut composer = body.composer;
    composer.left_out("lines of the table of contents", body.contents);
    composer.left_out("deleted passages", body.deleted);
    composer.left_out("pictures", body.pictures);
    composer.left_out("symbols", body.symbols);
    composer.left_out("headers and footers", package.count(furniture));
    composer.left_out("files of comments", package.count(|name| name.ends_with("/comments.xml")));
    composer.done()
}

/// The part that the package says is the document.
fn main_part(package: &mut Package<'_>) -> Result<String, Broken> {
    let mut found = None;
    if let Some(relations) = package.text("_rels/.rels")? {
        walk(WHAT, &relations, |seen| {
            if let Seen::Open(element) = seen
                && element.get("Type").is_some_and(|kind| kind.ends_with("/officeDocument"))
            {
                found = element.get("Target");
            }
            Ok(())
        })?;
    }
    let main = found.unwrap_or_else(|| "word/document.xml".to_owned());
    Ok(main.trim_start_matches('/').to_owned())
}

/// What a paragraph's style says of it.
#[derive(Debug, Clone, Default)]
struct Style {
    based_on: Option<String>,
    block: Option<Block>,
    is_contents: bool,
}

fn read_styles(text: &str) -> Result<BTreeMap<String, Style>, Broken> {
    let mut styles = BTreeMap::new();
    let mut here: Option<(String, Style)> = None;
    walk(WHAT, text, |seen| {
        match (seen, &mut here) {
            (Seen::Open(element), _) if element.name == "style" => {
                here = element.get("styleId").map(|id| (id, Style::default()));
            }
            (Seen::Open(element), Some((_, style))) => match element.name {
                "name" => name_says(&element.get("val").unwrap_or_default(), style),
                "basedOn" => style.based_on = element.get("val"),
                "outlineLvl" => style.block = style.block.or_else(|| outline(&element)),
                "numId" => style.block = style.block.or_else(|| numbered(&element, 0)),
                _ => {}
            },
            (Seen::Close("style"), _) => styles.extend(here.take()),
            _ => {}
        }
        Ok(())
    })?;
    Ok(styles)
}

fn name_says(name: &str, style: &mut Style) {
    let name = name.to_lowercase();
    if let Some(level) = name.strip_prefix("heading ").and_then(|level| level.parse().ok()) {
        style.block = Some(Block::Heading(level));
    } else if name == "title" {
        style.block = Some(Block::Heading(1));
    } else if name.starts_with("list bullet") || name.starts_with("list number") {
        style.block = Some(Block::Item(1));
    }
    style.is_contents = name.starts_with("toc ") && name != "toc heading";
}

fn outline(element: &Element<'_>) -> Option<Block> {
    let level: usize = element.get("val")?.parse().ok()?;
    (level < LEVELS).then(|| Block::Heading(level + 1))
}

/// Numbering 0 takes a style's numbering away.
fn numbered(element: &Element<'_>, level: usize) -> Option<Block> {
    (element.get("val")? != "0").then(|| Block::Item(level.min(LEVELS) + 1))
}

/// A paragraph as it is read.
#[derive(Debug, Default)]
struct Paragraph {
    style: Option<String>,
    own: Option<Block>,
    level: usize,
    /// Its first word has come.
    begun: bool,
    /// It is a line of the table of contents, and counted.
    is_counted: bool,
}

struct Body<'a> {
    styles: &'a BTreeMap<String, Style>,
    composer: Composer,
    /// Elements of which nothing is read, open.
    silent: usize,
    in_text: bool,
    /// The paragraph's properties are being read.
    in_properties: bool,
    here: Paragraph,
    /// Paragraphs around it: one in a text box stands within another's.
    around: Vec<Paragraph>,
    raised: bool,
    pages: usize,
    in_note: bool,
    contents: usize,
    deleted: usize,
    pictures: usize,
    symbols: usize,
    formula: Option<Formula>,
}

impl<'a> Body<'a> {
    fn new(styles: &'a BTreeMap<String, Style>, limit: u64) -> Self {
        Self {
            styles,
            composer: Composer::new(limit),
            silent: 0,
            in_text: false,
            in_properties: false,
            here: Paragraph::default(),
            around: Vec::new(),
            raised: false,
            pages: 1,
            in_note: false,
            contents: 0,
            deleted: 0,
            pictures: 0,
            symbols: 0,
            formula: None,
        }
    }

    fn see(&mut self, seen: Seen<'_>) -> Result<(), Broken> {
        match seen {
            Seen::Open(element) => self.open(&element),
            Seen::Close(name) => self.close(name),
            Seen::Text(words) if self.in_text && self.silent == 0 => self.words(words),
            Seen::Text(_) => Ok(()),
        }
    }

    fn open(&mut self, element: &Element<'_>) -> Result<(), Broken> {
        if is_silent(element.name) {
            self.silent += 1;
            self.deleted += usize::from(element.name == "del" && !self.in_properties);
        }
        if self.silent > 0 {
            return Ok(());
        }
        match &mut self.formula {
            Some(formula) => formula.open(element.name, element.get("val")),
            None => self.formula = Formula::begin(element.name, element.is_of("m")),
        }
        match element.name {
            "p" => self.around.push(std::mem::take(&mut self.here)),
            "pPr" => self.in_properties = true,
            "pStyle" => self.here.style = element.get("val"),
            "outlineLvl" if self.in_properties => self.here.own = outline(element),
            "ilvl" => {
                let level = element.get("val").and_then(|level| level.parse().ok());
                self.here.level = level.unwrap_or(0);
            }
            "numId" if self.in_properties => self.here.own = numbered(element, self.here.level),
            "r" => self.raised = false,
            "vertAlign" => {
                let value = element.get("val");
                self.raised = !self.in_properties && value.as_deref() == Some("superscript");
            }
            "t" => self.in_text = true,
            "tab" | "ptab" if !self.in_properties => self.words(" ")?,
            "noBreakHyphen" => self.words("-")?,
            "br" | "cr" if self.formula.is_some() => self.words(" ")?,
            "br" | "cr" => self.composer.line(),
            "lastRenderedPageBreak" => {
                self.pages += 1;
                self.composer.anchor(format!("page {}", self.pages));
            }
            "drawing" | "pict" => self.pictures += 1,
            "sym" => match symbol(
                &element.get("font").unwrap_or_default(),
                &element.get("char").unwrap_or_default(),
            ) {
                Some(sign) => self.words(sign)?,
                None => self.symbols += 1,
            },
            "tbl" => self.composer.open_table(),
            "gridSpan" => {
                let count = element.get("val").and_then(|count| count.parse().ok());
                self.composer.columns(count.unwrap_or(1), false);
            }
            "footnote" | "endnote" => {
                // Separators are notes too, of a type of their own.
                self.in_note = element.get("type").is_none_or(|kind| kind == "normal");
                if self.in_note {
                    self.composer.begin_note();
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), Broken> {
        if is_silent(name) {
            self.silent = self.silent.saturating_sub(1);
            return Ok(());
        }
        if self.silent > 0 {
            return Ok(());
        }
        if let Some(made) = self.formula.as_mut().and_then(|formula| formula.close(name)) {
            self.formula = None;
            self.raised = false;
            return self.words(&made);
        }
        match name {
            "p" => {
                let inner =
                    std::mem::replace(&mut self.here, self.around.pop().unwrap_or_default());
                if inner.begun {
                    self.composer.end();
                }
            }
            "pPr" => self.in_properties = false,
            "t" => self.in_text = false,
            "tc" => self.composer.end_cell(),
            "tr" => self.composer.end_row(),
            "tbl" => self.composer.close_table(),
            "footnote" | "endnote" if std::mem::take(&mut self.in_note) => self.composer.end_note(),
            _ => {}
        }
        Ok(())
    }

    fn words(&mut self, words: &str) -> Result<(), Broken> {
        if let Some(formula) = &mut self.formula {
            formula.words(words);
            return Ok(());
        }
        if words.trim().is_empty() && !self.here.begun {
            return Ok(());
        }
        let (block, is_contents) = self.block();
        if is_contents {
            self.contents += usize::from(!std::mem::replace(&mut self.here.is_counted, true));
            return Ok(());
        }
        if !std::mem::replace(&mut self.here.begun, true) {
            self.composer.begin(block);
        }
        if std::mem::take(&mut self.raised) && is_power(words) {
            self.composer.words("^")?;
        }
        self.composer.words(words)
    }

    /// What the paragraph is, by itself or by its style and those that is based on.
    fn block(&self) -> (Block, bool) {
        let mut block = self.here.own;
        let mut name = self.here.style.as_ref();
        for _ in 0..STYLE_STEPS {
            let Some(style) = name.and_then(|name| self.styles.get(name)) else { break };
            if style.is_contents {
                return (Block::Text, true);
            }
            // A numbered heading is a heading.
            block = match (block, style.block) {
                (Some(Block::Item(_)), Some(heading @ Block::Heading(_))) => Some(heading),
                (block, styled) => block.or(styled),
            };
            name = style.based_on.as_ref();
        }
        (block.unwrap_or(Block::Text), false)
    }
}

/// Deleted and moved-away text, codes of fields, and what older programs would show instead.
fn is_silent(name: &str) -> bool {
    matches!(
        name,
        "del"
            | "moveFrom"
            | "delText"
            | "instrText"
            | "Fallback"
            | "rt"
            | "pPrChange"
            | "rPrChange"
    )
}
