//! A web page's elements as a tree, built in one pass over its tokens.
//!
//! What is not closed closes where the standard says for the common cases (items, cells, rows,
//! paragraphs); an end without a beginning is ignored. Nesting past [`DEEPEST`] is flattened, so that
//! whoever walks the tree by recursion is safe: lines stay apart there, and what holds no text to
//! read stays an element.

use html5gum::{Token, Tokenizer};

use super::super::Broken;

/// Elements in each other; what is in those within stands in the last of them.
const DEEPEST: usize = 256;
/// Elements open at a time, at most; more are not remembered.
const MOST_OPEN: usize = 2 * DEEPEST;
/// Columns or rows a cell takes, at most.
const WIDEST: u8 = 100;
/// Elements and texts of a page, at most: 64 MiB of nothing but tags would be more.
const MOST: usize = 4_000_000;

/// What an element does to text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// The page.
    Root,
    /// A text.
    Text,
    /// Stands within a line: letters before and after it touch.
    Inline,
    /// Stands on lines of its own.
    Block,
    Heading(u8),
    Paragraph,
    Pre,
    List,
    Item,
    Term,
    Table,
    Row,
    Cell,
    /// Groups rows.
    RowGroup,
    Break,
    Rule,
    Link,
    Superscript,
    Image,
    Title,
    Main,
    Article,
    /// `header`, which is furniture at the top of a page and text at the top of an article.
    Header,
    /// Beside a page it is furniture, within an article a caution or a remark.
    Aside,
    /// Navigation, footers.
    Furniture,
    /// Holds no text to read: scripts, styles, controls, pictures.
    Silent,
}

/// An element, or a text.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) tag: Tag,
    /// Its own, of a text.
    pub(super) text: String,
    /// `id` and `class`, lowercase.
    pub(super) names: String,
    pub(super) role: String,
    pub(super) hidden: bool,
    /// Columns and rows that a cell takes.
    pub(super) span: (u8, u8),
    /// Of a list that counts, what its first item is; of an item, what it is.
    pub(super) number: Option<i32>,
    /// Only an element that stands before it in the list; the root's is 0.
    pub(super) parent: usize,
    pub(super) children: Vec<u32>,
}

impl Node {
    fn new(tag: Tag, parent: usize) -> Self {
        let (text, names, role) = (String::new(), String::new(), String::new());
        let (span, number, children) = ((1, 1), None, Vec::new());
        Self { tag, text, names, role, hidden: false, span, number, parent, children }
    }

    /// What stands in it is passed over.
    fn is_mute(&self) -> bool {
        self.hidden || self.tag == Tag::Silent
    }
}

/// The name's meaning.
fn tag(name: &[u8]) -> Tag {
    match name {
        b"h1" => Tag::Heading(1),
        b"h2" => Tag::Heading(2),
        b"h3" => Tag::Heading(3),
        b"h4" => Tag::Heading(4),
        b"h5" => Tag::Heading(5),
        b"h6" => Tag::Heading(6),
        b"p" => Tag::Paragraph,
        b"pre" | b"listing" | b"xmp" | b"plaintext" => Tag::Pre,
        b"ul" | b"ol" | b"dir" => Tag::List,
        b"li" => Tag::Item,
        b"dt" | b"dd" => Tag::Term,
        b"table" => Tag::Table,
        b"tr" => Tag::Row,
        b"td" | b"th" => Tag::Cell,
        b"thead" | b"tbody" | b"tfoot" => Tag::RowGroup,
        b"br" => Tag::Break,
        b"hr" => Tag::Rule,
        b"a" => Tag::Link,
        b"sup" => Tag::Superscript,
        b"img" => Tag::Image,
        b"title" => Tag::Title,
        b"main" => Tag::Main,
        b"article" => Tag::Article,
        b"header" => Tag::Header,
        b"aside" => Tag::Aside,
        b"nav" | b"footer" | b"menu" => Tag::Furniture,
        b"script" | b"style" | b"noscript" | b"template" | b"iframe" | b"object" | b"embed"
        | b"svg" | b"canvas" | b"audio" | b"video" | b"map" | b"select" | b"textarea"
        | b"button" | b"input" | b"datalist" | b"dialog" | b"link" | b"meta" | b"base"
        | b"annotation" | b"rt" | b"rp" | b"noframes" | b"frameset" => Tag::Silent,
        b"address" | b"blockquote" | b"body" | b"caption" | b"center" | b"details" | b"div"
        | b"dl" | b"fieldset" | b"figcaption" | b"figure" | b"form" | b"head" | b"hgroup"
        | b"html" | b"legend" | b"section" | b"summary" | b"search" => Tag::Block,
        _ => Tag::Inline,
    }
}

