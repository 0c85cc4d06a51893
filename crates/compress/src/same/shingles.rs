//! Passages as sets of word sequences.

/// Words in a sequence.
const WORDS: usize = 3;
const SEED: u64 = 0xCBF2_9CE4_8422_2325;

/// A 64-bit hash of `text` as it is.
pub(crate) fn hash_of(text: &str) -> u64 {
    let mut hash = SEED ^ text.len() as u64;
    for chunk in text.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = mix(hash.rotate_left(5) ^ u64::from_le_bytes(word));
    }
    hash
}

pub(crate) fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash = (hash ^ (hash >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash ^ (hash >> 32)
}

/// The distinct three-word sequences of `text`, sorted, case and punctuation aside; of fewer words, the one
/// sequence there is.
pub(crate) fn of(text: &str) -> Vec<u64> {
    let words: Vec<u64> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(crate::engine::fold_hash)
        .collect();
    of_words(&words)
}

/// The same of words by their hashes.
pub(crate) fn of_words(words: &[u64]) -> Vec<u64> {
    let join =
        |words: &[u64]| words.iter().fold(SEED, |hash, word| mix(hash.rotate_left(7) ^ word));
    let mut set: Vec<u64> = match words.len() {
        0 => Vec::new(),
        few if few < WORDS => vec![join(words)],
        _ => words.windows(WORDS).map(join).collect(),
    };
    set.sort_unstable();
    set.dedup();
    set
}
