//! What is asked for.

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// How long the output may be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Budget {
    /// At most this many tokens.
    Tokens(usize),
    /// At most the input's tokens divided by this.
    Ratio(f64),
}

impl Budget {
    /// The budget in tokens for an input of `tokens_in` tokens.
    ///
    /// # Errors
    /// [`Error::Budget`] for 0 tokens and for a ratio that is not above 0.
    pub fn in_tokens(self, tokens_in: usize) -> Result<usize, Error> {
        match self {
            Self::Tokens(0) => Err(Error::Budget { given: "0 tokens".into() }),
            Self::Tokens(tokens) => Ok(tokens),
            Self::Ratio(ratio) if ratio.is_finite() && ratio > 0.0 => {
                // A ratio larger than the text still leaves one token to try with.
                Ok(((tokens_in as f64 / ratio) as usize).max(1))
            }
            Self::Ratio(ratio) => Err(Error::Budget { given: format!("a ratio of {ratio}") }),
        }
    }
}

/// What a text is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Running text.
    Prose,
    /// Running text with headings, lists, tables and code fences.
    Markdown,
    /// Turns of named speakers, one a line.
    Dialogue,
    /// Source code.
    Code,
    /// One JSON value, or one per line.
    Json,
    /// Rows of separated values.
    Table,
    /// Lines of a log.
    Log,
}

impl Kind {
    /// Every kind, with its name.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Prose, "prose"),
        (Self::Markdown, "markdown"),
        (Self::Dialogue, "dialogue"),
        (Self::Code, "code"),
        (Self::Json, "json"),
        (Self::Table, "table"),
        (Self::Log, "log"),
    ];

    /// The kind called `name`; `None` for a name this version does not know, which means: find out.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|&(kind, _)| kind)
    }

    /// The kind's name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|&&(kind, _)| kind == self).map_or("", |&(_, name)| name)
    }
}

/// How the text is cut into what is kept or dropped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// By what the text is: phrases in prose, rows in tables, templates in logs.
    #[default]
    Automatic,
    /// Phrases: the most facts for a budget, in telegram style.
    Phrases,
    /// Whole sentences: fewer facts, text that reads on.
    Sentences,
    /// Whole lines.
    Lines,
    /// Blocks by themselves, so that an edit costs a block: see [`Incremental`](crate::Incremental).
    Incremental,
}

/// One text to compress.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The text, in UTF-8.
    pub text: &'a str,
    /// How long the output may be.
    pub budget: Budget,
    /// A question or a list of topics; what bears on it is kept first.
    pub focus: Option<&'a str>,
    /// Language as a two-letter code; `None` finds out.
    pub lang: Option<&'a str>,
    /// What the text is; `None` finds out.
    pub kind: Option<Kind>,
    /// How it is cut.
    pub strategy: Strategy,
}

impl<'a> Request<'a> {
    /// A request with everything left to be found out.
    pub fn new(text: &'a str, budget: Budget) -> Self {
        Self { text, budget, focus: None, lang: None, kind: None, strategy: Strategy::Automatic }
    }
}
