//! What is left of a document at each ratio: one method beside two that know nothing.

use super::frame::{Axis, Height, framed};
use super::{Scale, at, dot, upright};
use crate::report::figure::share;
use protocol::numbers::short;

/// A line of the plot.
pub(crate) struct Line<'a> {
    /// How it is drawn: `own`, `random` or `lead`.
    pub(crate) class: &'a str,
    /// Ratio, the share that is left, and its interval.
    pub(crate) points: Vec<(f64, f64, [f64; 2])>,
}

/// The plot of `what`; the ratio that was reached `here` is marked.
pub(crate) fn fidelity(what: &str, lines: &[Line<'_>], here: Option<f64>) -> String {
    let ratios = || lines.iter().flat_map(|line| line.points.iter().map(|point| point.0));
    let (low, high) = ratios()
        .chain(here)
        .filter(|ratio| ratio.is_finite() && *ratio > 0.0)
        .fold((f64::INFINITY, 1.0_f64), |(low, high), ratio| (low.min(ratio), high.max(ratio)));
    // Doubling the ratio is a step of the same length everywhere.
    let x = Scale::new(low.min(high).log2(), high.log2());
    let y = Scale::new(0.0, 1.0);
    let place = |ratio: f64, share: f64| (x.x(ratio.log2()), y.y(share));
    let mut body = String::new();
    if let Some(here) = here.filter(|here| here.is_finite() && *here > 0.0) {
        body += &upright("here", place(here, 0.0).0, 0.0, super::BOX);
    }
    for line in lines {
        let path = |points: &mut dyn Iterator<Item = (f64, f64)>, end: &str| {
            let mut data = String::new();
            for (index, (ratio, share)) in points.enumerate() {
                let (x, y) = place(ratio, share);
                data += &format!("{}{} {}", if index == 0 { 'M' } else { 'L' }, at(x), at(y));
            }
            data + end
        };
        if line.class == "own" {
            let upper = line.points.iter().map(|(ratio, _, [_, hi])| (*ratio, *hi));
            let lower = line.points.iter().rev().map(|(ratio, _, [lo, _])| (*ratio, *lo));
            let band = path(&mut upper.chain(lower), "Z");
            body += &format!("<path class=\"curve-band\" d=\"{band}\"/>");
        }
        let data = path(&mut line.points.iter().map(|point| (point.0, point.1)), "");
        body += &format!("<path class=\"curve {}\" d=\"{data}\"/>", line.class);
        if let [(ratio, share, _)] = line.points[..] {
            let (x, y) = place(ratio, share);
            body += &dot("dot", x, y);
        }
    }
    let mut ticks: Vec<f64> = [1.5, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0].to_vec();
    ticks.retain(|&ratio| x.holds(ratio.log2()));
    let says = says(what, lines);
    framed(
        Height::Plot,
        &says,
        &Axis {
            scale: x,
            ticks: ticks.iter().map(|&r| (r.log2(), format!("{}×", short(r)))).collect(),
            title: "",
        },
        Some(&Axis {
            scale: y,
            ticks: [0.0, 0.5, 1.0].map(|part| (part, format!("{:.0}", part * 100.0))).to_vec(),
            title: "% left",
        }),
        &body,
    )
}

/// The plot in words, for whoever does not see it.
fn says(what: &str, lines: &[Line<'_>]) -> String {
    let ends = lines.iter().filter_map(|line| {
        let (first, last) = (line.points.first()?, line.points.last()?);
        Some(format!(
            "{}: {} at {}×, {} at {}×",
            line.class,
            share(first.1),
            short(first.0),
            share(last.1),
            short(last.0)
        ))
    });
    format!("Of the {what}, what is left at each ratio. {}", ends.collect::<Vec<_>>().join("; "))
}
