//! The history: list, show, note, tag, delete, bring back.

use protocol::{Event, Reply, RunDetail, RunFilter};
use store::{Deleted, Page, StoreError};

use crate::Engine;
use crate::error::EngineError;
use crate::views::{detail, run_id, summary};

pub(crate) fn list(engine: &Engine, filter: RunFilter) -> Result<Reply, EngineError> {
    let store = engine.store()?;
    let page = store.list_runs(
        &store::RunFilter {
            text: filter.text,
            kind: filter.kind.map(|kind| match kind {
                protocol::RunKind::Profile => store::RunKind::Profile,
                protocol::RunKind::FitFull => store::RunKind::FitFull,
                protocol::RunKind::FitCompressed => store::RunKind::FitCompressed,
            }),
            status: filter.status.map(|status| match status {
                protocol::RunStatus::Recording => store::RunStatus::Recording,
                protocol::RunStatus::Complete => store::RunStatus::Complete,
                protocol::RunStatus::Aborted => store::RunStatus::Aborted,
                protocol::RunStatus::Lost => store::RunStatus::Lost,
            }),
            linked: None,
            deleted: if filter.deleted { Deleted::Only } else { Deleted::Without },
        },
        Page { limit: filter.limit, offset: filter.offset },
    )?;
    let mut runs = Vec::with_capacity(page.runs.len());
    for run in &page.runs {
        runs.push(summary(run, &store.measurements(&run.id)?));
    }
    Ok(Reply::Runs { runs, total: page.total })
}

/// The runs a selector means, in its order.
pub(crate) fn select(engine: &Engine, selector: &str) -> Result<Vec<RunDetail>, EngineError> {
    let store = engine.store()?;
    // A run whose recorder died meanwhile is lost, not recording for ever.
    store.mark_lost()?;
    let mut runs = Vec::new();
    for id in store.resolve(selector)? {
        runs.push(detail(&store, &store.get_run(&id)?)?);
    }
    Ok(runs)
}

/// The one run a selector means.
pub(crate) fn show(engine: &Engine, selector: &str) -> Result<RunDetail, EngineError> {
    let store = engine.store()?;
    store.mark_lost()?;
    let id = only(&store, selector)?;
    detail(&store, &store.get_run(&id)?)
}

pub(crate) fn note(
    engine: &Engine,
    selector: &str,
    note: Option<&str>,
) -> Result<Reply, EngineError> {
    let store = engine.store()?;
    let id = only(&store, selector)?;
    store.set_note(&id, note)?;
    changed(engine, &store, &id);
    Ok(Reply::Done)
}

/// Puts a label on a run; no value takes it off.
pub(crate) fn tag(
    engine: &Engine,
    selector: &str,
    key: &str,
    value: Option<&str>,
) -> Result<Reply, EngineError> {
    let store = engine.store()?;
    let id = only(&store, selector)?;
    match value {
        Some(value) => store.set_tag(&id, key, value).map_err(|error| match error {
            StoreError::Refused(why) => EngineError::BadRequest(why),
            error => error.into(),
        })?,
        None => store.remove_tag(&id, key)?,
    }
    changed(engine, &store, &id);
    Ok(Reply::Done)
}

/// Tells everybody that a run's note, tags or deletion are others now, or that it is new here. A
/// run that goes on shows its own at once.
pub(crate) fn changed(engine: &Engine, store: &store::Store, id: &store::RunId) {
    let run = run_id(id);
    match store.get_run(id) {
        Ok(now) => {
            if let Some(going) = engine.going().runs.get_mut(&run) {
                going.seen.summary = summary(&now, &[]);
            }
        }
        // The change itself is done; whoever hears of it reads for himself.
        Err(error) => tracing::debug!(%error, "a changed run could not be read back"),
    }
    engine.tell(Event::RunChanged { run });
}

pub(crate) fn delete(engine: &Engine, selector: &str) -> Result<Reply, EngineError> {
    each(engine, selector, |store, id| store.delete(id))
}

pub(crate) fn undelete(engine: &Engine, selector: &str) -> Result<Reply, EngineError> {
    each(engine, selector, |store, id| store.undelete(id))
}

fn each(
    engine: &Engine,
    selector: &str,
    change: impl Fn(&store::Store, &store::RunId) -> Result<(), store::StoreError>,
) -> Result<Reply, EngineError> {
    let store = engine.store()?;
    let ids = store.resolve(selector)?;
    for id in &ids {
        change(&store, id)?;
        changed(engine, &store, id);
    }
    Ok(Reply::Selected(ids.iter().map(run_id).collect()))
}

pub(crate) fn only(store: &store::Store, selector: &str) -> Result<store::RunId, EngineError> {
    let mut ids = store.resolve(selector)?;
    match (ids.pop(), ids.len()) {
        (Some(id), 0) => Ok(id),
        (_, more) => {
            Err(EngineError::BadRequest(format!("{selector:?} names {} runs; name one", more + 1)))
        }
    }
}
