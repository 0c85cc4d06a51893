//! A web page's elements as a tree, built in one pass over its tokens.
//!
//! What is not closed closes where the standard says for the common cases (items, cells, rows,
//! paragraphs); an end without a beginning is ignored. Nesting past [`DEEPEST`] is flattened, so that
//! whoever walks the tree by recursion is safe.

use html5gum::{Token, Tokenizer};

use super::super::Broken;

/// Elements open at a time; those within are taken for text.
const DEEPEST: usize = 256;
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
    /// Navigation, asides, footers.
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
    /// Only an element that stands before it in the list; the root's is 0.
    pub(super) parent: usize,
    pub(super) children: Vec<u32>,
}

impl Node {
    fn new(tag: Tag, parent: usize) -> Self {
        let (text, names, role) = (String::new(), String::new(), String::new());
        Self { tag, text, names, role, hidden: false, parent, children: Vec::new() }
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
        b"nav" | b"footer" | b"aside" | b"menu" => Tag::Furniture,
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
    let mut builder = Builder { nodes: vec![Node::new(Tag::Root, 0)], open: Vec::new(), beyond: 0 };
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

struct Builder {
    nodes: Vec<Node>,
    /// Elements that are open, with their names.
    open: Vec<(usize, Vec<u8>)>,
    /// Elements open past the deepest.
    beyond: usize,
}

impl Builder {
    fn tag_of(&self, place: usize) -> Tag {
        self.open.get(place).map_or(Tag::Root, |(node, _)| self.nodes[*node].tag)
    }

    fn add(&mut self, mut node: Node) -> usize {
        let parent = self.open.last().map_or(0, |(node, _)| *node);
        node.parent = parent;
        let place = self.nodes.len();
        self.nodes[parent].children.push(place as u32);
        self.nodes.push(node);
        place
    }

    fn start(&mut self, name: &[u8], node: Node, closed: bool) {
        if self.beyond > 0 {
            self.beyond += usize::from(!closed);
            return;
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
        for place in (0..self.open.len()).rev() {
            let tag = self.tag_of(place);
            if closes(tag) {
                self.open.truncate(place);
                break;
            }
            if within(tag) {
                break;
            }
        }
        let node = self.add(node);
        if closed {
            return;
        }
        match self.open.len() < DEEPEST {
            true => self.open.push((node, name.to_vec())),
            false => self.beyond = 1,
        }
    }

    fn end(&mut self, name: &[u8]) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let of_table = matches!(tag(name), Tag::Table | Tag::Row | Tag::Cell | Tag::RowGroup);
        let of_page = matches!(name, b"html" | b"body");
        for place in (0..self.open.len()).rev() {
            if self.open[place].1 == name {
                self.open.truncate(place);
                return;
            }
            // What is within a cell closes nothing outside of it.
            if !of_table && !of_page && matches!(self.tag_of(place), Tag::Cell | Tag::Table) {
                return;
            }
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
