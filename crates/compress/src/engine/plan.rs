//! Which units there are and in which order they are kept: every block by its own kind's way, all of
//! them under one budget, after what rules say.
//!
//! Scores of phrases and of log lines have no common scale. What they share is how far down its own
//! block's order a unit stands, by tokens; blocks are merged by that, so that each is cut as far as the
//! others, and records that only repeat come later.

use std::ops::Range;

use super::blocks::Block;
use super::json::{self, Shape};
use super::lexicon::IdSet;
use super::marks::{self, Mark};
use super::nest::Nest;
use super::ruler::RulerReader;
use super::semantic;
use super::source::Source;
use super::units::{self, Unit};
use super::words::Class;
use super::{by_score, code, focus, order, prior, records, score};
use crate::request::{Kind, Stage, Strategy};

/// Units, and the order in which they are kept.
pub(crate) struct Plan {
    pub(crate) units: Vec<Unit>,
    /// Indices of units, best first; without those that must go.
    pub(crate) order: Vec<u32>,
    /// So many of the order must stay, whatever the budget.
    pub(crate) least: usize,
    pub(crate) frames: Vec<Frame>,
    pub(crate) nests: Vec<Nest>,
    pub(crate) values: Vec<Value>,
}

/// The units of a block whose first and last few stay with any of the others: fences, headers of tables.
pub(crate) struct Frame {
    pub(crate) units: Range<usize>,
    pub(crate) head: usize,
    pub(crate) tail: usize,
}

impl Frame {
    fn holds(&self, unit: usize) -> bool {
        unit < self.units.start + self.head || unit + self.tail >= self.units.end
    }

    /// Whether anything but the frame itself is kept.
    fn filled(&self, keep: &[bool]) -> bool {
        self.units.clone().any(|unit| keep[unit] && !self.holds(unit))
    }
}

/// The units that are the elements of one JSON value.
pub(crate) struct Value {
    pub(crate) units: Range<usize>,
    /// Its offsets count from `at`.
    pub(crate) shape: Shape,
    pub(crate) at: usize,
}

impl Plan {
    /// `keep` with the frames of what is kept, and the heads that it is inside of; `with` is the place for it.
    pub(crate) fn framed<'k>(&self, keep: &'k [bool], with: &'k mut Vec<bool>) -> &'k [bool] {
        if self.frames.is_empty() && self.nests.is_empty() {
            return keep;
        }
        with.clear();
        with.extend_from_slice(keep);
        for nest in &self.nests {
            nest.close(&self.units, with);
        }
        for frame in self.frames.iter().filter(|frame| frame.filled(keep)) {
            for unit in frame.units.clone().filter(|&unit| frame.holds(unit)) {
                with[unit] = true;
            }
        }
        with
    }
}

