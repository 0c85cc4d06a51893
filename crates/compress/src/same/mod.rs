//! Whether two passages say the same in the same words.

pub(crate) mod near;
pub(crate) mod shingles;
