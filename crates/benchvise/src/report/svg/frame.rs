//! A plot's frame: grid, labels, titles.

use super::{BOX, level, upright};
use crate::report::escape::escape;
use crate::report::svg::Scale;

/// One side of a frame.
pub(super) struct Axis<'a> {
    pub(super) scale: Scale,
    /// Values and what stands beside them.
    pub(super) ticks: Vec<(f64, String)>,
    /// What is drawn along it, with its unit.
    pub(super) title: &'a str,
}

/// How tall.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Height {
    /// A curve.
    Plot,
    /// A row of dots or a bar.
    Lane,
}

/// A drawing alone. `says` is read out in its place.
pub(super) fn drawing(height: Height, says: &str, body: &str) -> String {
    let class = if height == Height::Plot { "plot" } else { "lane" };
    let says = escape(says);
    format!(
        "<svg class=\"{class}\" viewBox=\"0 0 {BOX} {BOX}\" preserveAspectRatio=\"none\" \
         role=\"img\" aria-label=\"{says}\"><title>{says}</title>{body}</svg>"
    )
}

/// A drawing with a scale below it and, where there is one, a scale at its left.
pub(super) fn framed(
    height: Height,
    says: &str,
    x: &Axis<'_>,
    y: Option<&Axis<'_>>,
    body: &str,
) -> String {
    let mut grid = String::new();
    let mut left = String::new();
    if let Some(y) = y {
        for (value, text) in &y.ticks {
            let place = y.scale.y(*value);
            grid.push_str(&level("grid", place, 0.0, BOX));
            left.push_str(&format!("<span style=\"top:{:.2}%\">{text}</span>", place / 10.0));
        }
        left = format!(
            "<div class=\"ytitle\">{}</div><div class=\"ys\" aria-hidden=\"true\">{left}</div>",
            escape(y.title)
        );
    } else {
        for (value, _) in &x.ticks {
            grid.push_str(&upright("grid", x.scale.x(*value), 0.0, BOX));
        }
    }
    let mut below = String::new();
    for (value, text) in &x.ticks {
        let place = x.scale.x(*value) / 10.0;
        below.push_str(&format!("<span style=\"left:{place:.2}%\">{text}</span>"));
    }
    let title = match x.title {
        "" => String::new(),
        title => format!("<div class=\"xtitle\">{}</div>", escape(title)),
    };
    let class = if y.is_some() { "frame" } else { "frame bare" };
    format!(
        "<div class=\"{class}\">{left}{}<div class=\"xs\" aria-hidden=\"true\">{below}</div>\
         {title}</div>",
        drawing(height, says, &format!("{grid}{body}")),
    )
}
