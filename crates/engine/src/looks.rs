//! Views, markers and curves: what a face asks about a run's signals.

use protocol::{Reply, RunId, ViewId, ViewSpec, ViewWindow};

use crate::Engine;
use crate::connection::Connection;
use crate::dispatch::Asker;
use crate::error::EngineError;
use crate::runs::select;
use crate::signals;

/// Opens a view, or one of the same id in its place.
pub(crate) fn open(
    engine: &Engine,
    asker: Asker<'_>,
    view: ViewId,
    spec: ViewSpec,
) -> Result<Reply, EngineError> {
    let connection = connection(asker)?;
    let moments = match spec.window {
        ViewWindow::Whole => [0.0; 2],
        ViewWindow::Last { span_ms } => [span_ms, span_ms],
        ViewWindow::Between { from_ms, to_ms } => [from_ms, to_ms],
    };
    check(&moments)?;
    let run = engine.inner.signals.find(engine, &spec.run)?;
    let queue = connection.events().queue();
    engine.inner.views.open(connection.id(), view, spec, run, queue)?;
    Ok(Reply::Done)
}

/// A frame was painted.
pub(crate) fn acknowledge(
    engine: &Engine,
    asker: Asker<'_>,
    view: ViewId,
    seq: u64,
) -> Result<Reply, EngineError> {
    engine.inner.views.acknowledge(connection(asker)?.id(), view, seq);
    Ok(Reply::Done)
}

/// Closes a view; that there is none is no error.
pub(crate) fn close(engine: &Engine, asker: Asker<'_>, view: ViewId) -> Result<Reply, EngineError> {
    let connection = connection(asker)?;
    engine.inner.views.close(connection.id(), view, connection.events().queue());
    Ok(Reply::Done)
}

/// What lies between two moments of a run.
pub(crate) fn between(
    engine: &Engine,
    run: &RunId,
    from_ms: f64,
    to_ms: f64,
) -> Result<Reply, EngineError> {
    check(&[from_ms, to_ms])?;
    let run = engine.inner.signals.find(engine, run)?;
    Ok(Reply::Between(Box::new(signals::between(&run, from_ms, to_ms))))
}

/// How the latency of runs goes with the place in the text.
pub(crate) fn curves(engine: &Engine, selector: &str, points: u32) -> Result<Reply, EngineError> {
    let runs = select(engine, selector)?;
    Ok(Reply::Curves(runs.iter().map(|run| signals::curves(run, points)).collect()))
}

fn connection(asker: Asker<'_>) -> Result<&Connection, EngineError> {
    match asker {
        Asker::Connection(connection) => Ok(connection),
        Asker::Nobody | Asker::Face(_) => Err(EngineError::BadRequest(
            "a view belongs to a connection and this command came without one; open one first"
                .into(),
        )),
    }
}

/// Moments a plot can show: beyond, columns would be no longer than a rounding error.
fn check(moments: &[f64]) -> Result<(), EngineError> {
    if moments.iter().all(|ms| ms.abs() <= 1e15) {
        return Ok(());
    }
    Err(EngineError::BadRequest("a moment is no usable number of milliseconds".into()))
}
