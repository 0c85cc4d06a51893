//! The engine: detect, cut, score, fit to the budget, put together.

mod code;
mod detect;
mod fit;
mod focus;
mod json;
mod lexicon;
mod loss;
mod prior;
mod records;
mod render;
mod ruler;
mod score;
mod sentences;
mod stop;
mod units;
mod words;

use std::ops::Range;

use crate::blocks::Incremental;
use crate::compressed::{Compressed, Dropped, Span};
use crate::error::Error;
use crate::request::{Kind, Request, Strategy};
use crate::tokens::TokenCounter;
use fit::fit;
pub(crate) use lexicon::fold_hash;
use render::Renderer;
use ruler::Ruler;
use sentences::Sentence;
pub(crate) use stop::Language;
use units::Unit;
use words::Words;

/// Compresses `request.text` to its budget, in tokens of `counter`.
///
/// The result is deterministic, keeps the source's order, and never has more tokens than the budget or
/// the input. A text that already fits comes back unchanged. A budget too small for one phrase or record
/// gives the most telling words that fit, or nothing, and says so in [`Compressed::refused`].
///
/// # Errors
/// [`Error::Budget`] for a budget of 0 tokens or a ratio that is not above 0; [`Error::TooLarge`] for a
/// text of 4 GiB or more.
pub fn compress(request: &Request<'_>, counter: &dyn TokenCounter) -> Result<Compressed, Error> {
    if request.strategy == Strategy::Incremental {
        return Incremental::default().compress(request, counter).map(|(made, _)| made);
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
    let budget = request.budget.in_tokens(ruler.total)?;
    let kind = request.kind.unwrap_or_else(|| detect::kind(text));
    if ruler.total <= budget {
        return Ok(unchanged(text, ruler.total, budget, kind));
    }
    let by_record = match request.strategy {
        Strategy::Lines => true,
        Strategy::Automatic | Strategy::Incremental => {
            matches!(kind, Kind::Code | Kind::Json | Kind::Table | Kind::Log)
        }
        Strategy::Phrases | Strategy::Sentences => false,
    };
    let strategy = if by_record { Strategy::Lines } else { request.strategy };
    let source = Source::read(request, kind, strategy, &ruler);
    let selection = if by_record {
        source
            .select_json(kind, budget, counter)
            .unwrap_or_else(|| source.select(&source.record_units(kind), budget, counter))
    } else {
        source.select(&source.phrase_units(strategy), budget, counter)
    };
    let mut refused = None;
    let selection = if selection.tokens > 0 && budget > 1 {
        selection
    } else {
        // Not even one unit: single words are better than nothing, except as ruins of a JSON value.
        let words = if json::is_value(text) {
            Selection::default()
        } else {
            source.select(&source.word_units(), budget, counter)
        };
        refused = Some(refusal(budget, &words));
        words
    };
    let (out, spans, gaps) =
        render::mapped(text, selection.stretches, units_between(&source, by_record));
    Ok(Compressed {
        dropped: loss::of(text, &source.sentences, &source.words, &spans),
        tokens_in: ruler.total,
        tokens_out: selection.tokens,
        budget,
        kind,
        text: out,
        spans,
        gaps,
        refused,
    })
}

/// Whether `text` is one JSON array or object, which has no parts that could stand alone.
pub(crate) fn is_json_value(text: &str) -> bool {
    json::is_value(text)
}

/// What a text is made of, by the look of its lines.
pub(crate) fn kind_of(text: &str) -> Kind {
    detect::kind(text)
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
        budget,
        kind,
        spans: if text.is_empty() { Vec::new() } else { vec![whole] },
        gaps: Vec::new(),
        dropped: Dropped::default(),
        refused: None,
    }
}

/// What is kept: stretches of the source with the glue before each, and their tokens by exact count.
#[derive(Default)]
struct Selection {
    stretches: Vec<(Range<usize>, &'static str)>,
    tokens: usize,
}

/// A text as the engine sees it.
struct Source<'a> {
    request: &'a Request<'a>,
    ruler: &'a Ruler,
    kind: Kind,
    sentences: Vec<Sentence>,
    words: Words,
    /// How much each sentence bears on the focus, where there is one and something does.
    focus: Option<Vec<f32>>,
}

impl<'a> Source<'a> {
    fn read(request: &'a Request<'a>, kind: Kind, strategy: Strategy, ruler: &'a Ruler) -> Self {
        let text = request.text;
        let sentences = sentences::split(text, kind, strategy);
        let words = words::read(text, &sentences, request.lang);
        let focus = request
            .focus
            .and_then(|focus| focus::of_sentences(focus, text, &sentences, &words, request.lang));
        Self { request, ruler, kind, sentences, words, focus }
    }

    /// Phrases or sentences, scored.
    fn phrase_units(&self, strategy: Strategy) -> Vec<Unit> {
        let text = self.request.text;
        let mut units = units::cut(text, &self.sentences, &self.words, self.ruler, strategy);
        match &self.focus {
            // What bears on the question decides; where nothing does, nothing else is known either.
            Some(focus) => score::with_focus(&mut units, &self.words, focus),
            None => {
                let prior = prior::of_sentences(&self.sentences, &self.words, self.ruler);
                score::without_focus(&mut units, &self.sentences, &self.words, &prior);
            }
        }
        units::link(text, &mut units);
        units
    }

