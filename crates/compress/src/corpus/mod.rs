//! Many documents as one text: what they have in common once, one budget, and a citation for what is kept.
//!
//! A passage (a paragraph, or a stretch of about 1 kB that its contents delimit) which an earlier document
//! has too, word for word or nearly (`same::near`), is left out of the later one. Running texts are then
//! looked at as one text, so that one budget is shared by what is in them and not by how long they are;
//! code, JSON, tables and logs are compressed one by one, to their share of the tokens that are left.
//! Documents come in the order they are given, and so do the passages in them.
//!
//! What is not a document's own is from a closed list: line ends, `…`, the marks and the index. All of it
//! is counted in the budget.

mod cite;
mod gather;
mod parts;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::compressed::Dropped;
use crate::error::Error;
use crate::request::{Budget, Kind, Strategy};
use crate::tokens::TokenCounter;
use crate::weights::Weights;
use cite::Writer;
use gather::Gathered;

/// One document of several.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// What the index calls it.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
    /// What it is; `None` finds out.
    pub kind: Option<Kind>,
}

/// How what is kept says where it comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Citations {
    /// Every line of running text ends with its document's mark. Code, JSON, tables and logs, in which a
    /// mark would be something else, have it on a line before.
    #[default]
    Passages,
    /// A mark on a line before what is kept of each document.
    Documents,
    /// No marks and no index: the map alone knows.
    None,
}

/// What marks look like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CitationStyle {
    /// `[1]`, and `[1] name` in the index.
    #[default]
    Plain,
    /// Markdown's footnotes: `[^1]`, and `[^1]: name`.
    Markdown,
}

/// Several documents to compress as one.
#[derive(Debug, Clone, Copy)]
pub struct CorpusRequest<'a> {
    /// The documents, in the order they are to come.
    pub documents: &'a [Member<'a>],
    /// For everything together, marks and index included. A ratio is of the tokens of all documents,
    /// duplicates included.
    pub budget: Budget,
    /// What bears on it is kept first.
    pub focus: Option<&'a str>,
    /// Language as a two-letter code; `None` finds out.
    pub lang: Option<&'a str>,
    /// How texts are cut.
    pub strategy: Strategy,
    /// What counts how much in running text.
    pub weights: Weights,
    /// Where marks stand.
    pub citations: Citations,
    /// What they look like.
    pub style: CitationStyle,
}

/// Several documents, compressed to one text. All offsets are UTF-8 bytes, half-open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Corpus {
    /// The output.
    pub text: String,
    /// Tokens of all documents.
    pub tokens_in: usize,
    /// Tokens of the output, marks and index included, counted on the text as it is.
    pub tokens_out: usize,
    /// The budget that was kept to, in tokens.
    pub budget: usize,
    /// Kept stretches, in order; the bytes at `out` are those at `src` of the document.
    pub spans: Vec<CorpusSpan>,
    /// Marks, in order.
    pub marks: Vec<Mark>,
    /// Where the index stands in the output, at its end; empty where there is none.
    pub index: Range<usize>,
    /// The documents, in order.
    pub documents: Vec<MemberOutcome>,
    /// What was dropped that is nowhere in the output: of running texts together, of the others one by one.
    pub dropped: Dropped,
    /// Why the output is not what was asked for, where it is not.
    pub refused: Option<String>,
}

/// A stretch of the output and where it was copied from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorpusSpan {
    /// Where it stands in the output.
    pub out: Range<usize>,
    /// The document, counted from 0.
    pub document: usize,
    /// Where it stood in the document's text; as long as `out`.
    pub src: Range<usize>,
}

/// A citation in the output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Where it stands, with the space or line end that is its own.
    pub out: Range<usize>,
    /// The document it names, counted from 0.
    pub document: usize,
}

/// What became of one document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberOutcome {
    /// Its name.
    pub name: String,
    /// The number in its marks; `None` where nothing of it is kept.
    pub number: Option<usize>,
    /// What it is.
    pub kind: Kind,
    /// Its tokens.
    pub tokens_in: usize,
    /// Bytes of it that are kept.
    pub kept_bytes: usize,
    /// Passages that an earlier document has too.
    pub duplicates: Vec<Duplicate>,
}

/// A passage that was left out since an earlier document has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Duplicate {
    /// Where it stood.
    pub src: Range<usize>,
    /// The earlier document, counted from 0.
    pub document: usize,
    /// Where the earlier passage stands in it.
    pub first: Range<usize>,
    /// Share of three-word sequences that the two have in common: 1 for the same words.
    pub same: f64,
}

/// That it may go on, or that it was stopped.
fn going(go_on: &dyn Fn() -> bool) -> Result<(), Error> {
    if go_on() { Ok(()) } else { Err(Error::Stopped) }
}

