//! The strategy `incremental`: every block by itself, the same blocks once.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use super::cutter::{self, Sizes};
use super::line_end::WithLineEnd;
use crate::compressed::{Compressed, Dropped, Gap, Span};
use crate::engine;
use crate::error::Error;
use crate::recent::{Key, Recent};
use crate::request::{Budget, Kind, Request, Strategy};
use crate::tokens::TokenCounter;

const SIZES: Sizes = Sizes::around(8 << 10);
/// Neighbouring ratios that blocks are compressed to. Coarse enough that an edit rarely leads to another
/// one, fine enough that what is left of a budget is little: it goes to the first blocks.
const STEP: f64 = 1.02;
/// Below so many tokens a block, blocks hold ruins and the text is better looked at as a whole.
const FEWEST: usize = 32;
/// How often blocks may be made shorter where their counts do not add up.
const TRIES: i32 = 8;

/// A compressor by blocks that remembers what it made of each.
///
/// The text is cut into blocks of some 8 kB by its contents. Every block is compressed by itself, as
/// [`Strategy::Automatic`] would, to the same ratio (of a budget in tokens, the ratio that it is, on a grid
/// of 2 % steps, with the next finer step for as many of the first blocks as there is room for). A block's
/// answer depends on the block and on what is asked for alone, so that what is remembered changes how long
/// it takes and nothing else.
///
/// A text of one block, one JSON value, a text with a focus, and a budget of less than 32 tokens a block
/// are looked at as a whole, as `Automatic` does, and remembered as a whole. Losses are those of the
/// blocks: a number that two of them lost counts twice, and one that another block kept counts too.
///
/// Answers are remembered by the counter they were made with: give one compressor one counter.
#[derive(Debug)]
pub struct Incremental {
    memory: Mutex<Recent<Compressed>>,
    threads: usize,
}

/// What a compression took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BlockWork {
    /// Blocks of the text.
    pub blocks: usize,
    /// Blocks that were compressed, since nothing was known of them.
    pub done: usize,
}

impl Default for Incremental {
    fn default() -> Self {
        Self::new(64 << 20, 1)
    }
}

impl Incremental {
    /// A compressor that remembers up to `limit_bytes` of answers and works on blocks with `threads`.
    pub fn new(limit_bytes: usize, threads: usize) -> Self {
        Self { memory: Mutex::new(Recent::new(limit_bytes, size)), threads: threads.clamp(1, 256) }
    }

    /// Compresses `request.text` by blocks, whatever strategy the request names.
    ///
    /// # Errors
    /// As [`compress`](crate::compress()).
    pub fn compress(
        &self,
        request: &Request<'_>,
        counter: &dyn TokenCounter,
    ) -> Result<(Compressed, BlockWork), Error> {
        request.budget.in_tokens(usize::MAX)?;
        let request = Request { strategy: Strategy::Automatic, ..*request };
        // A rule about a section needs its heading, which a block may not have.
        // And a passage that is pinned stands in the whole text.
        let ruled =
            request.rules.is_some_and(|rules| !rules.is_empty()) || !request.pins.is_empty();
        // What a model says of a sentence hangs on the others.
        let lent = request.encoder.is_some() || request.scorer.is_some();
        if lent {
            let made = engine::compress(&request, counter)?;
            return Ok((made, BlockWork { blocks: 1, done: 1 }));
        }
        let whole = request.focus.is_some() || ruled || engine::is_json_value(request.text);
        let blocks = if whole { Vec::new() } else { cutter::cut(request.text, SIZES) };
        if blocks.len() < 2 {
            return self.whole(&request, counter);
        }
        let run = Run {
            owner: self,
            request: &request,
            counter,
            blocks: &blocks,
            done: AtomicUsize::new(0),
        };
        let levels = match request.budget {
            Budget::Ratio(ratio) => Some(Levels { ratio, finer: ratio, finer_blocks: 0 }),
            Budget::Tokens(tokens) => run.levels(tokens),
        };
        let mut levels = match levels {
            Some(levels) => levels,
            None => return self.whole(&request, counter),
        };
        for _ in 0..TRIES {
            let parts = run.parts(&levels)?;
            let tokens_in = run.tokens_in(&parts);
            let budget = request.budget.in_tokens(tokens_in)?;
            if tokens_in <= budget || budget < FEWEST * blocks.len() {
                break;
            }
            let (made, fits) = run.put_together(&parts, tokens_in, budget);
            if fits {
                let done = run.done.load(Ordering::Relaxed);
                return Ok((made, BlockWork { blocks: blocks.len(), done }));
            }
            let ratio = levels.ratio * STEP;
            levels = Levels { ratio, finer: ratio, finer_blocks: 0 };
        }
        self.whole(&request, counter)
    }

