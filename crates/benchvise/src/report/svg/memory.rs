//! Memory as bars on one scale from zero.

use super::frame::{Height, drawing};
use super::{BOX, Scale, block};
use crate::report::figure::quantity;

/// A bar of `bytes` where the longest is `most_bytes`.
pub(crate) fn bar(title: &str, bytes: f64, most_bytes: f64) -> String {
    let scale = Scale::new(0.0, most_bytes);
    let body = block("track", [0.0, BOX], [330.0, 670.0])
        + &block("bar", [0.0, scale.x(bytes)], [330.0, 670.0]);
    drawing(Height::Lane, &format!("{title}: {}", quantity(bytes, "B")), &body)
}
