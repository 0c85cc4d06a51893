//! What comes back: the text, and how every byte of it is tied to the source.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::request::Kind;

/// A compressed text with its span map and its losses. All offsets are UTF-8 bytes, half-open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compressed {
    /// The output.
    pub text: String,
    /// Tokens of the input.
    pub tokens_in: usize,
    /// Tokens of the output, counted on the text as it is.
    pub tokens_out: usize,
    /// Tokens of what is left when nothing but white space and what is said twice goes; `None` where that was not
    /// asked for, and where the text is left as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lossless: Option<usize>,
    /// The budget that was kept to, in tokens.
    pub budget: usize,
    /// What the text was taken for.
    pub kind: Kind,
    /// Kept stretches, in order; the bytes at `out` are the bytes at `src`.
    pub spans: Vec<Span>,
    /// Dropped stretches, in order. Spans and gaps together cover the source exactly once.
    pub gaps: Vec<Gap>,
    /// What the dropped stretches held that is nowhere in the output.
    pub dropped: Dropped,
    /// Why the output is not what was asked for, where it is not.
    pub refused: Option<String>,
}

/// A stretch of the output and the stretch of the source it was copied from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Where it stands in the output.
    pub out: Range<usize>,
    /// Where it stood in the source; as long as `out`.
    pub src: Range<usize>,
}

/// A stretch of the source that is not in the output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Where in the output it is missing; bytes from here to the next span are glue.
    pub at: usize,
    /// Where it stood in the source.
    pub src: Range<usize>,
    /// How many words (lines, in logs, code and records) it held.
    pub units: usize,
}

/// The losses, by what readers miss most. An item still present elsewhere in the output is no loss.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// Distinct numbers.
    pub numbers: Losses,
    /// Distinct names and other capitalised words.
    pub entities: Losses,
    /// Negations, each occurrence counted.
    pub negations: Losses,
    /// Headings of which not a word was kept.
    pub sections: Losses,
}

impl Dropped {
    /// The losses of another part beside these.
    pub(crate) fn add(&mut self, part: &Dropped) {
        let Dropped { numbers, entities, negations, sections } = self;
        let parts = [&part.numbers, &part.entities, &part.negations, &part.sections];
        for (all, part) in [numbers, entities, negations, sections].into_iter().zip(parts) {
            all.count += part.count;
            let room = Losses::NAMED.saturating_sub(all.first.len());
            all.first.extend(part.first.iter().take(room).cloned());
        }
    }
}

/// One sort of loss.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Losses {
    /// How many were dropped.
    pub count: usize,
    /// The first few, as they stood in the source.
    pub first: Vec<String>,
}

impl Losses {
    /// How many losses are named; the rest is only counted.
    pub const NAMED: usize = 8;

    pub(crate) fn add(&mut self, item: &str) {
        self.count += 1;
        if self.first.len() < Self::NAMED {
            self.first.push(item.to_owned());
        }
    }
}
