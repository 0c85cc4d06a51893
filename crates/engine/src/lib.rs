//! Composition: the one place where boards, models, documents and the store meet.
//!
//! A face makes an [`Engine`], sends it [`protocol::Command`]s and listens to
//! [`protocol::Event`]s. Short commands answer at once; runs and jobs answer with an id, go on on
//! named threads of their own, and end with an event. A panicking job becomes a failed job.
//!
//! - `dispatch` is the only `match` on [`protocol::Command`].
//! - `failure` is the only mapping from errors to [`protocol::Failure`].
//! - `recording` turns what a board says into repetitions, `tape` into samples in the store.
//! - `power` puts a power meter's samples on the same time axis.
//! - `signals` keeps them in memory for who looks, `frames` shows them in the views of a
//!   [`Connection`].
//! - `profile`, `fit`, `compare`, `compress` are the four things a person does. `as_one` compresses
//!   several documents to one text, `folder` a folder of any size, and `results` remembers.
//! - `snapshot` is what a face begins with; from there on it follows the events. `going` remembers
//!   for it what goes on, `parked` puts off what a host's end cuts, `ports` watches for boards that are plugged in, and `met` knows what they
//!   said of themselves.
//! - `lanes` asks and listens on threads of its own, for a face that must not wait.
//! - `find_board` knows which board a person means, `session` opens it for one user at a time.
//!
//! ```no_run
//! use engine::{Engine, Options};
//! use protocol::{Command, Reply};
//!
//! let engine = Engine::start(Options::default())?;
//! if let Reply::Ports(ports) = engine.send(Command::ListPorts)? {
//!     println!("{} ports", ports.len());
//! }
//! # Ok::<(), protocol::Failure>(())
//! ```

mod absent;
mod apart;
mod as_one;
mod blocks;
mod boards;
mod comeback;
mod compare;
mod compress;
mod connection;
mod content;
mod core;
mod crew;
mod dispatch;
mod doctor;
mod documents;
mod drivers;
mod emulated;
mod endless;
mod error;
mod event_size;
mod events;
mod export;
mod facts;
mod failure;
mod fetch;
mod fidelity;
mod find_board;
mod fingerprint;
mod fit;
mod flash;
mod folder;
mod frames;
mod going;
mod heat;
mod jobs;
mod lanes;
mod left_out;
mod lending;
mod lent;
mod listen;
mod looks;
mod manifest;
mod met;
mod model;
mod models;
mod named;
mod order;
mod own;
mod parked;
mod port_rules;
mod port_view;
mod ports;
mod power;
mod profile;
mod put_whole;
mod recording;
mod repetition;
mod results;
mod runs;
mod session;
pub mod settings;
mod shared_port;
mod signals;
mod snapshot;
mod store_care;
mod tape;
mod token_counter;
mod tune;
mod views;
mod way;
mod weights;
#[doc(hidden)]
pub mod yardstick;

pub use crate::apart::document_worker;
pub use crate::connection::Connection;
pub use crate::content::analysed;
pub use crate::core::{Engine, Options};
pub use crate::documents::{FolderDocument, documents_in};
pub use crate::endless::Endless;
pub use crate::events::{Events, Next};
pub use crate::export::exported;
pub use crate::facts::{machine_identity, machine_name};
pub use crate::fetch::{KNOWN_ENCODERS, KNOWN_MODELS, KnownModel, fetched};
pub use crate::lanes::{Heard, Lanes};
pub use crate::lent::Lent;
pub use crate::weights::{weights, weights_in};
pub use ::store::now_ms;

/// A token counter by name: `o200k`, `cl100k`, a `tokenizer.json`, or a llama2.c `tokenizer.bin`.
/// For filters that compress without an engine.
///
/// # Errors
/// A [`protocol::Failure`] where there is no such tokenizer, or the file cannot be used.
pub fn token_counter(
    name: &str,
) -> Result<std::sync::Arc<dyn ::compress::TokenCounter>, protocol::Failure> {
    compress::counter(name).map_err(failure::failure)
}

/// What a text can be taken for, by the name a person gives. For filters that compress without an engine.
///
/// # Errors
/// A [`protocol::Failure`] where there is no such kind, with those there are.
pub fn kind(name: &str) -> Result<::compress::Kind, protocol::Failure> {
    way::kind(name).map_err(failure::failure)
}

/// The code of a language that is known. For filters that compress without an engine.
///
/// # Errors
/// A [`protocol::Failure`] where it is not, with those that are.
pub fn language(code: &str) -> Result<&'static str, protocol::Failure> {
    way::language(code).map_err(failure::failure)
}

/// A strategy by the name a person gives. For filters that compress without an engine.
///
/// # Errors
/// A [`protocol::Failure`] where there is no such strategy.
pub fn strategy(name: &str) -> Result<::compress::Strategy, protocol::Failure> {
    compress::strategy(name).map_err(failure::failure)
}

/// The models that `spec` names, loaded; those got before are looked for below `models`. For filters
/// that compress without an engine.
///
/// # Errors
/// A [`protocol::Failure`] where the program was built without models, or one cannot be loaded.
pub fn lent(
    spec: &protocol::NeuralSpec,
    models: &std::path::Path,
) -> Result<Lent, protocol::Failure> {
    lent::load(spec, models, &std::sync::Arc::default()).map_err(failure::failure)
}