impl Source<'_> {
    /// The plan for about `budget` tokens.
    pub(crate) fn plan(&self, strategy: Strategy, budget: usize) -> Plan {
        let mut units = self.cut(strategy, self.wholly(budget));
        let shapes = self.elements(&mut units);
        let nested = self.nested(&mut units);
        let mut running: Vec<Unit> = units.extract_if(.., |unit| unit.group == 0).collect();
        let mut order = self.running_order(&mut running, strategy, budget);
        if units.is_empty() {
            units = running;
        } else {
            order = together(&mut units, running, order);
        }
        let nests = Self::nests(&units, nested);
        let (mut frames, mut orders) = (Vec::new(), Vec::new());
        for members in grouped(&units) {
            let block = &self.blocks[units[members.start].group as usize - 1];
            let frame = (block.head + block.tail > 0 && members.len() > block.head + block.tail)
                .then_some(Frame { units: members.clone(), head: block.head, tail: block.tail });
            let nest = nests.iter().find(|nest| members.contains(&nest.units.start));
            orders.push(self.records_order(&mut units, members, block, frame.as_ref(), nest));
            frames.extend(frame);
        }
        if self.request.without != Some(Stage::Links) {
            units::link(self.request.text, &mut units, &self.words);
        }
        marks::bind(self.request.text, &mut units);
        match orders.as_mut_slice() {
            [] => {}
            [only] if order.is_empty() => order = std::mem::take(only),
            _ => order = self.merge(&units, &order, &orders),
        }
        let (order, least) = marks::tiers(&units, order, &self.rates);
        let values = shapes
            .into_iter()
            .map(|(at, end, shape)| {
                let from = units.partition_point(|u| (u.start as usize) < at);
                Value {
                    units: from..units.partition_point(|u| (u.start as usize) < end),
                    shape,
                    at,
                }
            })
            .collect();
        Plan { units, order, least, frames, nests, values }
    }

    /// Above what a sentence bears on the focus so much that it stays whole.
    fn wholly(&self, budget: usize) -> f32 {
        let Some(focus) = &self.focus else { return f32::INFINITY };
        let mut reader = self.ruler.reader();
        let costs: Vec<f32> = self
            .sentences
            .iter()
            .map(|sentence| reader.tokens(sentence.start, sentence.end))
            .collect();
        focus::wholly(focus, &costs, budget)
    }

    /// Units of all sentences, with what rules say of them. Those that bear on the focus by more than `wholly`
    /// stay whole.
    pub(crate) fn cut(&self, strategy: Strategy, wholly: f32) -> Vec<Unit> {
        let bears = |sentence: usize| {
            self.focus.as_ref().and_then(|focus| focus.get(sentence)).is_some_and(|&f| f > wholly)
        };
        let whole = |sentence: usize| {
            strategy.by_sentence()
                || strategy == Strategy::Lines
                || self.mark(sentence) == Mark::Keep
                || bears(sentence)
        };
        let mut units = units::cut(
            self.request.text,
            &self.sentences,
            &self.words,
            self.ruler,
            &whole,
            self.readable.filter(|_| !strategy.by_sentence()),
            self.with(Stage::Guard),
        );
        for unit in &mut units {
            let sentence = unit.sentence as usize;
            unit.mark = self.mark(sentence);
            let block = self.block_of(sentence);
            if self.by_block && self.blocks.get(block).is_some_and(Block::by_record) {
                unit.group = block as u32 + 1;
            }
        }
        marks::pin(self.request.text, &mut units, &self.kept);
        units
    }

    /// Puts the elements of JSON values in the place of their lines: where each value stands, and its
    /// shape.
    fn elements(&self, units: &mut Vec<Unit>) -> Vec<(usize, usize, Shape)> {
        let mut shapes = Vec::new();
        let mut reader = self.ruler.reader();
        // What was taken over so far, and up to which of the units.
        let (mut taken, mut at) = (Vec::new(), 0);
        for (group, block) in self.blocks.iter().enumerate().filter(|(_, b)| b.kind == Kind::Json) {
            let from = units.partition_point(|u| (u.start as usize) < block.range.start);
            let to = units.partition_point(|u| (u.start as usize) < block.range.end);
            let dense = self.with(Stage::Lossless);
            let shape = json::shape(&self.request.text[block.range.clone()], dense);
            let (Some(shape), Some(first)) = (shape, units[from..to].first().copied()) else {
                continue;
            };
            let sentence = first.sentence as usize;
            if first.group as usize != group + 1 || self.mark(sentence) == Mark::Keep {
                continue;
            }
            let begins = block.range.start;
            let mark = self.mark(sentence);
            let elements = self.elements_of(&shape, begins, &units[from..to], mark, &mut reader);
            taken.extend_from_slice(&units[at..from]);
            taken.extend(elements);
            at = to;
            shapes.push((begins, block.range.end, shape));
        }
        if !shapes.is_empty() {
            taken.extend_from_slice(&units[at..]);
            *units = taken;
        }
        shapes
    }

    /// A unit for each element; one that a pattern matched in stays.
    fn elements_of(
        &self,
        shape: &Shape,
        at: usize,
        lines: &[Unit],
        mark: Mark,
        reader: &mut RulerReader<'_>,
    ) -> Vec<Unit> {
        let mut pinned = lines.iter().filter(|line| line.mark == Mark::Keep).peekable();
        let words = &self.words.words;
        let elements = shape.elements.iter().map(|element| {
            let (start, end) = ((element.start + at) as u32, (element.end + at) as u32);
            while pinned.next_if(|line| line.end <= start).is_some() {}
            let held = pinned.peek().is_some_and(|line| line.start < end);
            let sentence = self.sentences.partition_point(|s| s.start <= start).saturating_sub(1);
            Unit {
                start,
                end,
                sentence: sentence as u32,
                first_word: words.partition_point(|w| w.start < start) as u32,
                end_word: words.partition_point(|w| w.start < end) as u32,
                cost: reader.tokens(start, end),
                mark: if held { Mark::Keep } else { mark },
                ..lines[0]
            }
        });
        elements.collect()
    }

    /// Scores what runs on, and orders it. A strategy may cut it otherwise.
    fn running_order(&self, units: &mut Vec<Unit>, strategy: Strategy, budget: usize) -> Vec<u32> {
        // A log or a table has nothing that runs on: all that follows would be for nothing.
        if units.is_empty() {
            return Vec::new();
        }
        let mixed = self.by_block && self.blocks.iter().any(Block::by_record);
        let runs: Vec<bool> = match mixed {
            true => (0..self.sentences.len()).map(|at| !self.is_record(at)).collect(),
            false => Vec::new(),
        };
        let prior = match &self.focus {
            Some(_) => Vec::new(),
            None if self.request.without == Some(Stage::Sentences) => {
                vec![0.0; self.sentences.len()]
            }
            None => {
                let placed = self.request.without != Some(Stage::Position);
                let whole = match strategy.by_sentence() {
                    true => 1.0,
                    false => self.readable.unwrap_or(0.0) as f32,
                };
                let weights = self.weights.in_sentences(whole);
                prior::of_sentences(
                    &self.sentences,
                    &self.words,
                    self.ruler,
                    &runs,
                    placed,
                    &weights,
                )
            }
        };
        let asked = Asked { source: self, prior: &prior, budget };
        asked.score(units, strategy);
        order::of(strategy, &asked, units)
            .unwrap_or_else(|| by_score(units.len(), |at| units[at].score))
    }

    /// Scores the records of one block and orders them, without its frame.
    fn records_order(
        &self,
        units: &mut [Unit],
        members: Range<usize>,
        block: &Block,
        frame: Option<&Frame>,
        nest: Option<&Nest>,
    ) -> Vec<u32> {
        let here = &mut units[members.clone()];
        let ranges: Vec<Range<usize>> =
            here.iter().map(|unit| unit.start as usize..unit.end as usize).collect();
        let mut scores = match block.kind {
            Kind::Code => code::rank(self.request.text, &ranges),
            _ => records::rank(self.request.text, &ranges, self.with(Stage::Lossless)),
        };
        if block.kind == Kind::Table && self.blocks.len() > 1 {
            // Rows of a table in a text are often words: what they hold counts as in sentences.
            let mut held: Vec<f32> = here.iter().map(|row| self.held(row)).collect();
            prior::standardise(&mut held);
            scores.iter_mut().zip(held).for_each(|(score, held)| *score += held);
        }
        if block.kind == Kind::Table
            && block.head == 0
            && let Some(header) = scores.first_mut()
        {
            *header = f32::MAX;
        }
        self.add_focus(&mut scores, |at| here[at].sentence as usize);
        if let Some(nest) = nest {
            let from = nest.units.start - members.start;
            let inner = from..from + nest.units.len();
            let scored = self.nest_scores(nest, &here[inner.clone()]);
            scores[inner].copy_from_slice(&scored);
        }
        for (unit, score) in here.iter_mut().zip(&scores) {
            unit.score = *score;
        }
        by_score(scores.len(), |at| scores[at])
            .into_iter()
            .map(|at| at + members.start as u32)
            .filter(|&at| frame.is_none_or(|frame| !frame.holds(at as usize)))
            .filter(|&at| nest.is_none_or(|nest| !nest.frames(at as usize)))
            .collect()
    }

    /// The worth of a record's words over its tokens.
    pub(crate) fn held(&self, unit: &Unit) -> f32 {
        let words = &self.words.words[unit.first_word as usize..unit.end_word as usize];
        words.iter().map(|word| word.score).sum::<f32>() / unit.cost.max(1.0)
    }

    /// One order of several, by how far down its own each unit stands.
    fn merge(&self, units: &[Unit], running: &[u32], groups: &[Vec<u32>]) -> Vec<u32> {
        /// What a record that says nothing new loses, in shares of its block.
        const REPEATS: f32 = 2.0;
        let repeats = if self.with(Stage::Repeats) { REPEATS } else { 0.0 };
        let mut keys: Vec<(f32, u32)> = Vec::with_capacity(units.len());
        let mut add = |group: &[u32], again: &mut dyn FnMut(usize) -> f32| {
            let total: f32 = group.iter().map(|&at| units[at as usize].cost).sum::<f32>().max(1.0);
            let mut before = 0.0;
            for &at in group {
                let unit = &units[at as usize];
                let mut key =
                    (before + unit.cost / 2.0) / total * (1.0 + repeats * again(at as usize));
                if let Some(focus) = &self.focus {
                    // With a question the blocks that bear on it go before those that do not.
                    key -= 4.0 * focus.get(unit.sentence as usize).copied().unwrap_or(0.0);
                }
                keys.push((key, at));
                before += unit.cost;
            }
        };
        add(running, &mut |_| 0.0);
        for group in groups {
            let mut seen = IdSet::default();
            add(group, &mut |at| self.said_before(&units[at], &mut seen));
        }
        keys.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        keys.into_iter().map(|(_, at)| at).collect()
    }

    /// The share of a record's words that records before it had; in logs numbers say nothing new.
    fn said_before(&self, unit: &Unit, seen: &mut IdSet) -> f32 {
        let log = self
            .blocks
            .get((unit.group as usize).wrapping_sub(1))
            .is_some_and(|block| block.kind == Kind::Log);
        let (mut all, mut again) = (0usize, 0usize);
        for word in &self.words.words[unit.first_word as usize..unit.end_word as usize] {
            if word.class == Class::Stop || (log && word.class == Class::Number) {
                continue;
            }
            all += 1;
            again += usize::from(!seen.insert(self.words.lexicon.entries[word.id as usize].hash));
        }
        if all == 0 { 1.0 } else { again as f32 / all as f32 }
    }

    /// Whether a sentence is a record of a block that is not running text.
    fn is_record(&self, sentence: usize) -> bool {
        self.blocks.get(self.block_of(sentence)).is_some_and(Block::by_record)
    }
}

