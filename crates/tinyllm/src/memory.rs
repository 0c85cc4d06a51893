//! Allocation that can be refused: the sizes come from a file and the heap may be a board's.

use alloc::vec::Vec;

/// A vector of `len` times `value`, or `None` when the heap cannot hold it.
pub(crate) fn filled<T: Clone>(len: usize, value: T) -> Option<Vec<T>> {
    let mut vec = Vec::new();
    vec.try_reserve_exact(len).ok()?;
    vec.resize(len, value);
    Some(vec)
}

/// Room for exactly `len` items, or `None` when the heap cannot hold them.
pub(crate) fn room<T>(len: usize) -> Option<Vec<T>> {
    let mut vec = Vec::new();
    vec.try_reserve_exact(len).ok()?;
    Some(vec)
}
