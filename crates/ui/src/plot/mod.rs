//! What every plot shares: a scale from values to points, ticks a person would choose, a frame; and
//! what signals look like in it: samples as a line, many of them as a band, what was lost as a gap.
//!
//! Pure arithmetic from a frame and two scales to shapes; only [`Frame`] paints by itself.

mod band;
mod calendar;
mod frame;
mod gap;
mod notation;
mod scale;
mod stack;
mod steady;
mod time;
mod trace;

pub use band::{Stretch, band};
pub use calendar::calendar_ticks;
pub use frame::{Axis, Frame, Labels};
pub use gap::{gaps, hatch, hatched};
pub use notation::Notation;
pub use scale::{Scale, Tick, nice_range};
pub use stack::{shares, stack};
pub use steady::{Measure, Steady};
pub use time::{time_range, time_text, time_ticks};
pub use trace::line;
