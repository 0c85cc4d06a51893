//! A tree cut into pieces: what is declared, its body's statements, and the brackets around them.
//!
//! A piece begins where a node begins and ends where the next one begins, so that no token is ever cut, and all
//! pieces together are the code. A node with bodies inside is its head and the pieces of its bodies; what stands
//! around the bodies (brackets, `else`, `#endif`) frames them and comes and goes with them.

use tree_sitter::{Node, Tree};

use super::Syntax;
use super::grammar::{Class, Grammar};

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Something is declared here.
    Signature,
    /// A field, a variant.
    Member,
    Import,
    /// A comment or a string that documents.
    Comment,
    /// Says something of what follows.
    Attribute,
    /// Something is done here.
    Statement,
}

/// How a piece hangs on others, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// It is chosen by itself, and brings the head that it is inside of.
    Chosen { inside: Option<u32> },
    /// It frames the bodies of this head: it comes with anything in them, or, where `tight`, with the head
    /// itself, which would be torn without.
    Frame { of: u32, tight: bool },
}

/// A stretch of code that is kept or dropped in one piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    /// In bytes, with the white space before it on its line.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) role: Role,
    pub(crate) part: Part,
    /// How many heads it is inside of.
    pub(crate) depth: u16,
}

/// What is inside deeper is one piece.
const DEEPEST: u16 = 48;
/// A node in one line of so many bytes is one piece.
const LINE: usize = 160;
/// A body in one line is cut from so many bytes on.
const SHORT_BODY: usize = 120;
/// A literal or a list of arguments is cut from so many bytes on.
const SHORT_LIST: usize = 400;
/// What follows in the same line joins a statement, or elements, shorter than this.
const STATEMENT: usize = 40;
const ELEMENTS: usize = 120;

/// The pieces of `code`, which begins at `base` in its text.
pub(super) fn of(code: &str, base: usize, tree: &Tree, syntax: Syntax) -> Vec<Piece> {
    let mut walk = Walk { code, grammar: Grammar::of(syntax), syntax, pieces: Vec::new() };
    let place = Place { inside: None, depth: 0, body: false, least: STATEMENT };
    walk.items(&children(tree.root_node()), place);
    walk.finish(base)
}

/// Where the pieces of a body stand.
#[derive(Clone, Copy)]
struct Place {
    inside: Option<u32>,
    depth: u16,
    /// Whether things are done here, not declared.
    body: bool,
    /// Shorter pieces take what follows in their line.
    least: usize,
}

/// A body: what opens it, what is in it, what closes it.
struct Body<'t> {
    node: Node<'t>,
    open: Option<Node<'t>>,
    items: Vec<Node<'t>>,
    close: Option<Node<'t>>,
    done: bool,
    class: Class,
}

struct Walk<'c> {
    code: &'c str,
    grammar: &'static Grammar,
    syntax: Syntax,
    pieces: Vec<Piece>,
}

