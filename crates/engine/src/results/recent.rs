//! The results used last, in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use protocol::{CompressedDocument, GapView, SpanView};

use super::Key;

/// A bounded store; what was not used for longest goes first.
pub(super) struct Recent {
    limit_bytes: usize,
    bytes: usize,
    turn: u64,
    known: HashMap<Key, (u64, Arc<CompressedDocument>)>,
    order: BTreeMap<u64, Key>,
}

impl Recent {
    pub(super) fn new(limit_bytes: usize) -> Self {
        Self { limit_bytes, bytes: 0, turn: 0, known: HashMap::new(), order: BTreeMap::new() }
    }

    pub(super) fn get(&mut self, key: &Key) -> Option<Arc<CompressedDocument>> {
        self.turn += 1;
        let (used, made) = self.known.get_mut(key)?;
        self.order.remove(used);
        *used = self.turn;
        self.order.insert(self.turn, *key);
        Some(made.clone())
    }

    pub(super) fn put(&mut self, key: Key, made: Arc<CompressedDocument>) {
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

/// About what a result takes.
fn size(made: &CompressedDocument) -> usize {
    size_of::<CompressedDocument>()
        + made.text.len()
        + made.spans.len() * size_of::<SpanView>()
        + made.gaps.len() * size_of::<GapView>()
        + made.extraction.anchors.len() * 64
        + 512
}
