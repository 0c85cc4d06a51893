//! A power meter beside a run: its samples on the board's time axis, and the energy between the run's
//! marks.
//!
//! - [`Opened::open`] opens the meter that a run asks for, before its board is opened: the meter may
//!   feed it.
//! - [`Power`] is a run's hold on it. The thread `meter-…` reads the meter into the store and into the
//!   signals in memory, and never holds the run up: a meter that is pulled out ends its series with a
//!   gap.
//! - Runs of one board that take turns share one meter, and each hears it in its own turn: in those of
//!   the others its power has a gap.
//! - [`Timing`] says when a sample was taken: arrivals give the host's moment, pings the board's, and
//!   an edge of a logic input, where one is wired, corrects both.
//! - The idle board is measured before the first repetition. Energy is kept gross; net is what is left
//!   after the idle power over the same time.

mod facts;
mod idle;
mod listen;
mod opened;
mod part;
mod shared;
mod tally;
mod timing;
mod way;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use protocol::{Event, Fingerprint, Severity};

use crate::Engine;
use crate::error::EngineError;

pub(crate) use self::facts::{OwnMeter, put_own, source_of};
pub(crate) use self::idle::Idle;
use self::opened::Idled;
pub(crate) use self::opened::Opened;
use self::part::Part;
use self::shared::Shared;
pub(crate) use self::tally::Tally;
pub(crate) use self::timing::Timing;
pub(crate) use self::way::{MeterSeriesIds, Way};

/// Longest wait for samples that were taken and are on their way still.
const LATE: Duration = Duration::from_secs(1);
/// Behind a mark by so much, samples lie where they will stay: the newest ones are placed by a guess.
pub(crate) const SETTLED_MS: f64 = 5.0;

/// A run's hold on its meter.
pub(crate) struct Power {
    engine: Engine,
    shared: Arc<Shared>,
    opened: Arc<Opened>,
    idle: Option<Idle>,
    tally: Tally,
}

impl Power {
    /// Begins to sample, on a thread of its own, or takes part in what the thread reads already.
    pub(crate) fn begin(
        engine: &Engine,
        opened: Arc<Opened>,
        way: Way,
    ) -> Result<Power, EngineError> {
        let info = &opened.info;
        let shared = Arc::new(Shared::new(Timing::new(info.rate_hz, opened.spec.trigger_pin)));
        let short = way.short_name();
        let series = opened.spec.series;
        let part = |listens| Part::new(way, Arc::clone(&shared), (info, series), listens);
        opened.add(&short, part)?;
        Ok(Power { engine: engine.clone(), shared, opened, idle: None, tally: Tally::default() })
    }

    /// Its recording's turn begins: another one that shares the meter does not hear it meanwhile.
    pub(crate) fn turn(&self) {
        self.opened.turn(|part| part.is_of(&self.shared));
    }

    /// Measures the idle board, unless it was measured already or nobody wants it.
    pub(crate) fn measure_idle(&mut self, stop: &AtomicBool) {
        if !self.wants_idle() {
            self.idle = self.opened.idling().idle;
            return;
        }
        let idle_s = self.opened.spec.idle_s;
        let until = Instant::now() + Duration::from_secs_f32(idle_s);
        self.shared.lock().idle.begin();
        while Instant::now() < until && !stop.load(Ordering::Relaxed) && !self.opened.is_over() {
            thread::sleep(Duration::from_millis(10));
        }
        self.idle = self.shared.lock().idle.end(idle_s);
        *self.opened.idling() = Idled { done: true, idle: self.idle };
        if self.idle.is_none() && !stop.load(Ordering::Relaxed) {
            self.engine.tell(Event::Notice {
                severity: Severity::Warning,
                text:
                    "the meter brought no sample of the idle board, so energy above idle is missing"
                        .into(),
                hint: Some("measure the idle board for longer".into()),
            });
        }
        self.tell_source();
    }

    /// Whether the idle board is still to be measured.
    pub(crate) fn wants_idle(&self) -> bool {
        !self.opened.idling().done
    }

    /// The board's clock was looked at.
    pub(crate) fn clock(&self, clock: board::Clock, zero: Instant, timer_hz: u64) {
        self.shared.lock().timing.clock(clock, zero, timer_hz);
        self.tell_source();
    }

    /// The run's axis begins at these ticks; the word of it was heard now.
    pub(crate) fn zero(&self, ticks: u64) {
        self.shared.lock().timing.zero(ticks, Instant::now());
    }

    /// The board is away.
    pub(crate) fn away(&self) {
        self.shared.lock().timing.away();
    }

    /// It is back and began at these ticks; gives the moment of the run that this is by the meter's
    /// idea of it, or `at_ms` where it has none.
    pub(crate) fn back(&self, ticks: u64, at_ms: f64) -> f64 {
        let (mut shared, now) = (self.shared.lock(), Instant::now());
        let at_ms = shared.timing.moment_ms(now).unwrap_or(at_ms);
        shared.timing.back(ticks, at_ms, now);
        at_ms
    }

    /// A repetition began at this moment of the run.
    pub(crate) fn began(&self, repetition: u32, at_ms: f64) {
        let mut shared = self.shared.lock();
        shared.repetition = repetition;
        shared.timing.began(at_ms);
    }

    /// Waits, not for long, until the samples have settled beyond that moment of the run.
    pub(crate) fn wait_for(&self, at_ms: f64) {
        let until = Instant::now() + LATE;
        while Instant::now() < until && !self.opened.is_over() {
            if self.reached_ms().is_some_and(|reached| reached > at_ms + SETTLED_MS) {
                return;
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// How far the samples reach.
    pub(crate) fn reached_ms(&self) -> Option<f64> {
        self.shared.lock().reached_ms
    }

    /// What the idle board took.
    pub(crate) fn idle_mw(&self) -> Option<f64> {
        self.idle.map(|idle| idle.mw)
    }

    /// What repetitions had no energy, and why.
    pub(crate) fn tally(&mut self) -> &mut Tally {
        &mut self.tally
    }

    /// What measures, and that it is none of hardware where that is so.
    pub(crate) fn named(&self) -> (&str, bool) {
        (&self.opened.info.name, self.opened.info.emulated)
    }

    /// Says where the power comes from, to who looks.
    fn tell_source(&self) {
        let source = facts::source(&self.opened.info, &self.shared.lock().timing, self.idle);
        self.shared.lock().source = Some(source);
    }

    /// Ends sampling, and says what is to be known of it.
    pub(crate) fn finish(self, print: &mut Fingerprint) {
        self.end();
        let Opened { info, spec, .. } = &*self.opened;
        facts::put(print, info, spec, &self.shared.lock(), self.idle, &self.tally);
    }

    fn end(&self) {
        self.opened.remove(|part| part.is_of(&self.shared));
    }
}

impl Drop for Power {
    fn drop(&mut self) {
        self.end();
    }
}
