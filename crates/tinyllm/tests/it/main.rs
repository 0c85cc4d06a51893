//! The crate as its users see it: files in, text out.
#![cfg(test)]

mod damaged;
mod forward;
mod fuzz;
mod golden;
mod sampler;
mod support;
mod synthetic;
mod tokenizer;
