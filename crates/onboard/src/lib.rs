//! What runs on every board of ours, this computer among them: [`TinyLlm`], which is `tinyllm`
//! behind the loop of `agent`.
//!
//! `no_std` with `alloc`. A board brings its port, its clock and its memory; a model comes over the
//! wire, or lies in memory already ([`agent::slot`], [`TinyLlm::load`]).
//!
//! ```
//! use agent::wire::Bits;
//! use agent::{Model, slot};
//! use onboard::TinyLlm;
//!
//! let file = tinyllm::synthetic::checkpoint(&tinyllm::synthetic::default_config(), 1);
//! let memory = [&slot::header(&file, Bits::Int8)[..], &file].concat();
//!
//! let mut model = TinyLlm::default();
//! let found = slot::find(&memory).expect("a model lies there");
//! model.load(found.file, found.bits, found.crc).expect("it fits");
//! assert!(model.info().is_some_and(|info| info.layers == 5));
//! ```
#![no_std]

extern crate alloc;

mod tinyllm_model;

pub use tinyllm_model::TinyLlm;
