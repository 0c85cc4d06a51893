//! The thread `meter-…`: reads the meter, says when each sample was taken, hands it on.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use board::meter::{Meter, Readings};
use protocol::{Event, MeterSeries, Severity};

use super::shared::Shared;
use super::way::Way;
use crate::Engine;

/// How long the thread waits for samples at once.
const WAIT: Duration = Duration::from_millis(50);
/// How often a sample's moment is written down.
const ANCHOR_EVERY: Duration = Duration::from_secs(1);
/// How often samples are handed to the store.
const HAND_OVER_EVERY: Duration = Duration::from_millis(50);
/// Seconds of samples kept until the run's zero is known: its word arrives after it.
const KEPT_S: f64 = 2.0;
/// Samples without a rate that are kept for it.
const KEPT: usize = 4096;

/// The thread's own.
pub(super) struct Listening {
    engine: Engine,
    meter: Box<dyn Meter>,
    way: Way,
    shared: Arc<Shared>,
    series: MeterSeries,
    stop: Arc<AtomicBool>,
    /// Milliwatts and milliamperes from before the run's zero, the last of them at `kept_end`.
    kept: VecDeque<(f32, f32)>,
    kept_end: u64,
    /// Of a meter without a rate, the last sample before the run's zero: what comes next is the mean
    /// since it.
    before: Option<(Instant, f32, f32)>,
    anchored: Option<Instant>,
    handed_over: Instant,
}

impl Listening {
    pub(super) fn new(
        engine: &Engine,
        meter: Box<dyn Meter>,
        way: Way,
        shared: Arc<Shared>,
        series: MeterSeries,
        stop: Arc<AtomicBool>,
    ) -> Listening {
        Listening {
            engine: engine.clone(),
            meter,
            way,
            shared,
            series,
            stop,
            kept: VecDeque::new(),
            kept_end: 0,
            before: None,
            anchored: None,
            handed_over: Instant::now(),
        }
    }

    /// Until the run is over, or the meter is.
    pub(super) fn listen(mut self) {
        if let Err(error) = self.sample() {
            self.over(&error);
        }
        // A gap marks that nothing came after it, and not that nothing was taken.
        if self.shared.lock().ended.is_some() && self.way.len() > 0 {
            self.end_with_gap();
        }
        if let Err(error) = self.way.hand_over() {
            tracing::warn!(%error, "the last samples of a meter could not be stored");
        }
        if self.shared.lock().ended.is_none()
            && let Err(error) = self.meter.stop()
        {
            tracing::debug!(%error, "a meter could not be stopped");
        }
    }

    fn sample(&mut self) -> Result<(), String> {
        self.meter.start().map_err(|error| error.to_string())?;
        let mut readings = Readings::default();
        while !self.stop.load(Ordering::Relaxed) {
            let result = self.meter.read(&mut readings, WAIT);
            self.take(&readings);
            readings.clear();
            if self.handed_over.elapsed() > HAND_OVER_EVERY {
                self.handed_over = Instant::now();
                self.way.hand_over().map_err(|error| error.to_string())?;
            }
            result.map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// The meter ended before the run.
    fn over(&mut self, why: &str) {
        // The board's sentence ends with advice about the board.
        let why = why
            .split("; ")
            .next()
            .unwrap_or(why)
            .replace("the board was unplugged", "it was unplugged");
        self.engine.tell(Event::Notice {
            severity: Severity::Warning,
            text: format!("the power meter stopped before the run did: {why}"),
            hint: Some(
                "the run goes on without energy; plug the meter in again for the next one".into(),
            ),
        });
        self.shared.lock().ended = Some(why);
    }

    fn take(&mut self, readings: &Readings) {
        let milli = |values: &[f32]| values.iter().map(|value| value * 1e3).collect::<Vec<f32>>();
        let (mw, ma) = (milli(&readings.watts), milli(&readings.amps));
        let mut shared = self.shared.lock();
        shared.samples += readings.amps.len() as u64 - readings.lost;
        shared.lost += readings.lost;
        shared.noise += readings.noise;
        shared.idle.take(&mw);
        let source = shared.source.take();
        let Some(received) = readings.received.filter(|_| !mw.is_empty()) else {
            drop(shared);
            source.into_iter().for_each(|source| self.way.source(source));
            return;
        };
        shared.timing.arrived(readings.end_index(), received);
        let mut moved = false;
        for edge in &readings.edges {
            moved |= shared.timing.edge(*edge);
        }
        drop(shared);
        source.into_iter().for_each(|source| self.way.source(source));
        if self.meter.info().rate_hz.is_none() {
            self.each_its_own(received, &mw, &ma);
            return;
        }
        if moved {
            self.anchored = None;
        }
        self.keep(readings.first_index, &mw, &ma);
        self.hand_on();
    }

    /// Puts samples behind those that wait for the run's zero.
    fn keep(&mut self, first_index: u64, mw: &[f32], ma: &[f32]) {
        self.kept.extend(mw.iter().copied().zip(ma.iter().copied()));
        self.kept_end = first_index + mw.len() as u64;
        let rate_hz = self.meter.info().rate_hz.unwrap_or(0.0);
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

    fn end_with_gap(&mut self) {
        let repetition = self.shared.lock().repetition;
        match self.meter.info().rate_hz {
            Some(_) => self.way.stretch(repetition, &[f32::NAN], &[f32::NAN]),
            None => {
                let at_ms = self.shared.lock().timing.moment_ms(Instant::now());
                self.way.sample(repetition, at_ms.unwrap_or(0.0), f32::NAN, f32::NAN);
            }
        }
    }
}
