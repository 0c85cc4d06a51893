//! What every plot shares: a scale from values to points, ticks a person would choose, a frame.
//!
//! Pure arithmetic in [`Scale`] and [`ticks`](Scale::ticks); [`Frame`] paints the ground.

mod frame;
mod scale;
mod times;

pub use frame::{Axis, Frame, Labels};
pub use scale::{Scale, Tick, nice_range};
pub use times::time_ticks;
