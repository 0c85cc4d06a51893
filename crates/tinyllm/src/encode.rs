//! Text to tokens: byte-pair merging as SentencePiece and llama2.c's `run.c` do it.
//!
//! Always the pair with the best score merges next, the leftmost of equals. Done naively that is
//! quadratic; here the text is first cut where no piece could span the border (in an ordinary
//! vocabulary: in front of every space), which cannot change the outcome, and each part is merged
//! with a linked list and a heap, in time proportional to n log n even if nothing could be cut.

use alloc::collections::BinaryHeap;
use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::merges::{Merge, Merges};
use crate::tokenizer::{BOS, NONE, Tokenizer};

/// Whether the text begins with [`BOS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bos {
    /// Put [`BOS`] in front: for a prompt.
    Yes,
    /// The text alone.
    No,
}

impl Tokenizer {
    /// The tokens of `text`.
    ///
    /// A space goes in front of a text that is not empty, as in training. A character that is not
    /// in the vocabulary becomes one token per byte, or `<unk>` if the vocabulary lacks those.
    pub fn encode(&self, text: &str, bos: Bos) -> Vec<u32> {
        let mut tokens = Vec::new();
        self.for_each_token(text, bos, |token| tokens.push(token));
        tokens
    }

    /// The number of tokens that [`Self::encode`] returns, without keeping them.
    pub fn count(&self, text: &str, bos: Bos) -> usize {
        let mut count = 0;
        self.for_each_token(text, bos, |_| count += 1);
        count
    }

    fn for_each_token(&self, text: &str, bos: Bos, mut emit: impl FnMut(u32)) {
        if bos == Bos::Yes {
            emit(BOS);
        }
        let mut part = Part::new(self.merges());
        let prefix = (!text.is_empty()).then_some(' ');
        for character in prefix.into_iter().chain(text.chars()) {
            if let Some(token) = self.character_token(character) {
                part.push(token, &mut emit);
                continue;
            }
            let mut utf8 = [0; 4];
            let utf8 = character.encode_utf8(&mut utf8).as_bytes();
            if utf8.iter().all(|byte| self.byte_token(*byte).is_some()) {
                for token in utf8.iter().filter_map(|byte| self.byte_token(*byte)) {
                    part.push(token, &mut emit);
                }
            } else {
                part.push(self.unknown(), &mut emit);
            }
        }
        part.flush(&mut emit);
    }
}

/// A run of symbols that may merge with each other and with nothing else.
struct Part<'t> {
    merges: &'t Merges,
    symbols: Vec<Symbol>,
    heap: BinaryHeap<Proposal>,
}

/// A token in a doubly linked list; the list is threaded through a vector by index.
#[derive(Clone, Copy)]
struct Symbol {
    token: u32,
    before: u32,
    after: u32,
}

/// Two neighbours that could become `token`. Out of date once either has changed.
#[derive(Clone, Copy)]
struct Proposal {
    score: f32,
    at: u32,
    left: u32,
    right: u32,
    token: u32,
}

impl Ord for Proposal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(other.at.cmp(&self.at))
    }
}

impl PartialOrd for Proposal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Proposal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Proposal {}

impl<'t> Part<'t> {
    /// Indices are 32-bit; a part of a thousand million symbols is cut even if it could join.
    const LARGEST: usize = 1 << 30;

    fn new(merges: &'t Merges) -> Self {
        Self { merges, symbols: Vec::new(), heap: BinaryHeap::new() }
    }

    fn push(&mut self, token: u32, emit: &mut impl FnMut(u32)) {
        if let Some(last) = self.symbols.last()
            && (!self.merges.can_span(last.token, token) || self.symbols.len() == Self::LARGEST)
        {
            self.flush(emit);
        }
        let at = self.symbols.len() as u32;
        let before = at.checked_sub(1).unwrap_or(NONE);
        self.symbols.push(Symbol { token, before, after: at + 1 });
    }

    /// Merges what can be merged, hands out the tokens and begins a new part.
    fn flush(&mut self, emit: &mut impl FnMut(u32)) {
        if let Some(last) = self.symbols.last_mut() {
            last.after = NONE;
        }
        self.merge_all();
        let mut next = 0;
        while let Some(symbol) = self.symbol(next) {
            emit(symbol.token);
            next = symbol.after;
        }
        self.symbols.clear();
    }

    fn symbol(&self, at: u32) -> Option<Symbol> {
        self.symbols.get(at as usize).copied()
    }

    fn merge_all(&mut self) {
        for at in 1..self.symbols.len() {
            self.propose(at as u32 - 1);
        }
        while let Some(proposal) = self.heap.pop() {
            self.apply(proposal);
        }
    }

    /// Offers the symbol at `at` and its right neighbour for merging.
    fn propose(&mut self, at: u32) {
        let Some(left) = self.symbol(at) else { return };
        let Some(right) = self.symbol(left.after) else { return };
        if let Some(Merge { token, score, .. }) = self.merges.find(left.token, right.token) {
            let (left, right) = (left.token, right.token);
            self.heap.push(Proposal { score, at, left, right, token });
        }
    }

    fn apply(&mut self, merge: Proposal) {
        let Some(left) = self.symbol(merge.at) else { return };
        let Some(right) = self.symbol(left.after) else { return };
        if left.token != merge.left || right.token != merge.right {
            return;
        }
        if let Some(gone) = self.symbols.get_mut(left.after as usize) {
            gone.token = NONE;
        }
        if let Some(symbol) = self.symbols.get_mut(merge.at as usize) {
            *symbol = Symbol { token: merge.token, after: right.after, ..left };
        }
        if let Some(symbol) = self.symbols.get_mut(right.after as usize) {
            symbol.before = merge.at;
        }
        self.propose(merge.at);
        self.propose(left.before);
    }
}
