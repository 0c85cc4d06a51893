//! Parsing within bounds that depend on the text alone, so that the answer is the same on any machine.

use std::cell::Cell;
use std::ops::ControlFlow;

use tree_sitter::{ParseOptions, Parser, Tree};

use super::Syntax;
use super::grammar::Grammar;

/// Longer code is looked at line by line.
const LONGEST_BYTES: usize = 2 << 20;
/// The text is handed out in stretches of this length.
const STRETCH: usize = 4 << 10;
/// How often over a text may be read. Code is read once, and again where it is wrong; a comment that never ends,
/// begun at every word, would be read to the end as often.
const READINGS: usize = 16;
/// So many steps of the parser are one tick.
const TICK: usize = 100;
/// Steps for a byte; code takes one or two.
const STEPS: usize = 12;
/// More bytes than one in this inside errors: another language, or none.
const ERRORS: usize = 6;

/// The tree of `code`; `None` where it is too long, takes too many steps, or is mostly wrong.
pub(super) fn tree(code: &str, syntax: Syntax) -> Option<Tree> {
    if code.len() > LONGEST_BYTES || code.trim().is_empty() {
        return None;
    }
    let mut parser = Parser::new();
    parser.set_language(&Grammar::of(syntax).language).ok()?;
    let bytes = code.as_bytes();
    let handed = Cell::new(0usize);
    let most = bytes.len().saturating_mul(READINGS) + (64 << 10);
    let over = || handed.get() > most;
    let mut read = |at: usize, _| -> &[u8] {
        let end = bytes.len().min(at.saturating_add(STRETCH));
        let stretch = bytes.get(at..end).filter(|_| !over()).unwrap_or(&[]);
        handed.set(handed.get() + stretch.len());
        stretch
    };
    let mut ticks = 0usize;
    let most_ticks = bytes.len() * STEPS / TICK + 100;
    let mut progress = |_: &tree_sitter::ParseState| {
        ticks += 1;
        match ticks > most_ticks || over() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let tree = parser.parse_with_options(&mut read, None, Some(options))?;
    (!over() && wrong_bytes(&tree) * ERRORS <= bytes.len()).then_some(tree)
}

/// Bytes inside errors.
fn wrong_bytes(tree: &Tree) -> usize {
    let mut cursor = tree.walk();
    let mut wrong = 0;
    loop {
        let node = cursor.node();
        let inside = if node.is_error() {
            wrong += node.end_byte() - node.start_byte();
            false
        } else {
            node.has_error()
        };
        if inside && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return wrong;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_language_is_not_parsed_and_damage_is_borne() {
        let code = "fn main() {\n    let x = 1;\n    go(x);\n}\n\nstruct A;\n".repeat(20);
        assert!(tree(&code, Syntax::Rust).is_some());
        assert!(tree(&format!("{code}fn broken( {{\n"), Syntax::Rust).is_some());
        assert!(
            tree("It was a dark night, and nobody had a lamp; so it goes.", Syntax::Rust).is_none()
        );
        assert!(tree("", Syntax::Rust).is_none());
    }

    #[test]
    fn what_would_be_read_without_end_is_given_up() {
        let started = std::time::Instant::now();
        for (text, syntax) in [
            ("/* ".repeat(300_000), Syntax::C),
            ("\"\"\" ' ".repeat(150_000), Syntax::Python),
            ("((((".repeat(250_000), Syntax::JavaScript),
            ("`${".repeat(300_000), Syntax::TypeScript),
            ("<a<b".repeat(250_000), Syntax::Cpp),
            ("r#\"".repeat(300_000), Syntax::Rust),
        ] {
            tree(&text, syntax);
        }
        assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    }
}
