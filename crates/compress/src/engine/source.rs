//! A text as the engine sees it: its blocks, sentences and words, and what was asked of them.

use std::ops::Range;

use super::blocks::{self, Block};
use super::focus;
use super::marks::{self, Mark, Rate};
use super::nest;
use super::ruler::Ruler;
use super::semantic;
use super::sentences::{self, Role, Sentence};
use super::syntax::Piece;
use super::words::{self, Words};
use super::{cited, genre, near, themes};
use crate::error::Error;
use crate::request::{Kind, Request, Stage, Strategy};
use crate::rules::{Fate, Rule, Rules, Target};
use crate::weights::Weights;

/// A text as the engine sees it.
pub(crate) struct Source<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) ruler: &'a Ruler,
    pub(crate) kind: Kind,
    /// Whether each block is cut by its own kind's way.
    pub(crate) by_block: bool,
    pub(crate) blocks: Vec<Block>,
    /// The pieces of blocks of code that were parsed, by their blocks' numbers.
    pub(crate) pieces: Vec<(usize, Vec<Piece>)>,
    pub(crate) sentences: Vec<Sentence>,
    pub(crate) words: Words,
    /// As asked, or as a text of this kind wants it.
    pub(crate) readable: Option<f64>,
    /// What counts how much in a text of this kind.
    pub(crate) weights: Weights,
    /// How much each sentence bears on the focus, where there is one and something does.
    pub(crate) focus: Option<Vec<f32>>,
    /// Sentences that say what an earlier one says, by a lent encoder; empty without one.
    pub(crate) repeated: Vec<bool>,
    /// The theme of each sentence; empty where the strategy asks for none.
    pub(crate) themes: Vec<u32>,
    /// Entries of lists of references; empty where there is none.
    pub(crate) cited: Vec<bool>,
    /// What rules say of each sentence; empty without rules.
    marks: Vec<Mark>,
    /// What patterns match, and what is pinned.
    pub(crate) kept: Vec<Range<usize>>,
    pub(crate) rates: Vec<Rate>,
}

impl<'a> Source<'a> {
    pub(crate) fn read(
        request: &'a Request<'a>,
        kind: Kind,
        ruler: &'a Ruler,
    ) -> Result<Self, Error> {
        let text = request.text;
        let rules = request.rules.filter(|rules| !rules.is_empty());
        let by_block = (request.strategy.by_block() || rules.is_some())
            && (request.without != Some(Stage::Blocks) || kind.by_record());
        // Rules about sections are meant for any text that has headings.
        let headed = rules.is_some_and(|rules| {
            rules.rules.iter().any(|r| matches!(r.target, Target::Heading(_) | Target::Headings))
        });
        let kind = if kind == Kind::Prose && headed { Kind::Markdown } else { kind };
        let by_genre = rules.is_some_and(|rules| {
            let genre = |r: &Rule| matches!(r.target, Target::Kind(Kind::Legal | Kind::Scientific));
            rules.rules.iter().any(genre)
        });
        let blocks = match by_block {
            true if by_genre => genre::refined(text, blocks::cut(text, kind), request.kind),
            true => blocks::cut(text, kind),
            false => Vec::new(),
        };
        // Whoever asks for lines gets lines.
        let parses = request.strategy != Strategy::Lines && request.without != Some(Stage::Syntax);
        let pieces = match parses {
            true => nest::parsed(request, &blocks, kind == Kind::Code),
            false => Vec::new(),
        };
        let mut sentences = match blocks.iter().any(Block::by_record) {
            true => sentences::split_blocks(text, &blocks, request.strategy),
            false => sentences::split(text, kind, request.strategy),
        };
        if request.without == Some(Stage::Packing) {
            let headings = sentences.iter_mut().filter(|s| s.role == Role::Heading);
            headings.for_each(|heading| heading.role = Role::Running);
        }
        let mut words = words::read(text, &sentences, request.lang);
        let weights = match kind {
            Kind::Dialogue => request.weights.spoken(),
            _ => request.weights,
        };
        if kind == Kind::Dialogue {
            words.tell_rare_function_words();
        }
        if weights != Weights::default() {
            words.score(&weights);
        }
        if request.without == Some(Stage::Words) {
            words.words.iter_mut().for_each(|word| word.score = 1.0);
        }
        let lends = request.without != Some(Stage::Encoder);
        if let Some(scorer) = request.scorer.filter(|_| lends) {
            semantic::words(scorer, text, &mut words)?;
        }
        let asked = request.focus.filter(|_| request.without != Some(Stage::Focus));
        let mut focus = asked
            .and_then(|focus| focus::of_sentences(focus, text, &sentences, &words, request.lang));
        let mut repeated = Vec::new();
        let mut themes = Vec::new();
        // Not for records: a log has a hundred thousand lines, and they mean little to an encoder.
        let records = request.strategy == Strategy::Lines
            || (!blocks.is_empty() && blocks.iter().all(Block::by_record));
        if let Some(encoder) = request.encoder.filter(|_| lends && !records) {
            if let Some(asked) = asked {
                focus = Some(semantic::focus(encoder, asked, text, &sentences, focus)?);
            }
            let repeats = request.without != Some(Stage::Repeats);
            if repeats || request.strategy == Strategy::Clustering {
                let rows = semantic::rows(encoder, text, &sentences)?;
                if repeats {
                    repeated = semantic::repeated(&rows);
                }
                if request.strategy == Strategy::Clustering {
                    themes = themes::by_vectors(&rows);
                }
            }
        }
        if request.strategy == Strategy::Clustering && themes.is_empty() && !records {
            themes = themes::by_words(sentences.len(), &words);
        }
        let mut source = Self {
            request,
            ruler,
            kind,
            by_block,
            blocks,
            pieces,
            sentences,
            words,
            readable: request.readable.or_else(|| by_kind(kind, request.strategy)),
            weights,
            focus,
            repeated,
            themes,
            cited: Vec::new(),
            marks: Vec::new(),
            kept: Vec::new(),
            rates: Vec::new(),
        };
        if source.with(Stage::References) && !records {
            source.cited = cited::entries(text, &source.sentences);
        }
        source.kept = marks::kept(rules, request.pins, text);
        if let Some(rules) = rules {
            source.obey(rules);
        }
        Ok(source)
    }

