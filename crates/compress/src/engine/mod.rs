//! The engine: detect, cut, score, fit to the budget, put together.

mod detect;
mod fit;
mod lexicon;
mod loss;
mod prior;
mod render;
mod ruler;
mod sentences;
mod stop;
mod units;
mod words;

use crate::compressed::{Compressed, Dropped, Gap, Span};
use crate::error::Error;
use crate::request::{Kind, Request};
use crate::tokens::TokenCounter;
use render::Renderer;
use ruler::Ruler;
use units::Unit;
use words::Words;

/// Compresses `request.text` to its budget, in tokens of `counter`.
///
/// The result is deterministic, keeps the source's order, and never has more tokens than the budget or
/// the input. A text that already fits comes back unchanged.
///
/// # Errors
/// [`Error::Budget`] for a budget of 0 tokens or a ratio that is not above 0; [`Error::TooLarge`] for a
/// text of 4 GiB or more.
pub fn compress(request: &Request<'_>, counter: &dyn TokenCounter) -> Result<Compressed, Error> {
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
    let budget = request.budget.in_tokens(ruler.total)?;
    let kind = request.kind.unwrap_or_else(|| detect::kind(text));
    if ruler.total <= budget {
        return Ok(unchanged(text, ruler.total, budget, kind));
    }
    let sentences = sentences::split(text, kind, request.strategy);
    let words = words::read(text, &sentences, request.lang);
    let mut units = units::cut(text, &sentences, &words, &ruler, request.strategy);
    score(&mut units, &sentences, &words, &ruler);
    let mut order: Vec<u32> = (0..units.len() as u32).collect();
    order.sort_by(|&a, &b| {
        let (a_score, b_score) = (units[a as usize].score, units[b as usize].score);
        b_score.total_cmp(&a_score).then(a.cmp(&b))
    });
    let renderer = Renderer { text, sentences: &sentences, units: &units };
    let fit = fit::fit(&renderer, &order, budget, counter);
    let (out, spans, gaps) = renderer.mapped(&fit.keep, words_between(&words));
    let dropped = loss::of(text, &sentences, &words, &units, &fit.keep);
    let refused = out.is_empty().then(|| {
        format!("a budget of {budget} tokens cannot hold one unit of this text, ask for more")
    });
    Ok(Compressed {
        tokens_in: ruler.total,
        tokens_out: fit.tokens,
        budget,
        kind,
        text: out,
        spans,
        gaps,
        dropped,
        refused,
    })
}

fn unchanged(text: &str, tokens: usize, budget: usize, kind: Kind) -> Compressed {
    let spans = if text.is_empty() {
        Vec::new()
    } else {
        vec![Span { out: 0..text.len(), src: 0..text.len() }]
    };
    Compressed {
        text: text.to_owned(),
        tokens_in: tokens,
        tokens_out: tokens,
        budget,
        kind,
        spans,
        gaps: Vec::<Gap>::new(),
        dropped: Dropped::default(),
        refused: None,
    }
}

/// Counts the words that begin in a range; ranges must come in order.
fn words_between(words: &Words) -> impl FnMut(std::ops::Range<usize>) -> usize {
    let mut at = 0;
    move |range| {
        let all = &words.words;
        while at < all.len() && (all[at].start as usize) < range.start {
            at += 1;
        }
        let from = at;
        while at < all.len() && (all[at].start as usize) < range.end {
            at += 1;
        }
        at - from
    }
}

fn score(units: &mut [Unit], sentences: &[sentences::Sentence], words: &Words, ruler: &Ruler) {
    let prior = prior::of_sentences(sentences, words, ruler);
    let mut own: Vec<f32> = units
        .iter()
        .map(|u| {
            let here = &words.words[u.first_word as usize..u.end_word as usize];
            here.iter().map(|w| w.score).sum::<f32>() / here.len().max(1) as f32
        })
        .collect();
    prior::standardise(&mut own);
    for (unit, own) in units.iter_mut().zip(own) {
        unit.score = own + 1.5 * prior[unit.sentence as usize];
    }
}
