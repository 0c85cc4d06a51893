//! What the crate promises, seen from outside.

mod calibration;
mod fuzz;
mod intervals;
mod invariance;
mod judgement;
mod noise;
mod pyramid;
mod random;
