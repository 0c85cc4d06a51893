//! Models that stay loaded between jobs: the encoder and the scorer that were used last.
//!
//! A model is known by the prints of its files and the device it was asked for, so that one whose files have
//! changed is loaded anew. It goes when another of its role comes, when another finds too little memory,
//! and some minutes after its last use. One that is in use stays with its user.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use protocol::{NeuralRole, NeuralView};

use super::source::{Encodes, Loaded, Scores, Source};
use super::{Asked, Found, Lent, gettable};
use crate::error::EngineError;

/// How long a model stays that nobody uses.
const IDLE: Duration = Duration::from_secs(300);

/// Who loads models, and those that are loaded.
pub(crate) struct Shelf {
    source: Box<dyn Source>,
    kept: Arc<Kept>,
    idle: Duration,
}

#[derive(Default)]
struct Kept {
    encoder: Slot<dyn Encodes>,
    scorer: Slot<dyn Scores>,
    /// A thread waits for them to be idle. Taken before a slot is, never after.
    watched: Mutex<bool>,
}

type Slot<M> = Mutex<Option<One<M>>>;

/// A model, and when it was last seen in use.
struct One<M: ?Sized> {
    key: String,
    model: Arc<M>,
    used: Instant,
}

impl Shelf {
    pub(crate) fn new(source: Box<dyn Source>) -> Shelf {
        Shelf::idle_after(source, IDLE)
    }

    fn idle_after(source: Box<dyn Source>, idle: Duration) -> Shelf {
        Shelf { source, kept: Arc::default(), idle }
    }

    pub(crate) fn source(&self) -> &dyn Source {
        &*self.source
    }

    /// What was asked for, loaded where it is not there; `loading` hears what is. `stop` is looked at while the
    /// models compute.
    pub(crate) fn lend(
        &self,
        asked: &Asked,
        stop: &Arc<AtomicBool>,
        loading: &dyn Fn(&str),
    ) -> Result<Lent, EngineError> {
        let device = asked.device.as_deref();
        let (source, kept) = (&*self.source, &*self.kept);
        let encoder = match &asked.encoder {
            Some(found) => Some(self.one(
                &kept.encoder,
                &key(found, device),
                &|| {
                    loading(&format!("loading {}", found.short));
                    source.encoder(&found.path, &found.short, device)
                },
                &|| free(&kept.scorer),
            )?),
            None => None,
        };
        let scorer = match &asked.scorer {
            Some(found) => Some(self.one(
                &kept.scorer,
                &key(found, device),
                &|| {
                    loading(&format!("loading {}", found.short));
                    source.scorer(&found.path, &found.short, device)
                },
                // An encoder that this job has just got is in use, and stays.
                &|| free(&kept.encoder),
            )?),
            None => None,
        };
        Ok(Lent::of(asked, encoder, scorer, stop))
    }

    /// The model in `slot` where it is the right one, else a new one in its place. `make_room` frees the memory of
    /// others, and says whether there was any.
    fn one<M: Loaded + ?Sized>(
        &self,
        slot: &Slot<M>,
        key: &str,
        load: &dyn Fn() -> Result<Arc<M>, EngineError>,
        make_room: &dyn Fn() -> bool,
    ) -> Result<Arc<M>, EngineError> {
        // Held while it loads: two jobs that want the same load it once.
        let mut held = lock(slot);
        if let Some(one) = held.as_mut().filter(|one| one.key == key && !one.model.fell_back()) {
            one.used = Instant::now();
            return Ok(Arc::clone(&one.model));
        }
        // First, for there may be no memory for both.
        *held = None;
        let model = match load() {
            Ok(model) if model.fell_back() && make_room() => {
                drop(model);
                load()?
            }
            Err(error) if self.source.lacks_memory(&error) && make_room() => load()?,
            loaded => loaded?,
        };
        let given = Arc::clone(&model);
        *held = Some(One { key: key.to_owned(), model, used: Instant::now() });
        drop(held);
        self.watch();
        Ok(given)
    }

    /// What there is to choose from; `None` in a program built without models.
    pub(crate) fn view(&self, models: &Path) -> Option<NeuralView> {
        let encoders = self.source.names(NeuralRole::Encoder, models)?;
        let scorers = self.source.names(NeuralRole::Scorer, models)?;
        Some(NeuralView {
            gettable: gettable(&encoders, &scorers),
            encoders,
            scorers,
            devices: self.source.devices(),
            folder: models.display().to_string(),
        })
    }

    /// Sees to it that a thread frees what is idle; it ends when nothing is left.
    fn watch(&self) {
        let mut watched = lock(&self.kept.watched);
        if *watched {
            return;
        }
        let (kept, idle) = (Arc::downgrade(&self.kept), self.idle);
        let work = move || {
            let mut wait = idle;
            loop {
                thread::sleep(wait);
                // Whoever kept them may be gone.
                let Some(next) = kept.upgrade().and_then(|kept| kept.tidy(idle)) else { return };
                wait = next;
            }
        };
        match thread::Builder::new().name("models".into()).spawn(work) {
            Ok(_) => *watched = true,
            Err(error) => {
                tracing::warn!(%error, "models stay loaded until others take their place")
            }
        }
    }
}

impl Kept {
    /// Frees what is idle. When to look again; `None` once nothing is left.
    fn tidy(&self, idle: Duration) -> Option<Duration> {
        let mut watched = lock(&self.watched);
        let next = [tidy(&self.encoder, idle), tidy(&self.scorer, idle)];
        let next = next.into_iter().flatten().min();
        *watched = next.is_some();
        next
    }
}

/// The same of one slot.
fn tidy<M: ?Sized>(slot: &Slot<M>, idle: Duration) -> Option<Duration> {
    // Whoever holds it loads right now.
    let Some(mut held) = try_lock(slot) else { return Some(idle) };
    let one = held.as_mut()?;
    if Arc::strong_count(&one.model) > 1 {
        one.used = Instant::now();
    }
    let left = idle.saturating_sub(one.used.elapsed());
    if left.is_zero() {
        *held = None;
        return None;
    }
    Some(left)
}

/// Frees a model that nobody uses; whether there was one.
fn free<M: ?Sized>(slot: &Slot<M>) -> bool {
    // Two who load wait for each other never.
    let Some(mut held) = try_lock(slot) else { return false };
    held.take_if(|one| Arc::strong_count(&one.model) == 1).is_some()
}

/// What makes a loaded model the one that is asked for.
fn key(found: &Found, device: Option<&str>) -> String {
    let prints: Vec<&str> = found.prints.iter().map(|print| print.sha256.as_str()).collect();
    format!("{} on {}", prints.join(" "), device.unwrap_or("auto"))
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn try_lock<T: ?Sized>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(held) => Some(held),
        Err(TryLockError::Poisoned(held)) => Some(held.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

#[cfg(test)]
#[path = "shelf_tests.rs"]
mod tests;