    /// Answers a request for the strategy: as [`Incremental::compress`], with what the lossless stage alone leaves
    /// where that is asked for.
    ///
    /// # Errors
    /// As [`compress`](crate::compress()).
    pub fn answer(
        &self,
        request: &Request<'_>,
        counter: &dyn TokenCounter,
    ) -> Result<Compressed, Error> {
        let plain = Request { lossless: false, ..*request };
        let (made, _) = self.compress(&plain, counter)?;
        let asked = request.lossless && made.tokens_out < made.tokens_in;
        let lossless = asked.then(|| engine::lossless_tokens(request, counter)).transpose()?;
        Ok(Compressed { lossless, ..made })
    }

    fn whole(
        &self,
        request: &Request<'_>,
        counter: &dyn TokenCounter,
    ) -> Result<(Compressed, BlockWork), Error> {
        let key = key(request, "whole", request.text);
        if let Some(known) = self.memory().get(&key) {
            return Ok(((*known).clone(), BlockWork { blocks: 1, done: 0 }));
        }
        let made = engine::compress(request, counter)?;
        self.memory().put(key, Arc::new(made.clone()));
        Ok((made, BlockWork { blocks: 1, done: 1 }))
    }

    fn memory(&self) -> MutexGuard<'_, Recent<Compressed>> {
        // Every state it can be left in is a sound one.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// To which ratios blocks go: the first `finer_blocks` to `finer`, the others to `ratio`.
#[derive(Debug, Clone, Copy)]
struct Levels {
    ratio: f64,
    finer: f64,
    finer_blocks: usize,
}

/// One text on its way.
struct Run<'a> {
    owner: &'a Incremental,
    request: &'a Request<'a>,
    counter: &'a dyn TokenCounter,
    blocks: &'a [Range<usize>],
    done: AtomicUsize,
}

