//! The part of a form that says which power meter stands beside the board, for every room that starts
//! something on one.
//!
//! `found` says which meters are attached, `form` what was written and what is wrong with it, `ui`
//! draws it.

mod form;
mod found;
mod ui;

pub(in crate::panels) use form::{Field, Form};
pub(in crate::panels) use ui::Said;
