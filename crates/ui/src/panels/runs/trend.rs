//! A metric over the runs of the list, as arithmetic: series, extents, the mark under the pointer.
//!
//! One series for each board, model, precision and kind of run: they are never pooled, as their
//! figures cannot be held against each other. Nothing is computed here beyond what was recorded: no
//! smoothing, no change points.

use std::collections::BTreeMap;

use egui::Pos2;
use protocol::{Bits, RunId, RunKind, RunStatus, RunSummary};

use crate::plot::Scale;
use crate::words::model_words;

/// What lies along the horizontal axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum Across {
    /// The time of day at which a run began, ms UTC.
    #[default]
    Time,
    /// The run's place among those that are shown, oldest first, from 1.
    Order,
}

/// Whether a run's figure can be taken at its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Solid {
    /// It completed.
    Whole,
    /// It was stopped, failed, got lost, or goes on: drawn hollow, and no line leads to it.
    Hollow,
}

/// One run in the plot.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark {
    /// The run.
    pub(super) run: RunId,
    /// Where along the axis.
    pub(super) x: f64,
    /// The metric, in its own unit.
    pub(super) value: f64,
    /// Whether it completed.
    pub(super) solid: Solid,
}

/// What may be joined by one line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    board: String,
    model: String,
    bits: Option<u8>,
    kind: u8,
    synthetic: bool,
    emulated: bool,
}

/// Runs that may be held against each other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Series {
    /// Board, model and precision, in words.
    pub(super) title: String,
    /// The model was made from a seed.
    pub(super) synthetic: bool,
    /// The board is emulated.
    pub(super) emulated: bool,
    /// Its runs, oldest first.
    pub(super) marks: Vec<Mark>,
}

/// What the plot shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Trend {
    /// The series with the most runs first.
    pub(super) series: Vec<Series>,
    /// Runs that do not have this metric.
    pub(super) without: usize,
}

/// Whether two runs can be held against each other.
pub(super) fn alike(one: &RunSummary, other: &RunSummary) -> bool {
    key(one) == key(other)
}

fn key(run: &RunSummary) -> Key {
    Key {
        board: run.board.clone(),
        model: run.model.clone(),
        bits: run.bits.map(Bits::count),
        kind: match run.kind {
            RunKind::Profile => 0,
            RunKind::FitFull => 1,
            RunKind::FitCompressed => 2,
        },
        synthetic: run.synthetic,
        emulated: run.emulated,
    }
}

/// The series of a metric over runs that come newest first.
pub(super) fn trend<'a>(
    runs: impl DoubleEndedIterator<Item = &'a RunSummary>,
    metric: &str,
    across: Across,
) -> Trend {
    let mut by_key: BTreeMap<Key, Series> = BTreeMap::new();
    let mut without = 0;
    let mut place = 0.0;
    for run in runs.rev() {
        let value = run.headline.get(metric).copied().filter(|value| value.is_finite());
        let Some(value) = value else {
            without += 1;
            continue;
        };
        place += 1.0;
        let x = match across {
            Across::Time => run.created_ms as f64,
            Across::Order => place,
        };
        let solid = match run.status {
            RunStatus::Complete => Solid::Whole,
            RunStatus::Recording | RunStatus::Aborted | RunStatus::Lost => Solid::Hollow,
        };
        let series = by_key.entry(key(run)).or_insert_with(|| Series {
            title: title(run),
            synthetic: run.synthetic,
            emulated: run.emulated,
            marks: Vec::new(),
        });
        series.marks.push(Mark { run: run.run.clone(), x, value, solid });
    }
    let mut series: Vec<Series> = by_key.into_values().collect();
    series.sort_by_key(|series| std::cmp::Reverse(series.marks.len()));
    Trend { series, without }
}

fn title(run: &RunSummary) -> String {
    let kind = match run.kind {
        RunKind::Profile => "",
        RunKind::FitFull => " · full text",
        RunKind::FitCompressed => " · compressed",
    };
    format!("{} · {}{kind}", run.board, model_words(run))
}

impl Series {
    /// The stretches that a line may join: runs that completed, one after the other.
    pub(super) fn line(&self) -> impl Iterator<Item = &Mark> {
        self.marks.iter().filter(|mark| mark.solid == Solid::Whole)
    }
}

impl Trend {
    /// Smallest and largest place, smallest and largest value; `None` without a mark.
    pub(super) fn extent(&self) -> Option<[[f64; 2]; 2]> {
        let marks = self.series.iter().flat_map(|series| &series.marks);
        marks.fold(None, |extent: Option<[[f64; 2]; 2]>, mark| {
            let [[left, right], [low, high]] =
                extent.unwrap_or([[mark.x, mark.x], [mark.value, mark.value]]);
            Some([
                [left.min(mark.x), right.max(mark.x)],
                [low.min(mark.value), high.max(mark.value)],
            ])
        })
    }

    /// The mark nearest to a place on the page, at most `within` points away: its series and itself.
    pub(super) fn nearest(
        &self,
        at: Pos2,
        x: Scale,
        y: Scale,
        within: f32,
    ) -> Option<(usize, &Mark)> {
        let mut best: Option<(f32, usize, &Mark)> = None;
        for (place, series) in self.series.iter().enumerate() {
            for mark in &series.marks {
                let away = at.distance(egui::pos2(x.at(mark.x), y.at(mark.value)));
                if away <= within && best.is_none_or(|(least, ..)| away < least) {
                    best = Some((away, place, mark));
                }
            }
        }
        best.map(|(_, place, mark)| (place, mark))
    }
}

#[cfg(test)]
mod tests;
