//! One series of the board's own on its way into the store and into memory.

use std::collections::BTreeMap;

use board::SeriesRole;
use store::SeriesId;

use super::names::{Declared, figures};
use super::summary::{Holds, Summary};
use crate::signals::{Heard, Name, single};

/// Lost samples that are marked one by one; a longer hole is marked as so many.
const FILL: u64 = 4096;
/// Marks of lost samples in a whole run; behind that a hole is one.
const FILLS: u64 = 1 << 20;
/// How often a sample's moment is written down.
const ANCHOR_EVERY_MS: f64 = 1000.0;

/// Its series in the store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ids {
    pub(crate) values: SeriesId,
    /// Of each sample, or of those that `anchors` names.
    pub(crate) moments: SeriesId,
    pub(crate) anchors: Option<SeriesId>,
}

/// What is to be handed on.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Series, place of the first value, values.
    pub(crate) chunks: Vec<(SeriesId, u64, Vec<f64>)>,
    pub(crate) heard: Vec<Heard>,
}

/// A series.
pub(crate) struct OwnSeries {
    pub(crate) declared: Declared,
    name: Name,
    ids: Ids,
    /// Place of the sample that comes next in the run.
    next: u64,
    /// Moments that were written down, and the newest of them.
    anchored: u64,
    anchor: Option<(u64, f64)>,
    /// The newest sample: its place and moment.
    newest: Option<(u64, f64)>,
    /// The sample that should come next in this repetition, and those that came.
    due: u64,
    came: u64,
    summary: Summary,
    /// Marks of lost samples so far.
    filled: u64,
    /// In the whole run: kept, and lost as far as that is known.
    pub(crate) kept: u64,
    pub(crate) lost: u64,
    /// Repetitions of which the board did not say how many samples it took.
    pub(crate) unaccounted: u32,
}

impl OwnSeries {
    pub(crate) fn new(declared: Declared, ids: Ids) -> OwnSeries {
        let summary = Summary::new(holds(&declared));
        OwnSeries {
            name: Name::from(declared.signal.clone()),
            declared,
            ids,
            next: 0,
            anchored: 0,
            anchor: None,
            newest: None,
            due: 0,
            came: 0,
            summary,
            filled: 0,
            kept: 0,
            lost: 0,
            unaccounted: 0,
        }
    }

    /// A repetition comes.
    pub(crate) fn begin(&mut self) {
        // What the one before lost without saying so, because it failed.
        self.lost = self.lost.saturating_add(self.due - self.came);
        (self.due, self.came) = (0, 0);
        self.summary = Summary::new(holds(&self.declared));
    }

    /// Samples came, the first of them with this number in the repetition, taken at that moment of the run.
    pub(crate) fn samples(&mut self, index: u64, at_ms: f64, values: &[f32]) -> Told {
        let mut told = Told::default();
        let lost = index.saturating_sub(self.due);
        self.due = index.saturating_add(values.len() as u64);
        let scaled = |value: &f32| single(f64::from(*value) * self.declared.scale);
        let values: Vec<f32> = values.iter().map(scaled).collect();
        let kept = values.iter().filter(|value| value.is_finite()).count() as u64;
        (self.came, self.kept) = (self.came + kept, self.kept + kept);
        let marks = lost.min(FILL).min(FILLS.saturating_sub(self.filled).max(1));
        self.filled += marks;
        let hole = vec![f32::NAN; marks as usize];
        match self.declared.board.rate_hz {
            Some(rate_hz) => self.at_rate(1e3 / rate_hz, hole, at_ms, values, &mut told),
            None => self.each_its_own(hole, at_ms, values, &mut told),
        }
        told
    }

    fn at_rate(
        &mut self,
        period_ms: f64,
        hole: Vec<f32>,
        at_ms: f64,
        values: Vec<f32>,
        told: &mut Told,
    ) {
        if !hole.is_empty() {
            self.summary.add(at_ms, f64::NAN);
            self.anchor_newest(told);
            self.stretch(hole, told);
        }
        let late = |(_, anchor_ms): (u64, f64)| at_ms - anchor_ms >= ANCHOR_EVERY_MS;
        // The first one of a repetition and the one behind a hole too.
        if self.newest.is_none_or(|(place, _)| place + 1 != self.next)
            || self.anchor == self.newest
            || self.anchor.is_none_or(late)
        {
            self.anchor(self.next, at_ms, told);
        }
        let first = self.next;
        for (nth, value) in values.iter().enumerate() {
            self.summary.add(at_ms + nth as f64 * period_ms, f64::from(*value));
        }
        self.stretch(values, told);
        let last = self.next.saturating_sub(1);
        self.newest = Some((last, at_ms + last.saturating_sub(first) as f64 * period_ms));
    }

