//! A meter that is open: for one recording, or for several of one board that take turns.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use board::meter::{Meter, MeterInfo, MeterModel, MeterSetup, Supply, meter_place, open_meter};
use protocol::{MeterSpec, MeterSupply};

use super::idle::Idle;
use super::listen::listen;
use super::part::Part;
use crate::Engine;
use crate::error::EngineError;
use crate::session::Lease;

/// How long the idle board may be measured.
const IDLE_S: std::ops::RangeInclusive<f32> = 0.0..=600.0;

/// The meter, and who it is for. It samples from the first recording's beginning to the last one's
/// end.
pub(crate) struct Opened {
    pub(super) engine: Engine,
    pub(crate) info: MeterInfo,
    pub(crate) spec: MeterSpec,
    /// The recordings take turns, and each hears it in its own.
    turns: bool,
    /// Until its thread begins.
    meter: Mutex<Option<Box<dyn Meter>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    parts: Mutex<Vec<Part>>,
    idling: Mutex<Idled>,
    pub(super) stop: AtomicBool,
    /// It brings nothing any more.
    pub(super) over: AtomicBool,
    _lease: Lease,
}

/// The idle board: measured once for all.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Idled {
    /// It was measured, or nobody wants it.
    pub(super) done: bool,
    pub(super) idle: Option<Idle>,
}

impl Opened {
    /// Opens the meter that a run asks for, or several that take `turns`. Others are told of it as `user`.
    pub(crate) fn open(
        engine: &Engine,
        spec: &MeterSpec,
        turns: bool,
        user: &str,
    ) -> Result<Arc<Opened>, EngineError> {
        let bad = |text: String| Err(EngineError::BadRequest(text));
        let model = match &spec.model {
            None => None,
            Some(name) => match MeterModel::named(name) {
                Some(model) => Some(model),
                None => {
                    return bad(format!("there is no meter {name}; choose ppk2, lpm01a or lines"));
                }
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
        let lease = Lease::take(engine, &meter_place(&spec.port), user)?;
        let meter = open_meter(&spec.port, model, &setup)?;
        let info = meter.info().clone();
        if info.rate_hz.is_none() && spec.trigger_pin.is_some() {
            return bad(format!("a {} has no logic inputs; leave the trigger out", info.name));
        }
        let idling = Idled { done: spec.idle_s <= 0.0, idle: None };
        Ok(Arc::new(Opened {
            engine: engine.clone(),
            info,
            spec: spec.clone(),
            turns,
            meter: Mutex::new(Some(meter)),
            thread: Mutex::new(None),
            parts: Mutex::new(Vec::new()),
            idling: Mutex::new(idling),
            stop: AtomicBool::new(false),
            over: AtomicBool::new(false),
            _lease: lease,
        }))
    }

    /// One more recording; the first one's beginning begins the sampling. Without turns it listens
    /// from now on.
    pub(super) fn add(
        self: &Arc<Opened>,
        short_name: &str,
        part: impl FnOnce(bool) -> Part,
    ) -> Result<(), EngineError> {
        self.parts().push(part(!self.turns));
        let Some(meter) = lock(&self.meter).take() else { return Ok(()) };
        let opened = Arc::clone(self);
        let thread = thread::Builder::new()
            .name(format!("meter-{short_name}"))
            .spawn(move || listen(&opened, meter))
            .map_err(|error| EngineError::Io("a thread for the meter", error))?;
        *lock(&self.thread) = Some(thread);
        Ok(())
    }

    pub(super) fn parts(&self) -> MutexGuard<'_, Vec<Part>> {
        lock(&self.parts)
    }

    pub(super) fn idling(&self) -> MutexGuard<'_, Idled> {
        lock(&self.idling)
    }

    /// From now on the recording for which that holds hears the meter, and no other one.
    pub(super) fn turn(&self, is_its: impl Fn(&Part) -> bool) {
        if self.turns && !self.is_over() {
            for part in self.parts().iter_mut() {
                part.turn(is_its(part));
            }
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// A recording ended. With the last one the sampling does.
    pub(super) fn remove(&self, is_its: impl Fn(&Part) -> bool) {
        let (mut gone, none_left) = {
            let mut parts = self.parts();
            let gone: Vec<Part> = parts.extract_if(.., |part| is_its(part)).collect();
            (gone, parts.is_empty())
        };
        for part in &mut gone {
            if let Err(error) = part.hand_over() {
                tracing::warn!(%error, "the last samples of a meter could not be stored");
            }
        }
        if !none_left {
            return;
        }
        self.stop.store(true, Ordering::Relaxed);
        let Some(thread) = lock(&self.thread).take() else { return };
        // Every call of a meter is bounded in time.
        if thread.join().is_err() {
            tracing::error!("the thread of a meter panicked");
        }
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
