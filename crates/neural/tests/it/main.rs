//! Models against forward passes that are written independently, and what is wrong with files.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a helper of tests is a test")]

mod classifier;
mod devices;
mod encoder;
mod fixture;
mod fuzz;
mod minilm;
mod reference;
mod surprisal;
mod vectors;