/// Puts running text and records into one list, in source order, and gives the order of running text with
/// its new numbers.
fn together(units: &mut Vec<Unit>, running: Vec<Unit>, mut order: Vec<u32>) -> Vec<u32> {
    let records = std::mem::take(units);
    let mut places = Vec::with_capacity(running.len());
    let mut records = records.into_iter().peekable();
    for unit in running {
        while let Some(record) = records.next_if(|record| record.start < unit.start) {
            units.push(record);
        }
        places.push(units.len() as u32);
        units.push(unit);
    }
    units.extend(records);
    for at in &mut order {
        *at = places[*at as usize];
    }
    order
}

/// Runs of units of one block that is not running text.
fn grouped(units: &[Unit]) -> Vec<Range<usize>> {
    let mut groups = Vec::new();
    let mut from = 0;
    for run in units.chunk_by(|a, b| a.group == b.group) {
        if run[0].group != 0 {
            groups.push(from..from + run.len());
        }
        from += run.len();
    }
    groups
}

/// What an entry of a list of references loses.
const CITED: f32 = 6.0;

/// What orders of running text are made from.
pub(crate) struct Asked<'s, 'a> {
    pub(crate) source: &'s Source<'a>,
    /// A number for each sentence; none with a focus.
    pub(crate) prior: &'s [f32],
    pub(crate) budget: usize,
}

impl Asked<'_, '_> {
    /// Scores units of running text by what matters in general, or by the focus.
    pub(crate) fn score(&self, units: &mut [Unit], strategy: Strategy) {
        let source = self.source;
        let weights = &source.weights;
        match &source.focus {
            // What bears on the question decides; where nothing does, nothing else is known either.
            Some(focus) => score::with_focus(units, &source.words, focus, weights),
            None if strategy == Strategy::Lines => {
                for unit in units.iter_mut() {
                    unit.score = self.prior[unit.sentence as usize];
                }
            }
            None => {
                let shared = source.request.without != Some(Stage::Sharing);
                let (sentences, words) = (&source.sentences, &source.words);
                score::without_focus(units, sentences, words, self.prior, shared, weights);
            }
        }
        if let Some(readable) = source.readable.filter(|_| !strategy.by_sentence()) {
            score::towards_sentences(units, readable as f32);
        }
        for unit in units.iter_mut() {
            if source.repeated.get(unit.sentence as usize) == Some(&true) {
                unit.score -= semantic::REPEATED;
            }
            // Who asks may ask for an entry.
            if source.focus.is_none() && source.cited.get(unit.sentence as usize) == Some(&true) {
                unit.score -= CITED;
            }
        }
    }
}
