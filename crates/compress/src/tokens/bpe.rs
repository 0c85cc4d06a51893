//! Byte-pair counting over a ranked vocabulary.
//!
//! The vocabularies come out of `tiktoken-rs`. Counting is done here because that crate keeps its ranks
//! to itself, encodes where only a number is wanted, and panics when its pattern engine gives up on a
//! very long piece. A test holds the counts to its own.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::error::Error;

const NONE: u32 = u32::MAX;
/// Up to here merging by repeated scans beats a heap.
const SHORT_PIECE: usize = 96;

/// A ranked byte vocabulary in one arena, found by open addressing.
pub(crate) struct Vocabulary {
    arena: Vec<u8>,
    starts: Vec<u32>,
    slots: Vec<Slot>,
    /// Ranks of two-byte tokens, by both bytes.
    pairs: Vec<u32>,
    longest: usize,
}

/// A token at the place of its bytes' hash, or nothing.
#[derive(Clone, Copy, Default)]
struct Slot {
    /// Its bytes where they are at most eight, so that most questions are answered here; else their hash.
    key: u64,
    /// In bytes; 0 where the slot is free.
    length: u32,
    rank: u32,
}

impl Vocabulary {
    pub(crate) fn o200k() -> Result<Self, Error> {
        let bpe = tiktoken_rs::o200k_base().map_err(|e| Error::Vocabulary(e.to_string()))?;
        Self::from_ranks("o200k", 199_998, |rank| bpe.decode_bytes(&[rank]).ok())
    }

    pub(crate) fn cl100k() -> Result<Self, Error> {
        let bpe = tiktoken_rs::cl100k_base().map_err(|e| Error::Vocabulary(e.to_string()))?;
        Self::from_ranks("cl100k", 100_256, |rank| bpe.decode_bytes(&[rank]).ok())
    }

    fn from_ranks(
        name: &str,
        ranks: u32,
        bytes_of: impl Fn(u32) -> Option<Vec<u8>>,
    ) -> Result<Self, Error> {
        let mut made = Self {
            arena: Vec::with_capacity(ranks as usize * 8),
            starts: Vec::with_capacity(ranks as usize + 1),
            slots: vec![Slot::default(); (ranks as usize * 2).next_power_of_two()],
            pairs: vec![NONE; 1 << 16],
            longest: 1,
        };
        made.starts.push(0);
        for rank in 0..ranks {
            let bytes = bytes_of(rank)
                .ok_or_else(|| Error::Vocabulary(format!("{name} has no token {rank}")))?;
            made.arena.extend_from_slice(&bytes);
            made.starts.push(made.arena.len() as u32);
            made.longest = made.longest.max(bytes.len());
            if let [a, b] = bytes[..] {
                made.pairs[pair(a, b)] = rank;
            }
            let mask = made.slots.len() - 1;
            let (key, mut slot) = key(&bytes);
            while made.slots[slot & mask].length != 0 {
                slot += 1;
            }
            made.slots[slot & mask] = Slot { key, length: bytes.len() as u32, rank };
        }
        Ok(made)
    }

    #[inline]
    fn rank(&self, bytes: &[u8]) -> u32 {
        if let [a, b] = *bytes {
            return self.pairs[pair(a, b)];
        }
        if bytes.len() > self.longest {
            return NONE;
        }
        let mask = self.slots.len() - 1;
        let (key, mut at) = key(bytes);
        loop {
            let slot = self.slots[at & mask];
            if slot.length == 0 {
                return NONE;
            }
            if slot.key == key
                && slot.length as usize == bytes.len()
                && (bytes.len() <= 8 || self.is(slot.rank, bytes))
            {
                return slot.rank;
            }
            at += 1;
        }
    }

    /// Whether these are the bytes of a token.
    fn is(&self, rank: u32, bytes: &[u8]) -> bool {
        let at = rank as usize;
        &self.arena[self.starts[at] as usize..self.starts[at + 1] as usize] == bytes
    }

    /// How many tokens one piece becomes.
    #[inline]
    pub(crate) fn count_piece(&self, piece: &[u8]) -> usize {
        if piece.len() <= 1 || self.rank(piece) != NONE {
            return piece.len().min(1);
        }
        if piece.len() <= SHORT_PIECE {
            self.merge_by_scan(piece)
        } else {
            self.merge_by_heap(piece)
        }
    }

