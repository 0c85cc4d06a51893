//! Two sides as bars: tokens against a window, or a time with its interval.

use super::frame::{Height, drawing};
use super::{BOX, Scale, block, level, upright};
use crate::report::figure::{count, interval};

/// Tokens against the window's end; what reaches beyond is shown as such.
pub(crate) fn tokens(title: &str, tokens: u64, window: u64, most: u64) -> String {
    let scale = Scale::new(0.0, most.max(window) as f64 * 1.02);
    let (end, edge) = (scale.x(tokens as f64), scale.x(window as f64));
    let mut body = block("track", [0.0, edge], [250.0, 750.0])
        + &block("bar", [0.0, end.min(edge)], [250.0, 750.0]);
    if end > edge {
        body += &block("beyond", [edge, end], [250.0, 750.0]);
    }
    body += &upright("edge", edge, 60.0, 940.0);
    let says = format!("{title}: {} tokens, window {}", count(tokens), count(window));
    drawing(Height::Lane, &says, &body)
}

/// A value with its interval on a scale from zero to `most`.
pub(crate) fn bar(
    class: &str,
    title: &str,
    value: protocol::Interval,
    unit: &str,
    most: f64,
) -> String {
    let scale = Scale::from_zero([most]);
    let mut body = block("track", [0.0, BOX], [250.0, 750.0])
        + &block(class, [0.0, scale.x(value.value)], [250.0, 750.0]);
    if let Some([low, high]) = value.ci95 {
        body += &level("error", 500.0, scale.x(low), scale.x(high));
        body += &upright("error", scale.x(low), 350.0, 650.0);
        body += &upright("error", scale.x(high), 350.0, 650.0);
    }
    drawing(Height::Lane, &format!("{title}: {}", interval(value.value, value.ci95, unit)), &body)
}
