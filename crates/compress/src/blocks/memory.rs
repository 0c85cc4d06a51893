//! What is remembered of blocks: a bounded store by content, the least recently used going first.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::compressed::Compressed;

/// SHA-256 of a block and of everything its answer depends on.
pub(super) type Key = [u8; 32];

#[derive(Debug)]
pub(super) struct Memory {
    limit_bytes: usize,
    bytes: usize,
    turn: u64,
    known: HashMap<Key, (u64, Arc<Compressed>)>,
    /// Keys by when they were last used.
    order: BTreeMap<u64, Key>,
}

impl Memory {
    pub(super) fn new(limit_bytes: usize) -> Self {
        Self { limit_bytes, bytes: 0, turn: 0, known: HashMap::new(), order: BTreeMap::new() }
    }

    pub(super) fn get(&mut self, key: &Key) -> Option<Arc<Compressed>> {
        self.turn += 1;
        let (used, made) = self.known.get_mut(key)?;
        self.order.remove(used);
        *used = self.turn;
        self.order.insert(self.turn, *key);
        Some(made.clone())
    }

    pub(super) fn put(&mut self, key: Key, made: Arc<Compressed>) {
        self.turn += 1;
        self.bytes += size(&made);
        self.order.insert(self.turn, key);
        if let Some((used, old)) = self.known.insert(key, (self.turn, made)) {
            self.order.remove(&used);
            self.bytes -= size(&old);
        }
        while self.bytes > self.limit_bytes
            && let Some((_, oldest)) = self.order.pop_first()
            && let Some((_, gone)) = self.known.remove(&oldest)
        {
            self.bytes -= size(&gone);
        }
    }
}

fn size(made: &Compressed) -> usize {
    use crate::compressed::{Gap, Span};
    let Compressed { text, spans, gaps, .. } = made;
    let map = spans.len() * size_of::<Span>() + gaps.len() * size_of::<Gap>();
    size_of::<Compressed>() + size_of::<Key>() * 2 + text.len() + map
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(text: &str) -> Arc<Compressed> {
        let counter = crate::tokens::O200k::new().expect("it unpacks");
        let request = crate::Request::new(text, crate::Budget::Ratio(1.0));
        Arc::new(crate::compress(&request, &counter).expect("it compresses"))
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let one = size(&made("a"));
        let mut memory = Memory::new(one * 2);
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