    fn obey(&mut self, rules: &Rules) {
        let text = self.request.text;
        let kind_of = |at: usize| marks::kind_of(&self.blocks, &self.sentences[at]);
        self.marks = marks::of_sentences(rules, text, &self.sentences, kind_of, || self.again());
        for (number, rule) in (0u8..).zip(&rules.rules) {
            let Fate::Ratio(ratio) = rule.fate else { continue };
            let mut reader = self.ruler.reader();
            let tokens = (self.sentences.iter().zip(&self.marks))
                .filter(|(_, mark)| **mark == Mark::Rate(number))
                .map(|(sentence, _)| reader.tokens(sentence.start, sentence.end))
                .sum();
            self.rates.push(Rate { rule: number, tokens, ratio: ratio as f32 });
        }
    }

    /// For each sentence the first that it nearly repeats, or itself.
    pub(crate) fn first_said(&self) -> Vec<u32> {
        let entries = &self.words.lexicon.entries;
        let hashes: Vec<u64> =
            self.words.words.iter().map(|word| entries[word.id as usize].hash).collect();
        let starts = &self.words.starts;
        let items: Vec<&[u64]> =
            starts.windows(2).map(|w| &hashes[w[0] as usize..w[1] as usize]).collect();
        near::first_of_each(&items)
    }

    /// Which sentences nearly repeat an earlier one.
    fn again(&self) -> Vec<bool> {
        (0u32..).zip(self.first_said()).map(|(at, first)| at != first).collect()
    }

    /// Whether no measurement leaves this stage out.
    pub(crate) fn with(&self, stage: Stage) -> bool {
        self.request.without != Some(stage)
    }

    pub(crate) fn text(&self) -> &'a str {
        self.request.text
    }

    /// What rules say of a sentence.
    pub(crate) fn mark(&self, sentence: usize) -> Mark {
        self.marks.get(sentence).copied().unwrap_or_default()
    }

    /// The number of the block a sentence is in.
    pub(crate) fn block_of(&self, sentence: usize) -> usize {
        let start = self.sentences.get(sentence).map_or(0, |s| s.start as usize);
        self.blocks.partition_point(|block| block.range.end <= start)
    }

    /// Whether everything is cut into lines or records.
    pub(crate) fn by_record(&self) -> bool {
        let records = || !self.blocks.is_empty() && self.blocks.iter().all(Block::by_record);
        self.request.strategy == Strategy::Lines || (self.by_block && records())
    }

    /// Adds what bears on the focus to scores of whole records, ahead of everything else.
    pub(crate) fn add_focus(&self, scores: &mut [f32], sentence_of: impl Fn(usize) -> usize) {
        if let Some(focus) = &self.focus {
            for (index, score) in scores.iter_mut().enumerate() {
                *score += 40.0 * focus.get(sentence_of(index)).copied().unwrap_or(0.0);
            }
        }
    }
}

/// How readable a text is kept where nobody says. What a paper finds and what a contract obliges to is said in whole
/// clauses; a name or a number of it alone says little.
fn by_kind(kind: Kind, strategy: Strategy) -> Option<f64> {
    const CLAUSES: f64 = 0.75;
    let chosen = matches!(strategy, Strategy::Automatic | Strategy::Incremental);
    (chosen && matches!(kind, Kind::Scientific | Kind::Legal)).then_some(CLAUSES)
}