fn is_void(name: &[u8]) -> bool {
    matches!(
        name,
        b"area"
            | b"base"
            | b"br"
            | b"col"
            | b"embed"
            | b"hr"
            | b"img"
            | b"input"
            | b"link"
            | b"meta"
            | b"param"
            | b"source"
            | b"track"
            | b"wbr"
            | b"frame"
            | b"basefont"
    )
}

/// Whether an element closes itself by `/>` as in XML, or only where HTML says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    Html,
    Xhtml,
}

/// The tree of a page, parents before children; the first is the page itself.
pub(super) fn read(page: &str, syntax: Syntax) -> Result<Vec<Node>, Broken> {
    let mut builder = Builder { nodes: vec![Node::new(Tag::Root, 0)], open: Vec::new() };
    let mut tokens = Tokenizer::new(page);
    while let Some(Ok(token)) = tokens.next() {
        match token {
            Token::StartTag(start) => {
                let name: &[u8] = &start.name;
                let closed = is_void(name) || (start.self_closing && syntax == Syntax::Xhtml);
                if !closed && let Some(state) = html5gum::naive_next_state(name) {
                    tokens.set_state(state);
                }
                let mut node = Node::new(tag(name), 0);
                let attribute = |name: &[u8]| {
                    let found = start.attributes.iter().find(|(known, _)| ***known == *name);
                    found.map(|(_, value)| String::from_utf8_lossy(value).to_lowercase())
                };
                for name in [&b"id"[..], b"class"] {
                    if let Some(value) = attribute(name) {
                        node.names.push_str(&value);
                        node.names.push(' ');
                    }
                }
                node.role = attribute(b"role").unwrap_or_default();
                let styled = attribute(b"style").unwrap_or_default().replace(' ', "");
                node.hidden = start.attributes.keys().any(|known| ***known == *b"hidden")
                    || attribute(b"aria-hidden").is_some_and(|value| value == "true")
                    || styled.contains("display:none")
                    || styled.contains("visibility:hidden");
                let number = |name: &[u8]| attribute(name)?.trim().parse::<i32>().ok();
                match node.tag {
                    Tag::Cell => {
                        // No rows means all that follow.
                        let span = |name: &[u8], none: u8| match number(name) {
                            Some(0) => none,
                            span => span.unwrap_or(1).clamp(1, i32::from(WIDEST)) as u8,
                        };
                        node.span = (span(b"colspan", 1), span(b"rowspan", WIDEST));
                    }
                    // One that counts down would have to be counted first.
                    Tag::List if name == b"ol" && attribute(b"reversed").is_none() => {
                        node.number = Some(number(b"start").unwrap_or(1));
                    }
                    Tag::Item => node.number = number(b"value"),
                    _ => {}
                }
                builder.start(name, node, closed);
            }
            Token::EndTag(end) => builder.end(&end.name),
            Token::String(text) => builder.text(&String::from_utf8_lossy(&text)),
            _ => {}
        }
        if builder.nodes.len() > MOST {
            let reason = format!("it has more than {MOST} elements");
            return Err(Broken::Damaged("a web page", reason));
        }
    }
    Ok(builder.nodes)
}

/// A question about a tag.
type Asked = fn(Tag) -> bool;

/// An element that is open.
struct Open {
    name: Vec<u8>,
    tag: Tag,
    /// Where what stands in it goes: itself, or past the deepest the last that is an element.
    node: usize,
    /// It or something around it is passed over.
    mute: bool,
}

struct Builder {
    nodes: Vec<Node>,
    open: Vec<Open>,
}

impl Builder {
    fn add(&mut self, mut node: Node) -> usize {
        let parent = self.open.last().map_or(0, |open| open.node);
        node.parent = parent;
        let place = self.nodes.len();
        self.nodes[parent].children.push(place as u32);
        self.nodes.push(node);
        place
    }

    /// Closes the innermost element that is asked for, if none of a kind it cannot leave is in between.
    fn close(&mut self, closes: Asked, within: Asked) {
        for place in (0..self.open.len()).rev() {
            let tag = self.open[place].tag;
            if closes(tag) {
                self.open.truncate(place);
                return;
            }
            if within(tag) {
                return;
            }
        }
    }

