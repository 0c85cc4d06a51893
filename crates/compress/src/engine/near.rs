//! Near duplicates: which stretches say nearly the same words in nearly the same order.
//!
//! MinHash over pairs of neighbouring words with one permutation (Li, Owen and Zhang 2012): a hash
//! of each pair falls into one of sixteen bins, of which the least stays. Two bins at a time are keys
//! of a table, and what shares one is compared in full, so that nothing is taken for the same by chance.

use super::lexicon::IdMap;
use crate::same::near::is_near;

const BINS: usize = 16;
const EMPTY: u64 = u64::MAX;
/// Pairs in common over all pairs of both, from which on two stretches are near duplicates.
const SAME: f64 = 0.7;
/// A stretch is compared with so many others at most.
const MOST_COMPARED: usize = 6;

/// For each of `items`, the first that it nearly repeats, or itself. An item is a list of word hashes;
/// an empty one repeats nothing.
pub(crate) fn first_of_each(items: &[&[u64]]) -> Vec<u32> {
    let mut table: IdMap<u32> = IdMap::default();
    // What stands for itself, with its pairs in order.
    let mut pairs: IdMap<Vec<u64>> = IdMap::default();
    let mut first = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let index = index as u32;
        let here = sorted_pairs(item);
        if here.is_empty() {
            first.push(index);
            continue;
        }
        let keys = keys(&here);
        let mut compared: Vec<u32> = Vec::new();
        for key in &keys {
            if let Some(&other) = table.get(key)
                && compared.len() < MOST_COMPARED
                && !compared.contains(&other)
            {
                compared.push(other);
            }
        }
        let same = compared.into_iter().find(|other| {
            pairs.get(&u64::from(*other)).is_some_and(|there| is_near(&here, there, SAME))
        });
        first.push(same.unwrap_or(index));
        if same.is_none() {
            for key in keys {
                table.entry(key).or_insert(index);
            }
            pairs.insert(u64::from(index), here);
        }
    }
    first
}

fn mix(h: u64) -> u64 {
    let h = (h ^ (h >> 31)).wrapping_mul(0x7FB5_D329_728E_A185);
    (h ^ (h >> 27)).wrapping_mul(0x81DA_DEF4_BC2D_D44D)
}

/// Hashes of every two neighbours, each once, ascending; of a single word, itself.
fn sorted_pairs(words: &[u64]) -> Vec<u64> {
    let mut pairs: Vec<u64> = match words {
        [] => Vec::new(),
        [one] => vec![mix(*one)],
        _ => words.windows(2).map(|w| mix(w[0].rotate_left(17) ^ w[1])).collect(),
    };
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Keys of the table; an empty bin takes what is in the next one that is not.
fn keys(pairs: &[u64]) -> [u64; BINS / 2] {
    let mut bins = [EMPTY; BINS];
    for &pair in pairs {
        let bin = &mut bins[(pair >> 60) as usize];
        *bin = (*bin).min(pair);
    }
    let full = bins;
    for (at, bin) in bins.iter_mut().enumerate() {
        let next = (0..BINS).map(|step| full[(at + step) % BINS]).find(|&bin| bin != EMPTY);
        *bin = next.unwrap_or(EMPTY);
    }
    let mut keys = [0; BINS / 2];
    for (band, key) in keys.iter_mut().enumerate() {
        *key = mix(bins[2 * band] ^ bins[2 * band + 1].rotate_left(23)) ^ band as u64;
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::super::lexicon::fold_hash;
    use super::*;

    fn check(texts: &[&str], expect: &[u32]) {
        let hashed: Vec<Vec<u64>> =
            texts.iter().map(|t| t.split_whitespace().map(fold_hash).collect()).collect();
        let items: Vec<&[u64]> = hashed.iter().map(Vec::as_slice).collect();
        assert_eq!(first_of_each(&items), expect, "{texts:?}");
    }

    #[test]
    fn what_nearly_repeats_an_earlier_one_is_found_and_nothing_else() {
        let long = "all visitors must sign the book at the gate before they may enter the yard and \
                    leave their keys with the guard who is on duty that day";
        let nearly = "all visitors must sign the book at the gate before they may enter the yard and \
                      leave their keys with the guard who is on duty that night";
        check(&[long, nearly, long], &[0, 0, 0]);
        check(&[long, "nothing of it is said here", nearly], &[0, 1, 0]);
        check(&["one two three four", "four three two one"], &[0, 1]);
        check(&["word", "word", "other", ""], &[0, 0, 2, 3]);
        check(&["", ""], &[0, 1]);
    }
}
