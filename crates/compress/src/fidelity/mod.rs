//! How much of a text a compression leaves, measured without a model: numbers, names, sections, phrases taken
//! at random, and answers to questions where there are any.
//!
//! Beside every method stand two that know nothing: the beginning of the text ([`lead`]) and sentences drawn
//! by lot ([`random`]), both filled to the same budget by exact count.

mod baseline;
mod probes;
mod questions;
mod tune;

pub use baseline::{Kept, lead, random};
pub(crate) use probes::numbers_in;
pub use probes::{Found, Probes};
pub use questions::{Question, read_questions};
pub use tune::{Sample, Tuned, Tuning, tune};
