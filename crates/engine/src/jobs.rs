//! Long work on a named thread, with cancel; a panic becomes a failed job. What needs a processor
//! waits for one in [`crate::crew`]; what waits for a board, a line or a person has a thread of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use protocol::{Code, Event, Failure, JobId, JobKind, JobOutcome, JobView};

use crate::Engine;
use crate::crew::{NotTaken, Turn};
use crate::error::EngineError;
use crate::failure::failure;
use crate::going::Stoppable;
use store::now_ms;

/// What the title of a job ends with that an earlier host had put off.
pub(crate) const AGAIN: &str = " (taken up again)";

/// What a job sees of the outside.
pub(crate) struct Job {
    pub(crate) engine: Engine,
    pub(crate) id: JobId,
    pub(crate) stop: Arc<AtomicBool>,
}

impl Job {
    /// Whether it may go on.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`] once somebody stopped it.
    pub(crate) fn go_on(&self) -> Result<(), EngineError> {
        match self.stop.load(Ordering::Relaxed) {
            true => Err(EngineError::Cancelled),
            false => Ok(()),
        }
    }

    /// Says how it goes.
    pub(crate) fn progress(&self, doing: impl Into<String>, done: u64, total: u64) {
        let doing = doing.into();
        if let Some(job) = self.engine.going().jobs.get_mut(&self.id) {
            job.seen.doing.clone_from(&doing);
            (job.seen.done, job.seen.total) = (done, total);
        }
        self.engine.tell(Event::JobProgressed { job: self.id, doing, done, total });
    }
}

/// Begins a job on what `title` names; it ends with `JobFinished`, however it goes.
pub(crate) fn begin(
    engine: &Engine,
    kind: JobKind,
    title: String,
    work: impl FnOnce(&Job) -> Result<JobOutcome, EngineError> + Send + 'static,
) -> Result<JobId, EngineError> {
    let stop = Arc::new(AtomicBool::new(false));
    let own = own_thread(kind);
    let order = engine.order.clone();
    let title = match &order {
        Some(order) if order.again => title + AGAIN,
        _ => title,
    };
    let seen = {
        let mut going = engine.going();
        let job = going.next_job();
        let doing = if own.is_none() { "waiting for its turn" } else { "beginning" }.to_owned();
        let seen = JobView { job, kind, title, doing, done: 0, total: 0, began_ms: now_ms() };
        going.jobs.insert(job, Stoppable::new(seen.clone(), order, &stop));
        seen
    };
    let id = seen.job;
    engine.tell(Event::JobStarted(seen));
    let job = Job { engine: engine.clone(), id, stop: Arc::clone(&stop) };
    let whole = move || {
        let outcome = match catch_unwind(AssertUnwindSafe(|| work(&job))) {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => JobOutcome::Failed(failure(error)),
            Err(panic) => JobOutcome::Failed(failure(EngineError::Panicked(said(&*panic)))),
        };
        end(&job.engine, id, outcome);
    };
    let taken = match own {
        None => engine.inner.crew.take(Turn { job: id, stop, work: Box::new(whole) }),
        Some(name) => {
            let name = format!("{name}-{}", id.0 % 10_000);
            thread::Builder::new().name(name).spawn(whole).map(drop).map_err(NotTaken::NoThread)
        }
    };
    if let Err(why) = taken {
        let error = || match &why {
            NotTaken::Full => EngineError::Busy,
            NotTaken::NoThread(error) => no_thread(error),
        };
        end(engine, id, JobOutcome::Failed(failure(error())));
        return Err(error());
    }
    Ok(id)
}

/// Asks a job to end soon; one that waits for its turn ends at once.
pub(crate) fn cancel(engine: &Engine, job: JobId) -> Result<(), EngineError> {
    match engine.going().jobs.get(&job) {
        Some(job) => job.stop(),
        None => {
            return Err(EngineError::NotFound("this job is not going on here".into()));
        }
    }
    for stopped in engine.inner.crew.take_stopped() {
        end(engine, stopped, JobOutcome::Failed(failure(EngineError::Cancelled)));
    }
    Ok(())
}

fn end(engine: &Engine, job: JobId, outcome: JobOutcome) {
    let put_off = engine.going().is_put_off(job);
    let outcome = match (outcome, put_off) {
        (JobOutcome::Failed(why), Some(true)) if why.code == Code::Cancelled => {
            JobOutcome::Failed(failure(EngineError::PutOff))
        }
        (JobOutcome::Failed(why), Some(false)) if why.code == Code::Cancelled => {
            JobOutcome::Failed(failure(EngineError::HostEnds))
        }
        (outcome, _) => outcome,
    };
    engine.tell_end(Event::JobFinished { job, outcome }, |going| drop(going.jobs.remove(&job)));
}

fn no_thread(error: &std::io::Error) -> EngineError {
    EngineError::Io("a thread for the job", std::io::Error::new(error.kind(), error.to_string()))
}

/// The name of the thread that a job has of its own, for it waits for a board, a line or a person; short, as
/// there is room for 15 letters. `None` for one that needs a processor and waits for that.
fn own_thread(kind: JobKind) -> Option<&'static str> {
    match kind {
        JobKind::Compress | JobKind::Heat | JobKind::Fidelity | JobKind::Tune => None,
        JobKind::Fit => Some("fit"),
        JobKind::FetchModel => Some("fetch"),
        JobKind::Listen => Some("listen"),
        JobKind::Flash => Some("flash"),
    }
}

/// What `work` on one document gives; a panic in it is a failure of that document.
pub(crate) fn surviving<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(failure(EngineError::Panicked(said(&*panic)))))
}

/// What a panic said.
pub(crate) fn said(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".into())
}
