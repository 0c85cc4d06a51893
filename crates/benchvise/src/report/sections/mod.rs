//! The page's sections, in the order they are read.

pub(crate) mod comparison;
pub(crate) mod curve;
pub(crate) mod document;
pub(crate) mod fit;
pub(crate) mod footer;
pub(crate) mod graded;
pub(crate) mod headline;
pub(crate) mod heat;
pub(crate) mod profile;
pub(crate) mod ran;
