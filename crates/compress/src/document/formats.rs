//! The one list of what can be compressed: what each is called, by which endings it is known, and what
//! its text is made of.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::request::Kind;

/// How the text of a document was taken out of it.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// It is the text: every byte of the source is in it, decoded.
    #[default]
    Text,
    /// A web page, without its navigation.
    Html,
    /// The text layer of a PDF.
    Pdf,
    /// A Word document.
    Docx,
    /// An OpenDocument text.
    Odt,
    /// An e-book.
    Epub,
    /// What is said in subtitles.
    Subtitles,
    /// An exported conversation.
    Chat,
}

impl Format {
    /// Its name, as in what is written for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Odt => "odt",
            Self::Epub => "epub",
            Self::Subtitles => "subtitles",
            Self::Chat => "chat",
        }
    }

    /// The format of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [
            Self::Text,
            Self::Html,
            Self::Pdf,
            Self::Docx,
            Self::Odt,
            Self::Epub,
            Self::Subtitles,
            Self::Chat,
        ];
        all.into_iter().find(|format| format.name() == name)
    }
}

/// A sort of documents as people know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// What it is called, in the middle of a sentence.
    pub name: &'static str,
    /// Endings of its files, lowercase, without the dot.
    pub endings: &'static [&'static str],
    /// What its text is made of, where the ending says so.
    pub(crate) kind: Option<Kind>,
    /// How its text is taken out.
    pub(crate) format: Format,
}

/// What a file for the text of a document is called: its own name, with `.txt` after it where the text is
/// not in the format that the ending says. `made` is what the text was taken out of, where that is known
/// already: a `.json` that is a conversation gives a text that is no JSON. Where `is_taken` says that another
/// document goes by that name, `.txt` comes once more.
pub fn text_name(name: &str, made: Option<Format>, is_taken: impl Fn(&str) -> bool) -> String {
    let mut text = name.to_owned();
    if !says_text(name, made) {
        text.push_str(".txt");
        while is_taken(&text) {
            text.push_str(".txt");
        }
    }
    text
}

/// The same of a file with the folders it lies in.
pub fn text_path(path: &Path, made: Option<Format>, is_taken: impl Fn(&Path) -> bool) -> PathBuf {
    match path.file_name().and_then(OsStr::to_str) {
        Some(name) => {
            let is_taken = |name: &str| is_taken(&path.with_file_name(name));
            path.with_file_name(text_name(name, made, is_taken))
        }
        None => path.to_path_buf(),
    }
}

/// Whether a text may have this name, as far as the ending goes.
fn says_text(name: &str, made: Option<Format>) -> bool {
    let Some(sort) = sort_of(name) else { return true };
    // In a text file or among Markdown any text is at home.
    let is_plain = matches!(sort.kind, None | Some(Kind::Markdown));
    sort.format == Format::Text && (is_plain || matches!(made, None | Some(Format::Text)))
}

/// Everything that can be compressed. A file with another ending is read too, if it is one of these by
/// its contents.
pub const SORTS: &[Sort] = &[
    Sort {
        name: "text",
        endings: &["txt", "text", "rst", "adoc", "org", "tex"],
        kind: None,
        format: Format::Text,
    },
    Sort {
        name: "Markdown",
        endings: &["md", "markdown", "mdx"],
        kind: Some(Kind::Markdown),
        format: Format::Text,
    },
    Sort { name: "PDF", endings: &["pdf"], kind: None, format: Format::Pdf },
    Sort { name: "Word", endings: &["docx", "docm", "dotx"], kind: None, format: Format::Docx },
    Sort { name: "OpenDocument", endings: &["odt", "ott"], kind: None, format: Format::Odt },
    Sort { name: "EPUB", endings: &["epub"], kind: None, format: Format::Epub },
    Sort {
        name: "web pages",
        endings: &["html", "htm", "xhtml"],
        kind: None,
        format: Format::Html,
    },
    Sort {
        name: "JSON",
        endings: &["json", "jsonl", "ndjson"],
        kind: Some(Kind::Json),
        format: Format::Text,
    },
    Sort {
        name: "tables",
        endings: &["csv", "tsv"],
        kind: Some(Kind::Table),
        format: Format::Text,
    },
    Sort { name: "logs", endings: &["log"], kind: Some(Kind::Log), format: Format::Text },
    Sort {
        name: "subtitles",
        endings: &["srt", "vtt", "ass", "ssa", "sbv", "ttml", "dfxp"],
        kind: None,
        format: Format::Subtitles,
    },
    Sort { name: "chat exports", endings: &[], kind: None, format: Format::Chat },
    Sort {
        name: "source code",
        endings: &[
            "rs", "py", "js", "mjs", "ts", "tsx", "jsx", "c", "h", "cc", "cpp", "hpp", "java",
            "kt", "go", "rb", "php", "cs", "swift", "scala", "sh", "bash", "sql", "lua", "pl", "r",
            "jl", "zig", "hs", "ml", "ex", "exs", "dart", "css", "scss", "toml", "yaml", "yml",
            "ini",
        ],
        kind: Some(Kind::Code),
        format: Format::Text,
    },
];