    /// Whole lines, scored by what they are.
    fn record_units(&self, kind: Kind) -> Vec<Unit> {
        let text = self.request.text;
        let mut units = units::cut(text, &self.sentences, &self.words, self.ruler, Strategy::Lines);
        let ranges: Vec<Range<usize>> =
            units.iter().map(|u| u.start as usize..u.end as usize).collect();
        let mut scores = match kind {
            Kind::Code => code::rank(text, &ranges),
            Kind::Log | Kind::Json | Kind::Table => records::rank(text, &ranges),
            Kind::Prose | Kind::Markdown | Kind::Dialogue => {
                prior::of_sentences(&self.sentences, &self.words, self.ruler)
            }
        };
        if kind == Kind::Table
            && let Some(header) = scores.first_mut()
        {
            *header = f32::MAX;
        }
        self.add_focus(&mut scores, |unit| units[unit].sentence as usize);
        for (unit, score) in units.iter_mut().zip(scores) {
            unit.score = score;
        }
        units::link(text, &mut units);
        units
    }

    /// Adds what bears on the focus to scores of whole records, ahead of everything else.
    fn add_focus(&self, scores: &mut [f32], sentence_of: impl Fn(usize) -> usize) {
        if let Some(focus) = &self.focus {
            for (index, score) in scores.iter_mut().enumerate() {
                *score += 40.0 * focus.get(sentence_of(index)).copied().unwrap_or(0.0);
            }
        }
    }

    /// Every word a unit of its own, for budgets nothing else fits.
    fn word_units(&self) -> Vec<Unit> {
        let mut reader = self.ruler.reader();
        let mut units = Vec::with_capacity(self.words.words.len());
        for index in 0..self.sentences.len() {
            for word in self.words.of(index) {
                units.push(Unit {
                    cost: reader.tokens(word.start, word.end),
                    score: word.score,
                    ..Unit::of_word(word, index as u32)
                });
            }
        }
        units
    }

    fn select(&self, units: &[Unit], budget: usize, counter: &dyn TokenCounter) -> Selection {
        let mut order = by_score(units.len(), |at| units[at].score);
        // Counting what cannot fit is what a line of megabytes would make slow.
        let most = 2.0 * budget as f32 + 8.0;
        order.retain(|&at| units[at as usize].cost <= most);
        let renderer = Renderer {
            text: self.request.text,
            sentences: &self.sentences,
            units,
            kind: self.kind,
        };
        // The connecting words between two kept units stay where they matter more than the last unit
        // that made it.
        let bar = |prefix: usize| match prefix.checked_sub(1) {
            Some(last) => units[order[last] as usize].score,
            None => f32::INFINITY,
        };
        let costs: Vec<f32> = units.iter().map(|u| u.cost).collect();
        let mut out = String::new();
        let fit = fit(&costs, &order, budget, |keep, prefix| {
            renderer.text(keep, bar(prefix), &mut out);
            counter.count(&out)
        });
        Selection { stretches: renderer.stretches(&fit.keep, bar(fit.prefix)), tokens: fit.tokens }
    }

    /// The elements of one JSON value; `None` where the text is not one.
    fn select_json(
        &self,
        kind: Kind,
        budget: usize,
        counter: &dyn TokenCounter,
    ) -> Option<Selection> {
        let text = self.request.text;
        let shape = json::shape(text).filter(|_| kind == Kind::Json)?;
        let mut scores = records::rank(text, &shape.elements);
        if self.focus.is_some() {
            let lines: Vec<Sentence> = shape.elements.iter().map(Sentence::of_range).collect();
            let words = words::read(text, &lines, self.request.lang);
            let focus = self.request.focus.unwrap_or("");
            let focus = focus::of_sentences(focus, text, &lines, &words, self.request.lang);
            for (score, focus) in scores.iter_mut().zip(focus.unwrap_or_default()) {
                *score += 40.0 * focus;
            }
        }
        let order = by_score(scores.len(), |at| scores[at]);
        let mut reader = self.ruler.reader();
        let costs: Vec<f32> =
            shape.elements.iter().map(|e| reader.tokens(e.start as u32, e.end as u32)).collect();
        let mut out = String::new();
        let mut count = |keep: &[bool]| {
            out.clear();
            shape.stretches(keep).into_iter().for_each(|r| out.push_str(&text[r]));
            counter.count(&out)
        };
        // The frame around the elements costs tokens before the first of them.
        let frame = count(&vec![false; costs.len()]);
        if frame > budget {
            return Some(Selection::default());
        }
        let mut fit = fit(&costs, &order, budget, |keep, _| count(keep));
        if fit.tokens == 0 {
            fit.tokens = frame;
        }
        let stretches = shape.stretches(&fit.keep);
        Some(Selection {
            stretches: stretches.into_iter().map(|r| (r, "")).collect(),
            tokens: fit.tokens,
        })
    }
}

/// Indices of `n` units, the highest score first, the earlier first among equals.
fn by_score(n: usize, score: impl Fn(usize) -> f32) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n as u32).collect();
    order
        .sort_unstable_by(|&a, &b| score(b as usize).total_cmp(&score(a as usize)).then(a.cmp(&b)));
    order
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
