//! Which runs' signals are in memory: those that go on here, and a few that somebody looked at.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::RunId;

use crate::Engine;
use crate::error::EngineError;
use crate::runs::only;
use crate::signals::shared::RunSignals;
use crate::signals::stored;

/// Runs that are over and still kept, the one looked at last at the end.
const KEPT: usize = 4;

/// The runs in memory.
#[derive(Default)]
pub(crate) struct Library {
    shelves: Mutex<Shelves>,
}

#[derive(Default)]
struct Shelves {
    going: BTreeMap<RunId, Arc<RunSignals>>,
    kept: Vec<Arc<RunSignals>>,
}

impl Library {
    /// A run goes on here.
    pub(crate) fn begin(&self, signals: &Arc<RunSignals>) {
        self.lock().going.insert(signals.run.clone(), Arc::clone(signals));
    }

    /// A run is over. What it told stays for whoever looks next.
    pub(crate) fn end(&self, run: &RunId) {
        let mut shelves = self.lock();
        if let Some(signals) = shelves.going.remove(run) {
            shelves.keep(signals);
        }
    }

    /// Forgets what came from a store that is another one now.
    pub(crate) fn forget(&self) {
        self.lock().kept.clear();
    }

    /// A run's signals, from the store where they are not here.
    pub(crate) fn find(
        &self,
        engine: &Engine,
        run: &RunId,
    ) -> Result<Arc<RunSignals>, EngineError> {
        if let Some(found) = self.lock().known(run) {
            return Ok(found);
        }
        let store = engine.store()?;
        // A run whose recorder died meanwhile is lost, not recording for ever.
        store.mark_lost()?;
        let id = only(&store, &run.0)?;
        let found = Arc::new(stored::load(&store, &id)?);
        if store.get_run(&id)?.status != store::RunStatus::Recording {
            self.lock().keep(Arc::clone(&found));
        }
        Ok(found)
    }

    fn lock(&self) -> MutexGuard<'_, Shelves> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelves {
    fn known(&mut self, run: &RunId) -> Option<Arc<RunSignals>> {
        if let Some(going) = self.going.get(run) {
            return Some(Arc::clone(going));
        }
        let at = self.kept.iter().position(|kept| kept.run == *run)?;
        let found = self.kept.remove(at);
        self.keep(Arc::clone(&found));
        Some(found)
    }

    fn keep(&mut self, signals: Arc<RunSignals>) {
        self.kept.retain(|kept| kept.run != signals.run);
        self.kept.push(signals);
        if self.kept.len() > KEPT {
            self.kept.remove(0);
        }
    }
}
