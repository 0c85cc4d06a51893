//! The engine: detect, cut, score, fit to the budget, put together.

mod blocks;
mod cited;
mod code;
mod content;
mod detect;
mod ensemble;
mod facts;
mod fit;
mod focus;
mod folds;
mod genre;
mod han;
mod json;
mod lexicon;
mod loss;
mod lossless;
mod marks;
mod near;
mod nest;
mod order;
mod plan;
mod prior;
mod quotes;
mod records;
mod recount;
mod render;
mod ruler;
mod score;
mod script;
mod select;
pub(crate) mod semantic;
pub(crate) mod sentences;
mod signs;
mod source;
mod stop;
mod syntax;
mod themes;
mod ties;
mod units;
mod words;

use std::ops::Range;

pub use content::{Content, analyse};
pub(crate) use facts::{Facts, facts, sentence_ranges};
pub use folds::{Fold, folds};
pub(crate) use lexicon::fold_hash;
pub(crate) use signs::telling_signs;
pub(crate) use stop::Language;
pub use syntax::Syntax;

use crate::blocks::Incremental;
use crate::compressed::{Compressed, Dropped, Span};
use crate::error::Error;
use crate::request::{Budget, Kind, Request, Room, Strategy};
use crate::rules::Rules;
use crate::tokens::TokenCounter;
use ruler::Ruler;
use select::Selection;
use source::Source;

/// Compresses `request.text` to its budget, in tokens of `counter`.
///
/// The result is deterministic, keeps the source's order, and never has more tokens than the input. It has
/// no more than the budget either, unless rules protect more than that; then what they protect is left, and
/// [`Compressed::refused`] says how far that is. A text that already fits comes back unchanged, unless
/// rules take something of it. A budget too small for one phrase or record gives the most telling words
/// that fit, or nothing, and says so in the same place.
///
/// # Errors
/// [`Error::Budget`] for a budget of 0 tokens or a ratio that is not above 0; [`Error::TooLarge`] for a
/// text of 4 GiB or more.
pub fn compress(request: &Request<'_>, counter: &dyn TokenCounter) -> Result<Compressed, Error> {
    if request.strategy == Strategy::Incremental {
        return Incremental::default().answer(request, counter);
    }
    let text = request.text;
    if text.len() >= u32::MAX as usize {
        return Err(Error::TooLarge {
            name: "the text of a request".into(),
            bytes: text.len() as u64,
            limit: u64::from(u32::MAX),
        });
    }
    request.budget.in_tokens(usize::MAX)?;
    let ruler = Ruler::new(text, counter);
    let budget = request.budget.in_tokens(ruler.total)?.saturating_add(added(request, counter));
    let kind = detect::asked(text, request.kind);
    let fits = ruler.total <= budget;
    if fits && !request.rules.is_some_and(Rules::always_cut) {
        return Ok(unchanged(text, ruler.total, budget, kind));
    }
    let source = Source::read(request, kind, &ruler)?;
    let takes = source.may_be_lossless(budget);
    let all = (takes || request.lossless).then(|| source.lossless(counter));
    let lossless = all.as_ref().filter(|_| request.lossless).map(|all| all.tokens.min(ruler.total));
    let fitting = |all: &Selection| (1..=budget.min(ruler.total)).contains(&all.tokens);
    let mut selection = match all.filter(|all| takes && fitting(all)) {
        Some(all) => all,
        None => source.selection(budget.min(ruler.total), counter),
    };
    let mut refused = None;
    // With pins that make the budget grow it may be more than the text.
    if selection.tokens > budget.min(ruler.total) {
        refused = Some(too_much_stays(request.budget, ruler.total, selection.tokens));
        if selection.tokens > ruler.total {
            // What joins so many stretches is more than what lies between them.
            return Ok(Compressed { refused, ..unchanged(text, ruler.total, budget, kind) });
        }
    } else if selection.tokens == 0 || budget <= 1 {
        // Not even one unit: single words are better than nothing, except as ruins of a JSON value.
        selection = if json::is_value(text) {
            Selection::default()
        } else {
            source.select_words(budget.min(ruler.total), counter)
        };
        refused = Some(match fits && selection.stretches.is_empty() {
            true => "the rules leave nothing of this text, drop less".to_owned(),
            false => refusal(budget, &selection),
        });
    }
    let (out, spans, gaps) =
        render::mapped(text, selection.stretches, units_between(&source, source.by_record()));
    Ok(Compressed {
        dropped: loss::of(text, &source.sentences, &source.words, &spans),
        tokens_in: ruler.total,
        tokens_out: selection.tokens,
        lossless,
        budget,
        kind,
        text: out,
        spans,
        gaps,
        refused,
    })
}

