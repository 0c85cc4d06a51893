//! What a recording gets of a meter: samples on its own axis, while it is its turn.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use board::meter::{MeterInfo, Readings};
use protocol::MeterSeries;

use super::shared::Shared;
use super::way::Way;
use crate::error::EngineError;

/// How often a sample's moment is written down.
const ANCHOR_EVERY: Duration = Duration::from_secs(1);
/// Seconds of samples kept until the run's zero is known: its word arrives after it.
const KEPT_S: f64 = 2.0;
/// Samples without a rate that are kept for it.
const KEPT: usize = 4096;

/// One recording's part.
pub(super) struct Part {
    way: Way,
    shared: Arc<Shared>,
    series: MeterSeries,
    rate_hz: Option<f64>,
    /// It is its turn.
    listens: bool,
    /// Milliwatts and milliamperes from before the run's zero, the last of them at `kept_end`.
    kept: VecDeque<(f32, f32)>,
    kept_end: u64,
    /// Of a meter without a rate, the last sample before the run's zero: what comes next is the mean
    /// since it.
    before: Option<(Instant, f32, f32)>,
    anchored: Option<Instant>,
}

impl Part {
    pub(super) fn new(
        way: Way,
        shared: Arc<Shared>,
        (info, series): (&MeterInfo, MeterSeries),
        listens: bool,
    ) -> Part {
        Part {
            way,
            shared,
            series,
            rate_hz: info.rate_hz,
            listens,
            kept: VecDeque::new(),
            kept_end: 0,
            before: None,
            anchored: None,
        }
    }

    /// Whose it is.
    pub(super) fn is_of(&self, shared: &Arc<Shared>) -> bool {
        Arc::ptr_eq(&self.shared, shared)
    }

    /// It is its turn, or another one's: then a gap stands for what it does not see.
    pub(super) fn turn(&mut self, listens: bool) {
        if std::mem::replace(&mut self.listens, listens) && !listens {
            self.gap();
        }
    }

    /// The meter is silent from here on, and why.
    pub(super) fn end(&mut self, why: &str) {
        // A gap marks that nothing came after it, and not that nothing was taken.
        if std::mem::replace(&mut self.listens, false) {
            self.gap();
        }
        self.shared.lock().ended = Some(why.to_owned());
    }

    /// Hands over to the store what waits.
    pub(super) fn hand_over(&mut self) -> Result<(), EngineError> {
        self.way.hand_over()
    }

    /// Samples in milliwatts and milliamperes, with what was read beside them.
    pub(super) fn take(&mut self, readings: &Readings, mw: &[f32], ma: &[f32]) {
        let mut shared = self.shared.lock();
        if self.listens {
            shared.samples += readings.amps.len() as u64 - readings.lost;
            shared.lost += readings.lost;
            shared.noise += readings.noise;
            shared.idle.take(mw);
        }
        let source = shared.source.take();
        let received = readings.received.filter(|_| !mw.is_empty());
        let mut moved = false;
        // Clocks are followed in the turns of others too.
        if let Some(received) = received {
            shared.timing.arrived(readings.end_index(), received);
            for edge in &readings.edges {
                moved |= shared.timing.edge(*edge);
            }
        }
        drop(shared);
        source.into_iter().for_each(|source| self.way.source(source));
        let Some(received) = received.filter(|_| self.listens) else { return };
        if self.rate_hz.is_none() {
            self.each_its_own(received, mw, ma);
            return;
        }
        if moved {
            self.anchored = None;
        }
        self.keep(readings.first_index, mw, ma);
        self.hand_on();
    }

    /// Puts samples behind those that wait for the run's zero.
    fn keep(&mut self, first_index: u64, mw: &[f32], ma: &[f32]) {
        self.kept.extend(mw.iter().copied().zip(ma.iter().copied()));
        self.kept_end = first_index + mw.len() as u64;
        let rate_hz = self.rate_hz.unwrap_or(0.0);
        let over = self.kept.len().saturating_sub((rate_hz * KEPT_S) as usize + KEPT);
        self.kept.drain(..over);
    }

    /// What lies behind the run's zero goes on its way.
    fn hand_on(&mut self) {
        let first = self.kept_end - self.kept.len() as u64;
        let (begins_ms, ends_ms, repetition) = {
            let shared = self.shared.lock();
            let at = |index| shared.timing.at_ms(index);
            let Some((begins, ends)) = at(first).zip(at(self.kept_end)) else { return };
            (begins, ends, shared.repetition)
        };
        if self.way.len() == 0 && begins_ms < 0.0 {
            // Before the run: the idle board, or the board between its word and our hearing it.
            let before = (-begins_ms / (ends_ms - begins_ms) * self.kept.len() as f64).floor();
            self.kept.drain(..(before.max(0.0) as usize).min(self.kept.len()));
        }
        if self.kept.is_empty() {
            return;
        }
        if self.anchored.is_none_or(|anchored| anchored.elapsed() > ANCHOR_EVERY) {
            self.anchored = Some(Instant::now());
            let first = self.kept_end - self.kept.len() as u64;
            if let Some(at_ms) = self.shared.lock().timing.at_ms(first) {
                self.way.anchor(repetition, at_ms);
            }
        }
        let (mw, ma): (Vec<f32>, Vec<f32>) = self.kept.drain(..).unzip();
        let ma = if self.series == MeterSeries::PowerAndCurrent { ma } else { Vec::new() };
        self.way.stretch(repetition, &mw, &ma);
        self.shared.lock().reached_ms = Some(ends_ms);
    }

    fn each_its_own(&mut self, received: Instant, mw: &[f32], ma: &[f32]) {
        let (at_ms, before, repetition) = {
            let shared = self.shared.lock();
            let before = self.before.and_then(|(at, ..)| shared.timing.moment_ms(at));
            (shared.timing.moment_ms(received), before, shared.repetition)
        };
        let Some(at_ms) = at_ms.filter(|at_ms| *at_ms >= 0.0) else {
            self.before = mw.last().zip(ma.last()).map(|(mw, ma)| (received, *mw, *ma));
            return;
        };
        if let Some((before_ms, (_, mw, ma))) = before.zip(self.before.take()) {
            self.way.sample(repetition, before_ms, mw, ma);
        }
        for (mw, ma) in mw.iter().zip(ma) {
            self.way.sample(repetition, at_ms, *mw, *ma);
        }
        self.shared.lock().reached_ms = Some(at_ms);
    }

    /// From the last sample to the next one nothing is known.
    fn gap(&mut self) {
        self.kept.clear();
        (self.before, self.anchored) = (None, None);
        if self.way.len() == 0 {
            return;
        }
        let (repetition, end_ms, now_ms) = {
            let shared = self.shared.lock();
            let end_ms = shared.timing.at_ms(self.kept_end);
            (shared.repetition, end_ms, shared.timing.moment_ms(Instant::now()))
        };
        match self.rate_hz {
            Some(_) => {
                // The missing sample is as long as the gap, for the next anchor ends it.
                if let Some(end_ms) = end_ms {
                    self.way.anchor(repetition, end_ms);
                }
                self.way.stretch(repetition, &[f32::NAN], &[f32::NAN]);
            }
            None => self.way.sample(repetition, now_ms.unwrap_or(0.0), f32::NAN, f32::NAN),
        }
    }
}
