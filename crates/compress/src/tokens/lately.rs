//! Pieces that were counted lately: most words of a text come again, and a small table answers for them where the
//! vocabulary's own is too large to stay near the processor.

use std::cell::Cell;

use super::bpe::{Vocabulary, key};

/// A power of two.
const PLACES: usize = 16384;
/// Longer pieces are counted each time.
const LONGEST: usize = 16;

/// A piece, bytes and all, with its tokens; a `length` of 0 is none.
#[derive(Clone, Copy, Default)]
struct Entry {
    low: u64,
    high: u64,
    length: u8,
    tokens: u8,
}

/// Pieces that one vocabulary counted on one thread, each at the only place where it may stand.
pub(super) struct Lately {
    entries: Box<[Entry]>,
    /// Where the vocabulary is.
    owner: usize,
}

thread_local! {
    static LATELY: Cell<Option<Lately>> = const { Cell::new(None) };
}

/// Does `work` with what this thread counted lately by `vocabulary`, which has to live as long as the program.
pub(super) fn with<R>(vocabulary: &'static Vocabulary, work: impl FnOnce(&mut Lately) -> R) -> R {
    let owner = std::ptr::from_ref(vocabulary).addr();
    // Out of its place meanwhile, so that whoever counts while counting begins anew.
    let known = LATELY.take().filter(|known| known.owner == owner);
    let mut known = known.unwrap_or_else(|| Lately {
        entries: vec![Entry::default(); PLACES].into_boxed_slice(),
        owner,
    });
    let done = work(&mut known);
    LATELY.set(Some(known));
    done
}

impl Lately {
    /// How many tokens one piece becomes.
    #[inline]
    pub(super) fn count(&mut self, vocabulary: &Vocabulary, piece: &[u8]) -> usize {
        let length = piece.len();
        if !(2..=LONGEST).contains(&length) {
            return vocabulary.count_piece(piece);
        }
        let (low, high) = match piece.first_chunk::<8>() {
            Some(first) if length > 8 => {
                let last = piece.last_chunk::<8>().map_or(0, |last| u64::from_le_bytes(*last));
                (u64::from_le_bytes(*first), last)
            }
            _ => (key(piece).0, 0),
        };
        let mixed = (low ^ high.rotate_left(29) ^ (length as u64) << 57)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let entry = &mut self.entries[(mixed >> 40) as usize % PLACES];
        if entry.low == low && entry.high == high && usize::from(entry.length) == length {
            return usize::from(entry.tokens);
        }
        let tokens = vocabulary.count_piece(piece);
        // At most as many as bytes.
        *entry = Entry { low, high, length: length as u8, tokens: tokens as u8 };
        tokens
    }
}