    fn each_its_own(&mut self, hole: Vec<f32>, at_ms: f64, values: Vec<f32>, told: &mut Told) {
        let all: Vec<f32> = hole.into_iter().chain(values).collect();
        for value in &all {
            self.summary.add(at_ms, f64::from(*value));
            let (signal, value) = (self.name.clone(), f64::from(*value));
            told.heard.push(Heard::Look { signal, at_ms, value });
        }
        told.chunks.push((self.ids.moments, self.next, vec![at_ms; all.len()]));
        let wide = all.iter().map(|value| f64::from(*value)).collect();
        told.chunks.push((self.ids.values, self.next, wide));
        self.next += all.len() as u64;
        self.newest = Some((self.next.saturating_sub(1), at_ms));
    }

    /// The repetition ended at that moment.
    pub(crate) fn end(&mut self, at_ms: f64) -> Told {
        let mut told = Told::default();
        self.summary.end(at_ms);
        if self.declared.board.rate_hz.is_some() {
            self.anchor_newest(&mut told);
        }
        told
    }

    /// The board says how many samples it took in this repetition.
    pub(crate) fn taken(&mut self, taken: Option<u64>) {
        let lost = match taken {
            Some(taken) => taken.saturating_sub(self.came),
            None => {
                self.unaccounted += 1;
                self.due - self.came
            }
        };
        self.lost = self.lost.saturating_add(lost);
        // It is accounted for.
        self.due = self.came;
    }

    /// The board was away in between.
    pub(crate) fn away(&mut self, from_ms: f64, to_ms: f64) -> Told {
        let mut told = Told::default();
        if self.next == 0 {
            return told;
        }
        for at_ms in [from_ms, to_ms] {
            if self.declared.board.rate_hz.is_none() {
                self.each_its_own(Vec::new(), at_ms, vec![f32::NAN], &mut told);
                continue;
            }
            self.anchor_newest(&mut told);
            self.anchor(self.next, at_ms, &mut told);
            self.newest = Some((self.next, at_ms));
            self.stretch(vec![f32::NAN], &mut told);
        }
        told
    }

    /// How far its samples reach, in milliseconds of the run.
    pub(crate) fn reached_ms(&self) -> Option<f64> {
        self.newest.map(|(_, at_ms)| at_ms)
    }

    /// The repetition's figures, by name.
    pub(crate) fn put_figures(&self, values: &mut BTreeMap<String, f64>) {
        let Some(found) = self.summary.figures() else { return };
        let scale = self.declared.scale;
        let named = figures(&self.declared.board.name).into_iter().zip(found);
        values.extend(named.map(|(name, value)| (name, value / scale)));
    }

    fn stretch(&mut self, values: Vec<f32>, told: &mut Told) {
        let wide = values.iter().map(|value| f64::from(*value)).collect();
        told.chunks.push((self.ids.values, self.next, wide));
        self.next += values.len() as u64;
        told.heard.push(Heard::Stretch { signal: self.name.clone(), values });
    }

    fn anchor_newest(&mut self, told: &mut Told) {
        if let Some((place, at_ms)) = self.newest.filter(|_| self.anchor != self.newest) {
            self.anchor(place, at_ms, told);
        }
    }

    fn anchor(&mut self, place: u64, at_ms: f64, told: &mut Told) {
        let Some(anchors) = self.ids.anchors else { return };
        // A clock that stands still puts two samples at one moment, of which one can be known.
        if self.anchor.is_some_and(|(last, last_ms)| place <= last || at_ms <= last_ms) {
            return;
        }
        self.anchor = Some((place, at_ms));
        told.chunks.push((anchors, self.anchored, vec![place as f64]));
        told.chunks.push((self.ids.moments, self.anchored, vec![at_ms]));
        self.anchored += 1;
        let signal = Some(self.name.clone());
        told.heard.push(Heard::Anchor { signal, index: place, at_ms });
    }
}

fn holds(declared: &Declared) -> Holds {
    match (declared.board.rate_hz, declared.board.role) {
        (Some(_), _) => Holds::Evenly,
        (None, SeriesRole::Plain) => Holds::UntilNext,
        (None, SeriesRole::Power) => Holds::SinceBefore,
    }
}
