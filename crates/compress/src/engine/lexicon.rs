//! Words by number: every distinct word of a text, case folded, gets a small id.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use super::han::korean_stem;

/// A hasher for keys that are hashes already.
#[derive(Default)]
pub(crate) struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

pub(crate) type IdSet = HashSet<u64, BuildHasherDefault<Identity>>;
pub(crate) type IdMap<V> = HashMap<u64, V, BuildHasherDefault<Identity>>;

const SEED: u64 = 0x51_7C_C1_B7_27_22_0A_95;

#[inline(always)]
fn mix(h: u64, unit: u64) -> u64 {
    (h.rotate_left(5) ^ unit).wrapping_mul(SEED)
}

#[inline(always)]
fn finish(h: u64) -> u64 {
    (h ^ (h >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// A 64-bit hash of `word` with case folded and typographic apostrophes made plain.
#[inline]
pub(crate) fn fold_hash(word: &str) -> u64 {
    let mut h = 0;
    if word.is_ascii() {
        for byte in word.bytes() {
            h = mix(h, u64::from(byte.to_ascii_lowercase()));
        }
    } else {
        for c in word.chars().flat_map(char::to_lowercase) {
            h = mix(h, if c == '’' { 39 } else { u64::from(c) });
        }
    }
    finish(h)
}

/// What is known of one distinct word.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) hash: u64,
    /// Bytes of one occurrence in the text.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Occurrences in the text.
    pub(crate) count: u32,
    /// Sentences it occurs in.
    pub(crate) sentences: u32,
    /// The last sentence counted.
    last_sentence: u32,
    /// Occurrences capitalised where a sentence does not ask for it.
    pub(crate) capitalised: u32,
    /// Length in characters; letters of scripts without spaces count double.
    pub(crate) length: u16,
    pub(crate) stop: bool,
    /// A function word that holds a name or a phrase together.
    pub(crate) link: bool,
    pub(crate) negation: bool,
}

/// The distinct words of a text.
#[derive(Default)]
pub(crate) struct Lexicon {
    ids: IdMap<u32>,
    pub(crate) entries: Vec<Entry>,
}

impl Lexicon {
    /// The id of `text[start..end]`, counted once more, in `sentence`.
    pub(crate) fn see(
        &mut self,
        text: &str,
        start: usize,
        end: usize,
        length: usize,
        sentence: u32,
    ) -> u32 {
        let hash = fold_hash(korean_stem(&text[start..end]));
        let next = self.entries.len() as u32;
        let id = *self.ids.entry(hash).or_insert(next);
        if id == next {
            self.entries.push(Entry {
                hash,
                start: start as u32,
                end: end as u32,
                count: 0,
                sentences: 0,
                last_sentence: u32::MAX,
                capitalised: 0,
                length: length.min(usize::from(u16::MAX)) as u16,
                stop: false,
                link: false,
                negation: false,
            });
        }
        let entry = &mut self.entries[id as usize];
        entry.count += 1;
        if entry.last_sentence != sentence {
            entry.last_sentence = sentence;
            entry.sentences += 1;
        }
        id
    }
}
