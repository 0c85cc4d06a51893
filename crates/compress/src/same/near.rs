//! Near duplicates: found by MinHash, confirmed by comparison.
//!
//! MinHash (Broder 1997) with 32 hashes in 8 bands of 4 brings passages together of which 80 % of the
//! three-word sequences are the same with a probability of 98 %. What it brings together is compared in
//! full, so that chance decides about a duplicate overlooked and never about one invented. Numbers and
//! negations are compared by themselves: two passages that differ by "not" or by a figure are two facts.

use std::collections::HashMap;

use super::shingles::{self, mix};
use crate::engine::{Language, fold_hash, telling_signs};

const BANDS: usize = 8;
const ROWS: usize = 4;
/// Passages with fewer words are no duplicates of anything: headings, "Yes.".
const FEWEST_WORDS: usize = 8;
/// The least share of sequences in common (Jaccard).
const SAME: f64 = 0.8;

/// Passages of one key that later ones are compared with: a form that comes ten thousand times, each time
/// filled in otherwise, must not make a square of it.
const MOST_ALIKE: usize = 64;

/// A passage, reduced to what is compared.
struct Known {
    place: usize,
    owner: usize,
    shingles: Vec<u64>,
    facts: Vec<u64>,
}

/// The passages seen so far.
#[derive(Default)]
pub(crate) struct Seen {
    known: Vec<Known>,
    exact: HashMap<u64, usize>,
    bands: HashMap<(usize, u64), Vec<usize>>,
}

impl Seen {
    /// The place of an earlier passage of another owner that `text` is a duplicate of, with the share of
    /// sequences in common; where there is none, `text` is remembered as `place`.
    pub(crate) fn duplicate(
        &mut self,
        place: usize,
        owner: usize,
        text: &str,
    ) -> Option<(usize, f64)> {
        // An apostrophe is part of its word: "isn't" denies, and "isn" and "t" do not.
        let parts = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’'));
        let words: Vec<&str> = parts
            .map(|word| word.trim_matches(['\'', '’']))
            .filter(|word| !word.is_empty())
            .collect();
        // A word in a script without spaces is a clause.
        if words.len() < FEWEST_WORDS && text.chars().filter(|c| c.is_alphanumeric()).count() < 40 {
            return None;
        }
        let hashes: Vec<u64> = words.iter().map(|word| fold_hash(word)).collect();
        let shingles = shingles::of_words(&hashes);
        let facts = facts(text, &words, &hashes);
        let whole = hashes.iter().chain(&facts);
        let whole = whole.fold(0, |hash: u64, word| mix(hash.rotate_left(9) ^ word));
        if let Some(&at) = self.exact.get(&whole)
            && self.known[at].shingles == shingles
            && self.known[at].facts == facts
        {
            // What an owner says again is known already: to remember it each time would make all that is
            // compared with it a square.
            let other = self.known[at].owner != owner;
            return other.then_some((self.known[at].place, 1.0));
        }
        let keys = bands(&shingles);
        let mut near: Vec<usize> =
            keys.iter().filter_map(|key| self.bands.get(key)).flatten().copied().collect();
        near.sort_unstable();
        near.dedup();
        let found = near.into_iter().map(|at| &self.known[at]).find_map(|known| {
            let other = known.owner != owner && known.facts == facts;
            let same = if other { jaccard(&known.shingles, &shingles) } else { 0.0 };
            (same >= SAME).then_some((known.place, same))
        });
        if found.is_some() {
            return found;
        }
        let at = self.known.len();
        self.exact.entry(whole).or_insert(at);
        for key in keys {
            let alike = self.bands.entry(key).or_default();
            if alike.len() < MOST_ALIKE {
                alike.push(at);
            }
        }
        self.known.push(Known { place, owner, shingles, facts });
        None
    }
}

/// Numbers and negations, in order, and signs such as "<" and "-" before a number, however many words stand between;
/// `hashes` are those of the words.
fn facts(text: &str, words: &[&str], hashes: &[u64]) -> Vec<u64> {
    let fact = |(word, hash): &(&&str, &u64)| {
        word.bytes().any(|b| b.is_ascii_digit()) || Language::any_negates(**hash)
    };
    let signs = telling_signs(text).map(|sign| mix(sign & u64::from(u32::MAX)));
    words.iter().zip(hashes).filter(fact).map(|(_, hash)| *hash).chain(signs).collect()
}

