//! What is left, taken elsewhere: names of files, and a document as a prompt.

use std::collections::BTreeSet;

use protocol::LeftFormat;

/// Documents that are written by one file each at most.
pub(super) const MOST_FILES: usize = 200;

/// Endings of files that hold plain text.
const TEXT_ENDINGS: [&str; 11] =
    ["txt", "md", "markdown", "log", "csv", "tsv", "json", "jsonl", "rs", "py", "c"];

/// The name of a file for what is left of a document in a format; never the document's own.
pub(super) fn name_in(document: &str, format: LeftFormat) -> String {
    let text = file_name(document);
    match (format, text.rsplit_once('.')) {
        (LeftFormat::Text, _) | (_, None) => text,
        (format, Some((stem, _))) => format!("{stem}.{}", format.ending()),
    }
}

/// The name of a file for what is left of a document as text.
pub(super) fn file_name(document: &str) -> String {
    let flat: String =
        document.chars().map(|c| if "/\\:*?\"<>|\0".contains(c) { '-' } else { c }).collect();
    let (stem, ending) = match flat.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => {
            let ending = ending.to_ascii_lowercase();
            let known = TEXT_ENDINGS.contains(&ending.as_str());
            (stem.to_owned(), if known { ending } else { "txt".into() })
        }
        _ => (flat, "txt".to_owned()),
    };
    format!("{stem}.compressed.{ending}")
}

/// Names for several, each once.
pub(super) fn file_names<'a>(documents: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    documents
        .map(|document| {
            let name = file_name(document);
            let mut unique = name.clone();
            let mut number = 2;
            while !taken.insert(unique.to_lowercase()) {
                unique = match name.rsplit_once(".compressed.") {
                    Some((stem, ending)) => format!("{stem}-{number}.compressed.{ending}"),
                    None => format!("{name}-{number}"),
                };
                number += 1;
            }
            unique
        })
        .collect()
}

/// A document as part of a prompt: wrapped with its name, the question after it.
pub(super) fn prompt(name: &str, text: &str, question: &str) -> String {
    let name = name.replace('"', "'");
    let mut prompt = format!("<document name=\"{name}\">\n{}\n</document>\n", text.trim_end());
    let question = question.trim();
    if !question.is_empty() {
        prompt.push('\n');
        prompt.push_str(question);
        prompt.push('\n');
    }
    prompt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_never_takes_the_documents_own_name() {
        for (document, expect) in [
            ("notes.md", "notes.compressed.md"),
            ("report.pdf", "report.compressed.txt"),
            ("a/b/README", "a-b-README.compressed.txt"),
            (".hidden", ".hidden.compressed.txt"),
            ("v1.2.LOG", "v1.2.compressed.log"),
        ] {
            assert_eq!(file_name(document), expect);
        }
    }

    #[test]
    fn a_format_has_its_own_ending() {
        assert_eq!(name_in("notes.md", LeftFormat::Text), "notes.compressed.md");
        assert_eq!(name_in("report.pdf", LeftFormat::Markdown), "report.compressed.md");
        assert_eq!(name_in("v1.2.LOG", LeftFormat::Map), "v1.2.compressed.json");
    }

    #[test]
    fn two_documents_never_share_a_file() {
        let names = file_names(["a.md", "A.md", "a.md", "b.pdf", "b.txt"].into_iter());
        assert_eq!(
            names,
            [
                "a.compressed.md",
                "A-2.compressed.md",
                "a-3.compressed.md",
                "b.compressed.txt",
                "b-2.compressed.txt"
            ]
        );
    }

    #[test]
    fn a_prompt_names_its_document_and_ends_with_the_question() {
        assert_eq!(
            prompt("n \"x\".md", "left\n", " Who? "),
            "<document name=\"n 'x'.md\">\nleft\n</document>\n\nWho?\n"
        );
        assert_eq!(prompt("n", "left", ""), "<document name=\"n\">\nleft\n</document>\n");
    }
}
