//! Where a token's time goes, stacked over position.

use std::collections::BTreeMap;

use protocol::RunDetail;
use protocol::numbers::multiple;

use super::frame::{Axis, Height, framed};
use super::latency::median;
use super::trace::{stretches, thinned};
use super::{Scale, at};

/// The phases in the order of `TokenView::phases_ms`: class in the style sheet, name.
pub(crate) const PHASES: [(&str, &str); 5] = [
    ("embed", "embed"),
    ("attention", "attention"),
    ("feed", "feed-forward"),
    ("classifier", "classifier"),
    ("sample", "sample"),
];

/// A run's phases, ready to be drawn.
pub(crate) struct Phases {
    /// Position to the median of each phase over repetitions.
    positions: BTreeMap<u32, [f64; 5]>,
    /// Mean over positions.
    pub(crate) mean_ms: [f64; 5],
    /// The highest stack.
    pub(crate) ceiling_ms: f64,
}

impl Phases {
    /// `None` where no token after the first has phases.
    pub(crate) fn of(run: &RunDetail) -> Option<Phases> {
        let mut tokens: BTreeMap<u32, Vec<[f64; 5]>> = BTreeMap::new();
        let counted = run.repetitions.iter().filter(|repetition| repetition.counts());
        for token in counted.flat_map(|repetition| &repetition.tokens) {
            let Some(phases_ms) = token.phases_ms else { continue };
            let sound = phases_ms.iter().all(|ms| ms.is_finite() && *ms >= 0.0);
            if token.index > 0 && sound && phases_ms.iter().sum::<f64>() > 0.0 {
                tokens.entry(token.index).or_default().push(phases_ms);
            }
        }
        let positions: BTreeMap<u32, [f64; 5]> =
            tokens.into_iter().map(|(position, all)| (position, medians(&all))).collect();
        let count = positions.len() as f64;
        let mut mean_ms = [0.0; 5];
        let mut heights: Vec<f64> = Vec::with_capacity(positions.len());
        for phases in positions.values() {
            for (mean, phase) in mean_ms.iter_mut().zip(phases) {
                *mean += phase / count;
            }
            heights.push(phases.iter().sum());
        }
        heights.sort_by(f64::total_cmp);
        let ceiling_ms = *heights.last()?;
        Some(Phases { positions, mean_ms, ceiling_ms })
    }

    /// The plot, on a scale up to `ceiling_ms`.
    pub(crate) fn draw(&self, name: &str, ceiling_ms: f64) -> String {
        let y = Scale::from_zero([ceiling_ms]);
        let last = self.positions.keys().next_back().copied().unwrap_or(1);
        let x = Scale::new(0.5, f64::from(last) + 0.5);
        let mut body = String::new();
        for (phase, (class, _)) in PHASES.iter().enumerate() {
            let upto = |phases: &[f64; 5], count: usize| phases.iter().take(count).sum::<f64>();
            let side = |count: usize| {
                stretches(self.positions.iter().map(|(at, phases)| (*at, upto(phases, count))))
            };
            let (lower, upper) = (side(phase), side(phase + 1));
            let mut data = String::new();
            for (lower, upper) in lower.iter().zip(&upper) {
                let mut outline = edge(upper, x, y);
                let mut back = edge(lower, x, y);
                back.reverse();
                outline.append(&mut back);
                for (index, (px, py)) in outline.iter().enumerate() {
                    let step = if index == 0 { 'M' } else { 'L' };
                    data.push_str(&format!("{step}{} {}", at(*px), at(*py)));
                }
                data.push('Z');
            }
            body.push_str(&format!("<path class=\"area {class}\" d=\"{data}\"/>"));
        }
        let (factor, unit) = multiple(ceiling_ms, "ms");
        framed(
            Height::Plot,
            &format!("Time per token by phase over its position, {name}, stacked"),
            &Axis { scale: x, ticks: x.ticks(8, 1.0), title: "position among the tokens made" },
            Some(&Axis { scale: y, ticks: y.ticks(4, factor), title: unit }),
            &body,
        )
    }
}

/// An edge of a stretch, half a position longer on both sides so that one alone has a width too.
fn edge(stretch: &[(u32, f64)], x: Scale, y: Scale) -> Vec<(f64, f64)> {
    let points = thinned(stretch);
    let place = |position: f64, value: f64| (x.x(position), y.y(value));
    let mut edge = Vec::with_capacity(points.len() + 2);
    if let Some((first, value)) = points.first() {
        edge.push(place(f64::from(*first) - 0.5, *value));
    }
    edge.extend(points.iter().map(|(position, value)| place(f64::from(*position), *value)));
    if let Some((last, value)) = points.last() {
        edge.push(place(f64::from(*last) + 0.5, *value));
    }
    edge
}

fn medians(all: &[[f64; 5]]) -> [f64; 5] {
    let mut medians = [0.0; 5];
    for (phase, place) in medians.iter_mut().enumerate() {
        let values = all.iter().filter_map(|phases| phases.get(phase).copied()).collect();
        *place = median(values).unwrap_or_default();
    }
    medians
}
