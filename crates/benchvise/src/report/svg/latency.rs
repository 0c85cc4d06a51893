//! Latency of each token over its position: every repetition thin, their median thick.

use std::collections::BTreeMap;

use protocol::numbers::multiple;
use protocol::{RepetitionView, RunDetail};

use super::frame::{Axis, Height, framed};
use super::trace::{path, stretches};
use super::{BOX, Scale, block, upright};
use crate::report::figure::quantity;

/// Curves drawn thin at most; the median is of all of them.
const CURVES: usize = 60;

/// A run's latencies, ready to be drawn.
pub(crate) struct Latency<'a> {
    repetitions: Vec<&'a RepetitionView>,
    /// Position to the median over repetitions. The first token is not among them: it waits for
    /// the prompt.
    median: BTreeMap<u32, f64>,
    last: u32,
    /// What the scale has to hold, outliers aside.
    pub(crate) ceiling_ms: f64,
    largest_ms: f64,
}

impl<'a> Latency<'a> {
    /// `None` where no repetition recorded two tokens.
    pub(crate) fn of(run: &'a RunDetail) -> Option<Latency<'a>> {
        let repetitions: Vec<&RepetitionView> =
            run.repetitions.iter().filter(|repetition| repetition.counts()).collect();
        let mut by_position: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
        for (position, latency) in repetitions.iter().flat_map(|one| latencies(one)) {
            by_position.entry(position).or_default().push(latency);
        }
        let last = *by_position.keys().next_back()?;
        let mut all: Vec<f64> = by_position.values().flatten().copied().collect();
        all.sort_by(f64::total_cmp);
        let largest_ms = all.last().copied()?;
        let usual = all.get(all.len() * 98 / 100).copied()?;
        // One token that waited for the operating system must not flatten all the others.
        let ceiling_ms = if largest_ms > 2.5 * usual { 1.5 * usual } else { largest_ms };
        let median = by_position
            .into_iter()
            .filter_map(|(at, values)| Some((at, median(values)?)))
            .collect();
        Some(Latency { repetitions, median, last, ceiling_ms, largest_ms })
    }

    /// The plot, on a scale up to `ceiling_ms`.
    pub(crate) fn draw(&self, name: &str, ceiling_ms: f64) -> String {
        let y = Scale::from_zero([ceiling_ms]);
        let x = Scale::new(0.5, f64::from(self.last) + 0.5);
        let place = |position: u32, latency: f64| (x.x(f64::from(position)), y.y(latency));
        let mut body = String::new();
        for position in self.lost() {
            let at = f64::from(position);
            body += &block("hole", [x.x(at - 0.5), x.x(at + 0.5)], [0.0, BOX]);
        }
        for repetition in self.repetitions.iter().take(CURVES) {
            body += &path("thin", &stretches(latencies(repetition)), place);
        }
        let median = self.median.iter().map(|(position, latency)| (*position, *latency));
        body += &path("thick", &stretches(median), place);
        for (position, latency) in self.repetitions.iter().flat_map(|one| latencies(one)) {
            if !y.holds(latency) {
                body += &upright("over", x.x(f64::from(position)), 0.0, 35.0);
            }
        }
        let (factor, unit) = multiple(ceiling_ms, "ms");
        framed(
            Height::Plot,
            &format!(
                "Latency of each token over its position, {name}: {} repetitions and their median, which goes from {} to {}",
                self.repetitions.len(),
                self.median.values().next().map_or_else(String::new, |ms| quantity(*ms, "ms")),
                self.median.values().next_back().map_or_else(String::new, |ms| quantity(*ms, "ms")),
            ),
            &Axis { scale: x, ticks: x.ticks(8, 1.0), title: "position among the tokens made" },
            Some(&Axis { scale: y, ticks: y.ticks(4, factor), title: unit }),
            &body,
        )
    }

    /// What the drawing leaves out, in words; empty where nothing.
    pub(crate) fn notes(&self, ceiling_ms: f64) -> String {
        let mut notes = Vec::new();
        let top = Scale::from_zero([ceiling_ms]).high();
        let over =
            self.repetitions.iter().flat_map(|one| latencies(one)).filter(|(_, ms)| *ms > top);
        match over.count() {
            0 => {}
            count => notes.push(format!(
                "{count} slower than the scale, up to {}, marked at the top edge.",
                quantity(self.largest_ms, "ms")
            )),
        }
        match self.lost().len() {
            0 => {}
            lost => notes.push(format!(
                "Shaded: {lost} position{} where a repetition lost a token on the wire.",
                if lost == 1 { "" } else { "s" }
            )),
        }
        if self.repetitions.len() > CURVES {
            notes.push(format!("{CURVES} of {} repetitions drawn.", self.repetitions.len()));
        }
        notes.join(" ")
    }

    /// Positions that some repetition lost: a hole between two of its tokens.
    fn lost(&self) -> Vec<u32> {
        let mut lost: Vec<u32> = self
            .repetitions
            .iter()
            .flat_map(|repetition| repetition.tokens.windows(2))
            .filter_map(|pair| Some((pair.first()?.index, pair.last()?.index)))
            // A hole of thousands is no wire error but nonsense; its edge says enough.
            .flat_map(|(before, after)| {
                let from = before.saturating_add(1);
                from..after.clamp(from, from.saturating_add(1000))
            })
            .collect();
        lost.sort_unstable();
        lost.dedup();
        lost
    }
}

/// Position and latency of every token after the first.
fn latencies(repetition: &RepetitionView) -> impl Iterator<Item = (u32, f64)> + '_ {
    repetition
        .tokens
        .iter()
        .filter(|token| token.index > 0)
        .filter_map(|token| Some((token.index, token.latency_ms?)))
        .filter(|(_, latency)| latency.is_finite() && *latency >= 0.0)
}

/// The middle value; `None` without values.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = values.get(middle).copied()?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    values.get(middle.checked_sub(1)?).map(|lower| (lower + upper) / 2.0)
}