/// How often the whole may be put together while closing in on the budget.
const TRIES: usize = 8;

/// Compresses all documents of `request` to one text.
///
/// The result is deterministic and never over the budget. A budget that cannot hold the marks and the index
/// beside anything else gives nothing, and says so in [`Corpus::refused`].
///
/// # Errors
/// As [`compress`](crate::compress()).
pub fn compress(request: &CorpusRequest<'_>, counter: &dyn TokenCounter) -> Result<Corpus, Error> {
    compress_while(request, counter, &|| true)
}

/// As [`compress`], as long as `go_on` says so. It is asked between documents and between compressions: what runs
/// together is compressed at once, several times over.
///
/// # Errors
/// As [`compress`], and [`Error::Stopped`].
pub fn compress_while(
    request: &CorpusRequest<'_>,
    counter: &dyn TokenCounter,
    go_on: &dyn Fn() -> bool,
) -> Result<Corpus, Error> {
    let tokens = (request.documents.iter())
        .map(|one| going(go_on).map(|()| counter.count(one.text)))
        .collect::<Result<Vec<usize>, Error>>()?;
    let tokens_in = tokens.iter().sum();
    let budget = request.budget.in_tokens(tokens_in)?;
    let gathered = Gathered::of(request.documents, go_on)?;
    let writer = Writer { request, gathered: &gathered, counter };
    // The marks and the index are known when the text is; the first guess is of an index of all.
    // Of very many documents not all are cited: then the index is shorter than that.
    let mut inner = budget.saturating_sub(writer.index_tokens()).max(budget / 2);
    let mut best: Option<(cite::Written, Dropped)> = None;
    for _ in 0..TRIES {
        if inner == 0 {
            break;
        }
        let parts = parts::compress(request, &gathered, inner, (counter, go_on))?;
        let written = writer.write(&parts);
        let total = written.tokens;
        if total <= budget {
            let more = best.as_ref().is_none_or(|(best, _)| best.tokens < total);
            if more {
                best = Some((written, parts.dropped));
            }
            let slack = budget - total;
            if slack * 100 <= budget || parts.complete || !more {
                break;
            }
            // Some of what is added goes to marks.
            inner += (slack * inner / total.max(1)).max(1);
        } else {
            let over = total - budget;
            inner = match best {
                // Between what fitted and what does not.
                Some(_) => inner.saturating_sub(over + 1),
                None => (inner * budget / total).min(inner.saturating_sub(over.min(inner / 2) + 1)),
            };
        }
    }
    let nothing = best.as_ref().is_none_or(|(best, _)| best.spans.is_empty()) && tokens_in > 0;
    let refused = nothing.then(|| {
        format!(
            "a budget of {budget} tokens cannot hold anything of {} documents beside their index, ask for more or for no citations",
            request.documents.len()
        )
    });
    let (written, dropped) = best.filter(|_| !nothing).unwrap_or_default();
    Ok(Corpus {
        documents: writer.outcomes(&tokens, &written),
        text: written.text,
        tokens_in,
        tokens_out: written.tokens,
        budget,
        spans: written.spans,
        marks: written.marks,
        index: written.index,
        dropped,
        refused,
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn whoever_stops_it_is_heard_between_any_two_steps() {
        let log = "12:00:01 INFO lease renewed by host 4\n".repeat(40);
        let text = |n: usize| {
            format!(
                "Station {n} was opened in {} by the Northern Board. It had a lamp.\n\n",
                n * 31
            )
            .repeat(20)
        };
        let texts: Vec<String> = (1..8).map(text).chain([log]).collect();
        let members: Vec<Member<'_>> =
            texts.iter().map(|text| Member { name: "a", text, kind: None }).collect();
        let request = CorpusRequest {
            documents: &members,
            budget: Budget::Ratio(4.0),
            focus: None,
            lang: None,
            strategy: Strategy::Automatic,
            weights: Weights::default(),
            citations: Citations::Passages,
            style: CitationStyle::Plain,
        };
        let counter = crate::tokens::by_name("o200k").unwrap();
        let asked = Cell::new(0);
        let made = compress_while(&request, &*counter, &|| {
            asked.set(asked.get() + 1);
            true
        });
        assert_eq!(made.unwrap(), compress(&request, &*counter).unwrap());
        let all = asked.get();
        assert!(all >= 2 * members.len() + 2, "{all}");
        for step in 0..all {
            let left = Cell::new(step);
            let stopped = compress_while(&request, &*counter, &|| {
                let goes_on = left.get() > 0;
                left.set(left.get().saturating_sub(1));
                goes_on
            });
            assert!(matches!(stopped, Err(Error::Stopped)), "{step} of {all}");
        }
    }
}
