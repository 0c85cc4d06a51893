//! A power meter beside a run: its samples on the board's time axis, and the energy between the run's
//! marks.
//!
//! - [`open`] opens the meter that a run asks for, before its board is opened: the meter may feed it.
//! - [`Power`] is a run's hold on it. The thread `meter-…` reads the meter into the store and into the
//!   signals in memory, and never holds the run up: a meter that is pulled out ends its series with a
//!   gap.
//! - [`Timing`] says when a sample was taken: arrivals give the host's moment, pings the board's, and
//!   an edge of a logic input, where one is wired, corrects both.
//! - The idle board is measured before the first repetition. Energy is kept gross; net is what is left
//!   after the idle power over the same time.

mod facts;
mod idle;
mod listen;
mod shared;
mod tally;
mod timing;
mod way;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use board::meter::{Meter, MeterInfo, MeterModel, MeterSetup, Supply, meter_place, open_meter};
use protocol::{Event, Fingerprint, MeterSpec, MeterSupply, Severity};

use crate::Engine;
use crate::error::EngineError;
use crate::session::Lease;

pub(crate) use self::facts::{OwnMeter, put_own, source_of};
pub(crate) use self::idle::Idle;
use self::listen::Listening;
use self::shared::Shared;
pub(crate) use self::tally::Tally;
pub(crate) use self::timing::Timing;
pub(crate) use self::way::{MeterSeriesIds, Way};

/// Longest wait for samples that were taken and are on their way still.
const LATE: Duration = Duration::from_secs(1);
/// Behind a mark by so much, samples lie where they will stay: the newest ones are placed by a guess.
pub(crate) const SETTLED_MS: f64 = 5.0;
/// How long the idle board may be measured.
const IDLE_S: std::ops::RangeInclusive<f32> = 0.0..=600.0;

/// A meter that is open and does not sample yet.
pub(crate) struct Opened {
    meter: Box<dyn Meter>,
    pub(crate) info: MeterInfo,
    pub(crate) spec: MeterSpec,
    lease: Lease,
}

/// Opens the meter that a run asks for.
pub(crate) fn open(engine: &Engine, spec: &MeterSpec) -> Result<Opened, EngineError> {
    let bad = |text: String| Err(EngineError::BadRequest(text));
    let model = match &spec.model {
        None => None,
        Some(name) => match MeterModel::named(name) {
            Some(model) => Some(model),
            None => return bad(format!("there is no meter {name}; choose ppk2, lpm01a or lines")),
        },
    };
    if spec.trigger_pin.is_some_and(|pin| pin > 7) {
        return bad("a meter's inputs are D0 to D7; name one of them".into());
    }
    if !IDLE_S.contains(&spec.idle_s) {
        return bad("the idle board is measured for 0 to 600 seconds; 2 are usual".into());
    }
    let setup = MeterSetup {
        millivolts: spec.millivolts,
        supply: match spec.supply {
            MeterSupply::Elsewhere => Supply::Elsewhere,
            MeterSupply::Meter => Supply::Meter,
        },
        watched: spec.trigger_pin.map_or(0, |pin| 1 << pin),
        rate_hz: spec.rate_hz,
    };
    let lease = Lease::take(engine, &meter_place(&spec.port), "a run as its power meter")?;
    let meter = open_meter(&spec.port, model, &setup)?;
    let info = meter.info().clone();
    if info.rate_hz.is_none() && spec.trigger_pin.is_some() {
        return bad(format!("a {} has no logic inputs; leave the trigger out", info.name));
    }
    Ok(Opened { meter, info, spec: spec.clone(), lease })
}

/// A run's hold on its meter.
pub(crate) struct Power {
    engine: Engine,
    shared: Arc<Shared>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    info: MeterInfo,
    spec: MeterSpec,
    idle: Option<Idle>,
    /// The idle board was measured, or nobody wants it.
    idled: bool,
    tally: Tally,
    _lease: Lease,
}

impl Power {
    /// Begins to sample, on a thread of its own.
    pub(crate) fn begin(engine: &Engine, opened: Opened, way: Way) -> Result<Power, EngineError> {
        let Opened { meter, info, spec, lease } = opened;
        let shared = Arc::new(Shared::new(Timing::new(info.rate_hz, spec.trigger_pin)));
        let stop = Arc::new(AtomicBool::new(false));
        let short = way.short_name();
        let listening =
            Listening::new(engine, meter, way, Arc::clone(&shared), spec.series, Arc::clone(&stop));
        let thread = thread::Builder::new()
            .name(format!("meter-{short}"))
            .spawn(move || listening.listen())
            .map_err(|error| EngineError::Io("a thread for the meter", error))?;
        let power = Power {
            engine: engine.clone(),
            shared,
            stop,
            thread: Some(thread),
            info,
            idled: spec.idle_s <= 0.0,
            spec,
            idle: None,
            tally: Tally::default(),
            _lease: lease,
        };
        Ok(power)
    }

    /// Measures the idle board, unless it was measured already or nobody wants it.
    pub(crate) fn measure_idle(&mut self, stop: &AtomicBool) {
        if std::mem::replace(&mut self.idled, true) {
            return;
        }
        let until = Instant::now() + Duration::from_secs_f32(self.spec.idle_s);
        self.shared.lock().idle.begin();
        while Instant::now() < until && !stop.load(Ordering::Relaxed) && !self.is_over() {
            thread::sleep(Duration::from_millis(10));
        }
        self.idle = self.shared.lock().idle.end(self.spec.idle_s);
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
        !self.idled
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
        while Instant::now() < until && !self.is_over() {
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

    fn is_over(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Says where the power comes from, to who looks.
    fn tell_source(&self) {
        let source = facts::source(&self.info, &self.shared.lock().timing, self.idle);
        self.shared.lock().source = Some(source);
    }

    /// Ends sampling, and says what is to be known of it.
    pub(crate) fn finish(mut self, print: &mut Fingerprint) {
        self.end();
        facts::put(print, &self.info, &self.spec, &self.shared.lock(), self.idle, &self.tally);
    }

    fn end(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let Some(thread) = self.thread.take() else { return };
        // Every call of a meter is bounded in time.
        if thread.join().is_err() {
            tracing::error!("the thread of a meter panicked");
        }
    }
}

impl Drop for Power {
    fn drop(&mut self) {
        self.end();
    }
}
