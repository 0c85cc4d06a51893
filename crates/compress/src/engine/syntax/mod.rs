//! Source code as its grammar sees it: which language a block is in, and the pieces it can be cut into.

mod detect;
mod grammar;
mod parse;
mod pieces;

use std::path::Path;

use serde::{Deserialize, Serialize};

pub(crate) use pieces::{Part, Piece, Role};

use super::blocks::Block;
use super::sentences::lines;
use crate::request::{Kind, Request};

/// A programming language that is parsed, not only looked at line by line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Syntax {
    /// Rust.
    Rust,
    /// Python.
    Python,
    /// JavaScript, with JSX.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// C.
    C,
    /// C++.
    Cpp,
    /// Java.
    Java,
    /// Go.
    Go,
}

impl Syntax {
    /// Every language with its name, which is what a fence says and a request may give as its kind.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Rust, "rust"),
        (Self::Python, "python"),
        (Self::JavaScript, "javascript"),
        (Self::TypeScript, "typescript"),
        (Self::Tsx, "tsx"),
        (Self::C, "c"),
        (Self::Cpp, "cpp"),
        (Self::Java, "java"),
        (Self::Go, "go"),
    ];

    /// The language of this name, or of files with this ending, in any case; `None` for one that is not parsed.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        if let Some(&(syntax, _)) = Self::ALL.iter().find(|(_, known)| *known == name) {
            return Some(syntax);
        }
        Some(match name.as_str() {
            "rs" => Self::Rust,
            "py" | "pyi" | "python3" => Self::Python,
            "js" | "mjs" | "cjs" | "jsx" | "node" => Self::JavaScript,
            "ts" | "mts" | "cts" => Self::TypeScript,
            // A header of C++ that only C++ can read is found to be one by its errors.
            "h" => Self::C,
            "cc" | "cxx" | "hpp" | "hh" | "hxx" | "c++" => Self::Cpp,
            "golang" => Self::Go,
            _ => return None,
        })
    }

    /// The language that a file's name says, by its ending.
    pub fn of_file(name: &str) -> Option<Self> {
        Self::from_name(Path::new(name).extension()?.to_str()?)
    }
}

/// The pieces of a block of code, in the text's bytes; `None` where no grammar fits it.
pub(crate) fn pieces(request: &Request<'_>, block: &Block, whole: bool) -> Option<Vec<Piece>> {
    let said = request.syntax.filter(|_| whole);
    let (range, tag) = inside(request.text, block);
    let code = request.text.get(range.clone())?;
    let said = match (said, tag) {
        (Some(said), _) => Some(said),
        (None, None | Some("")) => None,
        // A tag that is not known says that it is something else.
        (None, Some(tag)) => Some(Syntax::from_name(tag)?),
    };
    let candidates = match said {
        // What a file's ending says may be a dialect of it.
        Some(Syntax::C) => vec![Syntax::C, Syntax::Cpp],
        Some(Syntax::TypeScript) => vec![Syntax::TypeScript, Syntax::Tsx],
        Some(said) => vec![said],
        None => detect::candidates(code),
    };
    candidates.into_iter().find_map(|syntax| {
        let tree = parse::tree(code, syntax)?;
        Some(pieces::of(code, range.start, &tree, syntax))
    })
}

/// A block without the lines that frame it, and what a fence says it is.
fn inside<'t>(text: &'t str, block: &Block) -> (std::ops::Range<usize>, Option<&'t str>) {
    let range = block.range.clone();
    if block.head + block.tail == 0 || block.kind != Kind::Code {
        return (range, None);
    }
    let all: Vec<_> = lines(&text[range.clone()]).collect();
    let label = all.first().map_or("", |line| &text[range.start..range.start + line.content_end]);
    let label = label.trim().trim_start_matches(['`', '~']).trim();
    let tag = label.split([' ', ',', '{', ':']).next().unwrap_or("");
    let from = all.get(block.head).map_or(range.end, |line| range.start + line.start);
    let last = all.len().saturating_sub(block.tail);
    let to = all.get(last).map_or(range.end, |line| range.start + line.start);
    (from..to.max(from), Some(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_endings_and_tags_tell_a_language() {
        let check = |name: &str, expect: Option<Syntax>| {
            assert_eq!(Syntax::from_name(name), expect, "{name}");
        };
        check("Rust", Some(Syntax::Rust));
        check("py", Some(Syntax::Python));
        check("c++", Some(Syntax::Cpp));
        check("toml", None);
        assert_eq!(Syntax::of_file("a/b.TS"), Some(Syntax::TypeScript));
        assert_eq!(Syntax::of_file("Makefile"), None);
    }
}
