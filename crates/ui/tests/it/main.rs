//! The window from outside, by role and name, over a scripted link.

mod bench;
mod frame;
mod gallery;
mod jobs;
mod sample;
mod settings;
mod support;
