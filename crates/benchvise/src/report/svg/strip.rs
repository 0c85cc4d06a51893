//! One dot for each repetition, the median as a line: what a distribution of ten looks like.

use super::frame::{Axis, Height, framed};
use super::latency::median;
use super::{Scale, dot, upright};
use protocol::numbers::multiple;

use crate::report::figure::quantity;

/// Dots drawn at most.
const DOTS: usize = 500;

/// The values of a metric, and the unit its scale is in; `None` without finite ones.
pub(crate) fn strip<'a>(title: &str, unit: &'a str, values: &[f64]) -> Option<(String, &'a str)> {
    let finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let middle = median(finite.clone())?;
    let scale = Scale::around(finite.iter().copied());
    let mut body = String::new();
    for (index, value) in finite.iter().take(DOTS).enumerate() {
        // Spread by the order they came in, so that equal values stay apart.
        let y = 500.0 + [0.0, -170.0, 170.0, -85.0, 85.0].get(index % 5).copied().unwrap_or(0.0);
        body.push_str(&dot("dot", scale.x(*value), y));
    }
    body.push_str(&upright("middle", scale.x(middle), 130.0, 870.0));
    let (factor, printed) = multiple(middle, unit);
    let says = format!(
        "{title}: {} values, median {}, from {} to {}",
        finite.len(),
        quantity(middle, unit),
        quantity(finite.iter().copied().fold(f64::INFINITY, f64::min), unit),
        quantity(finite.iter().copied().fold(f64::NEG_INFINITY, f64::max), unit),
    );
    let axis = Axis { scale, ticks: scale.ticks(4, factor), title: "" };
    Some((framed(Height::Lane, &says, &axis, None, &body), printed))
}
