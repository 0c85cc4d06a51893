//! What a text is like, and how that is said.

use serde::{Deserialize, Serialize};

/// What a text is like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContentView {
    /// What most of it is.
    pub kind: String,
    /// The kinds of its blocks with their shares of its bytes, the largest first.
    pub blocks: Vec<BlockShare>,
    /// Two-letter code of its language, where that was recognised.
    pub language: Option<String>,
    /// Words.
    pub words: u64,
    /// Sentences, headings and lines.
    pub sentences: u64,
    /// Mean length of its sentences in words, where it has running text.
    pub words_per_sentence: Option<f64>,
    /// Distinct words over words, the mean over stretches of 100 words; absent in a shorter text.
    pub type_token: Option<f64>,
    /// Share of its paragraphs and lines that nearly repeat an earlier one.
    pub repetition: f64,
    /// What it names most, a few.
    pub terms: Vec<String>,
}

/// A kind of block with its share of a document, from 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BlockShare {
    /// The kind.
    pub kind: String,
    /// The share.
    pub share: f64,
}

/// Languages that are recognised, by their codes, as they are said in English.
pub const LANGUAGES: [(&str, &str); 11] = [
    ("en", "English"),
    ("es", "Spanish"),
    ("de", "German"),
    ("fr", "French"),
    ("it", "Italian"),
    ("pt", "Portuguese"),
    ("nl", "Dutch"),
    ("ru", "Russian"),
    ("zh", "Chinese"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
];

/// A language as it is said in English; its code where it is not one of [`LANGUAGES`].
pub fn language_name(code: &str) -> &str {
    LANGUAGES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}

impl ContentView {
    /// Its language as it is said in English, where that was recognised.
    pub fn language_name(&self) -> Option<&str> {
        self.language.as_deref().map(language_name)
    }

    /// Its kind; of a text of several, each with its share.
    pub fn kinds(&self) -> String {
        if self.blocks.len() < 2 {
            return self.kind.clone();
        }
        let each = |block: &BlockShare| format!("{} {:.0} %", block.kind, 100.0 * block.share);
        self.blocks.iter().map(each).collect::<Vec<_>>().join(", ")
    }

    /// All that matters of it, on one line.
    pub fn summary(&self) -> String {
        let mut parts = vec![self.kinds()];
        parts.extend(self.language_name().map(str::to_owned));
        let long = |words: f64| format!("{words:.0} words a sentence");
        parts.extend(self.words_per_sentence.map(long));
        if self.repetition >= 0.005 {
            parts.push(format!("{:.0} % repeats", 100.0 * self.repetition));
        }
        if !self.terms.is_empty() {
            parts.push(format!("about {}", self.terms.join(", ")));
        }
        parts.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_summed_up_in_one_line() {
        let share = |kind: &str, share| BlockShare { kind: kind.into(), share };
        let mut content = ContentView {
            kind: "markdown".into(),
            blocks: vec![share("markdown", 0.8), share("code", 0.2)],
            language: Some("de".into()),
            words: 900,
            sentences: 60,
            words_per_sentence: Some(14.6),
            type_token: Some(0.7),
            repetition: 0.12,
            terms: vec!["Pumpe".into(), "Ventil".into()],
        };
        assert_eq!(
            content.summary(),
            "markdown 80 %, code 20 %; German; 15 words a sentence; 12 % repeats; about Pumpe, Ventil"
        );
        content.blocks.truncate(1);
        (content.language, content.words_per_sentence) = (None, None);
        (content.repetition, content.terms) = (0.0, Vec::new());
        assert_eq!(content.summary(), "markdown");
    }
}
