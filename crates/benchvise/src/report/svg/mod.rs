//! Drawings without a library: each plot is one SVG that stretches to its box, with strokes that do
//! not, and its labels are HTML beside it, so that they are as readable on a phone as on a wide
//! screen. Coordinates are thousandths of the box.

pub(crate) mod curve;
pub(crate) mod forest;
mod frame;
pub(crate) mod latency;
pub(crate) mod memory;
pub(crate) mod phases;
mod scale;
pub(crate) mod strip;
mod trace;
pub(crate) mod window;

pub(crate) use scale::Scale;

/// Side of the box every drawing lives in.
pub(crate) const BOX: f64 = 1000.0;

/// A coordinate with one decimal, which is a tenth of a pixel on most screens.
fn at(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A round dot: a line without length and with round ends keeps its shape when the box is stretched.
fn dot(class: &str, x: f64, y: f64) -> String {
    format!("<path class=\"{class}\" d=\"M{} {}h0\"/>", at(x), at(y))
}

/// An upright line.
fn upright(class: &str, x: f64, from: f64, to: f64) -> String {
    format!("<path class=\"{class}\" d=\"M{} {}V{}\"/>", at(x), at(from), at(to))
}

/// A level line.
fn level(class: &str, y: f64, from: f64, to: f64) -> String {
    format!("<path class=\"{class}\" d=\"M{} {}H{}\"/>", at(from), at(y), at(to))
}

/// A filled box.
fn block(class: &str, [left, right]: [f64; 2], [top, bottom]: [f64; 2]) -> String {
    format!(
        "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
        at(left),
        at(top),
        at((right - left).max(0.0)),
        at((bottom - top).max(0.0))
    )
}