impl Walk<'_> {
    fn items(&mut self, nodes: &[Node<'_>], place: Place) {
        let mut fresh = true;
        for (at, &node) in nodes.iter().enumerate() {
            if self.class(node) == Class::Open {
                self.items(&children(node), place);
                fresh = false;
                continue;
            }
            // A comma or a semicolon belongs to what stands before it.
            if node.start_byte() == node.end_byte() || !(node.is_named() || node.is_error()) {
                continue;
            }
            let last = self.pieces.last().map_or(0, |piece| piece.start);
            let joins = !fresh
                && !self.begins_line(node)
                && !self.has_lines(node)
                && node.start_byte() - last.min(node.start_byte()) < place.least;
            if joins {
                continue;
            }
            fresh = false;
            if node.is_error() {
                self.by_line(node, place);
            } else {
                self.item(node, place, at == 0);
            }
        }
    }

    fn item(&mut self, node: Node<'_>, place: Place, first: bool) {
        let role = self.role(node, place, first);
        let head = self.push(node.start_byte(), role, Part::Chosen { inside: place.inside }, place);
        let bytes = node.end_byte() - node.start_byte();
        let short = bytes <= LINE && !self.has_lines(node);
        if short || matches!(role, Role::Comment) || place.depth >= DEEPEST {
            return;
        }
        let bodies = self.bodies(node);
        let Some(last) = bodies.last() else { return };
        let tail = self.code.get(last.node.end_byte()..node.end_byte()).unwrap_or("");
        let bare = bodies[0].open.is_some_and(|open| open.start_byte() == node.start_byte());
        // Without its tail a head would have brackets that nothing closes, or lack a name.
        let tight = bare
            || !tail.trim_matches(|c: char| c.is_whitespace() || c == ';' || c == ',').is_empty()
            || bodies.iter().any(|body| body.class == Class::Conditional);
        let frame = Part::Frame { of: head, tight };
        let count = bodies.len();
        for (number, body) in bodies.into_iter().enumerate() {
            if let Some(open) = body.open.filter(|open| open.start_byte() > node.start_byte()) {
                self.push(open.start_byte(), Role::Statement, frame, place);
            }
            let least = if body.class == Class::List { ELEMENTS } else { STATEMENT };
            let inner =
                Place { inside: Some(head), depth: place.depth + 1, body: body.done, least };
            self.items(&body.items, inner);
            let end = body.close.map_or(body.node.end_byte(), |close| close.start_byte());
            if body.close.is_some() || number + 1 < count || !tail.trim().is_empty() {
                self.push(end, Role::Statement, frame, place);
            }
        }
    }

    /// The outermost bodies inside a node that are worth cutting, in order.
    fn bodies<'t>(&self, node: Node<'t>) -> Vec<Body<'t>> {
        let mut found = Vec::new();
        let mut cursor = node.walk();
        let mut owners: Vec<&'t str> = vec![""];
        loop {
            let here = cursor.node();
            let class = self.class(here);
            let bytes = here.end_byte() - here.start_byte();
            let worth = match class {
                // Python's bodies begin in a line of their own.
                Class::Block => {
                    let below = here.start_position().row > node.start_position().row;
                    bytes > SHORT_BODY
                        || self.has_lines(here)
                        || (below && self.syntax == Syntax::Python)
                }
                Class::Case | Class::Conditional => true,
                Class::List => bytes > SHORT_LIST,
                _ => false,
            };
            let owner = owners.last().copied().unwrap_or("");
            let body = if worth { self.body(here, class, owner) } else { None };
            let inside = match body {
                Some(body) => {
                    found.push(body);
                    false
                }
                None => class != Class::Opaque && class != Class::Comment && !here.is_error(),
            };
            if inside && cursor.goto_first_child() {
                owners.push(here.kind());
                continue;
            }
            while !cursor.goto_next_sibling() {
                owners.pop();
                if !cursor.goto_parent() {
                    return found;
                }
            }
        }
    }

    fn body<'t>(&self, node: Node<'t>, class: Class, owner: &str) -> Option<Body<'t>> {
        let all = children(node);
        let kind = |at: usize| all.get(at).map_or("", |child| child.kind());
        let (mut open, mut close) = (None, None);
        let (from, mut to) = match class {
            Class::Case => {
                let colon = |from: usize| (from..all.len()).find(|&at| kind(at) == ":");
                let mut at = colon(0)? + 1;
                while kind(at) == "switch_label" {
                    at = colon(at)? + 1;
                }
                (at, all.len())
            }
            Class::Conditional => {
                let head = ["condition", "name"].iter().find_map(|f| node.child_by_field_name(f));
                let end =
                    head.map_or_else(|| all.first().map_or(0, Node::end_byte), |h| h.end_byte());
                let from = all.iter().position(|child| child.start_byte() >= end)?;
                let last = all.len() - 1;
                if kind(last) == "#endif" {
                    close = all.last().copied();
                }
                (from, all.len() - usize::from(close.is_some()))
            }
            _ if self.syntax == Syntax::Python && class == Class::Block => (0, all.len()),
            _ => {
                let at = (0..all.len()).find(|&at| matches!(kind(at), "{" | "(" | "["))?;
                open = Some(all[at]);
                let last = all.len() - 1;
                if last > at && matches!(kind(last), "}" | ")" | "]") {
                    close = Some(all[last]);
                }
                (at + 1, all.len() - usize::from(close.is_some()))
            }
        };
        to = to.max(from);
        let items = all[from..to].to_vec();
        if !items.iter().any(|item| item.is_named()) {
            return None;
        }
        let done = match class {
            Class::Conditional => false,
            _ => {
                !matches!(
                    node.kind(),
                    "declaration_list"
                        | "field_declaration_list"
                        | "enum_variant_list"
                        | "enumerator_list"
                        | "class_body"
                        | "enum_body"
                        | "interface_body"
                        | "interface_type"
                        | "object_type"
                        | "annotation_type_body"
                        | "var_spec_list"
                ) && owner != "class_definition"
            }
        };
        Some(Body { node, open, items, close, done, class })
    }

    fn role(&self, node: Node<'_>, place: Place, first: bool) -> Role {
        match self.class(node) {
            Class::Signature => Role::Signature,
            Class::Declaration if !place.body => Role::Signature,
            Class::Member => Role::Member,
            Class::Import => Role::Import,
            Class::Comment => Role::Comment,
            Class::Attribute => Role::Attribute,
            _ if self.syntax == Syntax::Python && node.kind() == "expression_statement" => {
                let text = node.child(0).is_some_and(|child| child.kind() == "string");
                match (first && text, place.depth > 0 && !place.body) {
                    (true, _) => Role::Comment,
                    (false, true) => Role::Member,
                    (false, false) => Role::Statement,
                }
            }
            _ => Role::Statement,
        }
    }

    /// What the grammar has no name for, line by line.
    fn by_line(&mut self, node: Node<'_>, place: Place) {
        let text = self.code.get(node.byte_range()).unwrap_or("");
        let part = Part::Chosen { inside: place.inside };
        let mut at = node.start_byte();
        for line in text.split_inclusive('\n') {
            if !line.trim().is_empty() {
                self.push(at, Role::Statement, part, place);
            }
            at += line.len();
        }
    }

    fn push(&mut self, start: usize, role: Role, part: Part, place: Place) -> u32 {
        let start = self.pieces.last().map_or(start, |last| start.max(last.start));
        let number = self.pieces.len() as u32;
        self.pieces.push(Piece { start, end: start, role, part, depth: place.depth });
        number
    }

    /// Gives every piece its end, takes white space off, and leaves out what is nothing else.
    fn finish(mut self, base: usize) -> Vec<Piece> {
        let code = self.code;
        if let Some(first) = self.pieces.first_mut() {
            first.start = 0;
        }
        let mut next = code.len();
        for piece in self.pieces.iter_mut().rev() {
            let text = code.get(piece.start..next).unwrap_or("");
            next = piece.start;
            piece.end = piece.start + text.trim_end().len();
            piece.start = piece.end - text.trim().len();
        }
        let mut places = Vec::with_capacity(self.pieces.len());
        let mut kept: Vec<Piece> = Vec::with_capacity(self.pieces.len());
        for piece in &self.pieces {
            places.push(kept.len() as u32);
            if piece.start < piece.end {
                let before = code[..piece.start].trim_end_matches([' ', '\t']);
                let begins = before.is_empty() || before.ends_with(['\n', '\r']);
                let start = if begins { before.len() } else { piece.start };
                kept.push(Piece { start: start + base, end: piece.end + base, ..*piece });
            }
        }
        let place = |old: u32| places.get(old as usize).copied().unwrap_or(0);
        for piece in &mut kept {
            piece.part = match piece.part {
                Part::Chosen { inside } => Part::Chosen { inside: inside.map(place) },
                Part::Frame { of, tight } => Part::Frame { of: place(of), tight },
            };
        }
        kept
    }

    fn class(&self, node: Node<'_>) -> Class {
        self.grammar.class(node.kind_id())
    }

    fn has_lines(&self, node: Node<'_>) -> bool {
        node.start_position().row != node.end_position().row
    }

    fn begins_line(&self, node: Node<'_>) -> bool {
        let before = self.code.get(..node.start_byte()).unwrap_or("");
        let before = before.trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with(['\n', '\r'])
    }
}

fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::syntax::parse;

    /// Every piece in a line of its own: what it frames or how deep it is, and what it is.
    #[track_caller]
    fn check(syntax: Syntax, code: &str, expect: &[&str]) {
        let tree = parse::tree(code, syntax).expect("it parses");
        let pieces = of(code, 0, &tree, syntax);
        let shown: Vec<String> = pieces
            .iter()
            .map(|piece| {
                let mark = match piece.part {
                    Part::Chosen { .. } => piece.depth.to_string(),
                    Part::Frame { tight: true, .. } => "!".into(),
                    Part::Frame { tight: false, .. } => "|".into(),
                };
                format!("{mark} {}", code[piece.start..piece.end].trim())
            })
            .collect();
        assert_eq!(shown, expect, "{}", tree.root_node().to_sexp());
        let mut at = 0;
        for piece in &pieces {
            assert!(code[at..piece.start].trim().is_empty(), "{}", &code[at..piece.start]);
            at = piece.end;
        }
        assert!(code[at..].trim().is_empty());
    }

    #[test]
    fn rust_is_cut_at_its_items_and_statements() {
        check(
            Syntax::Rust,
            "use a::b;\n\n/// It is.\n#[derive(Debug)]\npub struct A {\n    x: u8, // small\n}\n\nimpl A {\n    fn go(\n        &self,\n    ) -> u8 {\n        let s = \"{ not\n a bracket\";\n        if s.len() > 1 {\n            return 1;\n        } else {\n            stop();\n        }\n        list.each(|x| {\n            x.go();\n        });\n        0\n    }\n}\n",
            &[
                "0 use a::b;",
                "0 /// It is.",
                "0 #[derive(Debug)]",
                "0 pub struct A",
                "| {",
                "1 x: u8, // small",
                "| }",
                "0 impl A",
                "| {",
                "1 fn go(\n        &self,\n    ) -> u8",
                "| {",
                "2 let s = \"{ not\n a bracket\";",
                "2 if s.len() > 1",
                "| {",
                "3 return 1;",
                "| } else",
                "| {",
                "3 stop();",
                "| }",
                "2 list.each(|x|",
                "! {",
                "3 x.go();",
                "! });",
                "2 0",
                "| }",
                "| }",
            ],
        );
    }

    #[test]
    fn python_is_cut_at_its_indents() {
        check(
            Syntax::Python,
            "import os\n\n@cached\ndef go(a, b):\n    \"\"\"Goes.\n\n    Far.\n    \"\"\"\n    if a:\n        return b\n    else:\n        stop()\n    x = 1; y = 2\n",
            &[
                "0 import os",
                "0 @cached\ndef go(a, b):",
                "1 \"\"\"Goes.\n\n    Far.\n    \"\"\"",
                "1 if a:",
                "2 return b",
                "| else:",
                "2 stop()",
                "1 x = 1; y = 2",
            ],
        );
    }

    #[test]
    fn c_is_cut_between_its_directives_and_labels() {
        check(
            Syntax::C,
            "#ifndef A_H\n#define A_H\n#include <a.h>\nstruct a {\n    int x;\n};\nint go(int x)\n{\n    switch (x) {\n    case 1:\n        run();\n        break;\n    default:\n        stop();\n    }\n    return 0;\n}\n#endif\n",
            &[
                "0 #ifndef A_H",
                "1 #define A_H",
                "1 #include <a.h>",
                "1 struct a",
                "| {",
                "2 int x;",
                "| };",
                "1 int go(int x)",
                "| {",
                "2 switch (x)",
                "| {",
                "3 case 1:",
                "4 run();",
                "4 break;",
                "3 default:",
                "4 stop();",
                "| }",
                "2 return 0;",
                "| }",
                "! #endif",
            ],
        );
    }
}