impl Run<'_> {
    /// The ratio that a budget is, on the grid; `None` where the text fits as it is.
    fn levels(&self, budget: usize) -> Option<Levels> {
        let sizes: Vec<usize> = self
            .blocks
            .iter()
            .map(|block| self.counter.count(&self.request.text[block.clone()]))
            .collect();
        let total: usize = sizes.iter().sum();
        if total <= budget || budget < FEWEST * sizes.len() {
            return None;
        }
        let share = |size: usize, ratio: f64| (size as f64 / ratio) as usize;
        let all = |ratio: f64| sizes.iter().map(|&size| share(size, ratio)).sum::<usize>();
        let exact = total as f64 / budget as f64;
        let mut power = (exact.ln() / STEP.ln()).floor() as i32;
        while all(STEP.powi(power)) > budget {
            power += 1;
        }
        let (ratio, finer) = (STEP.powi(power), STEP.powi(power - 1).max(1.0));
        let mut room = budget - all(ratio);
        let more = sizes.iter().map(|&size| share(size, finer) - share(size, ratio));
        let finer_blocks = more
            .take_while(|&more| {
                let fits = more <= room;
                room = room.saturating_sub(more);
                fits
            })
            .count();
        Some(Levels { ratio, finer, finer_blocks })
    }

    /// The answers of all blocks, in order.
    fn parts(&self, levels: &Levels) -> Result<Vec<Arc<Compressed>>, Error> {
        let ratio = |place: usize| {
            if place < levels.finer_blocks { levels.finer } else { levels.ratio }
        };
        let threads = self.owner.threads.min(self.blocks.len());
        if threads == 1 {
            return (0..self.blocks.len()).map(|place| self.part(place, ratio(place))).collect();
        }
        let next = AtomicUsize::new(0);
        let found = Mutex::new(BTreeMap::new());
        std::thread::scope(|scope| {
            for index in 0..threads {
                std::thread::Builder::new()
                    .name(format!("blocks-{index}"))
                    .spawn_scoped(scope, || {
                        loop {
                            let place = next.fetch_add(1, Ordering::Relaxed);
                            if place >= self.blocks.len() {
                                return;
                            }
                            let part = self.part(place, ratio(place));
                            found
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .insert(place, part);
                        }
                    })
                    .map_err(|error| Error::Worker(error.to_string()))?;
            }
            Ok::<(), Error>(())
        })?;
        found.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
    }

    fn part(&self, place: usize, ratio: f64) -> Result<Arc<Compressed>, Error> {
        let text = &self.request.text[self.blocks[place].clone()];
        let request = Request { text, budget: Budget::Ratio(ratio), ..*self.request };
        let key = key(&request, "block", text);
        if let Some(known) = self.owner.memory().get(&key) {
            return Ok(known);
        }
        let made = Arc::new(engine::compress(&request, &WithLineEnd(self.counter))?);
        self.done.fetch_add(1, Ordering::Relaxed);
        self.owner.memory().put(key, made.clone());
        Ok(made)
    }

    /// The tokens of the text: those of its blocks, where a tokenizer begins afresh at each.
    fn tokens_in(&self, parts: &[Arc<Compressed>]) -> usize {
        let text = self.request.text;
        let apart = self.counter.lines_are_apart()
            && self.blocks.iter().skip(1).all(|block| {
                text[..block.start].ends_with('\n') && begins_afresh(&text[block.start..])
            });
        match apart {
            true => parts.iter().map(|part| part.tokens_in).sum(),
            false => self.counter.count(text),
        }
    }

    /// The parts one below the other, and whether they keep to the budget by exact count.
    fn put_together(
        &self,
        parts: &[Arc<Compressed>],
        tokens_in: usize,
        budget: usize,
    ) -> (Compressed, bool) {
        let mut text = String::with_capacity(parts.iter().map(|part| part.text.len() + 1).sum());
        let (mut spans, mut gaps): (Vec<Span>, Vec<Gap>) = (Vec::new(), Vec::new());
        let mut dropped = Dropped::default();
        let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
        let (mut tokens, mut apart, mut last) = (0, self.counter.lines_are_apart(), None);
        for (block, part) in self.blocks.iter().zip(parts) {
            *kinds.entry(part.kind).or_default() += block.len();
            if !part.text.is_empty() {
                if !text.is_empty() {
                    apart &= begins_afresh(&part.text);
                    if !text.ends_with('\n') {
                        text.push('\n');
                    }
                }
                tokens += part.tokens_out;
                last = Some(part);
            }
            let (at, from) = (text.len(), block.start);
            text.push_str(&part.text);
            spans.extend(part.spans.iter().map(|span| Span {
                out: span.out.start + at..span.out.end + at,
                src: span.src.start + from..span.src.end + from,
            }));
            for gap in &part.gaps {
                let src = gap.src.start + from..gap.src.end + from;
                match gaps.last_mut() {
                    // What is missing at the end of one block and the beginning of the next is one gap.
                    Some(before) if before.src.end == src.start => {
                        before.src.end = src.end;
                        before.units += gap.units;
                    }
                    _ => gaps.push(Gap { at: gap.at + at, src, units: gap.units }),
                }
            }
            dropped.add(&part.dropped);
        }
        let tokens_out = match (apart, last) {
            // The line end after the last part is counted with it and not written.
            (true, Some(last)) => {
                tokens - WithLineEnd(self.counter).count(&last.text)
                    + self.counter.count(&last.text)
            }
            _ => self.counter.count(&text),
        };
        let kind =
            kinds.into_iter().max_by_key(|&(_, bytes)| bytes).map_or(Kind::Prose, |(kind, _)| kind);
        let refused = text.is_empty().then(|| {
            format!("a budget of {budget} tokens cannot hold one whole unit of any block of this text and nothing is left of it, ask for more")
        });
        let made = Compressed {
            text,
            tokens_in,
            tokens_out,
            lossless: None,
            budget,
            kind,
            spans,
            gaps,
            dropped,
            refused,
        };
        (made, tokens_out <= budget)
    }
}

/// Whether a tokenizer that keeps lines apart begins a piece at the beginning of `text`.
fn begins_afresh(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_whitespace() || c == '/')
}

/// What an answer is remembered by.
pub(crate) fn size(made: &Compressed) -> usize {
    let map = size_of_val(&*made.spans) + size_of_val(&*made.gaps);
    size_of::<Compressed>() + size_of::<Key>() * 2 + made.text.len() + map
}

fn key(request: &Request<'_>, what: &str, text: &str) -> Key {
    let mut hash = Sha256::new();
    let budget = match request.budget {
        Budget::Tokens(tokens) => format!("tokens {tokens}"),
        Budget::Ratio(ratio) => format!("ratio {:016x}", ratio.to_bits()),
    };
    let Request { focus, lang, kind, syntax, readable, rules, pins, weights, without, .. } =
        request;
    let head = format!(
        "{what}|{budget}|{focus:?}|{lang:?}|{kind:?}|{syntax:?}|{readable:?}|{rules:?}|{pins:?}|{weights:?}|{without:?}|"
    );
    hash.update((head.len() as u64).to_le_bytes());
    hash.update(head);
    hash.update(text);
    hash.finalize().into()
}
