//! The window from outside, by role and name, over a scripted link.

mod frame;
mod gallery;
mod live;
mod sample;
mod support;
