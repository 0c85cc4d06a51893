//! The series that a board declares itself, in a run.
//!
//! - [`known`] says which of them a run can have: a name that this program uses is not the board's to give.
//! - [`OwnSeries`] is one on its way: into the store, into the signals in memory, into a repetition's figures, with what
//!   was lost counted.
//! - `facts` is what is kept with the circumstances, the direction among it: a comparison reads it there.
//!
//! In the store such a series has its own name and unit. With a rate its samples lie one behind the other, gaps as
//! NaN, and `NAME_anchor` says which of them have known moments, which are in `NAME_anchor_time`; without one,
//! `NAME_time` has a moment for each. What a board says is the power of all of it becomes the run's power, in mW.

mod facts;
mod lane;
mod names;
mod summary;

pub(crate) use facts::{direction_of, put_declared, put_facts, put_power};
pub(crate) use lane::{Ids, OwnSeries, Told};
pub(crate) use names::{Declared, known};