    /// A link ends where the next begins. One that has more than a line in it was never meant to hold
    /// it: it is none, and what is in it stays open.
    fn close_link(&mut self) {
        let mut within_line = true;
        for place in (0..self.open.len()).rev() {
            match self.open[place].tag {
                Tag::Link if within_line => return self.open.truncate(place),
                Tag::Link => {
                    let open = &mut self.open[place];
                    (open.tag, open.name) = (Tag::Inline, Vec::new());
                    if self.nodes[open.node].tag == Tag::Link {
                        self.nodes[open.node].tag = Tag::Inline;
                    }
                    return;
                }
                Tag::Cell | Tag::Table => return,
                Tag::Inline | Tag::Superscript => {}
                _ => within_line = false,
            }
        }
    }

    fn start(&mut self, name: &[u8], node: Node, closed: bool) {
        let of_table: Asked = |tag| matches!(tag, Tag::Cell | Tag::Table);
        match node.tag {
            Tag::Heading(_) => self.close(|tag| matches!(tag, Tag::Heading(_)), of_table),
            Tag::Link => self.close_link(),
            _ => {}
        }
        let (closes, within): (Asked, Asked) = match node.tag {
            Tag::Item => (|tag| tag == Tag::Item, |tag| matches!(tag, Tag::List | Tag::Table)),
            Tag::Term => (|tag| tag == Tag::Term, |tag| matches!(tag, Tag::List | Tag::Table)),
            Tag::Cell => (|tag| tag == Tag::Cell, |tag| matches!(tag, Tag::Row | Tag::Table)),
            Tag::Row => (|tag| tag == Tag::Row, |tag| tag == Tag::Table),
            Tag::RowGroup => (|tag| tag == Tag::RowGroup, |tag| tag == Tag::Table),
            Tag::Inline | Tag::Link | Tag::Superscript | Tag::Image | Tag::Break | Tag::Silent => {
                (|_| false, |_| true)
            }
            // Whatever stands on lines of its own ends a paragraph.
            _ => (|tag| tag == Tag::Paragraph, |tag| !matches!(tag, Tag::Inline | Tag::Link)),
        };
        self.close(closes, within);
        let (tag, mute) = (node.tag, node.is_mute());
        let (last, muted) = self.open.last().map_or((0, false), |open| (open.node, open.mute));
        // One that is passed over is an element even past the deepest, the first of those in each other.
        let is_element = self.open.len() < DEEPEST || (mute && !muted) || tag == Tag::Image;
        let place = match is_element {
            true => self.add(node),
            false => {
                self.part(tag);
                last
            }
        };
        if closed {
            return;
        }
        if self.open.len() >= MOST_OPEN {
            if !mute || muted {
                return;
            }
            self.open.truncate(MOST_OPEN - 1);
        }
        self.open.push(Open { name: name.to_vec(), tag, node: place, mute: mute || muted });
    }

    fn end(&mut self, name: &[u8]) {
        let ended = tag(name);
        let of_table = matches!(ended, Tag::Table | Tag::Row | Tag::Cell | Tag::RowGroup);
        let of_page = matches!(name, b"html" | b"body");
        for place in (0..self.open.len()).rev() {
            let open = &self.open[place];
            // Any end of a heading is the end of the one that is open.
            let headings = matches!((ended, open.tag), (Tag::Heading(_), Tag::Heading(_)));
            if open.name == name || headings {
                self.open.truncate(place);
                if place >= DEEPEST {
                    self.part(ended);
                }
                return;
            }
            // What is within a cell closes nothing outside of it.
            if !of_table && !of_page && matches!(open.tag, Tag::Cell | Tag::Table) {
                break;
            }
        }
        // It may be the end of one that is not remembered.
        if self.open.len() >= MOST_OPEN - 1 {
            self.part(ended);
        }
    }

    /// Past the deepest, what comes next stands on another line than what was before, unless the tag
    /// stands within a line.
    fn part(&mut self, tag: Tag) {
        if matches!(tag, Tag::Inline | Tag::Link | Tag::Superscript | Tag::Image | Tag::Silent) {
            return;
        }
        let parent = self.open.last().map_or(0, |open| open.node);
        let last = self.nodes[parent].children.last();
        if last.is_none_or(|&last| self.nodes[last as usize].tag != Tag::Break) {
            self.add(Node::new(Tag::Break, 0));
        }
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let mut node = Node::new(Tag::Text, 0);
        text.clone_into(&mut node.text);
        self.add(node);
    }
}
