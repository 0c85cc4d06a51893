//! The plan's units fitted to the budget.

use std::ops::Range;

use super::fit::fit;
use super::marks::Mark;
use super::plan::Plan;
use super::recount::Recount;
use super::render::Renderer;
use super::sentences::Sentence;
use super::source::Source;
use super::units::Unit;
use super::{by_score, focus, json, marks, records, words};
use crate::request::{Kind, Stage};
use crate::tokens::TokenCounter;

/// What is kept: stretches of the source with the glue before each, and their tokens by exact count.
#[derive(Default)]
pub(crate) struct Selection {
    pub(crate) stretches: Vec<(Range<usize>, &'static str)>,
    pub(crate) tokens: usize,
}

impl Source<'_> {
    /// What is kept at `budget`; more only where rules protect more.
    pub(crate) fn selection(&self, budget: usize, counter: &dyn TokenCounter) -> Selection {
        if self.by_block
            && self.kind == Kind::Json
            && let Some(selection) = self.select_json(budget, counter)
        {
            return selection;
        }
        self.select(&self.plan(self.request.strategy, budget), budget, counter)
    }

    /// Single words, for budgets nothing else fits.
    pub(crate) fn select_words(&self, budget: usize, counter: &dyn TokenCounter) -> Selection {
        let mut reader = self.ruler.reader();
        let mut units = Vec::with_capacity(self.words.words.len());
        for index in 0..self.sentences.len() {
            let cost = |word: &words::Word| reader.tokens(word.start, word.end);
            let here = self.words.of(index);
            let costs: Vec<f32> = here.iter().map(cost).collect();
            let drop = self.mark(index) == Mark::Drop;
            units.extend(here.iter().zip(costs).filter(|_| !drop).map(|(word, cost)| Unit {
                cost,
                score: word.score,
                ..Unit::of_word(word, index as u32)
            }));
        }
        let order = by_score(units.len(), |at| units[at].score);
        let plan = Plan {
            units,
            order,
            least: 0,
            frames: Vec::new(),
            nests: Vec::new(),
            values: Vec::new(),
        };
        self.select(&plan, budget, counter)
    }

    fn select(&self, plan: &Plan, budget: usize, counter: &dyn TokenCounter) -> Selection {
        let Plan { units, least, .. } = plan;
        // Counting what cannot fit is what a line of megabytes would make slow.
        let most = 2.0 * budget as f32 + 8.0;
        let order: Vec<u32> = (plan.order.iter().enumerate())
            .filter(|&(place, &at)| place < *least || units[at as usize].cost <= most)
            .map(|(_, &at)| at)
            .collect();
        let renderer = Renderer {
            text: self.request.text,
            sentences: &self.sentences,
            units,
            values: &plan.values,
            kind: self.kind,
        };
        // The connecting words between two kept units stay where they matter more than the last unit
        // that made it.
        let mut bars = Vec::with_capacity(order.len() + 1);
        let mut bar = f32::INFINITY;
        bars.push(bar);
        for (place, &at) in order.iter().enumerate() {
            let unit = &units[at as usize];
            if place >= *least && unit.group == 0 {
                bar = unit.score;
            }
            bars.push(bar);
        }
        let costs: Vec<f32> = units.iter().map(|u| u.cost).collect();
        let (mut out, mut framed) = (String::new(), Vec::new());
        let mut recount = Recount::new(counter);
        let fit = fit(&costs, &order, *least, budget, |keep, prefix| {
            renderer.text(plan.framed(keep, &mut framed), bars[prefix], &mut out);
            recount.count(&out)
        });
        let keep = plan.framed(&fit.keep, &mut framed);
        Selection { stretches: renderer.stretches(keep, bars[fit.prefix]), tokens: fit.tokens }
    }

    /// The elements of one JSON value; `None` where the text is not one.
    fn select_json(&self, budget: usize, counter: &dyn TokenCounter) -> Option<Selection> {
        let text = self.request.text;
        let dense = self.with(Stage::Lossless);
        let shape = json::shape(text, dense)?;
        let mut scores = records::rank(text, &shape.elements, dense);
        if self.focus.is_some() {
            let lines: Vec<Sentence> = shape.elements.iter().map(Sentence::of_range).collect();
            let words = words::read(text, &lines, self.request.lang);
            let focus = self.request.focus.unwrap_or("");
            let focus = focus::of_sentences(focus, text, &lines, &words, self.request.lang);
            for (score, focus) in scores.iter_mut().zip(focus.unwrap_or_default()) {
                *score += 40.0 * focus;
            }
        }
        let mut reader = self.ruler.reader();
        let mark = self.mark(0);
        let units: Vec<Unit> = shape
            .elements
            .iter()
            .map(|e| {
                let (start, end) = (e.start as u32, e.end as u32);
                // In order, and apart.
                let next = self.kept.partition_point(|kept| kept.end <= e.start);
                let held = self.kept.get(next).is_some_and(|kept| kept.start < e.end);
                Unit {
                    start,
                    end,
                    cost: reader.tokens(start, end),
                    mark: if held { Mark::Keep } else { mark },
                    ..Unit::default()
                }
            })
            .collect();
        let (order, least) =
            marks::tiers(&units, by_score(scores.len(), |at| scores[at]), &self.rates);
        let costs: Vec<f32> = units.iter().map(|unit| unit.cost).collect();
        let mut out = String::new();
        let mut count = |keep: &[bool]| {
            out.clear();
            shape.stretches(keep).into_iter().for_each(|r| out.push_str(&text[r]));
            counter.count(&out)
        };
        // The frame around the elements costs tokens before the first of them.
        let frame = count(&vec![false; costs.len()]);
        if frame > budget && least == 0 {
            return Some(Selection::default());
        }
        let mut fit = fit(&costs, &order, least, budget, |keep, _| count(keep));
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