fn bands(shingles: &[u64]) -> Vec<(usize, u64)> {
    let smallest = |turn: usize| {
        let salt = mix(turn as u64 + 1);
        shingles.iter().map(|shingle| mix(shingle ^ salt)).min().unwrap_or(0)
    };
    (0..BANDS)
        .map(|band| {
            let rows = band * ROWS..(band + 1) * ROWS;
            (band, rows.map(smallest).fold(0, |hash: u64, row| mix(hash.rotate_left(9) ^ row)))
        })
        .collect()
}

/// Whether Jaccard's index of two sets, in ascending order, is at least `least`; given up as soon as it cannot be.
pub(crate) fn is_near(a: &[u64], b: &[u64], least: f64) -> bool {
    // So many must be in both.
    let wanted = (least / (1.0 + least) * (a.len() + b.len()) as f64 - 1e-9).ceil() as usize;
    let (Some(mut spare_a), Some(mut spare_b)) =
        (a.len().checked_sub(wanted), b.len().checked_sub(wanted))
    else {
        return false;
    };
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        let spare = match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Equal => {
                (i, j) = (i + 1, j + 1);
                continue;
            }
            std::cmp::Ordering::Less => {
                i += 1;
                &mut spare_a
            }
            std::cmp::Ordering::Greater => {
                j += 1;
                &mut spare_b
            }
        };
        match spare.checked_sub(1) {
            Some(left) => *spare = left,
            None => return false,
        }
    }
    a.len() - i <= spare_a && b.len() - j <= spare_b
}

/// Jaccard's index of two sets, in ascending order.
pub(crate) fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let (mut i, mut j, mut both) = (0, 0, 0usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, both) = (i + 1, j + 1, both + 1),
        }
    }
    both as f64 / (a.len() + b.len() - both).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "The harbour office installed the pump by the northern quay, and the keeper has \
                         oiled it on every Sunday since then without ever asking who would pay for the oil.";

    fn check(second: &str, expect: bool) {
        let mut seen = Seen::default();
        assert_eq!(seen.duplicate(0, 0, FIRST), None);
        assert_eq!(seen.duplicate(1, 0, FIRST), None, "an owner may repeat itself");
        assert_eq!(seen.duplicate(2, 1, second).is_some(), expect, "{second}");
    }

    #[test]
    fn layout_and_a_word_make_no_other_passage_and_a_fact_does() {
        check(FIRST, true);
        check(&FIRST.replace(", and", "\n  AND"), true);
        check(&FIRST.replace("the oil.", "the fuel."), true);
        check(&FIRST.replace("has oiled", "has not oiled"), false);
        check(&FIRST.replace("pump", "pump of 1911"), false);
        check(&FIRST.replace("has oiled", "hasn't oiled"), false);
        check(&FIRST.replace("the oil.", "the oil?"), false);
        check(
            "Quite another passage that shares no more than a few words with the first one of them.",
            false,
        );
        check("Yes.", false);
    }

    #[test]
    fn what_comes_again_and_again_is_remembered_once() {
        let mut seen = Seen::default();
        for place in 0..1000 {
            assert_eq!(seen.duplicate(place, 0, FIRST), None);
        }
        assert_eq!(seen.known.len(), 1);
        assert_eq!(seen.duplicate(1000, 1, FIRST), Some((0, 1.0)));
        // Filled in otherwise each time: looked for among a few.
        for place in 0..2000 {
            let filled = FIRST.replace("Sunday", &format!("Sunday of year {place}"));
            assert_eq!(seen.duplicate(place, 2, &filled), None);
        }
        assert!(seen.bands.values().all(|alike| alike.len() <= MOST_ALIKE));
    }

    #[test]
    fn share_in_common_is_counted() {
        assert_eq!(jaccard(&[1, 2, 3], &[2, 3, 4]), 0.5);
        assert_eq!(jaccard(&[], &[]), 0.0);
        let sets: [&[u64]; 6] =
            [&[], &[1], &[1, 2, 3], &[2, 3, 4], &[1, 2, 3, 4], &[0, 1, 2, 3, 4, 9]];
        for a in sets {
            for b in sets.into_iter().filter(|b| a.len() + b.len() > 0) {
                for least in [0.2, 0.5, 0.7, 0.75, 1.0] {
                    assert_eq!(is_near(a, b, least), jaccard(a, b) >= least, "{a:?} {b:?} {least}");
                }
            }
        }
    }
}
