//! The window from outside, by role and name, over a scripted link.

mod compress;
mod frame;
mod gallery;
mod sample;
mod support;
