//! The window from outside, by role and name, over a scripted link.

mod frame;
mod gallery;
mod runs;
mod sample;
mod support;