/// Tokens that the text of `request` has when nothing but white space and what is said twice goes, whatever else
/// is asked.
///
/// # Errors
/// None but what [`compress`] has.
pub fn lossless_tokens(request: &Request<'_>, counter: &dyn TokenCounter) -> Result<usize, Error> {
    let Request { text, kind, lang, strategy, .. } = *request;
    let plain = Request { kind, lang, strategy, ..Request::new(text, Budget::Ratio(1.0)) };
    if text.len() >= u32::MAX as usize {
        return Ok(counter.count(text));
    }
    let ruler = Ruler::new(text, counter);
    let kind = detect::asked(text, kind);
    Ok(Source::read(&plain, kind, &ruler)?.lossless(counter).tokens.min(ruler.total))
}

/// Tokens that the budget grows by, for what is pinned.
fn added(request: &Request<'_>, counter: &dyn TokenCounter) -> usize {
    let grows = request.pins.iter().filter(|pin| pin.room == Room::Added);
    let stretches = grows.map(|pin| &request.text[marks::pinned(pin, request.text)]);
    stretches.map(|stretch| counter.count(stretch)).sum()
}

/// Whether `text` is one JSON array or object, which has no parts that could stand alone.
pub(crate) fn is_json_value(text: &str) -> bool {
    json::is_value(text)
}

/// What a text is: what was said of it, or by the look of its lines and its words.
pub(crate) fn kind_of(text: &str, said: Option<Kind>) -> Kind {
    detect::asked(text, said)
}

fn too_much_stays(asked: Budget, tokens_in: usize, tokens_out: usize) -> String {
    let reached = tokens_in as f64 / tokens_out.max(1) as f64;
    match asked {
        Budget::Ratio(ratio) => format!(
            "cannot reach {ratio}x without dropping protected items; reached {reached:.1}x, protect less or ask for that"
        ),
        Budget::Tokens(tokens) => format!(
            "cannot keep to {tokens} tokens without dropping protected items; {tokens_out} are left, protect less or ask for that"
        ),
    }
}

fn refusal(budget: usize, words: &Selection) -> String {
    let outcome = match words.stretches.len() {
        0 => "nothing is left of it".to_owned(),
        1 => "only a word of it is left".to_owned(),
        n => format!("only {n} words of it are left"),
    };
    format!(
        "a budget of {budget} tokens cannot hold one whole unit of this text and {outcome}, ask for more"
    )
}

fn unchanged(text: &str, tokens: usize, budget: usize, kind: Kind) -> Compressed {
    let whole = Span { out: 0..text.len(), src: 0..text.len() };
    Compressed {
        text: text.to_owned(),
        tokens_in: tokens,
        tokens_out: tokens,
        lossless: None,
        budget,
        kind,
        spans: if text.is_empty() { Vec::new() } else { vec![whole] },
        gaps: Vec::new(),
        dropped: Dropped::default(),
        refused: None,
    }
}

/// Indices of `n` units, the highest score first, the earlier first among equals.
fn by_score(n: usize, score: impl Fn(usize) -> f32) -> Vec<u32> {
    let mut keys: Vec<u64> = (0..n).map(|at| by_rank(score(at), at as u32)).collect();
    keys.sort_unstable();
    keys.into_iter().map(|key| key as u32).collect()
}

/// Numbers that ascend as scores descend ([`f32::total_cmp`]), and with the index among equals, which is the lower half.
fn by_rank(score: f32, index: u32) -> u64 {
    let bits = score.to_bits();
    let descending = if bits >> 31 == 1 { bits } else { !bits & (u32::MAX >> 1) };
    u64::from(descending) << 32 | u64::from(index)
}

/// Counts the words, or lines of records, that begin in a range; ranges must come in order.
fn units_between<'s>(
    source: &'s Source<'_>,
    by_record: bool,
) -> impl FnMut(Range<usize>) -> usize + 's {
    let start = move |at: usize| -> Option<usize> {
        if by_record {
            source.sentences.get(at).map(|s| s.start as usize)
        } else {
            source.words.words.get(at).map(|w| w.start as usize)
        }
    };
    let mut at = 0;
    move |range| {
        while start(at).is_some_and(|s| s < range.start) {
            at += 1;
        }
        let from = at;
        while start(at).is_some_and(|s| s < range.end) {
            at += 1;
        }
        at - from
    }
}
