//! Models against forward passes that are written independently, and what is wrong with files.

mod classifier;
mod devices;
mod encoder;
mod fixture;
mod minilm;
mod reference;
mod surprisal;
mod vectors;