    fn merge_by_scan(&self, piece: &[u8]) -> usize {
        // Parts are (start, rank of this part joined with the next one).
        let mut starts = [0u8; SHORT_PIECE + 1];
        let mut ranks = [NONE; SHORT_PIECE + 1];
        let mut parts = piece.len();
        for at in 0..piece.len() {
            starts[at] = at as u8;
            if let Some(&[a, b]) = piece.get(at..at + 2).and_then(|s| s.first_chunk()) {
                ranks[at] = self.pairs[pair(a, b)];
            }
        }
        starts[parts] = piece.len() as u8;
        loop {
            let mut best = (NONE, 0);
            for (at, &rank) in ranks[..parts].iter().enumerate() {
                if rank < best.0 {
                    best = (rank, at);
                }
            }
            let (rank, at) = best;
            if rank == NONE {
                return parts;
            }
            starts.copy_within(at + 2..parts + 1, at + 1);
            ranks.copy_within(at + 2..parts, at + 1);
            parts -= 1;
            let joined = |from: usize| {
                if from + 2 <= parts {
                    self.rank(&piece[starts[from] as usize..starts[from + 2] as usize])
                } else {
                    NONE
                }
            };
            ranks[at] = joined(at);
            if at > 0 {
                ranks[at - 1] = joined(at - 1);
            }
        }
    }

    /// The same by a heap over a linked list: n log n, for runs of megabytes without a break.
    fn merge_by_heap(&self, piece: &[u8]) -> usize {
        let n = piece.len();
        let mut next: Vec<u32> = (1..=n as u32).collect();
        let mut previous: Vec<u32> = (0..n as u32).map(|at| at.wrapping_sub(1)).collect();
        // The rank a part currently waits in the heap with; anything else popped is stale.
        let mut waiting = vec![NONE; n];
        let mut heap = BinaryHeap::with_capacity(n);
        for at in 0..n - 1 {
            let rank = self.pairs[pair(piece[at], piece[at + 1])];
            if rank != NONE {
                waiting[at] = rank;
                heap.push(Reverse((rank, at as u32)));
            }
        }
        let mut parts = n;
        while let Some(Reverse((rank, at))) = heap.pop() {
            let left = at as usize;
            if waiting[left] != rank {
                continue;
            }
            let right = next[left] as usize;
            let after = next[right];
            next[left] = after;
            waiting[right] = NONE;
            parts -= 1;
            if (after as usize) < n {
                previous[after as usize] = at;
            }
            let mut offer = |from: usize| {
                let middle = next[from] as usize;
                waiting[from] =
                    if middle < n { self.rank(&piece[from..next[middle] as usize]) } else { NONE };
                if waiting[from] != NONE {
                    heap.push(Reverse((waiting[from], from as u32)));
                }
            };
            offer(left);
            if previous[left] != NONE {
                offer(previous[left] as usize);
            }
        }
        parts
    }
}

#[inline(always)]
fn pair(a: u8, b: u8) -> usize {
    usize::from(a) << 8 | usize::from(b)
}

/// What tells these bytes from others of the same length, up to eight of them without a doubt, and where to look for
/// them.
#[inline]
pub(super) fn key(bytes: &[u8]) -> (u64, usize) {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let key = match (bytes.first_chunk::<8>(), bytes.first_chunk::<4>(), bytes) {
        // The last eight may begin inside those before.
        (Some(_), _, _) => {
            let last = bytes.last_chunk::<8>().map_or(0, |last| u64::from_le_bytes(*last));
            let words = &bytes[..bytes.len() - 8];
            words.chunks(8).fold(last, |h, word| {
                let word = word.iter().fold(0u64, |all, &byte| all << 8 | u64::from(byte));
                (h.rotate_left(23) ^ word).wrapping_mul(K)
            })
        }
        (None, Some(first), _) => {
            let last = bytes.last_chunk::<4>().map_or(0, |last| u32::from_le_bytes(*last));
            u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(last)
        }
        (None, None, &[a, b, c]) => u64::from(a) << 16 | u64::from(b) << 8 | u64::from(c),
        (None, None, &[a]) => u64::from(a),
        (None, None, _) => bytes.iter().fold(0, |all, &byte| all << 8 | u64::from(byte)),
    };
    let h = (key ^ (bytes.len() as u64) << 56).wrapping_mul(K);
    (key, (h >> 32) as usize)
}
