//! What was made last, remembered by content: a bounded store, the least recently used going first.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// SHA-256 of everything that what is remembered depends on.
pub type Key = [u8; 32];

/// A store of at most so many bytes.
#[derive(Debug)]
pub struct Recent<T> {
    limit_bytes: usize,
    /// About what one takes in memory, in bytes.
    size: fn(&T) -> usize,
    bytes: usize,
    turn: u64,
    known: HashMap<Key, (u64, Arc<T>)>,
    /// Keys by when they were last used.
    order: BTreeMap<u64, Key>,
}

impl<T> Recent<T> {
    /// Empty; `size` says about how many bytes one takes.
    pub fn new(limit_bytes: usize, size: fn(&T) -> usize) -> Self {
        let (known, order) = (HashMap::new(), BTreeMap::new());
        Self { limit_bytes, size, bytes: 0, turn: 0, known, order }
    }

    /// What is known under `key`; it is the last now that goes.
    pub fn get(&mut self, key: &Key) -> Option<Arc<T>> {
        self.turn += 1;
        let (used, made) = self.known.get_mut(key)?;
        self.order.remove(used);
        *used = self.turn;
        self.order.insert(self.turn, *key);
        Some(made.clone())
    }

    /// Remembers it, in the place of what was known under `key`, and forgets what there is no room for.
    pub fn put(&mut self, key: Key, made: Arc<T>) {
        self.turn += 1;
        self.bytes += (self.size)(&made);
        self.order.insert(self.turn, key);
        if let Some((used, old)) = self.known.insert(key, (self.turn, made)) {
            self.order.remove(&used);
            self.bytes -= (self.size)(&old);
        }
        while self.bytes > self.limit_bytes
            && let Some((_, oldest)) = self.order.pop_first()
            && let Some((_, gone)) = self.known.remove(&oldest)
        {
            self.bytes -= (self.size)(&gone);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Compressed;
    use crate::blocks::size;

    fn made(text: &str) -> Arc<Compressed> {
        let counter = crate::tokens::O200k::new().expect("it unpacks");
        let request = crate::Request::new(text, crate::Budget::Ratio(1.0));
        Arc::new(crate::compress(&request, &counter).expect("it compresses"))
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let one = size(&made("a"));
        let mut memory = Recent::new(one * 2, size);
        memory.put([1; 32], made("a"));
        memory.put([2; 32], made("b"));
        assert!(memory.get(&[1; 32]).is_some());
        memory.put([3; 32], made("c"));
        assert!(memory.get(&[2; 32]).is_none() && memory.get(&[1; 32]).is_some());
        assert!(memory.bytes <= one * 2);
        memory.put([3; 32], made("d"));
        assert_eq!(memory.bytes, one * 2, "the same key is held once");
    }
}
