//! What the strategy `incremental` knows of blocks, kept for as long as the engine lives: a text that is edited and
//! compressed again costs the blocks of the edit.

use std::sync::{Arc, Mutex, PoisonError};

use compress::Incremental;

/// Memories of blocks, one for each tokenizer.
#[derive(Default)]
pub(crate) struct Blocks {
    /// The latest used last.
    memories: Mutex<Vec<(String, Arc<Incremental>)>>,
}

/// More tokenizers are not remembered for at a time.
const MOST: usize = 4;
/// What one memory may hold.
const MOST_BYTES: usize = 32 << 20;

impl Blocks {
    /// The memory for results that `tokenizer` counted; its words tell one file from another of the same name.
    pub(crate) fn of(&self, tokenizer: &str) -> Arc<Incremental> {
        let mut memories = self.memories.lock().unwrap_or_else(PoisonError::into_inner);
        let known = memories.iter().position(|(known, _)| known == tokenizer);
        let memory = match known {
            Some(at) => memories.remove(at),
            None => (tokenizer.to_owned(), Arc::new(Incremental::new(MOST_BYTES, 1))),
        };
        let found = Arc::clone(&memory.1);
        memories.push(memory);
        if memories.len() > MOST {
            memories.remove(0);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tokenizer_has_a_memory_and_a_few_are_kept() {
        let blocks = Blocks::default();
        let first = blocks.of("o200k");
        assert!(Arc::ptr_eq(&first, &blocks.of("o200k")));
        assert!(!Arc::ptr_eq(&first, &blocks.of("cl100k")));
        for other in ["a", "b", "c"] {
            blocks.of(other);
        }
        assert!(!Arc::ptr_eq(&first, &blocks.of("o200k")), "the oldest went");
    }
}
