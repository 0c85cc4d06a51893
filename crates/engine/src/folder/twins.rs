//! Documents with the same contents: done once, wherever in the folder they are.
//!
//! The last few results are in memory. Of all others only where their line stands in the manifest is known: the
//! output it names is read again and copied, if it is still as it was written.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::CompressedDocument;
use sha2::{Digest, Sha256};

/// Results that are in memory.
const RECENT: usize = 256;
/// Documents that are known by their contents, some 50 MB for a million; contents that come first after so many are
/// done anew each time beyond the last [`RECENT`].
const MOST: usize = 4 << 20;

/// The beginning of a SHA-256 of what a result depends on here: contents, and what the name says of them.
pub(super) type Key = [u8; 16];

pub(super) fn key(name: &str, bytes: &[u8]) -> Key {
    let ending = Path::new(name).extension().map(|ending| ending.to_ascii_lowercase());
    let mut hash = Sha256::new();
    hash.update(ending.as_deref().unwrap_or_default().as_encoded_bytes());
    hash.update([0]);
    hash.update(bytes);
    let mut key = [0; 16];
    key.copy_from_slice(&hash.finalize()[..16]);
    key
}

/// What was made, by contents.
#[derive(Default)]
pub(super) struct Twins(Mutex<Known>);

#[derive(Default)]
struct Known {
    made: HashMap<Key, Arc<CompressedDocument>>,
    order: VecDeque<Key>,
    /// The first document with these contents, by its place in the walk.
    first: HashMap<Key, u32>,
    /// One more than where each document's line begins; 0 where there is none yet.
    lines: Vec<u64>,
}

impl Twins {
    /// One of the last results.
    pub(super) fn recent(&self, key: &Key) -> Option<Arc<CompressedDocument>> {
        self.known().made.get(key).cloned()
    }

    /// Where the line about the first document with these contents begins, if it is written already.
    pub(super) fn line(&self, key: &Key) -> Option<u64> {
        let known = self.known();
        let place = *known.first.get(key)?;
        known.lines.get(place as usize)?.checked_sub(1)
    }

    /// Remembers what was made of the document at this place of the walk.
    pub(super) fn made(&self, key: Key, place: u64, made: Arc<CompressedDocument>) {
        let mut known = self.known();
        if known.made.insert(key, made).is_none() {
            known.order.push_back(key);
        }
        if known.order.len() > RECENT
            && let Some(oldest) = known.order.pop_front()
        {
            known.made.remove(&oldest);
        }
        if known.first.len() < MOST
            && let Ok(place) = u32::try_from(place)
        {
            known.first.entry(key).or_insert(place);
        }
    }

    /// Remembers where the line about a document begins.
    pub(super) fn written(&self, place: u64, at: u64) {
        let Some(place) = usize::try_from(place).ok().filter(|&place| place < 2 * MOST) else {
            return;
        };
        let lines = &mut self.known().lines;
        if lines.len() <= place {
            lines.resize(place + 1, 0);
        }
        lines[place] = at.saturating_add(1);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compress::made;

    #[test]
    fn what_is_no_longer_in_memory_is_known_by_its_line() {
        let twins = Twins::default();
        let contents = |n: usize| key("a.txt", &n.to_le_bytes());
        for n in 0..RECENT + 5 {
            twins.made(contents(n), n as u64, Arc::new(made("short")));
        }
        assert!(twins.recent(&contents(4)).is_none() && twins.recent(&contents(5)).is_some());
        assert_eq!(twins.line(&contents(4)), None, "not written yet");
        twins.written(4, 0);
        assert_eq!(twins.line(&contents(4)), Some(0));
        twins.written(4, 77);
        assert_eq!(twins.line(&contents(4)), Some(77));
        // The first one stays the one that is copied.
        twins.made(contents(4), 900, Arc::new(made("short")));
        assert_eq!(twins.line(&contents(4)), Some(77));
        assert_ne!(key("a.txt", b"x"), key("a.md", b"x"));
        assert_eq!(key("a.TXT", b"x"), key("b.txt", b"x"));
    }
}
