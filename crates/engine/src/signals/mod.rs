//! A run's signals in memory: while it is recorded, and again when somebody looks at a stored one.
//!
//! - [`RunSignals`] is what a recording tells and a view looks at; neither waits for the other.
//! - [`Signals`] is what is behind it: time axes, the newest samples one by one, all of them at every
//!   zoom, repetitions, tokens.
//! - [`Library`] knows the runs that go on here, and a few stored ones that somebody looked at.
//! - `stored` builds the same from the store that a recording built live.
//!
//! A look at any stretch of any length costs the same: nothing here goes through all samples.

use std::borrow::Cow;

mod absent;
mod anchors;
mod axis;
mod curves;
mod energy;
mod heard;
mod latency;
mod library;
mod places;
mod run_signals;
mod shared;
mod signal;
mod stats;
mod stored;
mod trace;

#[cfg(test)]
mod tests;

pub(crate) use absent::{CURRENT, HEAP, POWER, PROCESS, Place, TOKEN_ENERGY, why};
pub(crate) use curves::curves;
pub(crate) use energy::{Missing, energy_mj};
pub(crate) use heard::Heard;
pub(crate) use latency::percentiles;
pub(crate) use library::Library;
pub(crate) use run_signals::{Own, Signals};
pub(crate) use shared::RunSignals;
pub(crate) use signal::{Signal, single};
pub(crate) use stats::between;
pub(crate) use stored::is_helper;
pub(crate) use trace::{Window, trace};

/// What a signal is called: a name of the table, or one that a board gave it.
pub(crate) type Name = Cow<'static, str>;
/// What the series has behind its name that says which of its samples have known moments.
pub(crate) const ANCHOR_OF: &str = "_anchor";
