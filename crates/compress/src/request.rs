//! What is asked for.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::engine::Syntax;
use crate::error::Error;
use crate::rules::Rules;
use crate::scorer::{Encoder, WordScorer};
use crate::weights::Weights;

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
    /// Running text of a paper: told by how it argues and cites.
    Scientific,
    /// Running text of a contract, a statute, terms: told by its words.
    Legal,
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
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Prose, "prose"),
        (Self::Markdown, "markdown"),
        (Self::Scientific, "scientific"),
        (Self::Legal, "legal"),
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

    /// Whether it is cut into records, such as lines and elements, and not into phrases of running text.
    pub(crate) fn by_record(self) -> bool {
        match self {
            Self::Code | Self::Json | Self::Table | Self::Log => true,
            Self::Prose | Self::Markdown | Self::Scientific | Self::Legal | Self::Dialogue => false,
        }
    }

    /// The kind's name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|&&(kind, _)| kind == self).map_or("", |&(_, name)| name)
    }
}

/// How the text is cut into what is kept or dropped, and in which order that is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// Block by block by what it is: phrases in prose, rows in tables, templates in logs.
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
    /// Budgets from above: sections, their paragraphs, their sentences, their phrases. No part of the
    /// text goes unmentioned.
    Hierarchical,
    /// One sentence of every theme, before any of the others; themes are what shares rare words, or what a lent
    /// encoder finds near.
    Clustering,
    /// Whole sentences of the words that come most often, each time less (SumBasic, Nenkova and
    /// Vanderwende 2005).
    Frequency,
    /// Every sentence or line as a filled-in template: the rare ones, and an example of the frequent.
    Template,
    /// Several strategies try each section, and the one that keeps most of its numbers, names and words is
    /// taken.
    Ensemble,
}

impl Strategy {
    /// Every strategy with its name.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::Automatic, "automatic"),
        (Self::Phrases, "phrases"),
        (Self::Sentences, "sentences"),
        (Self::Lines, "lines"),
        (Self::Incremental, "incremental"),
        (Self::Hierarchical, "hierarchical"),
        (Self::Clustering, "clustering"),
        (Self::Frequency, "frequency"),
        (Self::Template, "template"),
        (Self::Ensemble, "ensemble"),
    ];

    /// The strategy called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|&(strategy, _)| strategy)
    }

    /// The strategy's name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|&&(one, _)| one == self).map_or("", |&(_, name)| name)
    }

    /// Whether blocks of other kinds inside a text are taken by their own kinds' ways.
    pub(crate) fn by_block(self) -> bool {
        !matches!(self, Self::Phrases | Self::Sentences)
    }

    /// Whether running text is kept and dropped in whole sentences.
    pub(crate) fn by_sentence(self) -> bool {
        matches!(self, Self::Sentences | Self::Frequency | Self::Template)
    }
}

/// A stage of the engine that a measurement can leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Telling blocks of other kinds inside a text.
    Blocks,
    /// What a word is worth: numbers, names, negations, long words, first mentions.
    Words,
    /// What a sentence is worth as a whole.
    Sentences,
    /// The place of a sentence in its paragraph.
    Position,
    /// Sharing the budget out among paragraphs.
    Sharing,
    /// Keeping short words between two kept phrases.
    Links,
    /// Parsing source code.
    Syntax,
    /// What costs nothing: where all of a text but white space and what it says twice fits, that is left; JSON
    /// without its white space; lines of a log and records by their templates.
    Lossless,
    /// Holding names, numbers with their signs, and negations with what they negate together.
    Guard,
    /// Headings whole, as a skeleton.
    Packing,
    /// Putting off what nearly repeats what was said.
    Repeats,
    /// Putting off lists of references.
    References,
    /// The focus, where there is one.
    Focus,
    /// Models, where one is lent.
    Encoder,
}

impl Stage {
    /// Every stage with its name.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::Blocks, "blocks"),
        (Self::Words, "words"),
        (Self::Sentences, "sentences"),
        (Self::Position, "position"),
        (Self::Sharing, "sharing"),
        (Self::Links, "links"),
        (Self::Syntax, "syntax"),
        (Self::Lossless, "lossless"),
        (Self::Guard, "guard"),
        (Self::Packing, "packing"),
        (Self::Repeats, "repeats"),
        (Self::References, "references"),
        (Self::Focus, "focus"),
        (Self::Encoder, "encoder"),
    ];

    /// The stage called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|&(stage, _)| stage)
    }
}

/// A passage that has to stay, word for word, wherever it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// In bytes of the text, half-open. Ends that are not on a character are moved out to one, and what
    /// lies beyond the text means nothing.
    pub src: Range<usize>,
    /// Where its tokens come from.
    pub room: Room,
}

/// Where the tokens of a pinned passage come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Room {
    /// From the budget: something else makes room.
    #[default]
    Made,
    /// The budget grows by them.
    Added,
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
    /// The language of a text that is source code; `None` finds out. Code in other texts has it from its fence.
    pub syntax: Option<Syntax>,
    /// How it is cut.
    pub strategy: Strategy,
    /// From 0, the most facts in telegram style, to 1, whole sentences; `None` is what the strategy does, and 0.75 of
    /// [`Kind::Scientific`] and [`Kind::Legal`] where the strategy is automatic or incremental.
    /// Without meaning for strategies that take whole sentences or lines anyway.
    pub readable: Option<f64>,
    /// What has to stay and what has to go.
    pub rules: Option<&'a Rules>,
    /// Passages that have to stay.
    pub pins: &'a [Pin],
    /// What counts how much in running text.
    pub weights: Weights,
    /// A stage to leave out, for measuring what it is worth.
    pub without: Option<Stage>,
    /// Whether to count what the lossless stage alone leaves, in [`Compressed::lossless`](crate::Compressed::lossless);
    /// changes nothing else, and costs about as much as counting the text once more.
    pub lossless: bool,
    /// A model for nearness in meaning, where one is lent: to the focus, and of sentences to each other.
    pub encoder: Option<&'a dyn Encoder>,
    /// A model for the worth of words, where one is lent.
    pub scorer: Option<&'a dyn WordScorer>,
}

impl<'a> Request<'a> {
    /// A request with everything left to be found out.
    pub fn new(text: &'a str, budget: Budget) -> Self {
        Self {
            text,
            budget,
            focus: None,
            lang: None,
            kind: None,
            syntax: None,
            strategy: Strategy::Automatic,
            readable: None,
            rules: None,
            pins: &[],
            weights: Weights::default(),
            without: None,
            lossless: false,
            encoder: None,
            scorer: None,
        }
    }
}
