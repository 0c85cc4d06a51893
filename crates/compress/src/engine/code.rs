//! Which lines of source code come first: what is declared before what is done, the outside before the
//! inside.

use std::ops::Range;

/// A score for every line of `text`, higher first.
pub(crate) fn rank(text: &str, lines: &[Range<usize>]) -> Vec<f32> {
    lines
        .iter()
        .map(|range| {
            let line = &text[range.clone()];
            let content = line.trim_start();
            let indent =
                line.len() - content.len() + 3 * line.bytes().take_while(|&b| b == b'\t').count();
            let mut score = -0.25 * indent.min(40) as f32;
            score += if declares(content) {
                4.0
            } else if is_comment(content) {
                1.5
            } else if content.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
                // Closing brackets say nothing by themselves.
                -6.0
            } else {
                0.0
            };
            score
        })
        .collect()
}

fn declares(line: &str) -> bool {
    const WORDS: &[&str] = &[
        "fn",
        "def",
        "class",
        "struct",
        "enum",
        "trait",
        "impl",
        "interface",
        "type",
        "function",
        "func",
        "module",
        "mod",
        "namespace",
        "package",
        "const",
        "static",
        "public",
        "private",
        "protected",
        "export",
        "async",
        "template",
        "typedef",
        "macro_rules!",
        "extern",
        "abstract",
        "record",
        "object",
        "sub",
        "void",
        "pub",
        "#define",
        "CREATE",
        "create",
    ];
    let first =
        line.split(|c: char| c.is_whitespace() || c == '(' || c == '<').next().unwrap_or("");
    WORDS.contains(&first)
}

fn is_comment(line: &str) -> bool {
    ["//", "#", "/*", "* ", "--", "\"\"\"", ";;"].iter().any(|mark| line.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_come_before_bodies_and_brackets_last() {
        let text = "fn go() {\n    let x = 1;\n}\n";
        let scores = rank(text, &[0..9, 10..24, 25..26]);
        assert!(scores[0] > scores[1] && scores[1] > scores[2], "{scores:?}");
    }
}
