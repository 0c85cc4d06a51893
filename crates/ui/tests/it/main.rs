//! The window from outside, by role and name, over a scripted link.

mod compare;
mod fit;
mod frame;
mod gallery;
mod sample;
mod support;
