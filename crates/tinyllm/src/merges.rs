//! Which two tokens merge into which third, found ahead of time.

use alloc::vec::Vec;

use crate::memory;
use crate::vocabulary_file::Vocabulary;

/// llama2.c looks for a score above this and merges nothing else.
const LOWEST_SCORE: f32 = -1e10;

/// Every way in which a piece is the concatenation of two others.
#[derive(Debug, Clone, Default)]
pub(crate) struct Merges {
    /// Where the merges of each left token begin, and where the last one's end.
    starts: Vec<u32>,
    /// Sorted by left token, then by right.
    merges: Vec<Merge>,
    /// First and last byte of each token's piece.
    edges: Vec<[u8; 2]>,
    /// Bit (a << 8 | b) is set when some piece contains byte a directly before byte b.
    joints: Vec<u64>,
}

/// What a left token becomes with `right`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Merge {
    pub(crate) right: u32,
    pub(crate) token: u32,
    pub(crate) score: f32,
}

impl Merges {
    /// Tries every split of every piece; `find` gives the token of a piece.
    ///
    /// `None` when the heap cannot hold the result, which is at most one merge per byte of the
    /// vocabulary.
    pub(crate) fn new(
        vocabulary: &Vocabulary,
        find: impl Fn(&[u8]) -> Option<u32>,
    ) -> Option<Self> {
        let tokens = vocabulary.len();
        let mut found: Vec<(u32, Merge)> = Vec::new();
        let mut joints = memory::filled((1 << 16) / 64, 0_u64)?;
        let mut edges = memory::filled(tokens as usize, [0; 2])?;
        for (token, edges) in (0..tokens).zip(&mut edges) {
            let piece = vocabulary.piece(token)?;
            *edges = [*piece.first()?, *piece.last()?];
            for pair in piece.array_windows() {
                let (word, bit) = joint(*pair);
                joints[word] |= bit;
            }
            // Adding 0 turns -0 into 0, so that scores compare as numbers.
            let score = vocabulary.score(token)? + 0.0;
            if score <= LOWEST_SCORE || find(piece) != Some(token) {
                continue;
            }
            for (left, right) in (1..piece.len()).filter_map(|at| piece.split_at_checked(at)) {
                if let Some(left) = find(left)
                    && let Some(right) = find(right)
                {
                    found.try_reserve(1).ok()?;
                    found.push((left, Merge { right, token, score }));
                }
            }
        }
        found.sort_unstable_by_key(|(left, merge)| (*left, merge.right));
        let mut starts = memory::room(tokens as usize + 1)?;
        let start = |left| found.partition_point(|(other, _)| *other < left) as u32;
        starts.extend((0..=tokens).map(start));
        let mut merges = memory::room(found.len())?;
        merges.extend(found.into_iter().map(|(_, merge)| merge));
        Some(Self { starts, merges, edges, joints })
    }

    /// What `left` and `right` merge into.
    pub(crate) fn find(&self, left: u32, right: u32) -> Option<Merge> {
        let start = *self.starts.get(left as usize)? as usize;
        let end = *self.starts.get(left as usize + 1)? as usize;
        let merges = self.merges.get(start..end)?;
        let at = merges.binary_search_by_key(&right, |merge| merge.right).ok()?;
        merges.get(at).copied()
    }

    /// Whether any piece could span the border between these two; exact, so a text can be cut
    /// wherever the answer is no.
    pub(crate) fn can_span(&self, left: u32, right: u32) -> bool {
        let edges = |token: u32| self.edges.get(token as usize);
        let (Some([_, last]), Some([first, _])) = (edges(left), edges(right)) else {
            return false;
        };
        let (word, bit) = joint([*last, *first]);
        self.joints.get(word).is_some_and(|word| word & bit != 0)
    }
}

/// The word and the bit in it that stand for a pair of bytes.
fn joint([a, b]: [u8; 2]) -> (usize, u64) {
    let at = usize::from(a) << 8 | usize::from(b);
    (at / 64, 1 << (at % 64))
}
