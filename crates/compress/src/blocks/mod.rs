//! Texts taken apart into blocks by their contents, so that an edit concerns one block.
//!
//! `cutter` says where blocks end, `incremental` puts the answers of blocks together to the answer of the
//! text and remembers them by content, and [`crate::stream`] sends windows through one after the other.

pub(crate) mod cutter;
mod incremental;
mod line_end;

#[cfg(test)]
pub(crate) use incremental::size;
pub use incremental::{BlockWork, Incremental};
pub(crate) use line_end::WithLineEnd;
