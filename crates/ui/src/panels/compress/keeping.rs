//! What is left, taken elsewhere: names of files, and a document as a prompt.

use std::collections::BTreeSet;

use protocol::LeftFormat;

/// Documents that are written by one file each at most.
pub(super) const MOST_FILES: usize = 200;

/// Endings of files that hold plain text.
const TEXT_ENDINGS: [&str; 11] =
    ["txt", "md", "markdown", "log", "csv", "tsv", "json", "jsonl", "rs", "py", "c"];

/// Those of them that are nothing but text, whatever it was taken out of.
const PLAIN_ENDINGS: [&str; 3] = ["txt", "md", "markdown"];

/// The name of a file for what is left of a document in a format; never the document's own. `taken_from` is
/// what its text was taken out of, as in `Extraction`.
pub(super) fn name_in(document: &str, taken_from: &str, format: LeftFormat) -> String {
    let text = file_name(document, taken_from);
    match (format, text.rsplit_once('.')) {
        (LeftFormat::Text, _) | (_, None) => text,
        (format, Some((stem, _))) => format!("{stem}.{}", format.ending()),
    }
}

/// The name of a file for what is left of a document as text. A `.json` that is a conversation gives no JSON.
pub(super) fn file_name(document: &str, taken_from: &str) -> String {
    let known: &[&str] =
        if matches!(taken_from, "" | "text") { &TEXT_ENDINGS } else { &PLAIN_ENDINGS };
    let flat: String =
        document.chars().map(|c| if "/\\:*?\"<>|\0".contains(c) { '-' } else { c }).collect();
    let (stem, ending) = match flat.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => {
            let ending = ending.to_ascii_lowercase();
            let is_known = known.contains(&ending.as_str());
            (stem.to_owned(), if is_known { ending } else { "txt".into() })
        }
        _ => (flat, "txt".to_owned()),
    };
    format!("{stem}.compressed.{ending}")
}

/// Names for several, each once; with each document what its text was taken out of.
pub(super) fn file_names<'a>(documents: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    documents
        .map(|(document, taken_from)| {
            let name = file_name(document, taken_from);
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
        for (document, taken_from, expect) in [
            ("notes.md", "text", "notes.compressed.md"),
            ("report.pdf", "pdf", "report.compressed.txt"),
            ("a/b/README", "text", "a-b-README.compressed.txt"),
            (".hidden", "", ".hidden.compressed.txt"),
            ("v1.2.LOG", "text", "v1.2.compressed.log"),
            ("result.json", "text", "result.compressed.json"),
            ("result.json", "chat", "result.compressed.txt"),
            ("saved.md", "html", "saved.compressed.md"),
        ] {
            assert_eq!(file_name(document, taken_from), expect);
        }
    }

    #[test]
    fn a_format_has_its_own_ending() {
        assert_eq!(name_in("notes.md", "text", LeftFormat::Text), "notes.compressed.md");
        assert_eq!(name_in("report.pdf", "pdf", LeftFormat::Markdown), "report.compressed.md");
        assert_eq!(name_in("v1.2.LOG", "text", LeftFormat::Map), "v1.2.compressed.json");
    }

    #[test]
    fn two_documents_never_share_a_file() {
        let documents = ["a.md", "A.md", "a.md", "b.pdf", "b.txt"];
        let names = file_names(documents.into_iter().map(|name| (name, "text")));
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
