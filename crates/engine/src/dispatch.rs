//! The one `match` on [`Command`].

use std::sync::atomic::Ordering;

use protocol::{Command, Reply};

use crate::connection::Connection;
use crate::error::EngineError;
use crate::{
    Engine, boards, compare, compress, doctor, export, fetch, fit, looks, profile, runs, store_care,
};

/// Who sends a command.
#[derive(Clone, Copy)]
pub(crate) enum Asker<'a> {
    /// Somebody without a connection, who can have no views.
    Nobody,
    /// A face.
    Connection(&'a Connection),
}

pub(crate) fn dispatch(
    engine: &Engine,
    asker: Asker<'_>,
    command: Command,
) -> Result<Reply, EngineError> {
    match command {
        Command::Hello => Ok(Reply::Hello {
            version: env!("CARGO_PKG_VERSION").into(),
            commit: engine.inner.commit.clone(),
            store: engine.inner.settings.store_folder().display().to_string(),
        }),
        Command::ListPorts => Ok(Reply::Ports(boards::list())),
        Command::StartRun { spec } => {
            profile::start(engine, spec).map(|run| Reply::RunStarted { run })
        }
        Command::StartInterleaved { specs } => {
            profile::start_interleaved(engine, specs).map(|runs| Reply::RunsStarted { runs })
        }
        Command::StopRun { run } => match engine.going().runs.get(&run) {
            Some(stop) => {
                stop.store(true, Ordering::Relaxed);
                Ok(Reply::Done)
            }
            None => Err(EngineError::NotFound(format!("run {run} is not going on here"))),
        },
        Command::ListRuns { filter } => runs::list(engine, filter),
        Command::ShowRun { selector } => {
            runs::show(engine, &selector).map(|run| Reply::Run(Box::new(run)))
        }
        Command::NoteRun { selector, note } => runs::note(engine, &selector, note.as_deref()),
        Command::DeleteRun { selector } => runs::delete(engine, &selector),
        Command::UndeleteRun { selector } => runs::undelete(engine, &selector),
        Command::ExportRuns { selector, format, path } => {
            export::export(engine, &selector, format, &path)
        }
        Command::ImportBundle { path } => export::import(engine, &path),
        Command::Compare { base, candidate, min_effect, metrics } => {
            compare::compare(engine, &base, &candidate, min_effect, &metrics)
                .map(|comparison| Reply::Comparison(Box::new(comparison)))
        }
        Command::Compress { spec } => {
            compress::start(engine, spec).map(|job| Reply::JobStarted { job })
        }
        Command::Fit { spec } => fit::start(engine, spec).map(|job| Reply::JobStarted { job }),
        Command::FetchModel { name } => {
            fetch::start(engine, &name).map(|job| Reply::JobStarted { job })
        }
        Command::Cancel { job } => match engine.going().jobs.get(&job) {
            Some(stop) => {
                stop.store(true, Ordering::Relaxed);
                Ok(Reply::Done)
            }
            None => Err(EngineError::NotFound(format!("job {} is not going on here", job.0))),
        },
        Command::Diagnose => Ok(Reply::Findings(doctor::diagnose(engine))),
        Command::CheckStore => store_care::check(engine),
        Command::BackUpStore { path } => store_care::back_up(engine, &path),
        Command::RestoreStore { path } => store_care::restore(engine, &path),
        Command::MeasureStore => store_care::usage(engine),
        Command::ListSettings => Ok(Reply::Settings(engine.inner.settings.views())),
        Command::ShowCurves { selector, points } => looks::curves(engine, &selector, points),
        Command::OpenView { view, spec } => looks::open(engine, asker, view, spec),
        Command::AckView { view, seq } => looks::acknowledge(engine, asker, view, seq),
        Command::CloseView { view } => looks::close(engine, asker, view),
        Command::MeasureBetween { run, from_ms, to_ms } => {
            looks::between(engine, &run, from_ms, to_ms)
        }
        _ => Err(EngineError::BadRequest("this program does not know that command yet".into())),
    }
}
