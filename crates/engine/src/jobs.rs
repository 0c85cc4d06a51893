//! Long work on a named thread, with cancel; a panic becomes a failed job.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use protocol::{Event, JobId, JobOutcome};

use crate::Engine;
use crate::error::EngineError;
use crate::failure::failure;

/// What a job sees of the outside.
pub(crate) struct Job {
    pub(crate) engine: Engine,
    pub(crate) id: JobId,
    pub(crate) stop: Arc<AtomicBool>,
}

impl Job {
    /// Says how it goes.
    pub(crate) fn progress(&self, doing: impl Into<String>, done: u64, total: u64) {
        let doing = doing.into();
        self.engine.tell(Event::JobProgressed { job: self.id, doing, done, total });
    }
}

/// Begins a job; it ends with `JobFinished`, however it goes.
pub(crate) fn begin(
    engine: &Engine,
    kind: &str,
    work: impl FnOnce(&Job) -> Result<JobOutcome, EngineError> + Send + 'static,
) -> Result<JobId, EngineError> {
    let stop = Arc::new(AtomicBool::new(false));
    let id = {
        let mut going = engine.going();
        let id = going.next_job();
        going.jobs.insert(id, Arc::clone(&stop));
        id
    };
    let job = Job { engine: engine.clone(), id, stop };
    let spawned = thread::Builder::new().name(format!("{kind}-{}", id.0)).spawn(move || {
        let outcome = match catch_unwind(AssertUnwindSafe(|| work(&job))) {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => JobOutcome::Failed(failure(error)),
            Err(panic) => JobOutcome::Failed(failure(EngineError::Panicked(said(&*panic)))),
        };
        job.engine.going().jobs.remove(&id);
        job.engine.tell(Event::JobFinished { job: id, outcome });
    });
    if let Err(error) = spawned {
        engine.going().jobs.remove(&id);
        return Err(EngineError::Io("a thread for the job", error));
    }
    Ok(id)
}

/// What a panic said.
pub(crate) fn said(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".into())
}