/// The sort that a file's name says, by its ending.
pub(super) fn sort_of(name: &str) -> Option<&'static Sort> {
    let ending = Path::new(name).extension()?.to_str()?.to_lowercase();
    SORTS.iter().find(|sort| sort.endings.contains(&ending.as_str()))
}

/// What the text of a file of this name is made of, where its ending says so.
pub(super) fn kind_of(name: &str) -> Option<Kind> {
    sort_of(name)?.kind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_ending_stands_twice() {
        let mut all: Vec<&str> = SORTS.iter().flat_map(|sort| sort.endings).copied().collect();
        all.sort_unstable();
        let before = all.len();
        all.dedup();
        assert_eq!(all.len(), before);
    }

    #[test]
    fn a_text_that_was_taken_out_of_a_file_gets_an_ending_of_its_own() {
        let name = |name: &str, made| text_name(name, made, |_| false);
        assert_eq!(name("a/b.PDF", None), "a/b.PDF.txt");
        assert_eq!(name("talk.srt", None), "talk.srt.txt");
        for (own, made, expect) in [
            ("a/b.md", Format::Text, "a/b.md"),
            ("README", Format::Text, "README"),
            ("result.json", Format::Text, "result.json"),
            ("result.json", Format::Chat, "result.json.txt"),
            ("page.rs", Format::Html, "page.rs.txt"),
            ("WhatsApp Chat.txt", Format::Chat, "WhatsApp Chat.txt"),
        ] {
            assert_eq!(name(own, Some(made)), expect);
            assert_eq!(text_path(Path::new(own), Some(made), |_| false), Path::new(expect));
        }
    }

    #[test]
    fn two_documents_never_go_by_one_name() {
        let taken = ["report.pdf.txt", "report.pdf.txt.txt", "a/x.json.txt"];
        let is_taken = |name: &str| taken.contains(&name);
        assert_eq!(text_name("report.pdf", None, is_taken), "report.pdf.txt.txt.txt");
        assert_eq!(text_name("report.pdf.txt", Some(Format::Text), is_taken), "report.pdf.txt");
        let path = |path: &Path| is_taken(&path.to_string_lossy());
        let made = text_path(Path::new("a/x.json"), Some(Format::Chat), path);
        assert_eq!(made, Path::new("a/x.json.txt.txt"));
    }

    #[test]
    fn every_format_has_a_name_of_its_own() {
        for sort in SORTS {
            assert_eq!(Format::from_name(sort.format.name()), Some(sort.format));
        }
        assert_eq!(Format::from_name("pptx"), None);
    }

    #[test]
    fn endings_tell_what_a_text_is_made_of() {
        assert_eq!(kind_of("a/b.CSV"), Some(Kind::Table));
        assert_eq!(kind_of("notes.txt"), None);
        assert_eq!(kind_of("Makefile"), None);
        assert_eq!(kind_of("x.unknown"), None);
    }
}
