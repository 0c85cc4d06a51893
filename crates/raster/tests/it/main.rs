//! Integration tests of the renderer, in one binary.

#![expect(clippy::expect_used, reason = "a helper of tests is a test")]

mod exact;
mod fuzz;
#[cfg(feature = "kittest")]
mod kittest;
mod meshes;
mod textures;
mod windows;
